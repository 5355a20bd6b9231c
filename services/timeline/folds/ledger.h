#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/selector.h"
#include "services/timeline/folds/stage_readings.h"

namespace chipline::timeline {

// What the standing claims of an order say of quantities and prices, while they are added. The
// claims must outlive it all and stay where they are. Not thread-safe; movable.

// A stage, and how a claim speaks of it: what is expected never mixes with what happened.
using StageKey = std::pair<v1::OrderStage, v1::Modality>;
StageKey StageOf(const OrderClaim& claim);

// The conditions of several claims, each once: the first kMaxShown, and how many more there are.
// Refers to the claims.
class FirstConditions {
 public:
  void Add(const OrderClaim& claim);
  // Sets conditions and conditions_omitted.
  template <typename Shown>
  void Show(Shown* shown) const {
    shown->mutable_conditions()->Add(first_.begin(), first_.end());
    shown->set_conditions_omitted(static_cast<uint32_t>(all_.size() - first_.size()));
  }

 private:
  std::vector<std::string> first_;
  absl::flat_hash_set<std::string_view> all_;
};

// The claims of one StageKey. Quantities are cumulative, so nothing is added up. Where claims state
// days, a count of a day that surely lies before another's is an earlier reading: it is not weighed
// against the later one, and agrees with it unless it is larger. A count that is stated without a
// number is an alternative by the rule no_figure, and agrees with nothing.
class StageLine {
 public:
  // `days` are those that the claim states for the stage, if it does.
  void Add(const OrderClaim& claim, const std::optional<DaySpan>& days);
  // One that links ended: what its speaker said before does not come back.
  void AddEnded(const OrderClaim& claim);
  // What policy makes of the latest counts.
  Selection Select();
  // Without the stage and modality. Costs what a Selector's Select does, of the latest counts and
  // of the earlier ones, and, if a newer day made earlier ones of some, making a Selector anew.
  v1::StageLedger Fold();
  // The first claim that was added; there is one.
  const OrderClaim& first() const { return first_; }

 private:
  void AddCount(const OrderClaim& claim, const std::optional<DaySpan>& days);
  void MoveEarlier();
  void FoldCounts(v1::StageLedger* ledger);

  OrderClaim first_;
  std::vector<OrderClaim> ended_;
  // The claims whose counts are weighed against each other: those without a stated day, and the
  // others by the last one that it may be.
  std::vector<OrderClaim> undated_;
  std::multimap<CivilDay, OrderClaim> dated_;
  // What surely ended before it is earlier.
  CivilDay newest_ = kDawn;
  Selector latest_;
  // Whether the latest ones are to be weighed anew, since some are no more.
  bool moved_ = false;
  Selector earlier_;
  // The most preferred claims that state a count in words alone ("hundreds of thousands").
  std::vector<OrderClaim> uncounted_;
  uint32_t more_uncounted_ = 0;
  // The most preferred one that states a day.
  OrderClaim of_date_;
  FirstConditions conditions_;
};

// By stage, then modality.
using StageLines = std::map<StageKey, StageLine>;

// The claims' prices.
class OrderPrices {
 public:
  void Add(const OrderClaim& claim);
  // One that links ended.
  void AddEnded(const OrderClaim& claim);
  // Sets unit_price and value, each with its alternatives and whether they agree. The value is the
  // total as stated, else computed from the number of chips and the unit price. The number is that
  // of the first stage in kStagesOfSize (ledger.cc) that has one. `entry` must have its stages.
  void Fold(v1::ChipOrderEntry* entry);

 private:
  Selector prices_;
  Selector totals_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_
