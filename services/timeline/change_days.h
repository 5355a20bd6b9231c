#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "services/timeline/change_ring.h"
#include "services/values/civil_day.h"

namespace chipline::timeline {

// Changes on a day. An entry covers the whole of valid time, so a day never changes it. But a watch
// reports the day on which one of its intervals begins (DayPassed in the contract). Rules and
// orders have intervals. Those of an order include what rules change for it. Pure functions.

// Whether entries whose ids begin like this have intervals at all.
bool HasIntervals(std::string_view entry_id);

// The days on which intervals of the entry begin, ascending, except the first interval, which has
// no start. Empty if the entry does not exist.
std::vector<CivilDay> StartsOf(const EntryVersion& entry);

// The change of the entry on `day`; nullopt if no interval begins then. The causes are not sorted
// yet.
std::optional<EntryChange> ChangeByDay(const EntryVersion& entry, CivilDay day);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_
