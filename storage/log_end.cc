#include "storage/log_end.h"

#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<LogEnd> FindEnd(const EventStore& events) {
  ASSIGN_OR_RETURN(const auto block, events.LastBlock());
  if (block == nullptr) return LogEnd();
  ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(block->last())));
  return LogEnd{block->last(), record.header.record_time};
}

}  // namespace chipline::storage
