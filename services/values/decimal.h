#ifndef CHIPLINE_SERVICES_VALUES_DECIMAL_H_
#define CHIPLINE_SERVICES_VALUES_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "chipline/v1/values.pb.h"

namespace chipline {

__extension__ typedef __int128 Int128;

// An exact decimal number with nine places: a count of billionths. A small value type, free to
// copy; never a double anywhere.
//
// Every Decimal can be written as a chipline.v1.Decimal: its whole part fits an int64. Arithmetic
// that would leave that range gives std::nullopt, so what a report states can never overflow
// unseen. Sums and differences are exact; products and quotients are rounded half to even at the
// ninth place, from an intermediate that is exact.
class Decimal {
 public:
  static constexpr int64_t kNanosPerUnit = 1'000'000'000;

  // Zero.
  constexpr Decimal() = default;

  // INVALID_ARGUMENT if nanos is beyond ±999,999,999 or its sign is not that of units.
  static absl::StatusOr<Decimal> FromProto(const v1::Decimal& proto);

  static constexpr Decimal FromUnits(int64_t units) {
    return Decimal(Int128{units} * kNanosPerUnit);
  }

  // nullopt if the whole part does not fit an int64.
  static std::optional<Decimal> FromNanos(Int128 nanos);

  // Reads "12.5": an optional minus, digits without a needless leading zero, and optionally a point
  // and one to nine digits. INVALID_ARGUMENT for anything else, a tenth place included, since
  // nothing is rounded on its way in; OUT_OF_RANGE if the whole part does not fit an int64.
  static absl::StatusOr<Decimal> Parse(std::string_view text);

  v1::Decimal ToProto() const;

  // "160000000000", "-7.036": no trailing zeros, no exponent. Parse reads it back.
  std::string ToString() const;

  constexpr Int128 nanos() const { return nanos_; }
  constexpr bool negative() const { return nanos_ < 0; }
  constexpr bool zero() const { return nanos_ == 0; }

  friend constexpr bool operator==(const Decimal&, const Decimal&) = default;
  // clang-tidy 14 takes the zero that a defaulted <=> compares with for a null pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr std::strong_ordering operator<=>(const Decimal&, const Decimal&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Decimal& decimal) {
    return H::combine(std::move(state), static_cast<uint64_t>(decimal.nanos_ >> 64),
                      static_cast<uint64_t>(decimal.nanos_));
  }

 private:
  explicit constexpr Decimal(Int128 nanos) : nanos_(nanos) {}

  Int128 nanos_ = 0;
};

// Exact; nullopt on overflow.
std::optional<Decimal> operator+(Decimal a, Decimal b);
std::optional<Decimal> operator-(Decimal a, Decimal b);

// Half to even at the ninth place; nullopt on overflow.
std::optional<Decimal> Times(Decimal a, Decimal b);

// Half to even at the ninth place; nullopt on overflow or if b is zero.
std::optional<Decimal> Divide(Decimal a, Decimal b);

// That many hundredths of x, half to even at the ninth place; nullopt on overflow. To ask whether
// two figures agree within a percentage use Band, which does not round.
std::optional<Decimal> Percent(Decimal x, int percent);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_DECIMAL_H_
