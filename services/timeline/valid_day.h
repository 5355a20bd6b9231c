#ifndef CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_
#define CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_

#include <string>

#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// The day that places an entry among others in order of valid time, YYYY-MM-DD: the first of a
// spending's period, the first on which something about a rule is known to change, the earliest
// stage of an order (else of the time it is for, else of a change of its gates), the earliest count
// of a supply or a use. An entry that names no day comes last: kNoDay.
inline constexpr char kNoDay[] = "~";
std::string FirstDay(const v1::TimelineEntry& entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_
