#include "services/timeline/folds/ledger.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Which stage says how large an order is.
constexpr std::array<pb::OrderStage, 9> kStagesOfSize = {
    pb::ORDER_STAGE_PLACED,   pb::ORDER_STAGE_REQUESTED, pb::ORDER_STAGE_PLANNED,
    pb::ORDER_STAGE_INTEREST, pb::ORDER_STAGE_APPROVED,  pb::ORDER_STAGE_PRODUCED,
    pb::ORDER_STAGE_SHIPPED,  pb::ORDER_STAGE_DELIVERED, pb::ORDER_STAGE_IN_USE};

const pb::ChipOrder& OrderOf(const Claim& claim) { return claim.event.event().chip_order(); }

pb::QuantityFigure CountOf(const Ranked& ranked) {
  return QuantityFigureOf(ranked, OrderOf(*ranked.lead().claim).quantity());
}

struct Readings {
  // Weighed against each other.
  std::vector<Candidate> latest;
  // Of days that surely lie before another's.
  std::vector<Candidate> earlier;
};

Readings ReadCounts(const std::vector<OrderClaim>& line) {
  CivilDay newest = kDawn;
  for (const OrderClaim& each : line) {
    const auto span = SpanOf(each.order().stage_date());
    if (span && RangeOf(each.order().quantity())) newest = std::max(newest, span->earliest);
  }
  Readings readings;
  for (const OrderClaim& each : line) {
    std::optional<Candidate> count =
        CandidateOf(*each.claim, *each.effect, each.order().quantity());
    if (!count) continue;
    const auto span = SpanOf(each.order().stage_date());
    const bool earlier = span && span->latest < newest;
    (earlier ? readings.earlier : readings.latest).push_back(std::move(*count));
  }
  return readings;
}

void AddEarlier(std::vector<Candidate> earlier, const Candidate& selected,
                pb::StageLedger* ledger) {
  const auto agrees = [&](const Candidate& lead) {
    const Range& range = lead.range;
    const bool larger = range.low && selected.range.high && *range.low > *selected.range.high &&
                        !Agree(range, selected.range);
    return lead.unit == selected.unit && !larger;
  };
  Selector selector;
  for (Candidate& each : earlier) selector.Add(std::move(each));
  for (size_t place = 0; place < selector.size(); ++place) {
    if (!agrees(selector.said(place).lead)) ledger->set_agreement(pb::AGREEMENT_CONFLICTING);
  }
  for (const Ranked& each : selector.Select().ranked) {
    if (ledger->alternatives_size() >= kMaxShown) return;
    pb::QuantityFigure& figure = *ledger->add_alternatives();
    figure = CountOf(each);
    figure.set_agrees(agrees(each.lead()));
    figure.mutable_grounds()->set_rule(std::string(rules::kEarlierReading));
    figure.mutable_grounds()->set_reason(
        "A count of an earlier day; the selected one, of a later day, includes it.");
  }
}

void AddCounts(const std::vector<OrderClaim>& line, pb::StageLedger* ledger) {
  Readings readings = ReadCounts(line);
  const Selection selection = Select(std::move(readings.latest));
  ledger->set_agreement(selection.agreement);
  if (selection.empty()) return;
  const Ranked& selected = selection.selected();
  *ledger->mutable_selected() = CountOf(selected);
  for (size_t i = 1; i < selection.ranked.size() && i <= size_t{kMaxShown}; ++i) {
    *ledger->add_alternatives() = CountOf(selection.ranked[i]);
  }
  const auto chips = ChipsFigureOf(selected, OrderOf(*selected.lead().claim).quantity());
  if (chips) *ledger->mutable_chips() = *chips;
  AddEarlier(std::move(readings.earlier), selected.lead(), ledger);
}

