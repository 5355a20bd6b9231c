#include "services/timeline/folds/open_orders.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/timeline/folds/count_words.h"
#include "services/timeline/folds/grounds.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

Decimal LeastOf(const Range& range) { return range.low.value_or(Decimal()); }

// What two counts make up at least and at most. A number that is too large to be said is left out.
Range Together(const Range& a, const Range& b) {
  RangeTotal total;
  total.Add(a);
  total.Add(b);
  return total.Sum().value_or(Range{Decimal(), std::nullopt, false});
}

Decimal NotBelowZero(std::optional<Decimal> number) {
  return std::max(number.value_or(Decimal()), Decimal());
}

pb::CountParts PartsOf(const OpenTogether& together) {
  const auto plain = [](const pb::QuantityFigure& figure) {
    pb::Quantity quantity = figure.quantity();
    quantity.clear_verbatim();
    return quantity;
  };
  pb::CountParts parts;
  *parts.mutable_placed() = plain(together.placed);
  if (together.delivered) *parts.mutable_delivered() = plain(*together.delivered);
  if (together.cancelled) *parts.mutable_cancelled() = plain(*together.cancelled);
  return parts;
}

void RestOn(const std::optional<OrderCount>& count, pb::Grounds* grounds) {
  if (!count) return;
  for (const std::string& id : count->figure->grounds().event_ids()) AddEventId(id, grounds);
}

// With the events that it follows from, and nothing else.
std::shared_ptr<const pb::QuantityFigure> OpenFigure(const PlacedOrder& order) {
  if (!order.delivered && !order.cancelled) return order.placed.figure;
  auto figure = std::make_shared<pb::QuantityFigure>();
  RestOn(order.placed, figure->mutable_grounds());
  RestOn(order.delivered, figure->mutable_grounds());
  RestOn(order.cancelled, figure->mutable_grounds());
  return figure;
}

// Says of what is open how it follows from the rest.
void Derive(OpenTogether* together) {
  pb::QuantityFigure& open = together->open;
  open.clear_claim();
  open.clear_agrees();
  *open.mutable_quantity() = QuantityOf(together->chips, pb::UNIT_CHIP);
  pb::Grounds& grounds = *open.mutable_grounds();
  grounds.set_rule(std::string(rules::kOpen));
  together->parts = PartsOf(*together);
  pb::Reason reason = ReasonOf(pb::REASON_KIND_OPEN_ORDERS);
  *reason.mutable_parts() = together->parts;
  SetReason(reason, &grounds);
  grounds.set_derived(true);
}

OpenTogether OfOne(const PlacedOrder& order, const Range& open) {
  OpenTogether together;
  together.chips = open;
  together.placed = *order.placed.figure;
  if (order.delivered) together.delivered = *order.delivered->figure;
  if (order.cancelled) together.cancelled = *order.cancelled->figure;
  together.open = *OpenFigure(order);
  return together;
}

}  // namespace

OrderCount LargerOf(const OrderCount& a, const OrderCount& b) {
  Range larger;
  if (a.chips.low || b.chips.low) larger.low = std::max(LeastOf(a.chips), LeastOf(b.chips));
  if (a.chips.high && b.chips.high) larger.high = std::max(*a.chips.high, *b.chips.high);
  larger.approximate = a.chips.approximate || b.chips.approximate;
  if (!larger.low && !larger.high) larger.low = Decimal();
  // One that says all that both do stands for itself.
  if (larger == a.chips) return a;
  if (larger == b.chips) return b;
  auto figure = std::make_shared<pb::QuantityFigure>();
  *figure->mutable_quantity() = QuantityOf(larger, pb::UNIT_CHIP);
  pb::Grounds& grounds = *figure->mutable_grounds();
  RestOn(a, &grounds);
  RestOn(b, &grounds);
  grounds.set_rule(std::string(rules::kLarger));
  pb::Reason reason = ReasonOf(pb::REASON_KIND_LARGER_OF_TWO);
  *reason.add_quantities() = QuantityOf(a.chips, pb::UNIT_CHIP);
  *reason.add_quantities() = QuantityOf(b.chips, pb::UNIT_CHIP);
  SetReason(reason, &grounds);
  grounds.set_derived(true);
  return {larger, std::move(figure)};
}

Range OpenOf(const PlacedOrder& order) {
  const Range& placed = order.placed.chips;
  if (!order.delivered && !order.cancelled) return WithoutIdleLeast(placed);
  const Range none{Decimal(), Decimal(), false};
  const Range done = Together(order.delivered ? order.delivered->chips : none,
                              order.cancelled ? order.cancelled->chips : none);
  Range open;
  open.approximate = placed.approximate || done.approximate;
  open.low = done.high ? NotBelowZero(LeastOf(placed) - *done.high) : Decimal();
  if (placed.high) open.high = NotBelowZero(*placed.high - LeastOf(done));
  return WithoutIdleLeast(open);
}

void OpenOrders::Add(std::string_view subject, bool open_group, const OrderShare& who,
                     PlacedOrder order) {
  const Range open = OpenOf(order);
  if (open_group) {
    groups_.emplace(OrderRank::Of(subject, open), open);
  } else {
    const auto share = [&who](const Range& chips, std::shared_ptr<const pb::QuantityFigure> from) {
      return OrderShare{chips, who.has_id, who.buyers, std::move(from)};
    };
    placed_.Add(subject, share(order.placed.chips, order.placed.figure));
    if (order.delivered) {
      delivered_.Add(subject, share(order.delivered->chips, order.delivered->figure));
    }
    if (order.cancelled) {
      cancelled_.Add(subject, share(order.cancelled->chips, order.cancelled->figure));
    }
    open_.Add(subject, share(open, OpenFigure(order)));
  }
  orders_.emplace(subject, Added{open_group, std::move(order), open});
}

void OpenOrders::Remove(std::string_view subject) {
  const auto at = orders_.find(subject);
  if (at == orders_.end()) return;
  const Added& added = at->second;
  if (added.open_group) {
    groups_.erase(OrderRank::Of(subject, added.open));
  } else {
    placed_.Remove(subject, added.order.placed.chips);
    if (added.order.delivered) delivered_.Remove(subject, added.order.delivered->chips);
    if (added.order.cancelled) cancelled_.Remove(subject, added.order.cancelled->chips);
    open_.Remove(subject, added.open);
  }
  orders_.erase(at);
}

std::optional<OpenTogether> OpenOrders::Most() const {
  std::optional<OpenTogether> most;
  const std::optional<Range> named = open_.Chips();
  const auto less = [](const Range& a, const Range& b) {
    if (LeastOf(a) != LeastOf(b)) return LeastOf(a) < LeastOf(b);
    if (!a.high || !b.high) return a.high && !b.high;
    return *a.high < *b.high;
  };
  // The first has most at least, as may others.
  auto group = groups_.begin();
  for (auto at = group; at != groups_.end() && at->first.size == group->first.size; ++at) {
    if (less(group->second, at->second)) group = at;
  }
  if (group != groups_.end() && (!named || less(*named, group->second))) {
    most = OfOne(orders_.at(group->first.subject).order, group->second);
  } else if (named) {
    most.emplace();
    most->chips = *named;
    most->placed = placed_.Figure().value_or(pb::QuantityFigure());
    most->delivered = delivered_.Figure();
    most->cancelled = cancelled_.Figure();
    most->open = open_.Figure().value_or(pb::QuantityFigure());
  }
  if (most) Derive(&*most);
  return most;
}

}  // namespace chipline::timeline
