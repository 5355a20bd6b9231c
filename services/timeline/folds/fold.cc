#include "services/timeline/folds/fold.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "services/timeline/folds/capex_fold.h"
#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/entry_key.h"
#include "services/timeline/folds/order_fold.h"
#include "services/timeline/folds/rule_fold.h"
#include "services/timeline/folds/supply_fold.h"
#include "services/timeline/folds/usage_fold.h"

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

void DependOnRules(const std::vector<Claim>& rows, const NamesAt& names,
                   std::set<std::string>* prefixes) {
  std::set<std::string> chips;
  std::set<std::string> destinations;
  for (const Claim& row : rows) {
    if (!row.own || !row.event.event().has_chip_order()) continue;
    const pb::ChipOrder& order = row.event.event().chip_order();
    for (std::string& chip : names.Chips(order.chips())) chips.insert(std::move(chip));
    if (order.has_destination()) destinations.insert(names.Place(order.destination()));
  }
  for (const std::string& chip : chips) {
    for (const std::string& destination : destinations) {
      prefixes->insert(RulePrefix(chip, destination));
    }
  }
}

}  // namespace

Dependencies DependenciesOf(const pb::EntryKey& key, const std::vector<Claim>& rows,
                            const NamesAt& names) {
  std::set<std::string> ids;
  std::set<std::string> prefixes;
  if (key.has_capex()) DependOnCapex(key, &ids);
  if (key.has_chip_order()) DependOnRules(rows, names, &prefixes);
  return {{ids.begin(), ids.end()}, {prefixes.begin(), prefixes.end()}};
}

bool IsDependency(const pb::EntryKey& key) { return key.has_capex() || key.has_export_rule(); }

pb::TimelineEntry AddDependencies(pb::TimelineEntry base,
                                  const std::vector<pb::TimelineEntry>& dependencies) {
  if (base.has_capex()) AddCapexDependencies(base.key(), dependencies, base.mutable_capex());
  return base;
}

pb::TimelineEntry Fold(const FoldInput& input, const NamesAt& names) {
  pb::TimelineEntry entry;
  entry.set_entry_id(EntryId(input.key));
  *entry.mutable_key() = input.key;
  const auto own =
      std::count_if(input.rows.begin(), input.rows.end(), [](const Claim& row) { return row.own; });
  if (own == 0) return entry;
  entry.set_last_position(input.rows.back().position());
  entry.set_claim_count(static_cast<uint32_t>(own));
  switch (input.key.key_case()) {
    case pb::EntryKey::kCapex:
      *entry.mutable_capex() = FoldCapex(input.key, input.rows);
      return AddDependencies(std::move(entry), input.dependencies);
    case pb::EntryKey::kExportRule:
      *entry.mutable_export_rule() = FoldExportRule(input.key, input.rows, names);
      break;
    case pb::EntryKey::kChipOrder:
      *entry.mutable_chip_order() = FoldChipOrder(input.key, input.rows, input.dependencies, names);
      break;
    case pb::EntryKey::kChipSupply:
      *entry.mutable_chip_supply() = FoldChipSupply(input.rows, names);
      break;
    case pb::EntryKey::kUsage:
      *entry.mutable_usage() = FoldUsage(input.rows);
      break;
    case pb::EntryKey::KEY_NOT_SET:
      break;
  }
  return entry;
}

}  // namespace chipline::timeline
