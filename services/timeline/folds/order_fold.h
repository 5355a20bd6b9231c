#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_

#include <cstddef>
#include <deque>
#include <map>
#include <string_view>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/ledger.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// What is known of one order, while rows are added at the end of those that it is made of: the
// ledger of its stages (ledger.h), its price and value, its gates (order_gates.h) and how they
// combine over the whole of valid time. An order that is CLEARED may be passed; the ledger alone
// says whether it was placed or shipped. Without a standing claim only the list of claims is left.
//
// Rows are sorted by position. All that it is made of must outlive it and stay where it is.
class OrderFold {
 public:
  // Takes up all rows that there are.
  OrderFold(const Rows& rows, const Effects& effects, const NamesAt& names);
  // Takes up one more row, the last, which must be Unlinked.
  void Add(const NamesAt& names) { TakeUp(rows_.size() - 1, names); }
  // `rules` are the export-rule entries for the order's chips and its destination, others are
  // passed over.
  v1::ChipOrderEntry Entry(const std::vector<v1::TimelineEntry>& rules);

 private:
  struct Stage {
    StageLine line;
    StageReadings readings;
    // What they say, once it is not stale.
    bool stale = true;
    v1::StageLedger ledger;
  };

  void TakeUp(size_t row, const NamesAt& names);
  void TakeUpSuperseded(const NamesAt& names);
  void AddEnded(const StageKey& key, Stage* stage) const;
  void AddFacts(const OrderFacts& facts, v1::ChipOrderEntry* entry) const;
  void AddStages(v1::ChipOrderEntry* entry);

  const Rows& rows_;
  const Effects& effects_;
  // The latest kMaxShown rows that are claims on it, and how many there were before these.
  std::deque<size_t> claims_;
  uint32_t earlier_claims_ = 0;
  // Of those that stand, as is the rest; gates also of superseded ones.
  RunningFacts facts_;
  std::map<StageKey, Stage> stages_;
  // Claims that links ended, by stage.
  std::map<StageKey, std::vector<OrderClaim>> ended_;
  OrderPrices prices_;
  // The most preferred one that states the time it is for.
  OrderClaim of_period_;
  FirstConditions conditions_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_
