#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_GATES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_GATES_H_

#include <string>
#include <vector>

#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// Sets intervals and omitted_before: how the order stands over the whole of valid time. Intervals
// are in order, without gaps, each with its gates, the state that they combine to, and what changed
// at its start.
//
// The gates are those that a rule for one of the order's chips and its destination names, or that a
// report on the order names; every interval lists all of them. What a report on the order says of a
// gate counts from its day on until a newer rule; that a report calls a gate UNKNOWN only names it.
// Chips at which a gate stands alike share a GateStatus.
//
// A gate that lets pass after it was DENIED, PENDING or never known LIFTS, or UNBLOCKS if the order
// is then CLEARED or CLEARED_IF. One that is DENIED or PENDING after it let pass or was never
// known, or DENIED after it was PENDING, BLOCKS. Days on which it is UNKNOWN in between change
// nothing.
//
// `rules` are the entries of rules; those for other chips and places are passed over. Stays within
// entry_limits.h: of too many intervals the earliest become one that says UNKNOWN without gates.
// Costs a pass over the days on which a gate may change, and what the intervals that it sets cost.
void AddIntervals(const OrderFacts& order, const std::vector<v1::TimelineEntry>& rules,
                  v1::ChipOrderEntry* entry);

// The interval that stands for all before the day, where they are left out: UNKNOWN, without gates.
v1::OrderInterval OrderLeftOut(const std::string& before);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_GATES_H_
