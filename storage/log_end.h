#ifndef CHIPLINE_STORAGE_LOG_END_H_
#define CHIPLINE_STORAGE_LOG_END_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/event_store.h"
#include "storage/position.h"

namespace chipline::storage {

// Where a log ends.
struct LogEnd {
  Position head = 0;
  // When the head was recorded; InfinitePast if the log is empty.
  absl::Time time = absl::InfinitePast();
};

// DATA_LOSS if the last block cannot be read.
absl::StatusOr<LogEnd> FindEnd(const EventStore& events);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_LOG_END_H_
