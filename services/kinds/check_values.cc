#include "services/kinds/check_values.h"

#include <algorithm>
#include <optional>

#include "fmt/format.h"
#include "services/kinds/currency.h"
#include "services/kinds/field_limits.h"
#include "services/values/decimal.h"
#include "services/values/subject_token.h"

namespace chipline::kinds {
namespace {

// Whether a name has a letter or digit of ASCII, which no folding takes away.
bool HasPlainLetter(const std::string& mention) {
  return std::any_of(mention.begin(), mention.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

// Which numbers a bound wants.
struct Shape {
  bool value;
  bool low;
  bool high;
  std::string_view words;
};

std::optional<Shape> ShapeOf(v1::Bound bound) {
  switch (bound) {
    case v1::BOUND_EXACT:
      return Shape{true, false, false, "value and neither low nor high"};
    case v1::BOUND_AT_LEAST:
      return Shape{false, true, false, "low and neither value nor high"};
    case v1::BOUND_AT_MOST:
      return Shape{false, false, true, "high and neither value nor low"};
    case v1::BOUND_RANGE:
      return Shape{false, true, true, "low and high and no value"};
    case v1::BOUND_UNSTATED:
      return Shape{false, false, false, "none of value, low and high"};
    default:
      return std::nullopt;
  }
}

void CheckPresence(bool wanted, bool present, v1::Bound bound, const Shape& shape,
                   const FieldPath& path, Review& review) {
  if (wanted == present) return;
  review.Report(path, fmt::format("is {}, but {} has {}; {}, or change the bound",
                                  present ? "set" : "missing", v1::Bound_Name(bound), shape.words,
                                  present ? "leave it out" : "set it"));
}

// The bound, and that exactly the numbers it wants are there. Returns false for a bound that is
// refused.
template <typename Figure>
bool CheckShape(const Figure& figure, const FieldPath& path, Review& review) {
  RequireEnum<v1::Bound_IsValid>(figure.bound(), path / "bound", review);
  const std::optional<Shape> shape = ShapeOf(figure.bound());
  if (!shape) return false;
  const v1::Bound bound = figure.bound();
  CheckPresence(shape->value, figure.has_value(), bound, *shape, path / "value", review);
  CheckPresence(shape->low, figure.has_low(), bound, *shape, path / "low", review);
  CheckPresence(shape->high, figure.has_high(), bound, *shape, path / "high", review);
  return true;
}

std::optional<Decimal> CheckDecimal(const v1::Decimal& proto, const FieldPath& path,
                                    Review& review) {
  CheckKnownFields(proto, path, review);
  const auto decimal = Decimal::FromProto(proto);
  if (decimal.ok()) return *decimal;
  review.Report(
      path, fmt::format("has units {} and nanos {}; nanos must be -999,999,999 to 999,999,999 and "
                        "of the sign of units",
                        proto.units(), proto.nanos()));
  return std::nullopt;
}

void ReportBackward(std::string low, std::string high, const FieldPath& path, Review& review) {
  review.Report(
      path, fmt::format("is {}, more than high, which is {}; low must be at most high; swap them",
                        low, high));
}

// The numbers of an Amount or a Ratio.
template <typename Figure>
void CheckDecimals(const Figure& figure, const FieldPath& path, Review& review) {
  CheckShape(figure, path, review);
  std::optional<Decimal> low;
  std::optional<Decimal> high;
  if (figure.has_value()) CheckDecimal(figure.value(), path / "value", review);
  if (figure.has_low()) low = CheckDecimal(figure.low(), path / "low", review);
  if (figure.has_high()) high = CheckDecimal(figure.high(), path / "high", review);
  if (low && high && *low > *high) {
    ReportBackward(low->ToString(), high->ToString(), path / "low", review);
  }
}

template <typename Figure>
void CheckVerbatim(const Figure& figure, const FieldPath& path, Review& review) {
  CheckText(figure.verbatim(), limits::kMaxVerbatimBytes, path / "verbatim", review);
  if (figure.bound() == v1::BOUND_UNSTATED && figure.verbatim().empty()) {
    ReportMissing(path / "verbatim", "with BOUND_UNSTATED the report's words, such as \"billions\"",
                  review);
  }
}

void CheckCurrency(const std::string& currency, const FieldPath& path, Review& review) {
  if (IsCurrency(currency)) return;
  review.Report(path, currency.empty()
                          ? "is missing; an ISO 4217 code such as CNY is required"
                          : fmt::format("is {}; allowed is the ISO 4217 code of a currency in "
                                        "use, three upper-case letters such as CNY",
                                        Quoted(currency)));
}

void CheckConversion(const v1::StatedConversion& conversion, const std::string& own,
                     const FieldPath& path, Review& review) {
  CheckKnownFields(conversion, path, review);
  CheckCurrency(conversion.currency(), path / "currency", review);
  if (!own.empty() && conversion.currency() == own) {
    review.Report(path / "currency",
                  fmt::format("is {}, the amount's own currency; a conversion is into "
                              "another",
                              Quoted(own)));
  }
  if (conversion.has_value()) {
    CheckDecimal(conversion.value(), path / "value", review);
  } else {
    ReportMissing(path / "value", "the figure that the outlet printed", review);
  }
  if (conversion.has_stated_by()) CheckRef(conversion.stated_by(), path / "stated_by", review);
}

void CheckCountNotNegative(bool present, int64_t count, const FieldPath& path, Review& review) {
  if (!present || count >= 0) return;
  review.Report(path, fmt::format("is {}; a count is not negative", count));
}

void CheckRatio(const v1::Ratio& ratio, const FieldPath& path, Review& review) {
  CheckKnownFields(ratio, path, review);
  CheckDecimals(ratio, path, review);
  CheckText(ratio.verbatim(), limits::kMaxVerbatimBytes, path / "verbatim", review);
  CheckText(ratio.of_text(), limits::kMaxVerbatimBytes, path / "of_text", review);
  CheckEnum<v1::Direction_IsValid>(ratio.direction(), path / "direction", review);
  const bool unstated = ratio.bound() == v1::BOUND_UNSTATED;
  if (unstated && ratio.direction() == v1::DIRECTION_UNSPECIFIED && ratio.verbatim().empty()) {
    ReportMissing(path / "direction", "with BOUND_UNSTATED a direction, or the words in verbatim",
                  review);
  }
  if (ShapeOf(ratio.bound()) && !unstated && ratio.direction() != v1::DIRECTION_UNSPECIFIED) {
    review.Report(path / "direction",
                  "is set beside a number; it is for a growth without one; leave it out");
  }
}

}  // namespace

void CheckRef(const v1::Ref& ref, const FieldPath& path, Review& review) {
  CheckKnownFields(ref, path, review);
  CheckLanguage(ref.language(), path / "language", review);
  CheckText(ref.mention(), limits::kMaxMentionBytes, path / "mention", review);
  if (!ref.id().empty()) {
    if (IsEntityId(ref.id())) return;
    review.Report(path / "id",
                  fmt::format("is {}; allowed are 1 to 64 of a-z, 0-9 and -, for example "
                              "moore-threads; put a name as written into mention",
                              Quoted(ref.id())));
  } else if (ref.mention().empty()) {
    ReportMissing(path / "mention", "the name as written, 1 to 256 bytes, unless id is set",
                  review);
  } else if (!HasPlainLetter(ref.mention()) && review.fold_keys.Of(ref.mention()).empty()) {
    review.Report(
        path / "mention",
        fmt::format("is {}, which has nothing to know a name by; give a name with a letter, a "
                    "digit or a sign, or an id",
                    Quoted(ref.mention())));
  }
}

void CheckRefs(const google::protobuf::RepeatedPtrField<v1::Ref>& refs, int min, int max,
               const FieldPath& parent, std::string_view field, Review& review) {
  CheckCount(refs.size(), min, max, parent / field, review);
  for (int i = 0; i < refs.size(); ++i) CheckRef(refs[i], parent.At(field, i), review);
}

void CheckAmount(const v1::Amount& amount, const FieldPath& path, Review& review) {
  CheckKnownFields(amount, path, review);
  CheckCurrency(amount.currency(), path / "currency", review);
  CheckDecimals(amount, path, review);
  CheckVerbatim(amount, path, review);
  CheckCount(amount.stated_conversions_size(), 0, limits::kMaxConversions,
             path / "stated_conversions", review);
  for (int i = 0; i < amount.stated_conversions_size(); ++i) {
    CheckConversion(amount.stated_conversions(i), amount.currency(),
                    path.At("stated_conversions", i), review);
  }
}

void CheckQuantity(const v1::Quantity& quantity, const FieldPath& path, Review& review) {
  CheckKnownFields(quantity, path, review);
  RequireEnum<v1::Unit_IsValid>(quantity.unit(), path / "unit", review);
  CheckShape(quantity, path, review);
  CheckCountNotNegative(quantity.has_value(), quantity.value(), path / "value", review);
  CheckCountNotNegative(quantity.has_low(), quantity.low(), path / "low", review);
  CheckCountNotNegative(quantity.has_high(), quantity.high(), path / "high", review);
  if (quantity.has_low() && quantity.has_high() && quantity.low() > quantity.high()) {
    ReportBackward(std::to_string(quantity.low()), std::to_string(quantity.high()), path / "low",
                   review);
  }
  CheckVerbatim(quantity, path, review);
  if (!quantity.has_units_per()) return;
  if (quantity.units_per() < 1 || quantity.units_per() > limits::kMaxUnitsPer) {
    review.Report(path / "units_per", fmt::format("is {}; allowed are 1 to {} chips in each",
                                                  quantity.units_per(), limits::kMaxUnitsPer));
  }
  if (quantity.unit() != v1::UNIT_MODULE && quantity.unit() != v1::UNIT_SERVER) {
    review.Report(path / "units_per",
                  fmt::format("is set with {}; only UNIT_MODULE and UNIT_SERVER hold "
                              "chips; leave it out",
                              v1::Unit_Name(quantity.unit())));
  }
}

void CheckChipQuantity(const v1::Quantity& quantity, const FieldPath& path, Review& review) {
  CheckQuantity(quantity, path, review);
  if (quantity.unit() == v1::UNIT_TOKEN || quantity.unit() == v1::UNIT_USER) {
    review.Report(path / "unit",
                  fmt::format("is {}; chips are counted in UNIT_CHIP, UNIT_MODULE or "
                              "UNIT_SERVER",
                              v1::Unit_Name(quantity.unit())));
  }
}

void CheckShare(const v1::Ratio& ratio, const FieldPath& path, Review& review) {
  CheckRatio(ratio, path, review);
  if (!ratio.of_event_id().empty()) {
    CheckEventId(ratio.of_event_id(), path / "of_event_id", review);
    if (!ratio.of_text().empty()) {
      review.Report(path / "of_text",
                    "is set beside of_event_id; it is for a whole that no event states; "
                    "leave one of them out");
    }
  } else if (ratio.of_text().empty()) {
    ReportMissing(path / "of_event_id",
                  "the event that states the whole, or the whole in words in of_text", review);
  }
}

void CheckGrowth(const v1::Ratio& ratio, const FieldPath& path, Review& review) {
  CheckRatio(ratio, path, review);
  constexpr std::string_view kOnlyShares =
      "is set on a growth; it says of what a share is; leave it out";
  if (!ratio.of_event_id().empty()) {
    review.Report(path / "of_event_id", std::string(kOnlyShares));
  }
  if (!ratio.of_text().empty()) {
    review.Report(path / "of_text", std::string(kOnlyShares));
  }
}

void CheckWhole(const v1::Event& event, const v1::Ratio& share, const FieldPath& payload,
                Review& review) {
  if (share.of_event_id().empty() || share.of_event_id() != event.event_id()) return;
  const FieldPath path = payload / "share_of";
  review.Report(path / "of_event_id", "is the event's own; the whole is stated by another event");
}

}  // namespace chipline::kinds
