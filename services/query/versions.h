#ifndef CHIPLINE_SERVICES_QUERY_VERSIONS_H_
#define CHIPLINE_SERVICES_QUERY_VERSIONS_H_

#include <cstdint>

#include "storage/violations.h"

namespace chipline::query {

// Adds a violation if a version is asked for, by a number other than 0, that is not the one there
// is.
void CheckViewVersion(uint32_t asked, Violations& bad);
void CheckPolicyVersion(uint32_t asked, Violations& bad);

// For any request of TimelineService.
template <typename Request>
void CheckVersions(const Request& request, Violations& bad) {
  CheckViewVersion(request.view_version(), bad);
  CheckPolicyVersion(request.policy_version(), bad);
}

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_VERSIONS_H_
