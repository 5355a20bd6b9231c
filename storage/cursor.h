#ifndef CHIPLINE_STORAGE_CURSOR_H_
#define CHIPLINE_STORAGE_CURSOR_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/block.h"
#include "storage/filter.h"
#include "storage/position.h"

namespace chipline::storage {

class LogReader;

// Bytes of a block that hold it while they are in use: whole `RecordedEvent events = 1` fields.
struct BlockSlice {
  std::shared_ptr<const Block> block;
  std::string_view bytes;
};

// What a cursor passed in one step: matching events as bytes that can be sent as they are.
struct Batch {
  std::vector<BlockSlice> slices;
  // How many events are in the slices.
  size_t events = 0;
  // Bytes in the slices.
  size_t bytes = 0;
  // Every match up to here is in this batch or was in one before. The end of an append, or the
  // cursor's bound.
  Position position = 0;
  // The head, or the bound, at the time.
  Position end = 0;
  // False if what was read came from memory.
  bool from_disk = false;
  // What was looked at for it, in rows; see limits::kScanStepRows. 0 if every event matches.
  size_t rows = 0;

  bool at_end() const { return position >= end; }
};

// The one way out of the log: a place in it that moves over the events that match, in order, each
// once. Pages, reads, subscriptions and the materializer are cursors. Reads disk, so never for
// gRPC's threads. Not thread-safe, but may move between threads. The reader must outlive it.
class Cursor {
 public:
  // Starts after `after`. Moves no further than `bound` if that is not 0.
  Cursor(const LogReader& reader, Filter filter, Position after, Position bound = 0);
  ~Cursor();
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;

  // The next matching events, whole appends, until there are `max_bytes` of them, about
  // limits::kScanStepRows were looked at or the end is reached. An empty batch that moved the
  // position means that nothing matched on the way. At the end returns an empty batch at once; wait
  // for LogReader::NotifyPast. DATA_LOSS if a stored block is damaged.
  absl::StatusOr<Batch> Next(size_t max_bytes);

  Position position() const { return position_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Position position_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_CURSOR_H_
