#ifndef CHIPLINE_STORAGE_COMMIT_FIGURES_H_
#define CHIPLINE_STORAGE_COMMIT_FIGURES_H_

#include "storage/histogram.h"

namespace chipline::storage {

// What commits take, since the start. Thread-safe.
struct CommitFigures {
  // To decide what comes of a round of commands, and to write what was accepted, with its sync.
  Histogram decide_seconds{kSecondsBounds};
  Histogram write_seconds{kSecondsBounds};
  // Events that one write has.
  Histogram events{kCountBounds};
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_FIGURES_H_
