#include "services/timeline/folds/order_fold.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/order_gates.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

bool IsClaim(const Claim& row) { return row.own && row.event.event().has_chip_order(); }

}  // namespace

OrderFold::OrderFold(const Rows& rows, const Effects& effects, const NamesAt& names)
    : rows_(rows), effects_(effects) {
  for (size_t row = 0; row < rows.size(); ++row) {
    if (!IsClaim(rows[row]) || effects[row].standing == pb::STANDING_STANDING) continue;
    const OrderClaim claim{&rows[row], &effects[row]};
    ended_[StageOf(claim)].push_back(claim);
    prices_.AddEnded(claim);
  }
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row, names);
  TakeUpSuperseded(names);
}

void OrderFold::TakeUp(size_t row, const NamesAt& names) {
  if (!IsClaim(rows_[row])) return;
  claims_.push_back(row);
  if (claims_.size() > size_t{kMaxShown}) {
    claims_.pop_front();
    ++earlier_claims_;
  }
  if (effects_[row].standing != pb::STANDING_STANDING) return;
  const OrderClaim claim{&rows_[row], &effects_[row]};
  facts_.Add(claim, names);
  const auto [at, first] = stages_.try_emplace(StageOf(claim));
  Stage& stage = at->second;
  if (first) AddEnded(at->first, &stage);
  const std::optional<DaySpan> days = SpanOf(claim.order().stage_date());
  stage.line.Add(claim, days);
  if (days) stage.readings.Add(claim, *days);
  stage.stale = true;
  prices_.Add(claim);
  const bool preferred = of_period_.claim == nullptr || Preferred(claim, of_period_);
  if (claim.order().has_for_period() && preferred) of_period_ = claim;
  conditions_.Add(claim);
}

void OrderFold::AddEnded(const StageKey& key, Stage* stage) const {
  const auto ended = ended_.find(key);
  if (ended == ended_.end()) return;
  for (const OrderClaim& claim : ended->second) {
    stage->line.AddEnded(claim);
    const std::optional<DaySpan> days = SpanOf(claim.order().stage_date());
    if (days) stage->readings.AddEnded(claim, *days);
  }
}

// Only links supersede, so rows that are added later do not.
void OrderFold::TakeUpSuperseded(const NamesAt& names) {
  std::vector<size_t> superseded;
  for (size_t row = 0; row < rows_.size(); ++row) {
    if (!IsClaim(rows_[row]) || effects_[row].standing != pb::STANDING_SUPERSEDED) continue;
    superseded.push_back(row);
  }
  if (superseded.empty()) return;
  absl::flat_hash_map<std::string_view, const Claim*> by_id;
  for (const Claim& row : rows_) by_id[row.event_id()] = &row;
  for (const size_t row : superseded) {
    const auto successor = by_id.find(effects_[row].ended_by);
    if (successor == by_id.end()) continue;
    facts_.AddEnded({&rows_[row], &effects_[row]}, successor->second->published, names);
  }
}

void OrderFold::AddFacts(const OrderFacts& facts, pb::ChipOrderEntry* entry) const {
  entry->mutable_buyers()->Add(facts.buyers.begin(), facts.buyers.end());
  entry->mutable_chips()->Add(facts.chips.begin(), facts.chips.end());
  entry->set_buyers_omitted(static_cast<uint32_t>(facts.buyers_omitted));
  entry->set_chips_omitted(static_cast<uint32_t>(facts.chips_omitted));
  entry->set_open_group(facts.open_group);
  entry->set_supplier(facts.supplier);
  entry->set_destination(facts.destination);
  entry->set_destination_inferred(facts.destination_inferred);
  for (const Destination& place : facts.other_destinations) {
    entry->add_other_destinations(place.id);
  }
  entry->set_other_destinations_omitted(static_cast<uint32_t>(facts.other_destinations_omitted));
}

void OrderFold::AddStages(pb::ChipOrderEntry* entry) {
  for (auto& [key, stage] : stages_) {
    if (stage.stale) {
      stage.ledger = stage.line.Fold();
      stage.readings.Fold(&stage.ledger);
      stage.ledger.set_stage(key.first);
      stage.ledger.set_modality(key.second);
      stage.stale = false;
    }
    *entry->add_stages() = stage.ledger;
  }
}

pb::ChipOrderEntry OrderFold::Entry(const std::vector<pb::TimelineEntry>& rules) {
  pb::ChipOrderEntry entry;
  const OrderFacts& facts = facts_.Facts();
  AddFacts(facts, &entry);
  AddStages(&entry);
  prices_.Fold(&entry);
  AddIntervals(facts, rules, &entry);
  if (of_period_.claim != nullptr) *entry.mutable_for_period() = of_period_.order().for_period();
  for (const size_t row : claims_) *entry.add_claims() = SummaryOf(rows_[row], effects_[row]);
  entry.set_claims_omitted(earlier_claims_);
  conditions_.Show(&entry);
  return entry;
}

}  // namespace chipline::timeline
