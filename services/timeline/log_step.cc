#include "services/timeline/log_step.h"

#include <utility>

#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::timeline {

absl::StatusOr<std::unique_ptr<LogStep>> ParseStep(const storage::Batch& batch) {
  auto step = std::make_unique<LogStep>();
  step->position = batch.position;
  step->end = batch.end;
  std::vector<LoggedEvent> events;
  for (const storage::BlockSlice& slice : batch.slices) {
    RETURN_IF_ERROR(
        storage::ForEachRecord(slice.bytes, [&](std::string_view bytes) -> absl::Status {
          auto* event = google::protobuf::Arena::CreateMessage<v1::RecordedEvent>(&step->arena);
          if (!event->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
            return absl::DataLossError("the log holds something else than events");
          }
          events.push_back({event, bytes, slice.block});
          if (events.size() < event->append_size()) return absl::OkStatus();
          step->appends.push_back({std::exchange(events, {})});
          return absl::OkStatus();
        }));
  }
  return step;
}

}  // namespace chipline::timeline
