#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_

#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"

namespace chipline::timeline {

// How many orders a stage names.
inline constexpr int kMaxOrders = 64;

// What is ordered of one chip, by stage and by how the reports speak of it, from the rows that are
// orders. The figure of an order at a stage is that of its ledger (ledger.h). Across orders those
// of named buyers are added, each buyer at most once (the order with more comes first); orders of
// open groups stand beside them, since nobody said who is in the group.
std::vector<v1::OrderedQuantity> OrderedQuantities(const std::vector<Claim>& rows,
                                                   const std::vector<Effect>& effects,
                                                   const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDERED_QUANTITY_H_
