#ifndef CHIPLINE_SERVICES_TIMELINE_LOG_EVENTS_H_
#define CHIPLINE_SERVICES_TIMELINE_LOG_EVENTS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "chipline/v1/event.pb.h"
#include "storage/log_reader.h"

namespace chipline::timeline {

// An event of the log, with its bytes and the block that holds them. Whoever created this owns the
// event.
struct LoggedEvent {
  const v1::RecordedEvent* event = nullptr;
  std::string_view bytes;
  std::shared_ptr<const storage::Block> block;
};

// The block of the log that holds a position.
using ReadBlock =
    std::function<absl::StatusOr<std::shared_ptr<const storage::Block>>(storage::Position)>;

// The event at a position, which must be in the log. DATA_LOSS if it cannot be read. Reads disk.
absl::StatusOr<v1::RecordedEvent> ReadEvent(const ReadBlock& blocks, storage::Position position);
absl::StatusOr<v1::RecordedEvent> ReadEvent(const storage::LogReader& log,
                                            storage::Position position);

// Those that readers of the log see. The reader must outlive the result.
ReadBlock BlocksOf(const storage::LogReader& log);

// Parsed events of the log, by position and by id, for following links. Recent ones stay in memory,
// which is bounded. Not thread-safe; the reader must outlive it.
class LogEvents {
 public:
  explicit LogEvents(const storage::LogReader& log) : log_(log) {}

  absl::StatusOr<std::shared_ptr<const v1::RecordedEvent>> At(storage::Position position);
  // From now on answers for these events (in order, without gaps) without a read, until others are
  // lent. An answer for them must not be used after they are gone.
  void Lend(absl::Span<const LoggedEvent> events) { lent_ = events; }
  // Where the event with this id is, if that is not after `up_to`.
  absl::StatusOr<std::optional<storage::Position>> Find(std::string_view event_id,
                                                        storage::Position up_to);

 private:
  // Bytes of the stored events in memory; one event more is allowed.
  static constexpr size_t kMaxBytes = 4 * 1024 * 1024;

  const storage::LogReader& log_;
  absl::Span<const LoggedEvent> lent_;
  absl::flat_hash_map<storage::Position, std::shared_ptr<const v1::RecordedEvent>> recent_;
  size_t bytes_ = 0;
  // The block read last: events often link to events near them.
  std::shared_ptr<const storage::Block> block_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_LOG_EVENTS_H_
