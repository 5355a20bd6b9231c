#ifndef CHIPLINE_SERVICES_TIMELINE_LOG_STEP_H_
#define CHIPLINE_SERVICES_TIMELINE_LOG_STEP_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/arena.h"

#include "services/timeline/change_cause.h"
#include "services/timeline/log_events.h"
#include "storage/cursor.h"

namespace chipline::timeline {

// The events of one append, in order; at least one.
struct LoggedAppend {
  std::vector<LoggedEvent> events;

  AppendSpan span() const {
    return {events.front().event->position(), events.back().event->position()};
  }
};

// Consecutive appends of the log, parsed. The events live as long as the step.
struct LogStep {
  google::protobuf::Arena arena;
  std::vector<LoggedAppend> appends;
  // As in the cursor's batch.
  storage::Position position = 0;
  storage::Position end = 0;

  bool at_end() const { return position >= end; }
};

// Parses a batch of a cursor that matches all events. DATA_LOSS if the bytes are not events.
absl::StatusOr<std::unique_ptr<LogStep>> ParseStep(const storage::Batch& batch);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_LOG_STEP_H_
