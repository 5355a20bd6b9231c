#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_VALID_AXIS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_VALID_AXIS_H_

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "chipline/v1/values.pb.h"
#include "services/values/civil_day.h"

namespace chipline::timeline {

// The axis of valid time. Small values and pure functions; all days are civil days in UTC.

// Stand for the open ends, before and after every day that can be written.
inline constexpr CivilDay kDawn = CivilDay::FromDays(std::numeric_limits<int32_t>::min());
inline constexpr CivilDay kNever = CivilDay::FromDays(std::numeric_limits<int32_t>::max());

// The days on which something may have happened, both included.
struct DaySpan {
  CivilDay earliest = kDawn;
  CivilDay latest = kNever;

  static DaySpan On(CivilDay day) { return {day, day}; }

  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

// The span of a Date; nullopt if there is none, or none that can be read.
std::optional<DaySpan> SpanOf(const v1::Date& date);

// The sooner of two happenings, each on one of some days.
DaySpan Sooner(const DaySpan& a, const DaySpan& b);

enum class Presence {
  kAbsent,
  // It may have begun, or may have ended; which is not known.
  kPossible,
  kCertain,
};

// One piece of the axis: the days from `from` up to, not including, `to`.
struct AxisPiece {
  CivilDay from = kDawn;
  CivilDay to = kNever;

  v1::ValidInterval ToProto() const;

  friend bool operator==(const AxisPiece&, const AxisPiece&) = default;
};

// From when, and until when, something holds.
struct Course {
  DaySpan start;
  // The first day on which it holds no more; absent: until further notice.
  std::optional<DaySpan> end;
  // Days on which it may not hold, for another reason than its start and its end.
  std::optional<AxisPiece> doubt = std::nullopt;

  // Certain from the latest day of the start to the earliest day of the end, that day and those of
  // the doubt excluded; absent before the earliest day of the start and from the latest day of the
  // end on.
  Presence At(CivilDay day) const;

  // The days on which what At says may change, open ends included; and the first and last of them.
  void AddBoundaries(std::vector<CivilDay>& boundaries) const;
  CivilDay First() const;
  CivilDay Last() const;

  friend bool operator==(const Course&, const Course&) = default;
};

// YYYY-MM-DD, or the fallback if that is not what the text is.
CivilDay DayOr(std::string_view text, CivilDay fallback);

// The days that an interval's ends stand for.
AxisPiece FromProto(const v1::ValidInterval& interval);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_VALID_AXIS_H_
