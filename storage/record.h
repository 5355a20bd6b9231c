#ifndef CHIPLINE_STORAGE_RECORD_H_
#define CHIPLINE_STORAGE_RECORD_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/position.h"

namespace chipline::storage {

// The values that the log assigns to an event: the fields of chipline.v1.RecordedEvent except the
// event, which the log never parses. Views are into the bytes of the caller or of the record.
struct RecordHeader {
  Position position = 0;
  std::string_view subject;
  Revision revision = 0;
  absl::Time record_time;
  Position append_first_position = 0;
  uint32_t append_size = 0;
  std::vector<std::string_view> entities;

  Position append_last_position() const { return append_first_position + append_size - 1; }
};

// The bytes of a RecordedEvent with this header and `event`, the canonical bytes of a
// chipline.v1.Event. Fields are in the order of their numbers, as in a deterministic serialisation.
std::string FrameRecord(const RecordHeader& header, std::string_view event);

// A parsed record. The event stays bytes. DATA_LOSS if the bytes are not a record.
struct Record {
  RecordHeader header;
  std::string_view event;
};
absl::StatusOr<Record> ParseRecord(std::string_view bytes);

// The event_id in an event's bytes, which is its first field: all that the log reads of an event.
absl::StatusOr<std::string_view> EventIdOf(std::string_view event);

// The field of the messages that a block's body is one of: `repeated RecordedEvent events = 1`.
inline constexpr int kEventsField = 1;

// Goes through the bytes of a block slice, which are such fields, record by record.
class RecordWalk {
 public:
  explicit RecordWalk(std::string_view slice) : slice_(slice) {}

  // The next record; false at the end, and from where the bytes are damaged on.
  bool Next(std::string_view& record);
  // How many bytes the records so far take, with the fields around them.
  size_t passed() const { return passed_; }
  bool damaged() const { return damaged_; }

 private:
  const std::string_view slice_;
  size_t passed_ = 0;
  bool damaged_ = false;
};

// Calls `visit` with each record in the bytes of a block slice, in order, until it returns an
// error. DATA_LOSS, reason RECORD_DAMAGED, if they are damaged.
absl::Status ForEachRecord(std::string_view slice,
                           const std::function<absl::Status(std::string_view)>& visit);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_RECORD_H_
