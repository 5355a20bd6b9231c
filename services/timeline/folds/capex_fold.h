#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What its rows say of one spending figure. `rows` must be sorted by position.
v1::CapexEntry FoldCapex(const v1::EntryKey& key, const std::vector<Claim>& rows);

// Adds what follows beside other entries: the year-before entry, and for a group its members'
// entries (see DependenciesOf), those that exist.
void AddCapexDependencies(const v1::EntryKey& key,
                          const std::vector<v1::TimelineEntry>& dependencies,
                          v1::CapexEntry* entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
