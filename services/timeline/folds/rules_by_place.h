#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULES_BY_PLACE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULES_BY_PLACE_H_

#include <string>
#include <vector>

#include "services/timeline/folds/gate_view.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// RulesForOrder of an order that may go to several places: `places` are its facts for each of them
// (ByDestination), one at least. Where the gate passes whichever it is, or holds up whichever it
// is, it does so; of views that pass the strictest counts, of such that hold up the least strict.
// Else it is UNKNOWN. What is stricter for one place is one of GateView::possible. `rules` are all
// of one gate. Pure.
std::vector<GateStep> RulesByPlace(const std::vector<const v1::TimelineEntry*>& rules,
                                   v1::GateKind gate, const std::vector<OrderFacts>& places,
                                   const std::string& chip);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULES_BY_PLACE_H_
