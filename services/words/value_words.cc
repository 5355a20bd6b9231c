#include "services/words/value_words.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "services/values/decimal.h"
#include "services/words/number_words.h"

namespace chipline {
namespace {

// What AT_LEAST was called in the reports. The contract has one bound for both, so the reader gets
// the report's own word where it is known.
bool SaysMoreThan(std::string_view verbatim) {
  constexpr std::array<std::string_view, 6> kWords = {"more than", "More than", "over ",
                                                      "Over ",     "أكثر من",   "超过"};
  for (const std::string_view word : kWords) {
    if (verbatim.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// A bound with its figures already in words.
struct Figures {
  v1::Bound bound = v1::BOUND_UNSPECIFIED;
  bool approximate = false;
  std::string value;
  std::string low;
  std::string high;
  std::string_view verbatim;
};

std::string BoundWords(const Figures& figures) {
  const std::string about = figures.approximate ? "about " : "";
  switch (figures.bound) {
    case v1::BOUND_EXACT:
      return about + figures.value;
    case v1::BOUND_AT_LEAST:
      return (SaysMoreThan(figures.verbatim) ? "more than " : "at least ") + about + figures.low;
    case v1::BOUND_AT_MOST:
      return "up to " + about + figures.high;
    case v1::BOUND_RANGE:
      return about + figures.low + " to " + figures.high;
    case v1::BOUND_UNSTATED:
      return fmt::format("“{}”", figures.verbatim);
    default:
      return "";
  }
}

std::string_view UnitWords(v1::Unit unit, bool one) {
  switch (unit) {
    case v1::UNIT_CHIP:
      return one ? "chip" : "chips";
    case v1::UNIT_MODULE:
      return one ? "module" : "modules";
    case v1::UNIT_SERVER:
      return one ? "server" : "servers";
    case v1::UNIT_TOKEN:
      return one ? "token" : "tokens";
    case v1::UNIT_USER:
      return one ? "user" : "users";
    default:
      return "";
  }
}

// Counts of tokens and users are read by magnitude, counts of chips by digit.
std::string CountOf(const v1::Quantity& quantity, int64_t count) {
  if (quantity.unit() != v1::UNIT_TOKEN && quantity.unit() != v1::UNIT_USER) {
    return CountWords(count);
  }
  return MagnitudeWords(Decimal::FromUnits(count).ToProto());
}

constexpr std::string_view kRounded = "≈ ";

std::string PercentWords(const v1::Decimal& ratio) {
  const auto decimal = Decimal::FromProto(ratio);
  if (!decimal.ok()) return "?";
  const std::optional<Decimal> percent = Times(*decimal, Decimal::FromUnits(100));
  return percent ? RoundedWords(percent->ToProto()) : "?";
}

// A ratio in percent, and whether digits were dropped that nobody else called approximate.
struct PercentFigure {
  std::string text;
  bool rounded = false;
};

PercentFigure RatioWords(const v1::Ratio& ratio) {
  bool rounded = false;
  const auto percent = [&rounded](const v1::Decimal& value) {
    std::string words = PercentWords(value);
    if (!words.starts_with(kRounded)) return words;
    rounded = true;
    return words.substr(kRounded.size());
  };
  std::string text = BoundWords({ratio.bound(), ratio.approximate(), percent(ratio.value()),
                                 percent(ratio.low()), percent(ratio.high()), ratio.verbatim()});
  return {std::move(text), rounded && !ratio.approximate()};
}

int SignOf(const v1::Decimal& value) {
  if (value.units() != 0) return value.units() > 0 ? 1 : -1;
  return value.nanos() == 0 ? 0 : value.nanos() > 0 ? 1 : -1;
}

const v1::Decimal& LeastOf(const v1::Ratio& ratio) {
  return ratio.bound() == v1::BOUND_EXACT ? ratio.value() : ratio.low();
}

// A fall by as much: "-10 % or less" falls by 10 % at least.
v1::Ratio Negated(const v1::Ratio& ratio) {
  const auto negative = [](const v1::Decimal& value) {
    v1::Decimal result;
    result.set_units(-value.units());
    result.set_nanos(-value.nanos());
    return result;
  };
  v1::Ratio result = ratio;
  // What the report calls the bound, it calls that of the growth.
  result.clear_verbatim();
  if (ratio.has_value()) *result.mutable_value() = negative(ratio.value());
  *result.mutable_low() = negative(ratio.high());
  *result.mutable_high() = negative(ratio.low());
  if (ratio.bound() == v1::BOUND_AT_LEAST) result.set_bound(v1::BOUND_AT_MOST);
  if (ratio.bound() == v1::BOUND_AT_MOST) result.set_bound(v1::BOUND_AT_LEAST);
  return result;
}

// "up about 5 %", "down at most 10 %". "up up to 10 %" would say the same word twice.
std::string Directed(std::string_view direction, const v1::Ratio& ratio) {
  const PercentFigure figure = RatioWords(ratio);
  constexpr std::string_view kUpTo = "up to ";
  const std::string text =
      figure.text.starts_with(kUpTo) ? "at most " + figure.text.substr(kUpTo.size()) : figure.text;
  return fmt::format("{}{} {} %", figure.rounded ? kRounded : "", direction, text);
}

}  // namespace

std::string AmountWords(const v1::Amount& amount, Exactness exactness) {
  const auto words = [exactness](const v1::Decimal& value) {
    return exactness == Exactness::kRounded ? RoundedWords(value) : MagnitudeWords(value);
  };
  const std::string figure =
      BoundWords({amount.bound(), amount.approximate(), words(amount.value()), words(amount.low()),
                  words(amount.high()), amount.verbatim()});
  if (figure.empty()) return "";
  return figure + (amount.bound() == v1::BOUND_UNSTATED ? " of " : " ") + amount.currency();
}

std::string QuantityWords(const v1::Quantity& quantity) {
  std::string words = BoundWords(
      {quantity.bound(), quantity.approximate(), CountOf(quantity, quantity.value()),
       CountOf(quantity, quantity.low()), CountOf(quantity, quantity.high()), quantity.verbatim()});
  if (words.empty()) return "";
  const bool one = quantity.bound() == v1::BOUND_EXACT && quantity.value() == 1;
  const std::string_view unit = UnitWords(quantity.unit(), one);
  if (!unit.empty()) words += fmt::format(" {}", unit);
  if (quantity.has_units_per()) words += fmt::format(" of {}", CountWords(quantity.units_per()));
  return words;
}

std::string ShareWords(const v1::Ratio& ratio) {
  const PercentFigure figure = RatioWords(ratio);
  if (ratio.bound() == v1::BOUND_UNSTATED) return figure.text;
  return (figure.rounded ? std::string(kRounded) : "") + figure.text + " %";
}

std::string GrowthWords(const v1::Ratio& ratio) {
  const PercentFigure figure = RatioWords(ratio);
  if (ratio.bound() == v1::BOUND_UNSTATED || ratio.bound() == v1::BOUND_UNSPECIFIED) {
    switch (ratio.direction()) {
      case v1::DIRECTION_UP:
        return "up";
      case v1::DIRECTION_DOWN:
        return "down";
      case v1::DIRECTION_FLAT:
        return "flat";
      default:
        return figure.text;
    }
  }
  const bool plain = ratio.bound() == v1::BOUND_EXACT && !ratio.approximate();
  if (plain) {
    const bool grows = SignOf(ratio.value()) > 0;
    return (figure.rounded ? std::string(kRounded) : "") + (grows ? "+" : "") + figure.text + " %";
  }
  if (ratio.bound() == v1::BOUND_EXACT && SignOf(ratio.value()) == 0) return figure.text + " %";
  const bool falls =
      ratio.bound() == v1::BOUND_AT_MOST ? SignOf(ratio.high()) < 0 : SignOf(LeastOf(ratio)) < 0;
  if (!falls) return Directed("up", ratio);
  // A range from a fall to a growth has no one direction.
  const bool both = ratio.bound() == v1::BOUND_RANGE && SignOf(ratio.high()) > 0;
  return both ? (figure.rounded ? std::string(kRounded) : "") + figure.text + " %"
              : Directed("down", Negated(ratio));
}

}  // namespace chipline
