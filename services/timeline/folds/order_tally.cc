#include "services/timeline/folds/order_tally.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "services/timeline/folds/count_words.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

size_t EventIdsOf(const OrderShare& share) {
  const pb::Grounds& grounds = share.figure->grounds();
  return static_cast<size_t>(grounds.event_ids_size()) + grounds.event_ids_omitted();
}

// Buyers are in one group if they share an order, or each shares one with a third.
class BuyerGroups {
 public:
  explicit BuyerGroups(size_t buyers) : of_(buyers + 1) { std::iota(of_.begin(), of_.end(), 0); }

  void Join(const OrderShare& share) {
    for (const size_t buyer : share.buyers) of_[Find(buyer)] = Find(share.buyers.front());
  }
  // An order without buyers is in a group that nobody is in.
  size_t Of(const OrderShare& share) {
    return share.buyers.empty() ? of_.size() - 1 : Find(share.buyers.front());
  }
  size_t size() const { return of_.size(); }

 private:
  size_t Find(size_t buyer) {
    while (of_[buyer] != buyer) buyer = of_[buyer] = of_[of_[buyer]];
    return buyer;
  }

  std::vector<size_t> of_;
};

// Orders that are surely different, taken one after the other.
class Different {
 public:
  explicit Different(size_t groups)
      : has_order_(groups, false), has_order_without_id_(groups, false), least_(groups, 0) {}

  // False if the order may be one of those that were taken; then it is not taken.
  bool Take(const OrderShare& share, size_t group) {
    const std::vector<bool>& may_be_one = share.has_id ? has_order_without_id_ : has_order_;
    for (const size_t buyer : share.buyers) {
      if (may_be_one[buyer]) return false;
    }
    for (const size_t buyer : share.buyers) {
      has_order_[buyer] = true;
      if (!share.has_id) has_order_without_id_[buyer] = true;
    }
    least_[group] += RangeTotal::LeastOf(share.chips);
    return true;
  }
  Int128 LeastOf(size_t group) const { return least_[group]; }

 private:
  // By buyer.
  std::vector<bool> has_order_;
  std::vector<bool> has_order_without_id_;
  // By group of buyers.
  std::vector<Int128> least_;
};

}  // namespace

void OrderTally::Add(std::string_view subject, OrderShare share) {
  total_.Add(share.chips);
  CountBuyers(share, 1);
  with_id_ += share.has_id ? 1 : 0;
  event_ids_ += EventIdsOf(share);
  const OrderRank rank = OrderRank::Of(subject, share.chips);
  shares_.emplace(rank, std::move(share));
}

void OrderTally::Remove(std::string_view subject, const Range& chips) {
  const auto at = shares_.find(OrderRank::Of(subject, chips));
  const OrderShare& share = at->second;
  total_.Remove(share.chips);
  CountBuyers(share, -1);
  with_id_ -= share.has_id ? 1 : 0;
  event_ids_ -= EventIdsOf(share);
  shares_.erase(at);
}

void OrderTally::CountBuyers(const OrderShare& share, int sign) {
  for (const size_t buyer : share.buyers) {
    if (buyer >= orders_of_.size()) orders_of_.resize(buyer + 1);
    int& orders = orders_of_[buyer];
    const bool shared = orders > 1;
    orders += sign;
    if (!shared && orders > 1) ++shared_buyers_;
    if (shared && orders <= 1) --shared_buyers_;
  }
}

OrderTally::Least OrderTally::LeastOf() const {
  Least least;
  if (shared_buyers_ == 0 || with_id_ == shares_.size()) return least;
  BuyerGroups groups(orders_of_.size());
  for (const auto& [rank, share] : shares_) groups.Join(share);
  // Which orders make up most is not easy to say; it is one of two choices for each group.
  Different with_id_first(groups.size());
  Different larger_first(groups.size());
  for (const auto& [rank, share] : shares_) {
    const size_t group = groups.Of(share);
    larger_first.Take(share, group);
    if (share.has_id) with_id_first.Take(share, group);
  }
  for (const auto& [rank, share] : shares_) {
    if (share.has_id || with_id_first.Take(share, groups.Of(share))) continue;
    least.may_be_one = true;
  }
  for (size_t group = 0; group < groups.size(); ++group) {
    least.nanos += std::max(with_id_first.LeastOf(group), larger_first.LeastOf(group));
  }
  return least;
}

std::optional<Range> OrderTally::Chips() const {
  const Least least = LeastOf();
  return least.may_be_one ? total_.SumFrom(least.nanos) : total_.Sum();
}

std::optional<pb::QuantityFigure> OrderTally::Figure() const {
  if (shares_.empty()) return std::nullopt;
  if (shares_.size() == 1) return *shares_.begin()->second.figure;
  const Least least = LeastOf();
  const std::optional<Range> chips = least.may_be_one ? total_.SumFrom(least.nanos) : total_.Sum();
  if (!chips) return std::nullopt;
  pb::QuantityFigure figure;
  *figure.mutable_quantity() = QuantityOf(*chips, pb::UNIT_CHIP);
  pb::Grounds& grounds = *figure.mutable_grounds();
  for (const auto& [rank, share] : shares_) {
    if (grounds.event_ids_size() >= kMaxIds) break;
    for (const std::string& id : share.figure->grounds().event_ids()) AddEventId(id, &grounds);
  }
  grounds.set_event_ids_omitted(static_cast<uint32_t>(event_ids_) -
                                static_cast<uint32_t>(grounds.event_ids_size()));
  grounds.set_derived(true);
  const size_t orders = shares_.size();
  if (least.may_be_one) {
    grounds.set_rule(std::string(rules::kOrdersMayBeOne));
    SetReason(CountReason(pb::REASON_KIND_ORDERS_MAY_BE_ONE, orders), &grounds);
  } else if (shared_buyers_ > 0) {
    grounds.set_rule(std::string(rules::kOrdersAdded));
    SetReason(CountReason(pb::REASON_KIND_ORDERS_ADDED, orders), &grounds);
  } else {
    grounds.set_rule(std::string(rules::kDisjointBuyers));
    SetReason(CountReason(pb::REASON_KIND_ORDERS_OF_DISJOINT_BUYERS, orders), &grounds);
  }
  return figure;
}

}  // namespace chipline::timeline
