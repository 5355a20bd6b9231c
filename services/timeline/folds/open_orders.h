#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_OPEN_ORDERS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_OPEN_ORDERS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/order_tally.h"
#include "services/values/figures.h"

namespace chipline::timeline {

// A count of one order, in chips, and where it is from.
struct OrderCount {
  Range chips;
  // Never null.
  std::shared_ptr<const v1::QuantityFigure> figure;
};

// What is placed of one order, and what of that is done. What is absent, nobody speaks of, and is
// none; what reports speak of without a number is 0 or more.
struct PlacedOrder {
  OrderCount placed;
  // Or in use, whichever is more: stages are cumulative, so it is never their sum.
  std::optional<OrderCount> delivered;
  std::optional<OrderCount> cancelled;
};

// The larger of two counts of the same chips, which is no less than either.
OrderCount LargerOf(const OrderCount& a, const OrderCount& b);
// Placed less delivered and cancelled, never below 0.
Range OpenOf(const PlacedOrder& order);

// What several orders have open together, and what that is made of; `open` is known to be there.
struct OpenTogether {
  Range chips;
  // What is open is made of.
  v1::CountParts parts;
  v1::QuantityFigure placed;
  std::optional<v1::QuantityFigure> delivered;
  std::optional<v1::QuantityFigure> cancelled;
  v1::QuantityFigure open;
};

// The open orders of one chip, while some are added and others taken away. Those of named buyers
// count together (order_tally.h); each order of an open group stands beside them, since nobody said
// who is in the group. Not thread-safe.
class OpenOrders {
 public:
  // `subject` must stay where it is until the order is removed. `who` says whose it is; its count
  // is not looked at.
  void Add(std::string_view subject, bool open_group, const OrderShare& who, PlacedOrder order);
  // Does nothing for an order that was not added.
  void Remove(std::string_view subject);

  // Of the named buyers together or of one open group, whichever has more open at least (then at
  // most); nothing if nothing is placed.
  std::optional<OpenTogether> Most() const;

 private:
  struct Added {
    bool open_group = false;
    PlacedOrder order;
    Range open;
  };

  absl::flat_hash_map<std::string_view, Added> orders_;
  // Of named buyers.
  OrderTally placed_;
  OrderTally delivered_;
  OrderTally cancelled_;
  OrderTally open_;
  // Subjects of the orders of open groups, by what is open.
  std::map<OrderRank, Range> groups_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_OPEN_ORDERS_H_
