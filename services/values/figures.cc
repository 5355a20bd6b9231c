#include "services/values/figures.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace chipline {
namespace {

namespace pb = chipline::v1;

constexpr Int128 kNanos = Decimal::kNanosPerUnit;

std::optional<Decimal> Read(const pb::Decimal& decimal) {
  const auto read = Decimal::FromProto(decimal);
  if (!read.ok()) return std::nullopt;
  return *read;
}

std::optional<Decimal> Read(int64_t count) { return Decimal::FromUnits(count); }

// A range needs an end, and its ends in order.
std::optional<Range> Checked(Range range) {
  if (!range.low && !range.high) return std::nullopt;
  if (range.low && range.high && *range.low > *range.high) return std::nullopt;
  return range;
}

// Amount, Quantity and Ratio have the same shape.
template <typename Figure>
std::optional<Range> Ends(const Figure& figure) {
  Range range;
  range.approximate = figure.approximate();
  switch (figure.bound()) {
    case pb::BOUND_EXACT:
      if (figure.has_value()) range.low = range.high = Read(figure.value());
      break;
    case pb::BOUND_AT_LEAST:
      if (figure.has_low()) range.low = Read(figure.low());
      break;
    case pb::BOUND_AT_MOST:
      if (figure.has_high()) range.high = Read(figure.high());
      break;
    case pb::BOUND_RANGE:
      if (!figure.has_low() || !figure.has_high()) return std::nullopt;
      range.low = Read(figure.low());
      range.high = Read(figure.high());
      if (!range.low || !range.high) return std::nullopt;
      break;
    default:
      return std::nullopt;
  }
  return Checked(range);
}

pb::Bound BoundOf(const Range& range) {
  if (range.exact_number()) return pb::BOUND_EXACT;
  if (range.low && range.high) return pb::BOUND_RANGE;
  if (range.low) return pb::BOUND_AT_LEAST;
  return range.high ? pb::BOUND_AT_MOST : pb::BOUND_UNSTATED;
}

template <typename Figure>
void SetEnds(const Range& range, Figure* figure) {
  figure->set_bound(BoundOf(range));
  figure->set_approximate(range.approximate);
  if (range.exact_number()) {
    *figure->mutable_value() = range.low->ToProto();
    return;
  }
  if (range.low) *figure->mutable_low() = range.low->ToProto();
  if (range.high) *figure->mutable_high() = range.high->ToProto();
}

// The whole number below, at, or above.
int64_t Floor(Decimal x) {
  const Int128 whole = x.nanos() / kNanos;
  return static_cast<int64_t>(x.negative() && x.nanos() % kNanos != 0 ? whole - 1 : whole);
}

int64_t Ceiling(Decimal x) {
  const int64_t floor = Floor(x);
  const bool whole = x.nanos() % kNanos == 0;
  return whole || floor == std::numeric_limits<int64_t>::max() ? floor : floor + 1;
}

// The end that `combine` makes of two; open where either is, or where the answer is no Decimal.
template <typename Combine>
std::optional<Decimal> End(const std::optional<Decimal>& a, const std::optional<Decimal>& b,
                           Combine combine) {
  if (!a || !b) return std::nullopt;
  return combine(*a, *b);
}

bool AtLeastZero(const Range& range) {
  return !(range.low && range.low->negative()) && !(range.high && range.high->negative());
}

bool AboveZero(const Range& range) {
  return AtLeastZero(range) && !(range.low && range.low->zero()) &&
         !(range.high && range.high->zero());
}

}  // namespace

std::optional<Range> RangeOf(const pb::Amount& amount) { return Ends(amount); }
std::optional<Range> RangeOf(const pb::Quantity& quantity) { return Ends(quantity); }
std::optional<Range> RangeOf(const pb::Ratio& ratio) { return Ends(ratio); }

std::optional<Range> InChips(const pb::Quantity& quantity) {
  const std::optional<Range> count = RangeOf(quantity);
  if (!count || quantity.unit() == pb::UNIT_CHIP) return count;
  const bool carries = quantity.unit() == pb::UNIT_MODULE || quantity.unit() == pb::UNIT_SERVER;
  if (!carries || !quantity.has_units_per()) return std::nullopt;
  const Decimal each = Decimal::FromUnits(quantity.units_per());
  return Product(*count, Range{each, each, false});
}

pb::Amount AmountOf(const Range& range, std::string_view currency) {
  pb::Amount amount;
  amount.set_currency(std::string(currency));
  SetEnds(range, &amount);
  return amount;
}

pb::Ratio RatioOf(const Range& range) {
  pb::Ratio ratio;
  SetEnds(range, &ratio);
  return ratio;
}

pb::Quantity QuantityOf(const Range& range, pb::Unit unit) {
  pb::Quantity quantity;
  quantity.set_unit(unit);
  quantity.set_bound(BoundOf(range));
  quantity.set_approximate(range.approximate);
  if (range.exact_number()) {
    const int64_t floor = Floor(*range.low);
    const Int128 rest = range.low->nanos() - Int128{floor} * kNanos;
    const bool up = 2 * rest > kNanos || (2 * rest == kNanos && floor % 2 != 0);
    quantity.set_value(up ? Ceiling(*range.low) : floor);
    if (rest != 0) quantity.set_approximate(true);
    return quantity;
  }
  if (range.low) quantity.set_low(Floor(*range.low));
  if (range.high) quantity.set_high(Ceiling(*range.high));
  return quantity;
}

std::optional<Range> Sum(const Range& a, const Range& b) {
  const auto add = [](Decimal x, Decimal y) { return x + y; };
  return Checked(
      {End(a.low, b.low, add), End(a.high, b.high, add), a.approximate || b.approximate});
}

std::optional<Range> Difference(const Range& a, const Range& b) {
  const auto subtract = [](Decimal x, Decimal y) { return x - y; };
  return Checked(
      {End(a.low, b.high, subtract), End(a.high, b.low, subtract), a.approximate || b.approximate});
}

std::optional<Range> Product(const Range& a, const Range& b) {
  if (!AtLeastZero(a) || !AtLeastZero(b)) return std::nullopt;
  return Checked(
      {End(a.low, b.low, Times), End(a.high, b.high, Times), a.approximate || b.approximate});
}

std::optional<Range> Quotient(const Range& a, const Range& b) {
  if (!AtLeastZero(a) || !AboveZero(b)) return std::nullopt;
  return Checked(
      {End(a.low, b.high, Divide), End(a.high, b.low, Divide), a.approximate || b.approximate});
}

std::optional<Range> GrowthFactor(const Range& growth) {
  const Decimal one = Decimal::FromUnits(1);
  const std::optional<Range> factor = Sum(growth, Range{one, one, false});
  if (!factor || !AboveZero(*factor)) return std::nullopt;
  return factor;
}

std::optional<Range> GrowthBetween(const Range& a, const Range& b) {
  const std::optional<Range> factor = Quotient(a, b);
  if (!factor) return std::nullopt;
  const Decimal one = Decimal::FromUnits(1);
  return Difference(*factor, Range{one, one, false});
}

}  // namespace chipline
