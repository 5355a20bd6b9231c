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
  const v1::Decimal& lead = ratio.has_value() ? ratio.value()
                            : ratio.has_low() ? ratio.low()
                                              : ratio.high();
  const bool grows = lead.units() > 0 || (lead.units() == 0 && lead.nanos() > 0);
  const bool plain = ratio.bound() == v1::BOUND_EXACT && !ratio.approximate();
  return (figure.rounded ? std::string(kRounded) : "") + (grows ? (plain ? "+" : "up ") : "") +
         figure.text + " %";
}

}  // namespace chipline
