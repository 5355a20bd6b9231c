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

// Bytes of a block, which stays in memory while they are in use: whole `RecordedEvent events = 1`
// fields.
struct BlockSlice {
  std::shared_ptr<const Block> block;
  std::string_view bytes;
};

// One step of a cursor: matching events, as bytes that can be sent unchanged.
struct Batch {
  std::vector<BlockSlice> slices;
  // How many events are in the slices.
  size_t events = 0;
  // Bytes in the slices.
  size_t bytes = 0;
  // Every match up to this position is in this batch or an earlier one. It is the end of an append,
  // or the bound of the cursor.
  Position position = 0;
  // The head, or the bound, when the step was made.
  Position end = 0;
  // False if everything was read from memory.
  bool from_disk = false;
  // How many rows were examined; see limits::kScanStepRows. 0 if every event matches.
  size_t rows = 0;

  bool at_end() const { return position >= end; }
};

// The one way to read the log: a place in it that moves over the matching events, in order, each
// once. Pages, reads, subscriptions and the materializer are cursors. It reads the disk, so never
// use it on a gRPC thread. Not thread-safe, but may move between threads. The reader must outlive
// it.
class Cursor {
 public:
  // Starts after `after`. Moves no further than `bound` if that is not 0.
  Cursor(const LogReader& reader, Filter filter, Position after, Position bound = 0);
  ~Cursor();
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;

  // The next matching events, in whole appends. Stops at `max_bytes`, after about
  // limits::kScanStepRows rows, or at the end. An empty batch that moved the position means that
  // nothing matched so far. At the end it returns an empty batch at once; then wait with
  // LogReader::NotifyPast. DATA_LOSS if a stored block is damaged.
  absl::StatusOr<Batch> Next(size_t max_bytes);

  Position position() const { return position_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Position position_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_CURSOR_H_
