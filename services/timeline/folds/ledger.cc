#include "services/timeline/folds/ledger.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Which stage says how large an order is.
constexpr std::array<pb::OrderStage, 9> kStagesOfSize = {
    pb::ORDER_STAGE_PLACED,   pb::ORDER_STAGE_REQUESTED, pb::ORDER_STAGE_PLANNED,
    pb::ORDER_STAGE_INTEREST, pb::ORDER_STAGE_APPROVED,  pb::ORDER_STAGE_PRODUCED,
    pb::ORDER_STAGE_SHIPPED,  pb::ORDER_STAGE_DELIVERED, pb::ORDER_STAGE_IN_USE};

const pb::ChipOrder& OrderOf(const Claim& claim) { return claim.event.event().chip_order(); }

// Adds what the claim states to what is weighed, if it states a number.
template <typename Stated>
void Weigh(const OrderClaim& claim, const Stated& stated, Selector* selector) {
  std::optional<Candidate> candidate = CandidateOf(*claim.claim, *claim.effect, stated);
  if (!candidate) return;
  candidate->within = WithinOf(claim.order());
  selector->Add(*std::move(candidate));
}

template <typename Stated>
void WeighEnded(const OrderClaim& claim, const Stated& stated, Selector* selector) {
  std::optional<Candidate> candidate = CandidateOf(*claim.claim, *claim.effect, stated);
  if (!candidate) return;
  candidate->within = WithinOf(claim.order());
  selector->AddEnded(*candidate);
}

// What an earlier count may be beside the selected one.
bool FitsBefore(const Candidate& earlier, const Candidate& selected) {
  return timeline::FitsBefore(earlier.range, earlier.unit, selected.range, selected.unit);
}

void Omit(uint32_t alternatives, pb::StageLedger* ledger) {
  ledger->set_alternatives_omitted(ledger->alternatives_omitted() + alternatives);
}

void AddEarlier(Selector* earlier, const Candidate& selected, pb::StageLedger* ledger) {
  const Selection selection = earlier->Select();
  for (size_t place = 0; place < earlier->size(); ++place) {
    if (!earlier->stands(place) || FitsBefore(earlier->said(place).lead, selected)) continue;
    ledger->set_agreement(pb::AGREEMENT_CONFLICTING);
    break;
  }
  Omit(selection.omitted, ledger);
  for (const Ranked& each : selection.ranked) {
    pb::QuantityFigure* const figure = AddAlternative(ledger);
    if (figure == nullptr) continue;
    *figure = StageCount(each);
    MarkEarlier(FitsBefore(each.lead(), selected), figure);
  }
}

// The count that says how large the order is: of what happened rather than of what is expected.
const pb::QuantityFigure* SizeOf(const pb::ChipOrderEntry& entry) {
  for (const pb::OrderStage stage : kStagesOfSize) {
    for (const pb::Modality modality :
         {pb::MODALITY_REPORTED, pb::MODALITY_ONGOING, pb::MODALITY_EXPECTED}) {
      for (const pb::StageLedger& line : entry.stages()) {
        if (line.stage() == stage && line.modality() == modality && line.has_selected()) {
          return line.has_chips() ? &line.chips() : nullptr;
        }
      }
    }
  }
  return nullptr;
}

// What the price of one is of, if it was stated with a count of modules or servers, is not known.
bool PriceIsOfChips(const Ranked& price) {
  const pb::ChipOrder& order = OrderOf(*price.lead().claim);
  return !order.has_quantity() || order.quantity().unit() == pb::UNIT_CHIP;
}

void DeriveValue(const Ranked& price, pb::ChipOrderEntry* entry) {
  const pb::QuantityFigure* size = SizeOf(*entry);
  if (size == nullptr || !PriceIsOfChips(price)) return;
  const std::optional<Range> count = RangeOf(size->quantity());
  const std::optional<Range> value =
      count ? Product(*count, price.lead().range) : std::optional<Range>();
  if (!value) return;
  std::map<uint64_t, std::string> events;
  events[price.lead().claim->position()] = price.lead().claim->event_id();
  events[size->claim().position()] = size->claim().event_id();
  std::vector<std::string> ids;
  for (auto& [position, id] : events) ids.push_back(std::move(id));
  pb::AmountFigure& figure = *entry->mutable_value();
  *figure.mutable_amount() = AmountOf(*value, price.lead().unit);
  pb::Reason reason = ReasonOf(pb::REASON_KIND_QUANTITY_TIMES_PRICE);
  *reason.add_quantities() = QuantityOf(*count, pb::UNIT_CHIP);
  *reason.add_amounts() = AmountOf(price.lead().range, price.lead().unit);
  *figure.mutable_grounds() =
      GroundsOf(ids, rules::kQuantityTimesPrice, std::move(reason), /*derived=*/true);
  if (events.size() == 1) *figure.mutable_claim() = SummaryOf(price);
  figure.set_agrees(true);
}

}  // namespace

StageKey StageOf(const OrderClaim& claim) {
  return {claim.order().stage(), claim.order().modality()};
}

void FirstConditions::Add(const OrderClaim& claim) {
  for (const std::string& condition : claim.order().conditions()) {
    const bool fresh = all_.insert(condition).second;
    if (fresh && first_.size() < size_t{kMaxShown}) first_.push_back(condition);
  }
}

