#ifndef CHIPLINE_SERVICES_RPC_LINE_LIMIT_H_
#define CHIPLINE_SERVICES_RPC_LINE_LIMIT_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "storage/clock.h"
#include "storage/mutex.h"

namespace chipline {

// Keeps what anybody can cause to so many lines of the log in each window of time, so that whoever
// knocks all day fills no disk. Thread-safe.
class LineLimit {
 public:
  // `clock` must outlive it.
  LineLimit(const Clock& clock, int lines, absl::Duration window)
      : clock_(clock), lines_(lines), window_(window) {}

  struct Turn {
    // Whether to write this line.
    bool write = false;
    // How many a window that is over left out, to be told of first.
    uint64_t left_out = 0;
  };
  // For each line that there is.
  Turn Take();
  // How many a window that is over left out, once. To be called now and then.
  uint64_t TakeLeftOut();

 private:
  uint64_t EndWindow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const int lines_;
  const absl::Duration window_;

  Mutex mutex_;
  absl::Time window_end_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  int written_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_LINE_LIMIT_H_
