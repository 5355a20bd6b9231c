#ifndef CHIPLINE_STORAGE_COMMIT_PROGRESS_H_
#define CHIPLINE_STORAGE_COMMIT_PROGRESS_H_

#include <cstdint>

namespace chipline::storage {

// Whether commands make progress, for a watchdog. If the log is busy, makes no steps and does not
// wait for the disk, the program has a fault, and only a restart helps.
struct CommitProgress {
  // Whether there is something to decide, to write or to answer. Commands that wait for a shared
  // stream do not count, since the stream may be unreachable.
  bool busy = false;
  // Grows with each command that is decided, written or answered.
  uint64_t steps = 0;
  // Whether a thread is in a disk call, or waits for room in the index or on the disk. A slow disk
  // is not a fault of the program.
  bool on_disk = false;
};

// The kernel's number of the calling thread.
int ThisThread();

// Whether the kernel says that this thread of the process waits for a disk ("D" in top).
bool ThreadWaitsForDisk(int thread);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMIT_PROGRESS_H_
