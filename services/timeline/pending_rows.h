#ifndef CHIPLINE_SERVICES_TIMELINE_PENDING_ROWS_H_
#define CHIPLINE_SERVICES_TIMELINE_PENDING_ROWS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/timeline/log_events.h"
#include "services/timeline/view_store.h"
#include "storage/block.h"

namespace chipline::timeline {

// Rows of entries that are not in the store yet, in front of those that are. Holds the log's blocks
// that plain rows are in, not copies. For the materializer's thread: not thread-safe. The store
// must outlive it.
class PendingRows {
 public:
  // No row past the position `stored` is in the store.
  PendingRows(const ViewStore& store, storage::Position stored) : store_(store), stored_(stored) {}

  // The row of an event that is in the entry by its own key, from the append that ends at `since`
  // on. Events come in order. With `copy` the row has the event's bytes. Returns whether it is the
  // first of the entry since MoveTo.
  bool Add(const std::string& entry_id, const LoggedEvent& event, storage::Position since,
           bool copy);
  // Another row in place of the one that there is.
  void Replace(const std::string& entry_id, storage::Position position, storage::v1::ViewRow row);
  // The row as it is now, without spans if there is none. Reads disk and returns its errors.
  absl::StatusOr<storage::v1::ViewRow> At(const std::string& entry_id,
                                          storage::Position position) const;
  // About what all of it takes in memory.
  size_t bytes() const { return bytes_; }
  // Hands all over to the batch, which must be written before the next call of At and brings the
  // store to the position `stored`. The store takes up rows in the order of their keys several
  // times as fast as in another.
  void MoveTo(ViewBatch* batch, storage::Position stored);

 private:
  struct PlainRow {
    storage::Position position;
    storage::Position since;
    // In its block; empty if it is to be read from the log.
    std::string_view event;
  };

  const ViewStore& store_;
  storage::Position stored_;
  // By entry_id, in order of position.
  absl::flat_hash_map<std::string, std::vector<PlainRow>> plain_;
  // By key; in place of plain ones.
  absl::flat_hash_map<std::string, storage::v1::ViewRow> replaced_;
  std::vector<std::shared_ptr<const storage::Block>> blocks_;
  size_t bytes_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_PENDING_ROWS_H_
