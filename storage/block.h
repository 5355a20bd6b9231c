#ifndef CHIPLINE_STORAGE_BLOCK_H_
#define CHIPLINE_STORAGE_BLOCK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/position.h"

namespace chipline::storage {

// Whole appends, as they are stored and sent: `RecordedEvent events = 1` fields after a header with
// a checksum (storage/FORMAT.md). Immutable, so all readers can share one block.
class Block {
 public:
  // Decodes the value that is stored under the key `first`. DATA_LOSS, naming the position, if its
  // checksum, version or structure is wrong.
  static absl::StatusOr<std::shared_ptr<const Block>> Decode(Position first, std::string stored);

  Position first() const { return first_; }
  Position last() const { return first_ + offsets_.size() - 2; }
  size_t count() const { return offsets_.size() - 1; }

  // The fields of the events from..to (inclusive, in this block). They are valid bytes of a
  // message.
  std::string_view Fields(Position from, Position to) const;
  // One event's bytes, a chipline.v1.RecordedEvent.
  std::string_view Record(Position position) const;
  // The whole body.
  std::string_view body() const;
  // The value as stored.
  const std::string& stored() const { return stored_; }

 private:
  Block(Position first, std::string stored, std::vector<uint32_t> offsets)
      : first_(first), stored_(std::move(stored)), offsets_(std::move(offsets)) {}

  const Position first_;
  const std::string stored_;
  // Where each event's field starts in stored_, and where the last one ends.
  const std::vector<uint32_t> offsets_;

  friend class BlockBuilder;
};

// Builds a block, append by append. Not thread-safe.
class BlockBuilder {
 public:
  explicit BlockBuilder(Position first);

  // Adds one event's bytes, a chipline.v1.RecordedEvent.
  void Add(std::string_view record);
  size_t bytes() const { return stored_.size(); }
  size_t count() const { return offsets_.size(); }
  // Closes the block and computes its checksum. Must not be empty.
  std::shared_ptr<const Block> Finish() &&;

 private:
  Position first_;
  std::string stored_;
  std::vector<uint32_t> offsets_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_BLOCK_H_
