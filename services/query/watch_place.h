#ifndef CHIPLINE_SERVICES_QUERY_WATCH_PLACE_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_PLACE_H_

#include <limits>

#include "services/values/civil_day.h"
#include "storage/position.h"

namespace chipline::query {

// Where a watch is: it has told every append up to the position, and every day up to the day. Days
// that came before the append at the position need not be in `day`; they were told before it. A
// value.
struct WatchPlace {
  storage::Position position = 0;
  CivilDay day = kNoDay;

  // Before all days.
  static constexpr CivilDay kNoDay = CivilDay::FromDays(std::numeric_limits<int32_t>::min());

  friend bool operator==(const WatchPlace&, const WatchPlace&) = default;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_PLACE_H_
