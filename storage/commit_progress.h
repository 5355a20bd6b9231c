#ifndef CHIPLINE_STORAGE_COMMIT_PROGRESS_H_
#define CHIPLINE_STORAGE_COMMIT_PROGRESS_H_

#include <cstdint>

namespace chipline::storage {

// Whether commands get through, for a watchdog. A log that is busy, takes no step and is not on the
// disk stands still by a fault of the program, and only a new start helps.
struct CommitProgress {
  // Whether there is something to decide, to write or to answer. What waits for a stream that other
  // nodes share does not count: the stream may be away.
  bool busy = false;
  // Grows with each command that is decided, written or answered.
  uint64_t steps = 0;
  // Whether a thread is in a call of the disk, or waits for its room. A slow disk is no fault of
  // the program.
  bool on_disk = false;
};

// The kernel's number of the calling thread.
int ThisThread();

// Whether the kernel says that this thread of the process waits for a disk ("D" in top).
bool ThreadWaitsForDisk(int thread);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_PROGRESS_H_
