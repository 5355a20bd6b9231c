#ifndef CHIPLINE_SERVICES_VALUES_FIGURES_H_
#define CHIPLINE_SERVICES_VALUES_FIGURES_H_

#include <optional>
#include <string>
#include <string_view>

#include "chipline/v1/values.pb.h"
#include "services/values/decimal.h"

namespace chipline {

// What a sum, a count or a ratio can be: a closed interval, open where an end is absent. At least
// one end is there, and low <= high. "About" is a flag that arithmetic hands on; it never becomes a
// bound.
//
// Arithmetic gives bounds that follow from the bounds it is given, or nothing: "at least" less
// "about" is "at least about", and nothing follows where every end is lost, where a number would
// leave the range of a Decimal, or where a sign makes the answer another one than asked for.
struct Range {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
  bool approximate = false;

  bool exact_number() const { return low && high && *low == *high; }

  friend bool operator==(const Range&, const Range&) = default;
};

// nullopt if nothing is stated ("billions"), or the message contradicts itself.
std::optional<Range> RangeOf(const v1::Amount& amount);
std::optional<Range> RangeOf(const v1::Quantity& quantity);
std::optional<Range> RangeOf(const v1::Ratio& ratio);

// The count in chips: as it is if the unit is CHIP, by units_per if the unit is MODULE or SERVER.
// nullopt for other units, and where units_per is not known.
std::optional<Range> InChips(const v1::Quantity& quantity);

// The range as a message. A count is made whole without claiming more: a low end is rounded down, a
// high end up, and a single number to the nearest, which makes it approximate.
v1::Amount AmountOf(const Range& range, std::string_view currency);
v1::Quantity QuantityOf(const Range& range, v1::Unit unit);
v1::Ratio RatioOf(const Range& range);

std::optional<Range> Sum(const Range& a, const Range& b);
std::optional<Range> Difference(const Range& a, const Range& b);
// Both not negative.
std::optional<Range> Product(const Range& a, const Range& b);
// a not negative, b above zero.
std::optional<Range> Quotient(const Range& a, const Range& b);
// 1 + growth, from a growth above -1.
std::optional<Range> GrowthFactor(const Range& growth);
// a / b - 1.
std::optional<Range> GrowthBetween(const Range& a, const Range& b);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_FIGURES_H_
