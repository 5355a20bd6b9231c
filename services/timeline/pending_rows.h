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

// Rows of entries that are not in the store yet. They hide the stored ones. Plain rows are not
// copied: this holds the blocks of the log that contain them. Only for the thread of the
// materializer: not thread-safe. The store must outlive it.
class PendingRows {
 public:
  // The store has no rows past the position `stored`.
  PendingRows(const ViewStore& store, storage::Position stored) : store_(store), stored_(stored) {}

  // Adds the row of an event that is in the entry by its own key, from the append that ends at
  // `since` on. Events must be added in order. With `copy` the row has the event's bytes. Returns
  // whether it is the first row of the entry since MoveTo.
  bool Add(const std::string& entry_id, const LoggedEvent& event, storage::Position since,
           bool copy);
  // Replaces the existing row.
  void Replace(const std::string& entry_id, storage::Position position, storage::v1::ViewRow row);
  // The current row, without spans if there is none. Reads disk and returns its errors.
  absl::StatusOr<storage::v1::ViewRow> At(const std::string& entry_id,
                                          storage::Position position) const;
  // About how much memory it takes.
  size_t bytes() const { return bytes_; }
  // Moves everything to the batch, which must be written before the next call of At and brings the
  // store to the position `stored`. Rows are added in the order of their keys, which the store
  // accepts several times as fast as any other order.
  void MoveTo(ViewBatch* batch, storage::Position stored);

 private:
  struct PlainRow {
    storage::Position position;
    storage::Position since;
    // In its block. Empty if it is to be read from the log.
    std::string_view event;
  };

  const ViewStore& store_;
  storage::Position stored_;
  // By entry_id, in order of position.
  absl::flat_hash_map<std::string, std::vector<PlainRow>> plain_;
  // By key; they replace plain ones.
  absl::flat_hash_map<std::string, storage::v1::ViewRow> replaced_;
  std::vector<std::shared_ptr<const storage::Block>> blocks_;
  size_t bytes_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_PENDING_ROWS_H_
