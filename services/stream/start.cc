#include "services/stream/start.h"

#include <algorithm>
#include <string>

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::stream {
namespace {

absl::StatusOr<storage::Position> Resolve(AfterPosition start, const storage::LogReader& log,
                                          const Clock&) {
  RETURN_IF_ERROR(CheckNotBeyond(start.position, log));
  return start.position;
}

absl::StatusOr<storage::Position> Resolve(AtTime start, const storage::LogReader& log,
                                          const Clock& clock) {
  // The log's own time may be ahead of this machine's.
  if (start.time > std::max(clock.Now(), log.head_time())) {
    return Error(absl::StatusCode::kOutOfRange, "TIME_IN_FUTURE",
                 "the start time is yet to come; to start with what comes next, start at the head");
  }
  ASSIGN_OR_RETURN(const storage::Position first, log.FirstAt(start.time));
  return first - 1;
}

absl::StatusOr<storage::Position> Resolve(AtHead, const storage::LogReader& log, const Clock&) {
  return log.head();
}

}  // namespace

absl::Status CheckNotBeyond(storage::Position position, const storage::LogReader& log) {
  RETURN_IF_ERROR(log.CheckReached(position));
  const storage::Position head = log.head();
  if (position <= head) return absl::OkStatus();
  return Error(
      absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD",
      fmt::format("position {} is beyond the end of the log, which is at {}", position, head),
      {{"position", std::to_string(position)}, {"head_position", std::to_string(head)}});
}

absl::StatusOr<storage::Position> ResolveStart(const Start& start, const storage::LogReader& log,
                                               const Clock& clock) {
  return std::visit([&](const auto& kind) { return Resolve(kind, log, clock); }, start);
}

}  // namespace chipline::stream
