#ifndef CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_
#define CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_

#include "absl/status/status.h"

#include "services/timeline/view_store.h"

namespace chipline::timeline {

// The progress of the views. Data and the position that it reflects are written in one batch, so
// after a crash the views are exact at some position. Only for the thread of the materializer.
struct ViewProgress {
  ViewStore& store;
  storage::v1::ViewMeta meta;
  // Off while many appends are processed at once; see ViewStore.
  bool wal = true;

  // Writes the batch with the current `meta`, and empties it.
  absl::Status Write(ViewBatch& batch) {
    batch.Put(ViewFamily::kMeta, ViewStore::kMetaKey, meta);
    return store.Write(batch, wal);
  }
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_PROGRESS_H_
