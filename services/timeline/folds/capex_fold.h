#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What is known of one spending figure. `rows` must be sorted by position; `dependencies` are the
// year-before entry, and for a group its members' entries (see DependenciesOf), those that exist.
v1::CapexEntry FoldCapex(const v1::EntryKey& key, const std::vector<Claim>& rows,
                         const std::vector<v1::TimelineEntry>& dependencies);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
