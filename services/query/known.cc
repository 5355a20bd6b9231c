#include "services/query/known.h"

#include <algorithm>

#include "absl/time/time.h"

#include "fmt/format.h"
#include "services/query/day_bell.h"
#include "services/rpc/field_checks.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::query {

namespace {

// The latest time that is not in the future. Record times never go back, so the log's own may be
// ahead of a clock that was set back.
absl::Time LatestTime(const storage::LogReader& log, const Clock& clock) {
  return std::max(clock.Now(), log.head_time());
}

}  // namespace

using storage::Position;

absl::StatusOr<KnownPoint> ReadKnown(const v1::Known& known, const storage::LogReader& log,
                                     const Clock& clock) {
  KnownPoint point;
  switch (known.as_of_case()) {
    case v1::Known::kPosition: {
      RETURN_IF_ERROR(CheckNotBeyond("known.position", known.position(), log));
      ASSIGN_OR_RETURN(point.position, log.AppendEndAtOrBefore(known.position()));
      break;
    }
    case v1::Known::kRecordTime: {
      Violations bad;
      const auto time = ReadTimestamp(known.record_time(), "known.record_time", bad);
      RETURN_IF_ERROR(bad.ToStatus());
      if (*time > LatestTime(log, clock)) {
        return Error(absl::StatusCode::kOutOfRange, "TIME_IN_FUTURE",
                     "known.record_time is in the future: what the log will hold then is not known",
                     {{"field", "known.record_time"}});
      }
      ASSIGN_OR_RETURN(const Position next, log.FirstAt(*time + absl::Nanoseconds(1)));
      point.position = next - 1;
      break;
    }
    case v1::Known::kPublicationDate: {
      const auto day = CivilDay::Parse(known.publication_date());
      if (!day.ok())
        return BadFieldError("known.publication_date", std::string(day.status().message()));
      if (*day > DayOf(LatestTime(log, clock))) {
        return Error(
            absl::StatusCode::kOutOfRange, "TIME_IN_FUTURE",
            "known.publication_date is in the future: what will be public then is not known",
            {{"field", "known.publication_date"}});
      }
      point.published_by = *day;
      break;
    }
    case v1::Known::AS_OF_NOT_SET:
      break;
  }
  return point;
}

absl::Status CheckNotBeyond(std::string_view field, Position position,
                            const storage::LogReader& log) {
  RETURN_IF_ERROR(log.CheckReached(position));
  const Position head = log.head();
  if (position <= head) return absl::OkStatus();
  return Error(absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD",
               fmt::format("{} is {}, but the log ends at {}", field, position, head),
               {{"field", std::string(field)}, {"head_position", fmt::format("{}", head)}});
}

}  // namespace chipline::query
