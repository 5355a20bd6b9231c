#ifndef CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_
#define CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_

#include <string>

#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// The day by which an entry is sorted in order of valid time, YYYY-MM-DD: the first day of the
// period of a spending entry; the first day on which a rule is known to change; the earliest stage
// of an order (otherwise of the time that it is for, otherwise of a change of its gates); the
// earliest count of a supply or a use. Entries without a day come last: kNoDay.
inline constexpr char kNoDay[] = "~";
std::string FirstDay(const v1::TimelineEntry& entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VALID_DAY_H_
