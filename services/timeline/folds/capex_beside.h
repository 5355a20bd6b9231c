#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_BESIDE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_BESIDE_H_

#include <vector>

#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// Adds what follows for a spending beside other entries, those of DependenciesOf that exist:
//   - the growth on the year before, as it is stated or computed on the base that stands: what was
//     ACTUAL, else what is selected of the same class. A claim that states a growth and no sum
//     implies a sum on that base. If no claim states a sum, the most preferred implied one is
//     selected, derived.
//   - whether it leaves a part of its key unsaid that the entries beside it say. A definition is
//     unsaid beside one that has it; suppliers and a region beside two, since one part that is told
//     beside the whole does not make the whole vague.
//   - for a group its members' figures.
void AddCapexDependencies(const v1::EntryKey& key,
                          const std::vector<v1::TimelineEntry>& dependencies,
                          v1::CapexEntry* entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_BESIDE_H_
