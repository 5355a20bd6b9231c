#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "services/values/band.h"

namespace chipline::timeline {

// A figure as it is compared, and who published it first.
struct RootedBand {
  Band band;
  // Currency or unit. Bands in different ones never overlap.
  std::string_view unit;
  // Empty: not known.
  std::string_view root;
};

// For each band how many distinct known roots have a band that overlaps it, its own included. In
// n log n, since an entry may have ten thousand claims that all say something else.
std::vector<uint32_t> AgreeingRoots(const std::vector<RootedBand>& bands);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_
