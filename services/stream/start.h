#ifndef CHIPLINE_SERVICES_STREAM_START_H_
#define CHIPLINE_SERVICES_STREAM_START_H_

#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/clock.h"
#include "storage/log_reader.h"
#include "storage/position.h"

namespace chipline::stream {

// After a position; 0 is the beginning.
struct AfterPosition {
  storage::Position position = 0;
};
// With the first event recorded at or after a time.
struct AtTime {
  absl::Time time;
};
// With whatever comes next.
struct AtHead {};

using Start = std::variant<AfterPosition, AtTime, AtHead>;

// OUT_OF_RANGE, reason POSITION_BEYOND_HEAD, if `position` is; UNAVAILABLE, reason NODE_BEHIND, if
// another node may be so far.
absl::Status CheckNotBeyond(storage::Position position, const storage::LogReader& log);

// The position after which to start. Reads disk. OUT_OF_RANGE, reason POSITION_BEYOND_HEAD or
// TIME_IN_FUTURE, if the start is yet to come: a time that is later than both the clock and the
// log's head.
absl::StatusOr<storage::Position> ResolveStart(const Start& start, const storage::LogReader& log,
                                               const Clock& clock);

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_START_H_
