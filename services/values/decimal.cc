#include "services/values/decimal.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

#include "fmt/format.h"

namespace chipline {
namespace {

constexpr Int128 kMost = Int128{std::numeric_limits<int64_t>::max()} * Decimal::kNanosPerUnit +
                         (Decimal::kNanosPerUnit - 1);
constexpr Int128 kLeast = Int128{std::numeric_limits<int64_t>::min()} * Decimal::kNanosPerUnit -
                          (Decimal::kNanosPerUnit - 1);

Int128 Magnitude(Int128 x) { return x < 0 ? -x : x; }

// Rounds quotient + remainder / divisor half to even, where quotient and remainder are as C++'s
// division leaves them or the quotient has since been moved by a whole number away from zero.
// `away` is +1 or -1, the sign of the true result.
Int128 RoundHalfEven(Int128 quotient, Int128 remainder, Int128 divisor, int away) {
  const Int128 twice = 2 * Magnitude(remainder);
  const Int128 whole = Magnitude(divisor);
  const bool up = twice > whole || (twice == whole && quotient % 2 != 0);
  return up ? quotient + away : quotient;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status NotADecimal(std::string_view text) {
  const std::string_view shown = text.substr(0, 64);
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not a decimal: digits, optionally after a minus and before a point "
                  "with one to nine places, for example 12.5",
                  absl::CHexEscape(absl::string_view(shown.data(), shown.size()))));
}

}  // namespace

absl::StatusOr<Decimal> Decimal::FromProto(const v1::Decimal& proto) {
  if (proto.nanos() <= -kNanosPerUnit || proto.nanos() >= kNanosPerUnit) {
    return absl::InvalidArgumentError(
        fmt::format("nanos is {}, beyond -999999999 to 999999999", proto.nanos()));
  }
  if ((proto.units() > 0 && proto.nanos() < 0) || (proto.units() < 0 && proto.nanos() > 0)) {
    return absl::InvalidArgumentError(
        fmt::format("units is {} and nanos is {}: the signs differ", proto.units(), proto.nanos()));
  }
  return Decimal(Int128{proto.units()} * kNanosPerUnit + proto.nanos());
}

std::optional<Decimal> Decimal::FromNanos(Int128 nanos) {
  if (nanos < kLeast || nanos > kMost) return std::nullopt;
  return Decimal(nanos);
}

absl::StatusOr<Decimal> Decimal::Parse(std::string_view text) {
  std::string_view rest = text;
  const bool minus = !rest.empty() && rest.front() == '-';
  if (minus) rest.remove_prefix(1);

  const size_t point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  const std::string_view places =
      point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return NotADecimal(text);
  if (point != std::string_view::npos && (places.empty() || places.size() > 9)) {
    return NotADecimal(text);
  }
  for (const std::string_view part : {whole, places}) {
    for (const char c : part) {
      if (!IsDigit(c)) return NotADecimal(text);
    }
  }

  // Nineteen digits hold every int64; a longer whole part cannot fit, and could overflow below.
  Int128 nanos = 0;
  if (whole.size() <= 19) {
    for (const char c : whole) nanos = nanos * 10 + (c - '0');
    for (size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < places.size() ? places[i] - '0' : 0);
    if (const auto decimal = FromNanos(minus ? -nanos : nanos)) return *decimal;
  }
  return absl::OutOfRangeError(
      fmt::format("{}: the whole part must fit 64 bits with a sign", text.substr(0, 64)));
}

v1::Decimal Decimal::ToProto() const {
  v1::Decimal proto;
  proto.set_units(static_cast<int64_t>(nanos_ / kNanosPerUnit));
  proto.set_nanos(static_cast<int32_t>(nanos_ % kNanosPerUnit));
  return proto;
}

std::string Decimal::ToString() const {
  const Int128 magnitude = Magnitude(nanos_);
  // A sign, twenty digits, a point and nine more.
  std::array<char, 32> text = {'-'};
  char* const last = text.data() + text.size();
  char* end = std::to_chars(text.data() + (negative() ? 1 : 0), last,
                            static_cast<uint64_t>(magnitude / kNanosPerUnit))
                  .ptr;
  auto places = static_cast<uint64_t>(magnitude % kNanosPerUnit);
  if (places != 0) {
    *end = '.';
    char* const point = end;
    end += 9;
    for (char* digit = end; digit > point; --digit, places /= 10) {
      *digit = static_cast<char>('0' + places % 10);
    }
    while (*end == '0') --end;
    ++end;
  }
  return {text.data(), end};
}

// Two Decimals are below 2^93 each, so their sum is far from the end of 128 bits.
std::optional<Decimal> operator+(Decimal a, Decimal b) {
  return Decimal::FromNanos(a.nanos() + b.nanos());
}

std::optional<Decimal> operator-(Decimal a, Decimal b) {
  return Decimal::FromNanos(a.nanos() - b.nanos());
}

std::optional<Decimal> Times(Decimal a, Decimal b) {
  // a is whole * 10^9 + part, so a * b / 10^9 is whole * b + part * b / 10^9. Both terms have the
  // sign of the result, so if the first alone overflows 128 bits the result is out of range. The
  // second is below 2^30 * 2^93.
  const Int128 whole = a.nanos() / Decimal::kNanosPerUnit;
  const Int128 part = a.nanos() % Decimal::kNanosPerUnit;
  Int128 quotient = 0;
  if (__builtin_mul_overflow(whole, b.nanos(), &quotient)) return std::nullopt;
  const Int128 rest = part * b.nanos();
  if (__builtin_add_overflow(quotient, rest / Decimal::kNanosPerUnit, &quotient)) {
    return std::nullopt;
  }
  const int away = a.negative() == b.negative() ? 1 : -1;
  if (quotient < kLeast || quotient > kMost) return std::nullopt;
  return Decimal::FromNanos(
      RoundHalfEven(quotient, rest % Decimal::kNanosPerUnit, Decimal::kNanosPerUnit, away));
}

std::optional<Decimal> Divide(Decimal a, Decimal b) {
  if (b.zero()) return std::nullopt;
  // Below 2^93 * 2^30.
  const Int128 scaled = a.nanos() * Decimal::kNanosPerUnit;
  const int away = a.negative() == b.negative() ? 1 : -1;
  return Decimal::FromNanos(RoundHalfEven(scaled / b.nanos(), scaled % b.nanos(), b.nanos(), away));
}

std::optional<Decimal> Percent(Decimal x, int percent) {
  // Below 2^93 * 2^31.
  const Int128 scaled = x.nanos() * percent;
  const int away = scaled < 0 ? -1 : 1;
  return Decimal::FromNanos(RoundHalfEven(scaled / 100, scaled % 100, 100, away));
}

}  // namespace chipline
