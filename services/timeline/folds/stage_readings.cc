#include "services/timeline/folds/stage_readings.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/rule_words.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

const pb::ChipOrder& OrderOf(const Ranked& ranked) {
  return ranked.lead().claim->event.event().chip_order();
}

}  // namespace

void StageReadings::Fold(pb::StageLedger* ledger) {
  auto reading = readings_.begin();
  if (readings_.size() > size_t{kMaxShown}) {
    reading = std::prev(readings_.end(), kMaxShown);
    ledger->set_readings_omitted(static_cast<uint32_t>(readings_.size()) - kMaxShown);
  }
  for (; reading != readings_.end(); ++reading) {
    auto& [fresh, weighed] = reading->second;
    if (weighed == nullptr) weighed = Begin(reading->first);
    if (!fresh.empty()) Weigh(fresh, weighed.get());
    fresh.clear();
    *ledger->add_readings() = weighed->said;
  }
}

std::unique_ptr<StageReadings::Weighed> StageReadings::Begin(const Days& days) const {
  auto weighed = std::make_unique<Weighed>();
  const auto ended = ended_.find(days);
  if (ended == ended_.end()) return weighed;
  for (const OrderClaim& claim : ended->second) {
    const auto candidate = CandidateOf(*claim.claim, *claim.effect, claim.order().quantity());
    if (candidate) weighed->counts.AddEnded(*candidate);
  }
  return weighed;
}

void StageReadings::Weigh(const std::vector<OrderClaim>& claims, Weighed* weighed) {
  pb::StageReading& said = weighed->said;
  if (!said.has_stage_date()) {
    *said.mutable_stage_date() = claims.front().order().stage_date();
  }
  for (const OrderClaim& claim : claims) {
    const pb::Quantity& quantity = claim.order().quantity();
    if (auto candidate = CandidateOf(*claim.claim, *claim.effect, quantity)) {
      weighed->counts.Add(*std::move(candidate));
    } else if (claim.order().has_quantity() && !AddUncounted(claim, &weighed->uncounted)) {
      ++weighed->more_uncounted;
    }
  }
  said.clear_alternatives();
  const Selection selection = weighed->counts.Select(pb::REASON_KIND_ONLY_COUNT_OF_STAGE);
  said.set_agreement(selection.agreement);
  said.set_alternatives_omitted(selection.omitted + weighed->more_uncounted);
  for (const Ranked& ranked : selection.ranked) {
    const bool first = &ranked == &selection.ranked.front();
    (first ? *said.mutable_selected() : *said.add_alternatives()) = StageCount(ranked);
  }
  for (const OrderClaim& claim : weighed->uncounted) {
    if (pb::QuantityFigure* figure = AddAlternative(&said)) *figure = UncountedFigure(claim);
  }
  if (selection.empty()) return;
  *said.mutable_stage_date() = OrderOf(selection.selected()).stage_date();
  if (said.selected().quantity().unit() == pb::UNIT_CHIP) return;
  said.clear_chips();
  const auto chips = ChipsFigureOf(selection.selected(), OrderOf(selection.selected()).quantity());
  if (chips) *said.mutable_chips() = *chips;
}

bool FitsBefore(const Range& earlier, std::string_view earlier_unit, const Range& later,
                std::string_view later_unit) {
  const bool larger =
      earlier.low && later.high && *earlier.low > *later.high && !Agree(earlier, later);
  return earlier_unit == later_unit && !larger;
}

pb::QuantityFigure StageCount(const Ranked& ranked) {
  return QuantityFigureOf(ranked, OrderOf(ranked).quantity());
}

pb::QuantityFigure UncountedFigure(const OrderClaim& claim) {
  pb::QuantityFigure figure;
  *figure.mutable_quantity() = claim.order().quantity();
  *figure.mutable_grounds() = GroundsOf({claim.claim->event_id()}, rules::kNoFigure,
                                        ReasonOf(pb::REASON_KIND_COUNT_WITHOUT_NUMBER), false);
  *figure.mutable_claim() = SummaryOf(*claim.claim, *claim.effect);
  return figure;
}

void MarkEarlier(bool fits, pb::QuantityFigure* figure) {
  figure->set_agrees(fits);
  figure->mutable_grounds()->set_rule(std::string(rules::kEarlierReading));
  SetReason(ReasonOf(pb::REASON_KIND_EARLIER_READING), figure->mutable_grounds());
}

bool AddUncounted(const OrderClaim& claim, std::vector<OrderClaim>* uncounted) {
  uncounted->insert(std::upper_bound(uncounted->begin(), uncounted->end(), claim, Preferred),
                    claim);
  if (uncounted->size() <= size_t{kMaxShown}) return true;
  uncounted->pop_back();
  return false;
}

}  // namespace chipline::timeline
