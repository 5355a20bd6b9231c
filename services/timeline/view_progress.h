#ifndef CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_
#define CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_

#include "absl/status/status.h"

#include "services/timeline/view_store.h"

namespace chipline::timeline {

// How far the views are. What is written and the position that it reflects go into one batch, so a
// crash leaves views that are exact at some position. For the materializer's thread.
struct ViewProgress {
  ViewStore& store;
  storage::v1::ViewMeta meta;
  // Off while much is taken at once; see ViewStore.
  bool wal = true;

  // Writes the batch with `meta` as it is now, and empties it.
  absl::Status Write(ViewBatch& batch) {
    batch.Put(ViewFamily::kMeta, ViewStore::kMetaKey, meta);
    return store.Write(batch, wal);
  }
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_
