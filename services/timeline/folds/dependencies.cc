#include "services/timeline/folds/dependencies.h"

#include <optional>
#include <utility>

#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/entry_key.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void DependOnCapex(const pb::EntryKey& key, std::set<std::string>* ids) {
  const std::optional<pb::EntryKey> before = YearBeforeKey(key);
  if (before) ids->insert(EntryId(*before));
  if (!IsGroup(key)) return;
  const std::optional<pb::EntryKey> after = YearAfterKey(key);
  for (const std::string& company : key.capex().companies()) {
    ids->insert(EntryId(MemberKey(key, company)));
    if (after) ids->insert(EntryId(MemberKey(*after, company)));
  }
}

}  // namespace

Dependencies DependenciesOf(const pb::EntryKey& key, const Rows& rows, const NamesAt& names) {
  RunningDependencies dependencies(key);
  for (const Claim& row : rows) dependencies.Add(row, names);
  return dependencies.Get();
}

bool IsDependency(const pb::EntryKey& key) { return key.has_capex() || key.has_export_rule(); }

RunningDependencies::RunningDependencies(const pb::EntryKey& key)
    : of_order_(key.has_chip_order()) {
  if (key.has_capex()) DependOnCapex(key, &ids_);
}

void RunningDependencies::Add(const Claim& row, const NamesAt& names) {
  if (!of_order_ || !row.own || !row.event.event().has_chip_order()) return;
  const pb::ChipOrder& order = row.event.event().chip_order();
  for (std::string& chip : names.Chips(order.chips())) chips_.insert(std::move(chip));
  if (order.has_destination()) destinations_.insert(names.Place(order.destination()));
}

Dependencies RunningDependencies::Get() const {
  std::set<std::string> prefixes;
  for (const std::string& chip : chips_) {
    for (const std::string& destination : destinations_) {
      prefixes.insert(RulePrefix(chip, destination));
    }
  }
  return {{ids_.begin(), ids_.end()}, {prefixes.begin(), prefixes.end()}};
}

}  // namespace chipline::timeline