// Counts in words alone ("hundreds of thousands"): shown, the likeliest first, never weighed.
void AddUncounted(std::vector<OrderClaim> line, pb::StageLedger* ledger) {
  std::erase_if(line, [](const OrderClaim& each) {
    return !each.order().has_quantity() || RangeOf(each.order().quantity()).has_value();
  });
  std::sort(line.begin(), line.end(), Preferred);
  for (const OrderClaim& each : line) {
    if (ledger->alternatives_size() >= kMaxShown) return;
    pb::QuantityFigure& figure = *ledger->add_alternatives();
    *figure.mutable_quantity() = each.order().quantity();
    *figure.mutable_grounds() = GroundsOf({each.claim->event_id()}, rules::kNoFigure,
                                          "It states a count without a number.", false);
    *figure.mutable_claim() = SummaryOf(*each.claim, *each.effect);
  }
}

// The selected count's day, else that of the most preferred claim that states one.
void AddStageDate(std::vector<OrderClaim> line, pb::StageLedger* ledger) {
  std::sort(line.begin(), line.end(), Preferred);
  const std::string& selected = ledger->selected().claim().event_id();
  for (const OrderClaim& each : line) {
    if (!each.order().has_stage_date()) continue;
    const bool of_selected = each.claim->event_id() == selected;
    if (!ledger->has_stage_date() || of_selected) {
      *ledger->mutable_stage_date() = each.order().stage_date();
    }
  }
}

pb::StageLedger FoldLine(const std::vector<OrderClaim>& line) {
  pb::StageLedger ledger;
  ledger.set_stage(line.front().order().stage());
  ledger.set_modality(line.front().order().modality());
  AddCounts(line, &ledger);
  AddUncounted(line, &ledger);
  AddStageDate(line, &ledger);
  for (const OrderClaim& each : line) {
    for (const std::string& condition : each.order().conditions()) {
      const auto& known = ledger.conditions();
      if (ledger.conditions_size() >= kMaxShown) break;
      if (std::find(known.begin(), known.end(), condition) == known.end()) {
        ledger.add_conditions(condition);
      }
    }
  }
  return ledger;
}

Selection SelectAmount(const std::vector<OrderClaim>& standing,
                       const pb::Amount& (pb::ChipOrder::*amount)() const) {
  std::vector<Candidate> candidates;
  for (const OrderClaim& each : standing) {
    auto candidate = CandidateOf(*each.claim, *each.effect, (each.order().*amount)());
    if (candidate) candidates.push_back(std::move(*candidate));
  }
  return Select(std::move(candidates));
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
  *figure.mutable_grounds() =
      GroundsOf(ids, rules::kQuantityTimesPrice,
                fmt::format("Computed: {} chips at {} {} each.", InWords(*count),
                            InWords(price.lead().range), price.lead().unit),
                /*derived=*/true);
  if (events.size() == 1) *figure.mutable_claim() = SummaryOf(price);
  figure.set_agrees(true);
}

}  // namespace

std::vector<pb::StageLedger> FoldStages(const std::vector<OrderClaim>& standing) {
  std::map<std::pair<pb::OrderStage, pb::Modality>, std::vector<OrderClaim>> lines;
  for (const OrderClaim& each : standing) {
    lines[{each.order().stage(), each.order().modality()}].push_back(each);
  }
  std::vector<pb::StageLedger> stages;
  for (const auto& [key, line] : lines) stages.push_back(FoldLine(line));
  return stages;
}

void FoldPrices(const std::vector<OrderClaim>& standing, pb::ChipOrderEntry* entry) {
  const Selection prices = SelectAmount(standing, &pb::ChipOrder::unit_price);
  const Selection totals = SelectAmount(standing, &pb::ChipOrder::total);
  for (size_t i = 0; i < prices.ranked.size() && i <= size_t{kMaxShown}; ++i) {
    const Ranked& price = prices.ranked[i];
    pb::AmountFigure* figure =
        i == 0 ? entry->mutable_unit_price() : entry->add_unit_price_alternatives();
    *figure = AmountFigureOf(price, OrderOf(*price.lead().claim).unit_price());
  }
  if (!totals.empty()) {
    const Ranked& total = totals.selected();
    *entry->mutable_value() = AmountFigureOf(total, OrderOf(*total.lead().claim).total());
  } else if (!prices.empty()) {
    DeriveValue(prices.selected(), entry);
  }
}

}  // namespace chipline::timeline
