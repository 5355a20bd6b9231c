#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_

#include <vector>

#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// What the standing claims of an order say of quantities and prices.

// One line for each stage and modality that a claim speaks of, by stage, then modality: what is
// expected never mixes with what happened. Quantities are cumulative, so nothing is added up. Where
// claims state days, a count of a day that surely lies before another's is an earlier reading: it
// is not weighed against the later one, and agrees with it unless it is larger. A count that is
// stated without a number is an alternative by the rule no_figure, and agrees with nothing.
std::vector<v1::StageLedger> FoldStages(const std::vector<OrderClaim>& standing);

// Sets unit_price and its alternatives, and value: the total as stated, else computed from the
// number of chips and the unit price. The number is that of the first stage in
// kStagesOfSize (ledger.cc) that has one. `entry` must have its stages.
void FoldPrices(const std::vector<OrderClaim>& standing, v1::ChipOrderEntry* entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_LEDGER_H_
