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
#include "services/timeline/folds/shortfall.h"

namespace chipline::timeline {

// What is known of the supply of one chip, while rows are added at the end of those that it is made
// of. The rows are claims on its supply and orders of it, sorted by position. All that it is made
// of must outlive it and stay where it is.
//
// There is a reading for each holder, metric, customer and `as_of` (the same bounds, however
// worded); those that state none are one. Its claims are weighed by policy, those that report a
// count before those that expect one. Capacity and production of one holder and one day stay apart,
// but where surely more is made than could be, each conflicts with the other. A count that a report
// gives for several chips together bounds each of them from above, and says no more. The shortfall
// (shortfall.h) looks at the latest stock that is reported of each holder.
class SupplyFold {
 public:
  // Takes up all rows that there are.
  SupplyFold(const Rows& rows, const Effects& effects, const NamesAt& names);
  // Takes up one more row, the last, which must be Unlinked.
  void Add(const NamesAt& names) { TakeUp(rows_.size() - 1, names); }
  v1::ChipSupplyEntry Entry(const NamesAt& names);

 private:
  // What a reading is of. Readings of one holder, metric and customer are in order of time: without
  // a day, then an open start, and an open end last.
  struct ReadingKey {
    std::string holder;
    v1::SupplyMetric metric = v1::SUPPLY_METRIC_UNSPECIFIED;
    std::string customer;
    bool dated = false;
    std::string earliest;
    bool open_end = false;
    std::string latest;

    friend auto operator<=>(const ReadingKey& a, const ReadingKey& b) = default;
  };
  // The last day that a stock may be of, and the bounds as stated.
  using StockDay = std::tuple<std::string, std::string, std::string>;
  struct Reading {
    // The latest kMaxShown of its rows, and how many there were before these.
    std::deque<size_t> rows;
    uint32_t earlier_rows = 0;
    // Of the claims that stand: counts of what happened, and of what is expected.
    Selector reported;
    Selector expected;
    // The claim that policy prefers of those that stand; null if none does.
    const Claim* preferred = nullptr;

    // Whether its stock is to be looked at anew; and what it says, if that is known.
    bool stale = false;
    std::optional<v1::HolderSupply> said;
    // What is selected of `reported`, while an entry is made.
    std::optional<Selection> selected;
    // Where it stands in stocks_, if it does.
    std::optional<StockDay> stock_day;
  };
  using Readings = std::map<ReadingKey, Reading>;
  struct StockCount {
    Range chips;
    Readings::iterator reading;
  };
  // What one holder has in stock.
  using Stocks = std::map<StockDay, StockCount>;

  void TakeUp(size_t row, const NamesAt& names);
  static void Weigh(const Claim& claim, const Effect& effect, size_t chips, Reading* reading);
  void MarkStale(Readings::iterator at);
  // The capacity that a production is of, or the other way round; the end if there is none.
  Readings::iterator BesideOf(const ReadingKey& key);
  // What a reading says, which is made out only of those that are shown.
  const v1::HolderSupply& Said(Readings::iterator at);
  v1::HolderSupply Say(const ReadingKey& key, Reading* reading);
  void SetBeside(const ReadingKey& key, const Candidate& selected, bool reported,
                 v1::HolderSupply* supply);
  void PlaceStock(Readings::iterator at);
  void AddLatest(v1::ChipSupplyEntry* entry);
  std::optional<Stock> StockOfAll();

  const Rows& rows_;
  const Effects& effects_;
  Readings readings_;
  // Those that are stale, and all by their latest row.
  std::vector<Readings::iterator> stale_;
  std::map<size_t, Readings::iterator> by_latest_row_;
  // By holder: what is in stock for anybody.
  std::map<std::string, Stocks> stocks_;
  OrderedQuantities ordered_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_
