#ifndef CHIPLINE_STORAGE_COMMIT_GROUP_H_
#define CHIPLINE_STORAGE_COMMIT_GROUP_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/block.h"
#include "storage/event_store.h"
#include "storage/position.h"
#include "storage/record.h"

namespace chipline::storage {

// What one synced write will hold: the appends accepted so far, as blocks, and cursors. A block
// ends where an append ends. Not thread-safe.
class CommitGroup {
 public:
  // Starts after `head`.
  explicit CommitGroup(Position head) : first_(head + 1), next_(head + 1) {}

  // The position of the next event.
  Position next() const { return next_; }
  // The next append begins a block.
  bool between_blocks() const { return !filling_.has_value(); }

  // Adds one append's events, framed, in order.
  void AddAppend(std::vector<std::string> records);
  void SetState(std::string key, std::string value) {
    state_.emplace_back(std::move(key), std::move(value));
  }
  void SetCursor(const std::string& name, const v1::CursorRow& row) { cursors_[name] = row; }

  // The bytes of the record at `position` if it is in this group.
  std::optional<std::string_view> RecordAt(Position position) const;
  // The cursor's row if it is in this group.
  const v1::CursorRow* CursorRow(const std::string& name) const;

  // Closes the last block. Nothing may be added afterwards.
  CommitWrite Finish();

 private:
  void CloseBlock();

  const Position first_;
  Position next_;
  std::vector<std::shared_ptr<const Block>> blocks_;
  // The block being filled; none between blocks.
  std::optional<BlockBuilder> filling_;
  // Every record of the group, from first_ on, for duplicates within it.
  std::vector<std::string> records_;
  std::map<std::string, v1::CursorRow> cursors_;
  StateRows state_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_GROUP_H_
