#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/ledger.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// How many orders a stage names.
inline constexpr int kMaxOrders = 64;

// What is ordered of one chip, by stage and by how the reports speak of it, while claims on orders
// are added. The figure of an order at a stage is that of its ledger (ledger.h). Across orders
// those of named buyers are added, each buyer at most once (the order with more comes first);
// orders of open groups stand beside them, since nobody said who is in the group.
class OrderedQuantities {
 public:
  // A standing claim on an order, which must outlive this.
  void Add(const OrderClaim& claim, const NamesAt& names);
  // Folds the orders that were added to anew, and passes over the others.
  std::vector<v1::OrderedQuantity> Fold(const NamesAt& names);

 private:
  // One order, by the claims on it that stand.
  struct Order {
    std::set<std::string> buyers;
    bool open_group = false;
    StageLines lines;
    // Where it stands in stages_.
    std::vector<std::pair<StageKey, Decimal>> standing;
    bool stale = false;
  };
  // An order's count at one stage, in chips of this kind. What is passed over each time lies
  // together, and the rest behind the pointer.
  struct Count {
    Range chips;
    bool open_group = false;
    // Numbers of its buyers.
    absl::InlinedVector<size_t, 2> buyers;
    int event_ids = 0;
    std::unique_ptr<const v1::QuantityFigure> figure;
  };
  // The larger first, by what it is at least; then by subject.
  struct Rank {
    Decimal size;
    std::string_view subject;

    friend bool operator<(const Rank& a, const Rank& b) {
      return std::tie(b.size, a.subject) < std::tie(a.size, b.subject);
    }
  };
  struct Stage {
    std::set<std::string_view> subjects;
    std::map<Rank, Count> counts;
  };

  std::optional<Count> CountOf(const Order& order, StageLine* line, const NamesAt& names);
  std::optional<v1::QuantityFigure> AddNamed(const Stage& stage) const;
  void Place(std::string_view subject, Order* order, const NamesAt& names);
  void Remove(std::string_view subject, Order* order);

  // By name.
  absl::flat_hash_map<std::string, size_t> buyers_;
  // By subject.
  std::map<std::string, Order> orders_;
  std::vector<std::map<std::string, Order>::iterator> stale_;
  std::map<StageKey, Stage> stages_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
