#include "services/timeline/folds/fold.h"

#include <utility>

#include "services/timeline/folds/capex_beside.h"
#include "services/timeline/folds/entry_key.h"

namespace chipline::timeline {

namespace pb = chipline::v1;

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
  effects_ = ResolveLinks(rows_);
  unlinked_.emplace(rows_, effects_);
  if (key_.has_capex()) {
    kept_.emplace<CapexFold>(key_, rows_, effects_);
  } else if (key_.has_export_rule()) {
    kept_.emplace<RuleFold>(rows_, effects_, names);
  } else if (key_.has_chip_supply()) {
    kept_.emplace<SupplyFold>(rows_, effects_, names);
  } else if (key_.has_chip_order()) {
    kept_.emplace<OrderFold>(rows_, effects_, names);
  } else if (key_.has_usage()) {
    kept_.emplace<UsageFold>(rows_, effects_);
  }
}

void RunningFold::Add(const NamesAt& names) {
  own_ += rows_.back().own ? 1 : 0;
  if (!stale_) stale_ = !TakeUp(names);
}

bool RunningFold::TakeUp(const NamesAt& names) {
  if (!(*unlinked_)(rows_.back())) return false;
  effects_.emplace_back();
  if (auto* const capex = std::get_if<CapexFold>(&kept_)) return capex->Add();
  if (auto* const rule = std::get_if<RuleFold>(&kept_)) rule->Add(names);
  if (auto* const supply = std::get_if<SupplyFold>(&kept_)) supply->Add(names);
  if (auto* const order = std::get_if<OrderFold>(&kept_)) order->Add(names);
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
      *entry.mutable_chip_order() = std::get<OrderFold>(kept_).Entry(dependencies);
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

size_t RunningFold::bytes() const {
  const auto* const rule = std::get_if<RuleFold>(&kept_);
  return rule == nullptr ? 0 : rule->bytes();
}

}  // namespace chipline::timeline
