#ifndef CHIPLINE_STORAGE_CATCH_UP_H_
#define CHIPLINE_STORAGE_CATCH_UP_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/position.h"

// What opening a log reads of it: its end, and what the index does not have yet.
namespace chipline::storage {

// Where a log ends.
struct LogEnd {
  Position head = 0;
  // When the head was recorded; InfinitePast if the log is empty.
  absl::Time time = absl::InfinitePast();
};

// DATA_LOSS if the last block cannot be read.
absl::StatusOr<LogEnd> FindEnd(const EventStore& events);

// Adds to the index what the log has beyond it, at most some chunks if it was written to the end.
// DATA_LOSS, reason EVENTS_MISSING, if the log has less than the index, or a gap.
absl::Status CatchUpIndex(const EventStore& events, Position head, Index& index);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_CATCH_UP_H_
