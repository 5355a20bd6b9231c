#include "services/timeline/folds/order_fold.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/ledger.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/order_gates.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void AddFacts(const OrderFacts& facts, pb::ChipOrderEntry& entry) {
  for (const std::string& buyer : facts.buyers) entry.add_buyers(buyer);
  for (const std::string& chip : facts.chips) entry.add_chips(chip);
  entry.set_buyers_omitted(static_cast<uint32_t>(facts.buyers_omitted));
  entry.set_chips_omitted(static_cast<uint32_t>(facts.chips_omitted));
  entry.set_open_group(facts.open_group);
  entry.set_supplier(facts.supplier);
  entry.set_destination(facts.destination);
  entry.set_destination_inferred(facts.destination_inferred);
}

// The latest kMaxShown, by position.
void AddClaims(const std::vector<OrderClaim>& all, pb::ChipOrderEntry& entry) {
  const size_t shown = std::min(all.size(), size_t{kMaxShown});
  for (size_t i = all.size() - shown; i < all.size(); ++i) {
    *entry.add_claims() = SummaryOf(*all[i].claim, *all[i].effect);
  }
}

void AddConditions(const std::vector<OrderClaim>& standing, pb::ChipOrderEntry& entry) {
  for (const OrderClaim& each : standing) {
    for (const std::string& condition : each.order().conditions()) {
      const auto& known = entry.conditions();
      if (entry.conditions_size() >= kMaxShown) return;
      if (std::find(known.begin(), known.end(), condition) == known.end()) {
        entry.add_conditions(condition);
      }
    }
  }
}

void AddPeriod(std::vector<OrderClaim> standing, pb::ChipOrderEntry& entry) {
  std::sort(standing.begin(), standing.end(), Preferred);
  const auto with_period =
      std::find_if(standing.begin(), standing.end(),
                   [](const OrderClaim& each) { return each.order().has_for_period(); });
  if (with_period != standing.end()) {
    *entry.mutable_for_period() = with_period->order().for_period();
  }
}

}  // namespace

pb::ChipOrderEntry FoldChipOrder(const pb::EntryKey& /*key*/, const Rows& rows,
                                 const std::vector<pb::TimelineEntry>& rules,
                                 const NamesAt& names) {
  const Effects effects = ResolveLinks(rows);
  std::vector<OrderClaim> all;
  std::vector<OrderClaim> standing;
  std::vector<OrderClaim> superseded;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].own || !rows[i].event.event().has_chip_order()) continue;
    const OrderClaim each{&rows[i], &effects[i]};
    all.push_back(each);
    if (effects[i].standing == pb::STANDING_STANDING) standing.push_back(each);
    if (effects[i].standing == pb::STANDING_SUPERSEDED) superseded.push_back(each);
  }

  pb::ChipOrderEntry entry;
  const OrderFacts facts = ReadOrderFacts(standing, superseded, rows, names);
  AddFacts(facts, entry);
  for (pb::StageLedger& stage : FoldStages(standing)) *entry.add_stages() = std::move(stage);
  FoldPrices(standing, &entry);
  GatesInTime gates = GatesOverTime(facts, rules);
  for (pb::OrderInterval& interval : gates.intervals) {
    *entry.add_intervals() = std::move(interval);
  }
  entry.set_omitted_before(gates.omitted_before);
  AddPeriod(standing, entry);
  AddClaims(all, entry);
  AddConditions(standing, entry);
  return entry;
}

}  // namespace chipline::timeline
