#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What is known of the supply of one chip. The rows are claims on its supply and orders of it.
//
// Of each holder, metric and customer the claims of the latest day (`as_of`, else publication) are
// weighed by policy. A count that a report gives for several chips together bounds each of them
// from above, and says no more. The shortfall is the largest quantity placed less all stock that is
// for anybody. `rows` must be sorted by position.
v1::ChipSupplyEntry FoldChipSupply(const std::vector<Claim>& rows, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_SUPPLY_FOLD_H_
