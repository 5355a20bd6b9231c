#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_WORDS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_WORDS_H_

#include <string_view>

// The stable words that Grounds.rule holds in rules and orders, beside those of policy.h.
namespace chipline::timeline::rules {

// It has the latest binding (else effective) day up to the valid day.
inline constexpr std::string_view kLatestEffective = "latest_effective";
// Rules with different rule_ids stand side by side, and it is the strictest.
inline constexpr std::string_view kStrictestRule = "strictest_rule";
// A rule with another rule_id that stands beside the one that counts.
inline constexpr std::string_view kLessStrict = "less_strict";
// An older claim that has more authority than a later one, which is not the stricter.
inline constexpr std::string_view kMoreAuthority = "more_authority";
// That later one.
inline constexpr std::string_view kLessAuthority = "less_authority";
// Another claim of the same day that policy set behind.
inline constexpr std::string_view kSameDay = "same_day";
// It surely holds, unless a claim that may have begun has taken its place.
inline constexpr std::string_view kUnlessReplaced = "unless_replaced";
// The day is between the earliest and the latest on which a change may have taken effect.
inline constexpr std::string_view kDayUncertain = "day_uncertain";
// A licence that states its end may have come to it.
inline constexpr std::string_view kEnding = "ending";
// Nobody said.
inline constexpr std::string_view kNobodySaid = "nobody_said";
// There is more than an entry shows, and this may be in what it does not.
inline constexpr std::string_view kLeftOut = "left_out";
// PROPOSED, OPPOSED or RESCINDED, which form no state.
inline constexpr std::string_view kNotInForce = "not_in_force";

// The gate of an order is that of the rule for anybody.
inline constexpr std::string_view kGeneralRule = "general_rule";
// It is that of a rule which names the buyer and is not older than the general one.
inline constexpr std::string_view kNamesBuyer = "names_buyer";
// It is licensed, but only to buyers that are not this one.
inline constexpr std::string_view kLicensedToOthers = "licensed_to_others";
// It is that of a rule for a seat or a purpose, which are the order's.
inline constexpr std::string_view kScopeHolds = "scope_holds";
// A licence with a stated end goes on although a newer rule is stricter, perhaps.
inline constexpr std::string_view kLicenceGoesOn = "licence_goes_on";
// It would pass, or nothing surely holds, but a stricter rule may apply.
inline constexpr std::string_view kMayApply = "may_apply";
// Reports contradict each other on where the order goes, and the rules for these places differ.
inline constexpr std::string_view kPlaceInConflict = "place_in_conflict";
// The rule spares orders placed or shipped before it, and this is one.
inline constexpr std::string_view kEarlierOrder = "earlier_order";
// Whether the rule covers this order is not known.
inline constexpr std::string_view kCoverageUnknown = "coverage_unknown";
// A report on the order itself says so, and no rule is newer.
inline constexpr std::string_view kOrderSays = "order_says";
// Quantity times unit price.
inline constexpr std::string_view kQuantityTimesPrice = "quantity_times_price";
// A smaller count of an earlier day; stage quantities are cumulative.
inline constexpr std::string_view kEarlierReading = "earlier_reading";

}  // namespace chipline::timeline::rules

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_WORDS_H_
