#ifndef CHIPLINE_STORAGE_COMMIT_FIGURES_H_
#define CHIPLINE_STORAGE_COMMIT_FIGURES_H_

#include "storage/histogram.h"

namespace chipline::storage {

// How long commits take, since the start. Thread-safe.
struct CommitFigures {
  // The time to decide a round of commands, to write what was accepted, and to sync it. The three
  // do not overlap. Without sync, no sync is counted.
  Histogram decide_seconds{kSecondsBounds};
  Histogram write_seconds{kSecondsBounds};
  Histogram sync_seconds{kSecondsBounds};
  // Events of one write.
  Histogram events{kCountBounds};
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_FIGURES_H_
