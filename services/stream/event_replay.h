#ifndef CHIPLINE_SERVICES_STREAM_EVENT_REPLAY_H_
#define CHIPLINE_SERVICES_STREAM_EVENT_REPLAY_H_

#include <optional>
#include <utility>

#include "absl/status/statusor.h"

#include "services/rpc/stream_source.h"
#include "storage/cursor.h"
#include "storage/filter.h"
#include "storage/log_reader.h"

namespace chipline::stream {

// What ReadEvents sends: the matching events up to the head as it was at the first step. At least
// one message; the last one's position is that head, so a reader knows that it has everything. Not
// thread-safe. `log` must outlive it.
class EventReplay final : public StreamSource {
 public:
  EventReplay(const storage::LogReader& log, storage::Filter filter, storage::Position after)
      : log_(log), filter_(std::move(filter)), after_(after) {}

  // OUT_OF_RANGE at the first step if the start is beyond the head; DATA_LOSS if the log is
  // damaged.
  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override;

 private:
  StreamStep Send(const storage::Batch& batch);

  const storage::LogReader& log_;
  storage::Filter filter_;
  const storage::Position after_;
  // None before the first step.
  std::optional<storage::Cursor> cursor_;
  // The position of the last message.
  storage::Position told_ = 0;
  bool done_ = false;
};

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_EVENT_REPLAY_H_
