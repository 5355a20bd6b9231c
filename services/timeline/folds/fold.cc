#include "services/timeline/folds/fold.h"

#include <memory>
#include <type_traits>
#include <utility>

#include "services/kinds/entry_key.h"
#include "services/timeline/folds/capex_beside.h"
#include "services/timeline/folds/capex_fold.h"
#include "services/timeline/folds/order_fold.h"
#include "services/timeline/folds/readings_fold.h"
#include "services/timeline/folds/rule_fold.h"
#include "services/timeline/folds/supply_fold.h"

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

// The fold of one kind; `put` writes what it gives into the entry.
template <typename Fold, typename PutInto>
class Kept final : public KindFold {
 public:
  template <typename... Arguments>
  explicit Kept(PutInto put, Arguments&&... arguments)
      : put_(std::move(put)), fold_(std::forward<Arguments>(arguments)...) {}

  bool Add(const NamesAt& names) override {
    if constexpr (requires(Fold fold) { fold.Add(names); }) {
      fold_.Add(names);
      return true;
    } else if constexpr (std::is_same_v<decltype(fold_.Add()), bool>) {
      return fold_.Add();
    } else {
      fold_.Add();
      return true;
    }
  }
  void Put(const std::vector<pb::TimelineEntry>& dependencies, const NamesAt& names,
           pb::TimelineEntry* entry) override {
    put_(fold_, dependencies, names, entry);
  }
  size_t bytes() const override {
    if constexpr (requires(const Fold& fold) { fold.bytes(); }) return fold_.bytes();
    return 0;
  }

 private:
  const PutInto put_;
  Fold fold_;
};

template <typename Fold, typename PutInto, typename... Arguments>
std::unique_ptr<KindFold> Keep(PutInto put, Arguments&&... arguments) {
  return std::make_unique<Kept<Fold, PutInto>>(std::move(put),
                                               std::forward<Arguments>(arguments)...);
}

// Null for a key without a kind.
std::unique_ptr<KindFold> FoldOf(const pb::EntryKey& key, const Rows& rows, const Effects& effects,
                                 const NamesAt& names) {
  using Entries = std::vector<pb::TimelineEntry>;
  switch (key.key_case()) {
    case pb::EntryKey::kCapex:
      return Keep<CapexFold>(
          [](CapexFold& fold, const Entries& others, const NamesAt&, pb::TimelineEntry* entry) {
            *entry->mutable_capex() = fold.Entry();
            *entry = AddDependencies(std::move(*entry), others);
          },
          key, rows, effects);
    case pb::EntryKey::kExportRule:
      return Keep<RuleFold>(
          [](RuleFold& fold, const Entries&, const NamesAt& at, pb::TimelineEntry* entry) {
            *entry->mutable_export_rule() = fold.Entry(at);
          },
          rows, effects, names);
    case pb::EntryKey::kChipOrder:
      return Keep<OrderFold>(
          [](OrderFold& fold, const Entries& rules, const NamesAt&, pb::TimelineEntry* entry) {
            *entry->mutable_chip_order() = fold.Entry(rules);
          },
          rows, effects, names);
    case pb::EntryKey::kChipSupply:
      return Keep<SupplyFold>(
          [](SupplyFold& fold, const Entries&, const NamesAt& at, pb::TimelineEntry* entry) {
            *entry->mutable_chip_supply() = fold.Entry(at);
          },
          rows, effects, names);
    case pb::EntryKey::kUsage:
      return Keep<UsageFold>([](UsageFold& fold, const Entries&, const NamesAt&,
                                pb::TimelineEntry* entry) { *entry->mutable_usage() = fold.Get(); },
                             rows, effects);
    case pb::EntryKey::kPrice:
      return Keep<PriceFold>([](PriceFold& fold, const Entries&, const NamesAt&,
                                pb::TimelineEntry* entry) { *entry->mutable_price() = fold.Get(); },
                             rows, effects);
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
  entry.set_entry_id(kinds::EntryId(key_));
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
