#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_COVERAGE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_COVERAGE_H_

#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// When the rule behind a state begins.
DaySpan BeginOf(const v1::RuleState& state);

// Whether a rule covers an order that may be older than it.
enum class Coverage { kYes, kNo, kUnknown };

// By `applies_to`, and the days on which the order was placed and shipped. An order that nobody
// reports as placed, or shipped, is still to be. What is placed after the rule began is shipped
// after it, too. Deliveries that were said to go on after a rule on what is not shipped are covered
// by it. A licence that names its buyers and does not say is for what has not shipped, since it is
// issued for orders that wait; any other rule that does not say may or may not cover older orders.
// What has not shipped of an order may be a part of it or all, unless counts say that all has.
Coverage CoverageOf(const v1::RuleState& state, const OrderFacts& order);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_COVERAGE_H_
