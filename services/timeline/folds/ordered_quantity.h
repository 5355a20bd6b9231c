#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/ledger.h"
#include "services/timeline/folds/open_orders.h"
#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/order_tally.h"

namespace chipline::timeline {

// How many orders a stage names.
inline constexpr int kMaxOrders = 64;

// What is ordered of one chip, by stage and by how the reports speak of it, while claims on orders
// are added. The figure of an order at a stage is that of its ledger (ledger.h). Orders of named
// buyers count together (order_tally.h); orders of open groups stand beside them, since nobody said
// who is in the group.
class OrderedQuantities {
 public:
  // A standing claim on an order, which must outlive this.
  void Add(const OrderClaim& claim, const NamesAt& names);
  // One that links ended, before any is added: what its speaker said before does not come back.
  void AddEnded(const OrderClaim& claim, const NamesAt& names);
  // Folds the orders that were added to anew, and passes over the others.
  std::vector<v1::OrderedQuantity> Fold(const NamesAt& names);
  // What is placed and not done yet, as of the last Fold.
  std::optional<OpenTogether> Open() const { return open_.Most(); }

 private:
  // One order, by the claims on it that stand.
  struct Order {
    std::set<std::string> buyers;
    bool open_group = false;
    bool has_id = false;
    StageLines lines;
    // Where it stands in stages_, with the count if it has one.
    std::vector<std::pair<StageKey, std::optional<Range>>> standing;
    bool stale = false;
  };
  struct Stage {
    std::set<std::string_view> subjects;
    OrderTally named;
    std::map<OrderRank, std::shared_ptr<const v1::QuantityFigure>> open_groups;
  };
  using Counts = std::map<StageKey, OrderCount>;

  StageLine& LineOf(const std::string& subject, const StageKey& key, Order* order) const;
  // Of each line that states a number which says something of this chip.
  Counts CountsOf(Order* order, const NamesAt& names) const;
  std::optional<PlacedOrder> PlacedOf(const Order& order, const Counts& counts) const;
  OrderShare ShareOf(const Order& order);
  void Place(std::string_view subject, Order* order, const NamesAt& names);
  void Remove(std::string_view subject, Order* order);

  // By name.
  absl::flat_hash_map<std::string, size_t> buyers_;
  // By subject.
  std::map<std::string, Order> orders_;
  std::map<std::string, std::vector<OrderClaim>> ended_;
  std::vector<std::map<std::string, Order>::iterator> stale_;
  std::map<StageKey, Stage> stages_;
  OpenOrders open_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
