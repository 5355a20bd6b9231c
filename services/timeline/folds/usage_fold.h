#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_USAGE_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_USAGE_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// How many readings an entry holds; the latest ones.
inline constexpr int kMaxReadings = 256;

// What is known of one use: the readings in order of the day they are of. Claims of the same day
// (the same bounds, however worded) are weighed by policy; those of other days are not compared.
// `rows` must be sorted by position.
v1::UsageEntry FoldUsage(const std::vector<Claim>& rows);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_USAGE_FOLD_H_