void StageLine::Add(const OrderClaim& claim, const std::optional<DaySpan>& days) {
  const pb::ChipOrder& order = claim.order();
  if (first_.claim == nullptr) first_ = claim;
  if (RangeOf(order.quantity())) {
    AddCount(claim, days);
  } else if (order.has_quantity() && !AddUncounted(claim, &uncounted_)) {
    ++more_uncounted_;
  }
  const bool dated = order.has_stage_date();
  if (dated && (of_date_.claim == nullptr || Preferred(claim, of_date_))) of_date_ = claim;
  conditions_.Add(claim);
}

void StageLine::AddEnded(const OrderClaim& claim) {
  ended_.push_back(claim);
  WeighEnded(claim, claim.order().quantity(), &latest_);
  WeighEnded(claim, claim.order().quantity(), &earlier_);
}

void StageLine::AddCount(const OrderClaim& claim, const std::optional<DaySpan>& days) {
  if (days && days->latest < newest_) {
    Weigh(claim, claim.order().quantity(), &earlier_);
    return;
  }
  if (days) {
    dated_.emplace(days->latest, claim);
  } else {
    undated_.push_back(claim);
  }
  if (!moved_) Weigh(claim, claim.order().quantity(), &latest_);
  if (!days || days->earliest <= newest_) return;
  newest_ = days->earliest;
  MoveEarlier();
}

void StageLine::MoveEarlier() {
  while (!dated_.empty() && dated_.begin()->first < newest_) {
    const OrderClaim& moved = dated_.begin()->second;
    Weigh(moved, moved.order().quantity(), &earlier_);
    dated_.erase(dated_.begin());
    moved_ = true;
  }
}

Selection StageLine::Select() {
  if (moved_) {
    latest_ = Selector();
    for (const OrderClaim& each : ended_) WeighEnded(each, each.order().quantity(), &latest_);
    for (const OrderClaim& each : undated_) Weigh(each, each.order().quantity(), &latest_);
    for (const auto& [day, each] : dated_) Weigh(each, each.order().quantity(), &latest_);
    moved_ = false;
  }
  return latest_.Select(pb::REASON_KIND_ONLY_CLAIM, "stages");
}

void StageLine::FoldCounts(pb::StageLedger* ledger) {
  const Selection selection = Select();
  ledger->set_agreement(selection.agreement);
  if (selection.empty()) return;
  const Ranked& selected = selection.selected();
  const pb::ChipOrder& order = OrderOf(*selected.lead().claim);
  *ledger->mutable_selected() = StageCount(selected);
  Omit(selection.omitted, ledger);
  for (size_t i = 1; i < selection.ranked.size(); ++i) {
    *ledger->add_alternatives() = StageCount(selection.ranked[i]);
  }
  const auto chips = ChipsFigureOf(selected, order.quantity());
  if (chips) *ledger->mutable_chips() = *chips;
  AddEarlier(&earlier_, selected.lead(), ledger);
  if (order.has_stage_date()) *ledger->mutable_stage_date() = order.stage_date();
}

pb::StageLedger StageLine::Fold() {
  pb::StageLedger ledger;
  FoldCounts(&ledger);
  for (const OrderClaim& each : uncounted_) {
    if (pb::QuantityFigure* figure = AddAlternative(&ledger)) *figure = UncountedFigure(each);
  }
  Omit(more_uncounted_, &ledger);
  // The selected count's day, else that of the most preferred claim that states one.
  if (!ledger.has_stage_date() && of_date_.claim != nullptr) {
    *ledger.mutable_stage_date() = of_date_.order().stage_date();
  }
  conditions_.Show(&ledger);
  return ledger;
}

void OrderPrices::Add(const OrderClaim& claim) {
  Weigh(claim, claim.order().unit_price(), &prices_);
  Weigh(claim, claim.order().total(), &totals_);
}

void OrderPrices::AddEnded(const OrderClaim& claim) {
  WeighEnded(claim, claim.order().unit_price(), &prices_);
  WeighEnded(claim, claim.order().total(), &totals_);
}

void OrderPrices::Fold(pb::ChipOrderEntry* entry) {
  const Selection prices = prices_.Select(pb::REASON_KIND_ONLY_CLAIM, "unit_price");
  entry->set_unit_price_agreement(prices.agreement);
  entry->set_unit_price_alternatives_omitted(prices.omitted);
  for (const Ranked& price : prices.ranked) {
    const bool first = &price == &prices.ranked.front();
    (first ? *entry->mutable_unit_price() : *entry->add_unit_price_alternatives()) =
        AmountFigureOf(price, OrderOf(*price.lead().claim).unit_price());
  }
  const Selection totals = totals_.Select(pb::REASON_KIND_ONLY_CLAIM, "value");
  entry->set_value_agreement(totals.agreement);
  entry->set_value_alternatives_omitted(totals.omitted);
  for (const Ranked& total : totals.ranked) {
    const bool first = &total == &totals.ranked.front();
    (first ? *entry->mutable_value() : *entry->add_value_alternatives()) =
        AmountFigureOf(total, OrderOf(*total.lead().claim).total());
  }
  if (totals.empty() && !prices.empty()) DeriveValue(prices.selected(), entry);
}

}  // namespace chipline::timeline
