#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_REPLACED_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_REPLACED_H_

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"

namespace chipline::timeline {

// Marks the rows whose figure a later claim of the same speaker replaced (one_view.h), for an
// explanation of all rows of an entry. Folds find the same while rows are added. `effects` are
// those of the rows' links, and must stay where they are while this runs.
//
// Figures are compared within an entry of capex; within a day of a use; within holder, metric,
// customer and day of a supply; and within stage, modality and day of an order. Rules have no
// figures.
void MarkReplaced(const v1::EntryKey& key, const Rows& rows, const NamesAt& names,
                  Effects* effects);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_REPLACED_H_
