#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_TALLY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/inlined_vector.h"

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/range_total.h"
#include "services/values/figures.h"

namespace chipline::timeline {

// What one order has of a count over orders, in chips.
struct OrderShare {
  Range chips;
  // Whether its reports give it an order_id.
  bool has_id = false;
  // Numbers of its buyers, each once.
  absl::InlinedVector<size_t, 2> buyers;
  // Where the count is from; never null.
  std::shared_ptr<const v1::QuantityFigure> figure;
};

// Orders with the larger first, by what they are at least; then by subject, which is not owned.
struct OrderRank {
  Decimal size;
  std::string_view subject;

  static OrderRank Of(std::string_view subject, const Range& chips) {
    return {chips.low.value_or(Decimal()), subject};
  }
  friend bool operator<(const OrderRank& a, const OrderRank& b) {
    return std::tie(b.size, a.subject) < std::tie(a.size, b.subject);
  }
};

// The count of several orders together, while some are added and others taken away.
//
// Orders with ids of their own are different ones, and so are orders that share no buyer: such are
// added. An order without an id may be any other one that shares a buyer with it. Together they are
// at least what orders make up that are surely different, as many as are found, and at most the sum
// of all.
//
// Costs nothing that grows with the orders, unless there are some without an id that may be others.
// Not thread-safe.
class OrderTally {
 public:
  // `subject` must stay where it is until the order is removed.
  void Add(std::string_view subject, OrderShare share);
  // One that was added, with the same chips.
  void Remove(std::string_view subject, const Range& chips);

  // All together. Nothing without orders.
  std::optional<Range> Chips() const;
  // The same with its grounds; of a single order its own figure.
  std::optional<v1::QuantityFigure> Figure() const;

 private:
  // Whether some orders may be one, and what they surely are together.
  struct Least {
    bool may_be_one = false;
    Int128 nanos = 0;
  };
  Least LeastOf() const;
  void CountBuyers(const OrderShare& share, int sign);

  std::map<OrderRank, OrderShare> shares_;
  RangeTotal total_;
  // How many orders each buyer has, and how many buyers have several.
  std::vector<int> orders_of_;
  size_t shared_buyers_ = 0;
  size_t with_id_ = 0;
  // How many events all figures rest on.
  size_t event_ids_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_TALLY_H_
