#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/ordered_quantity.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {

// What is known of the supply of one chip, while rows are added at the end of those that it is made
// of. The rows are claims on its supply and orders of it, sorted by position. All that it is made
// of must outlive it and stay where it is.
//
// Of each holder, metric and customer the claims of the latest day (`as_of`, else publication) are
// weighed by policy. A count that a report gives for several chips together bounds each of them
// from above, and says no more. The shortfall is the largest quantity placed less all stock that is
// for anybody.
class SupplyFold {
 public:
  // Takes up all rows that there are.
  SupplyFold(const Rows& rows, const Effects& effects, const NamesAt& names);
  // Takes up one more row, the last, which must be Unlinked.
  void Add(const NamesAt& names) { TakeUp(rows_.size() - 1, names); }
  v1::ChipSupplyEntry Entry(const NamesAt& names);

 private:
  // Holder, metric, customer.
  using HolderKey = std::tuple<std::string, v1::SupplyMetric, std::string>;
  struct Holder {
    // The latest kMaxShown of its rows, and how many there were before these.
    std::deque<size_t> rows;
    uint32_t earlier_rows = 0;
    // The latest day that has a claim with a count, and the claims of that day.
    std::string latest_day;
    Selector candidates;
    // The latest standing claim, by day, then by policy; null if none stands.
    const Claim* latest = nullptr;

    // What it says, and the selected count in chips, if it has one; once it is not stale.
    bool stale = false;
    v1::HolderSupply supply;
    std::optional<Range> chips;
  };

  void TakeUp(size_t row, const NamesAt& names);
  static void Weigh(const Claim& claim, const Effect& effect, size_t chips, Holder* holder);
  using Holders = std::map<HolderKey, Holder>;

  void Settle(const HolderKey& key, Holder* holder) const;
  void AddLatest(v1::ChipSupplyEntry* entry) const;
  std::optional<v1::QuantityFigure> Shortfall(
      const std::vector<v1::OrderedQuantity>& ordered) const;

  const Rows& rows_;
  const Effects& effects_;
  Holders holders_;
  // Those that are stale, and all by their latest row.
  std::vector<Holders::iterator> stale_;
  std::map<size_t, Holders::const_iterator> by_latest_row_;
  OrderedQuantities ordered_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_
