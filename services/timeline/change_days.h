#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "services/timeline/change_ring.h"
#include "services/values/civil_day.h"

namespace chipline::timeline {

// Changes by a day that passes. An entry holds the whole of valid time, so a day never changes it;
// the day on which one of its intervals begins is told all the same (DayPassed in the contract).
// Rules and orders have intervals; what an order says of rules is in its own. Pure functions.

// Whether entries whose ids start like this have intervals at all.
bool HasIntervals(std::string_view entry_id);

// The days on which intervals of the entry begin, ascending; the first, which has no start, is not
// among them. Empty for an entry that is not there.
std::vector<CivilDay> StartsOf(const EntryVersion& entry);

// What `day` brings the entry; nullopt if no interval begins on it. The causes are in no order yet.
std::optional<EntryChange> ChangeByDay(const EntryVersion& entry, CivilDay day);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_DAYS_H_
