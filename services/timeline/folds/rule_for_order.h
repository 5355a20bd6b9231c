#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_

#include <string>
#include <vector>

#include "services/timeline/folds/gate_view.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// How the rules of one jurisdiction and step stand to one chip of one order, over the whole of
// valid time. Each entry has been folded: only what stands in it is compared with the order
// (rule_reach.h).
//
//   * What surely applies decides. For anybody: what stands in the entry of the very chip and
//     place. A state that names the buyer goes before it if it is not behind it; one that holds up
//     goes before it in any case if it is the stricter. Of several the newest counts. A licence
//     with a stated end goes on against a newer and stricter rule, but then it is CONDITIONAL,
//     since the rule may have ended it. With several buyers the strictest counts. Where nothing is
//     said for anybody but somebody else has a licence, the gate is CONDITIONAL.
//   * What may apply is added to the entry of the very chip and place, one rule at a time, and the
//     same order decides. If the gate is stricter then, the rule is one of `possible`. A looser one
//     opens nothing.
//   * `applies_to` is held against the days on which the order was placed (NEW), or shipped
//     (UNSHIPPED). An order that nobody reports as placed is a new one. A licence that names the
//     buyer and does not say is for what has not shipped. A rule that spares the order leaves it
//     under what held before. If it is not known whether the rule covers the order, the gate is
//     UNKNOWN unless it is the same either way.
//
// Empty if no rule reaches the order. `rules` are entries of rules, all of one jurisdiction and
// step; `chip` is one of the order's. Pure.
std::vector<GateStep> RulesForOrder(const std::vector<const v1::TimelineEntry*>& rules,
                                    const OrderFacts& order, const std::string& chip);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_
