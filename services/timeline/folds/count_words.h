#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_COUNT_WORDS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_COUNT_WORDS_H_

#include <string_view>

// The stable words that Grounds.rule holds in counts over orders and holders, beside those of
// policy.h.
namespace chipline::timeline::rules {

// Different orders, added, some of which share a buyer.
inline constexpr std::string_view kOrdersAdded = "orders_added";
// Orders that share a buyer, of which one without an id of its own may be another of them.
inline constexpr std::string_view kOrdersMayBeOne = "orders_may_be_one";
// What is placed, less what is delivered or in use and what is cancelled.
inline constexpr std::string_view kOpen = "placed_less_done";
// The larger of two counts of an order, of which neither is surely the larger.
inline constexpr std::string_view kLarger = "larger_of_two";
// The stock of several holders, added.
inline constexpr std::string_view kHoldersAdded = "holders_added";
// What was expected for a day of which a count is reported.
inline constexpr std::string_view kForecast = "forecast";
// A capacity beside a production that exceeds it, or the other way round.
inline constexpr std::string_view kCapacityAndProduction = "capacity_and_production";
// Preferred among the claims that were public by the day asked for, since none states a day.
inline constexpr std::string_view kPublicByDay = "public_by_day";

}  // namespace chipline::timeline::rules

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_COUNT_WORDS_H_
