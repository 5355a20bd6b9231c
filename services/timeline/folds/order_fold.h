#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What is known of one order: the ledger of its stages (ledger.h), its price and value, its gates
// (order_gates.h) and how they combine over the whole of valid time. An order that is CLEARED may
// be passed; the ledger alone says whether it was placed or shipped.
//
// `rows` must be sorted by position; `rules` are the export-rule entries for the order's chips and
// its destination, others are passed over. Pure: the same input gives the same bytes. Without a
// standing claim only the list of claims is left.
v1::ChipOrderEntry FoldChipOrder(const v1::EntryKey& key, const Rows& rows,
                                 const std::vector<v1::TimelineEntry>& rules, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FOLD_H_
