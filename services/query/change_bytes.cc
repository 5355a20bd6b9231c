#include "services/query/change_bytes.h"

#include "chipline/v1/timeline_service.pb.h"
#include "storage/wire.h"

namespace chipline::query {

std::string ChangeBytes(const timeline::EntryChange& change) {
  using v1::TimelineChange;
  std::string bytes;
  AppendBytes(TimelineChange::kEntryIdFieldNumber, change.entry_id(), bytes);
  if (change.before.exists()) {
    AppendBytes(TimelineChange::kBeforeFieldNumber, change.before.bytes, bytes);
  }
  if (change.after.exists()) {
    AppendBytes(TimelineChange::kAfterFieldNumber, change.after.bytes, bytes);
  }
  AppendNumber(TimelineChange::kReasonFieldNumber, static_cast<uint64_t>(change.reason), bytes);
  for (const std::string& id : change.cause_event_ids) {
    AppendBytes(TimelineChange::kCauseEventIdsFieldNumber, id, bytes);
  }
  if (!change.passed.empty()) {
    AppendBytes(TimelineChange::kPassedFieldNumber, change.passed, bytes);
  }
  AppendNumber(TimelineChange::kCauseEventIdsOmittedFieldNumber, change.causes_omitted, bytes);
  return bytes;
}

}  // namespace chipline::query
