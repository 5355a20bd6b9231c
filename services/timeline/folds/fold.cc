#include "services/timeline/folds/fold.h"

#include <memory>
#include <utility>

#include "services/timeline/folds/capex_beside.h"
#include "services/timeline/folds/capex_fold.h"
#include "services/timeline/folds/entry_key.h"
#include "services/timeline/folds/order_fold.h"
#include "services/timeline/folds/rule_fold.h"
#include "services/timeline/folds/supply_fold.h"
#include "services/timeline/folds/usage_fold.h"

namespace chipline::timeline {

namespace pb = chipline::v1;

class KindFold {
 public:
  KindFold() = default;
  KindFold(const KindFold&) = delete;
  KindFold& operator=(const KindFold&) = delete;
  virtual ~KindFold() = default;

  // Takes up the last row. False: it cannot, and everything is to be folded anew.
  virtual bool Add(const NamesAt& names) = 0;
  virtual void Put(const std::vector<pb::TimelineEntry>& dependencies, const NamesAt& names,
                   pb::TimelineEntry* entry) = 0;
  virtual size_t bytes() const { return 0; }
};

namespace {

using Entries = std::vector<pb::TimelineEntry>;

struct OfCapex final : KindFold {
  OfCapex(const pb::EntryKey& key, const Rows& rows, const Effects& effects)
      : fold(key, rows, effects) {}
  bool Add(const NamesAt& /*names*/) override { return fold.Add(); }
  void Put(const Entries& dependencies, const NamesAt& /*names*/,
           pb::TimelineEntry* entry) override {
    *entry->mutable_capex() = fold.Entry();
    *entry = AddDependencies(std::move(*entry), dependencies);
  }
  CapexFold fold;
};

struct OfRule final : KindFold {
  OfRule(const Rows& rows, const Effects& effects, const NamesAt& names)
      : fold(rows, effects, names) {}
  bool Add(const NamesAt& names) override {
    fold.Add(names);
    return true;
  }
  void Put(const Entries& /*dependencies*/, const NamesAt& names,
           pb::TimelineEntry* entry) override {
    *entry->mutable_export_rule() = fold.Entry(names);
  }
  size_t bytes() const override { return fold.bytes(); }
  RuleFold fold;
};

struct OfOrder final : KindFold {
  OfOrder(const Rows& rows, const Effects& effects, const NamesAt& names)
      : fold(rows, effects, names) {}
  bool Add(const NamesAt& names) override {
    fold.Add(names);
    return true;
  }
  void Put(const Entries& dependencies, const NamesAt& /*names*/,
           pb::TimelineEntry* entry) override {
    *entry->mutable_chip_order() = fold.Entry(dependencies);
  }
  OrderFold fold;
};

struct OfSupply final : KindFold {
  OfSupply(const Rows& rows, const Effects& effects, const NamesAt& names)
      : fold(rows, effects, names) {}
  bool Add(const NamesAt& names) override {
    fold.Add(names);
    return true;
  }
  void Put(const Entries& /*dependencies*/, const NamesAt& names,
           pb::TimelineEntry* entry) override {
    *entry->mutable_chip_supply() = fold.Entry(names);
  }
  SupplyFold fold;
};

struct OfUsage final : KindFold {
  OfUsage(const Rows& rows, const Effects& effects) : fold(rows, effects) {}
  bool Add(const NamesAt& /*names*/) override {
    fold.Add();
    return true;
  }
  void Put(const Entries& /*dependencies*/, const NamesAt& /*names*/,
           pb::TimelineEntry* entry) override {
    *entry->mutable_usage() = fold.Entry();
  }
  UsageFold fold;
};

std::unique_ptr<KindFold> FoldOf(const pb::EntryKey& key, const Rows& rows, const Effects& effects,
                                 const NamesAt& names) {
  switch (key.key_case()) {
    case pb::EntryKey::kCapex:
      return std::make_unique<OfCapex>(key, rows, effects);
    case pb::EntryKey::kExportRule:
      return std::make_unique<OfRule>(rows, effects, names);
    case pb::EntryKey::kChipOrder:
      return std::make_unique<OfOrder>(rows, effects, names);
    case pb::EntryKey::kChipSupply:
      return std::make_unique<OfSupply>(rows, effects, names);
    case pb::EntryKey::kUsage:
      return std::make_unique<OfUsage>(rows, effects);
    case pb::EntryKey::KEY_NOT_SET:
      break;
  }
  return nullptr;
}

}  // namespace

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

RunningFold::~RunningFold() = default;

void RunningFold::Start(const NamesAt& names) {
  stale_ = false;
  effects_ = ResolveLinks(rows_);
  unlinked_.emplace(rows_, effects_);
  kept_ = FoldOf(key_, rows_, effects_, names);
}

void RunningFold::Add(const NamesAt& names) {
  own_ += rows_.back().own ? 1 : 0;
  if (!stale_) stale_ = !TakeUp(names);
}

bool RunningFold::TakeUp(const NamesAt& names) {
  if (!(*unlinked_)(rows_.back())) return false;
  effects_.emplace_back();
  return kept_ == nullptr || kept_->Add(names);
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
  if (kept_ != nullptr) kept_->Put(dependencies, names, &entry);
  return entry;
}

size_t RunningFold::bytes() const { return kept_ == nullptr ? 0 : kept_->bytes(); }

}  // namespace chipline::timeline
