#include "services/words/number_words.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace chipline {
namespace {

__extension__ typedef unsigned __int128 UInt128;
constexpr UInt128 kNanosPerUnit = 1'000'000'000;

struct Magnitude {
  uint64_t units;
  std::string_view suffix;
};
constexpr std::array<Magnitude, 3> kMagnitudes = {{
    {1'000'000'000'000, "trn"},
    {1'000'000'000, "bn"},
    {1'000'000, "m"},
}};

// A decimal apart from its sign, in billionths.
struct Parts {
  bool negative;
  UInt128 nanos;
};

Parts PartsOf(const v1::Decimal& value) {
  __extension__ typedef __int128 Int128;
  const Int128 nanos =
      Int128{value.units()} * static_cast<Int128>(kNanosPerUnit) + Int128{value.nanos()};
  return {nanos < 0, static_cast<UInt128>(nanos < 0 ? -nanos : nanos)};
}

std::string Grouped(uint64_t whole) {
  std::string digits = fmt::format("{}", whole);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

// `numerator` / 10^places with grouped thousands and no trailing zeros.
std::string Fixed(UInt128 numerator, int places) {
  UInt128 scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  std::string text = Grouped(static_cast<uint64_t>(numerator / scale));
  const auto fraction = static_cast<uint64_t>(numerator % scale);
  if (fraction == 0) return text;
  std::string digits = fmt::format("{:0{}}", fraction, places);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

std::string WithMagnitude(UInt128 nanos) {
  for (const Magnitude& magnitude : kMagnitudes) {
    const UInt128 one = UInt128{magnitude.units} * kNanosPerUnit;
    if (nanos < one || nanos % (one / 1000) != 0) continue;
    return Fixed(nanos / (one / 1000), 3) + std::string(magnitude.suffix);
  }
  return Fixed(nanos, 9);
}

}  // namespace

std::string CountWords(int64_t count) {
  const auto magnitude =
      count < 0 ? ~static_cast<uint64_t>(count) + 1 : static_cast<uint64_t>(count);
  return (count < 0 ? "-" : "") + Grouped(magnitude);
}

std::string DecimalWords(const v1::Decimal& value) {
  const Parts parts = PartsOf(value);
  return (parts.negative ? "-" : "") + Fixed(parts.nanos, 9);
}

std::string MagnitudeWords(const v1::Decimal& value) {
  const Parts parts = PartsOf(value);
  return (parts.negative ? "-" : "") + WithMagnitude(parts.nanos);
}

std::string RoundedWords(const v1::Decimal& value) {
  constexpr UInt128 kFourDigits = 10'000;
  const Parts parts = PartsOf(value);
  UInt128 scale = 1;
  while (parts.nanos / scale >= kFourDigits) scale *= 10;
  const UInt128 rounded = (parts.nanos + scale / 2) / scale * scale;
  return (rounded == parts.nanos ? "" : "≈ ") + std::string(parts.negative ? "-" : "") +
         WithMagnitude(rounded);
}

std::string ByteWords(uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace chipline
