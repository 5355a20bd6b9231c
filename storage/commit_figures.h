#ifndef CHIPLINE_STORAGE_COMMIT_FIGURES_H_
#define CHIPLINE_STORAGE_COMMIT_FIGURES_H_

#include "storage/histogram.h"

namespace chipline::storage {

// What commits take, since the start. Thread-safe.
struct CommitFigures {
  // To decide what comes of a round of commands, to write what was accepted, and to sync that. No
  // two of them overlap. Where commits are not synced, none is counted as a sync.
  Histogram decide_seconds{kSecondsBounds};
  Histogram write_seconds{kSecondsBounds};
  Histogram sync_seconds{kSecondsBounds};
  // Events that one write has.
  Histogram events{kCountBounds};
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_FIGURES_H_
