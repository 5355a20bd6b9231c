#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_CHANGE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_CHANGE_H_

#include <vector>

#include "services/timeline/folds/fold.h"

namespace chipline::timeline {

// Adds to each value of an entry what would change it:
//   a day      the next of its intervals that says otherwise, and the claims that make it so
//   an end     of the claims that it rests on. What it would say then is not guessed: the entry is
//              folded again without them, for the last values of an entry of moderate size
//   a claim    by the rule that chose
// Pure.
void AddWouldChange(const FoldInput& input, const NamesAt& names,
                    std::vector<v1::ExplainedValue>* values);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_CHANGE_H_
