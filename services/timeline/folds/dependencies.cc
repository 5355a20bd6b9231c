#include "services/timeline/folds/dependencies.h"

#include <optional>
#include <string_view>
#include <utility>

#include "services/kinds/entry_key.h"
#include "services/timeline/folds/capex_keys.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr char kAllRules[] = "rule/";

void DependOnCapex(const pb::EntryKey& key, std::set<std::string>* ids) {
  const std::optional<pb::EntryKey> before = YearBeforeKey(key);
  if (before) {
    ids->insert(kinds::EntryId(*before));
    ids->insert(kinds::EntryId(*YearBeforeActualKey(key)));
  }
  if (!IsGroup(key)) return;
  const std::optional<pb::EntryKey> after = YearAfterKey(key);
  for (const std::string& company : key.capex().companies()) {
    ids->insert(kinds::EntryId(MemberKey(key, company)));
    if (after) ids->insert(kinds::EntryId(MemberKey(*after, company)));
  }
}

}  // namespace

Dependencies DependenciesOf(const pb::EntryKey& key, const Rows& rows, const NamesAt& names) {
  RunningDependencies dependencies(key);
  for (const Claim& row : rows) dependencies.Add(row, names);
  return dependencies.Get();
}

Dependencies RulesThatMayBeOf(std::string_view chip, std::string_view destination) {
  std::set<std::string> prefixes = {kinds::RulePrefix(kinds::kAnyGroup)};
  for (const std::string_view each : {chip, std::string_view()}) {
    for (const std::string_view place : {destination, std::string_view(), kinds::kAnyGroup}) {
      prefixes.insert(kinds::RulePrefix(each, place));
    }
  }
  return {{}, {prefixes.begin(), prefixes.end()}};
}

bool IsDependency(const pb::EntryKey& key) { return key.has_capex() || key.has_export_rule(); }

RunningDependencies::RunningDependencies(const pb::EntryKey& key)
    : of_order_(key.has_chip_order()) {
  if (!key.has_capex()) return;
  DependOnCapex(key, &ids_);
  // Ids of entries that say more begin with it. Those of one claim alone have none beside them.
  if (key.capex().claim_event_id().empty() && key.capex().region().empty()) {
    prefixes_.insert(kinds::EntryId(key) + "/");
  }
}

void RunningDependencies::Add(const Claim& row, const NamesAt& names) {
  if (!of_order_) return;
  linked_ |= row.event.event().links_size() > 0;
  if (!row.own || !row.event.event().has_chip_order()) return;
  const pb::ChipOrder& order = row.event.event().chip_order();
  for (const pb::Ref& chip : order.chips()) {
    chips_.insert(names.Chip(chip));
    any_chip_ |= chip.open_group();
  }
  if (order.has_destination()) {
    destinations_.insert(names.Place(order.destination()));
    any_destination_ |= order.destination().open_group();
  } else {
    without_destination_ = true;
  }
}

Dependencies RunningDependencies::Get() const {
  if (!of_order_ || chips_.empty()) {
    return {{ids_.begin(), ids_.end()}, {prefixes_.begin(), prefixes_.end()}};
  }
  if (any_chip_) return {{}, {kAllRules}};
  std::set<std::string> prefixes;
  if (any_destination_ || (without_destination_ && (linked_ || destinations_.empty()))) {
    prefixes = {kinds::RulePrefix(""), kinds::RulePrefix(kinds::kAnyGroup)};
    for (const std::string& chip : chips_) prefixes.insert(kinds::RulePrefix(chip));
    return {{}, {prefixes.begin(), prefixes.end()}};
  }
  for (const std::string& chip : chips_) {
    for (const std::string& destination : destinations_) {
      const Dependencies of_both = RulesThatMayBeOf(chip, destination);
      prefixes.insert(of_both.prefixes.begin(), of_both.prefixes.end());
    }
  }
  return {{}, {prefixes.begin(), prefixes.end()}};
}

}  // namespace chipline::timeline
