#include "storage/catch_up.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/error.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<LogEnd> FindEnd(const EventStore& events) {
  ASSIGN_OR_RETURN(const auto block, events.LastBlock());
  if (block == nullptr) return LogEnd();
  ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(block->last())));
  return LogEnd{block->last(), record.header.record_time};
}

absl::Status CatchUpIndex(const EventStore& events, Position head, Index& index) {
  Position position = index.stored_position();
  if (position > head) {
    return Error(absl::StatusCode::kDataLoss, "EVENTS_MISSING",
                 "the log ends at position " + std::to_string(head) +
                     ", but the index reaches position " + std::to_string(position) +
                     "; restore the missing files or a backup");
  }
  EventStore::Scan scan = events.ScanFrom(position + 1);
  while (position < head) {
    ASSIGN_OR_RETURN(const auto block, scan.Next());
    if (block == nullptr || block->first() > position + 1) {
      return Error(absl::StatusCode::kDataLoss, "EVENTS_MISSING",
                   "no stored block holds position " + std::to_string(position + 1) +
                       "; restore the log from a backup");
    }
    std::vector<IndexedEvent> added;
    for (Position next = std::max(position + 1, block->first()); next <= block->last(); ++next) {
      ASSIGN_OR_RETURN(Record record, ParseRecord(block->Record(next)));
      ASSIGN_OR_RETURN(const std::string_view event_id, EventIdOf(record.event));
      added.push_back({next, event_id, record.header.subject, record.header.revision,
                       std::move(record.header.entities), next == block->first()});
      position = next;
    }
    index.Add(added);
  }
  return absl::OkStatus();
}

}  // namespace chipline::storage
