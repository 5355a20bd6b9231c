#ifndef CHIPLINE_SERVICES_QUERY_KNOWN_H_
#define CHIPLINE_SERVICES_QUERY_KNOWN_H_

#include <optional>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/values/civil_day.h"
#include "storage/clock.h"
#include "storage/log_reader.h"

namespace chipline::query {

// What `known` in a request means for this log.
struct KnownPoint {
  // The end of an append; nullopt: wherever the views are.
  std::optional<storage::Position> position;
  std::optional<CivilDay> published_by;
};

// INVALID_ARGUMENT for what is no time or day; OUT_OF_RANGE, reason POSITION_BEYOND_HEAD or
// TIME_IN_FUTURE, for what is not yet; DATA_LOSS if the log is damaged. A time or day is not yet if
// it is later than both the clock and the log's head. Reads disk.
absl::StatusOr<KnownPoint> ReadKnown(const v1::Known& known, const storage::LogReader& log,
                                     const Clock& clock);

// OUT_OF_RANGE, reason POSITION_BEYOND_HEAD, if `position` is; UNAVAILABLE, reason NODE_BEHIND, if
// another node may be so far.
absl::Status CheckNotBeyond(std::string_view field, storage::Position position,
                            const storage::LogReader& log);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_KNOWN_H_
