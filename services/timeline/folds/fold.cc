#include "services/timeline/folds/fold.h"

#include <set>
#include <utility>

#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/entry_key.h"
#include "services/timeline/folds/order_fold.h"

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

void DependOnRules(const Rows& rows, const NamesAt& names, std::set<std::string>* prefixes) {
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

Dependencies DependenciesOf(const pb::EntryKey& key, const Rows& rows, const NamesAt& names) {
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
  return RunningFold(input.key, input.rows, names).Entry(input.dependencies, names);
}

RunningFold::RunningFold(const pb::EntryKey& key, const Rows& rows, const NamesAt& names)
    : key_(key), rows_(rows) {
  for (const Claim& row : rows) own_ += row.own ? 1 : 0;
  Start(names);
}

void RunningFold::Start(const NamesAt& names) {
  stale_ = false;
  if (key_.has_chip_order() || key_.key_case() == pb::EntryKey::KEY_NOT_SET) return;
  effects_ = ResolveLinks(rows_);
  unlinked_.emplace(rows_, effects_);
  if (key_.has_capex()) {
    kept_.emplace<CapexFold>(key_, rows_, effects_);
  } else if (key_.has_export_rule()) {
    kept_.emplace<RuleFold>(rows_, effects_, names);
  } else if (key_.has_chip_supply()) {
    kept_.emplace<SupplyFold>(rows_, effects_, names);
  } else {
    kept_.emplace<UsageFold>(rows_, effects_);
  }
}

void RunningFold::Add(const NamesAt& names) {
  own_ += rows_.back().own ? 1 : 0;
  if (!stale_) stale_ = !TakeUp(names);
}

bool RunningFold::TakeUp(const NamesAt& names) {
  if (!unlinked_) return true;
  if (!(*unlinked_)(rows_.back())) return false;
  effects_.emplace_back();
  if (auto* const capex = std::get_if<CapexFold>(&kept_)) return capex->Add();
  if (auto* const rule = std::get_if<RuleFold>(&kept_)) rule->Add(names);
  if (auto* const supply = std::get_if<SupplyFold>(&kept_)) supply->Add(names);
  if (auto* const usage = std::get_if<UsageFold>(&kept_)) usage->Add();
  return true;
}

pb::TimelineEntry RunningFold::Entry(const std::vector<pb::TimelineEntry>& dependencies,
                                     const NamesAt& names) {
  pb::TimelineEntry entry;
  entry.set_entry_id(EntryId(key_));
  *entry.mutable_key() = key_;
  if (own_ == 0) return entry;
  if (stale_) Start(names);
  entry.set_last_position(rows_.back().position());
  entry.set_claim_count(own_);
  switch (key_.key_case()) {
    case pb::EntryKey::kCapex:
      *entry.mutable_capex() = std::get<CapexFold>(kept_).Entry();
      return AddDependencies(std::move(entry), dependencies);
    case pb::EntryKey::kExportRule:
      *entry.mutable_export_rule() = std::get<RuleFold>(kept_).Entry(names);
      break;
    case pb::EntryKey::kChipOrder:
      *entry.mutable_chip_order() = FoldChipOrder(key_, rows_, dependencies, names);
      break;
    case pb::EntryKey::kChipSupply:
      *entry.mutable_chip_supply() = std::get<SupplyFold>(kept_).Entry(names);
      break;
    case pb::EntryKey::kUsage:
      *entry.mutable_usage() = std::get<UsageFold>(kept_).Entry();
      break;
    case pb::EntryKey::KEY_NOT_SET:
      break;
  }
  return entry;
}

}  // namespace chipline::timeline
