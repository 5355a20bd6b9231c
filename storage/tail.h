#ifndef CHIPLINE_STORAGE_TAIL_H_
#define CHIPLINE_STORAGE_TAIL_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "storage/block.h"
#include "storage/mutex.h"
#include "storage/position.h"

namespace chipline::storage {

// The end of the log in memory: the head, the most recent blocks as a cache for live readers, and
// callers that wait for more. A reader that is further behind reads the disk, through the same
// cursor. Bounded by limits::kMaxTailBytes. Thread-safe.
class Tail {
 public:
  // `head`: the highest position of the log, recorded at `time`.
  Tail(Position head, absl::Time time) : head_(head), head_time_(time) {}

  // Makes written blocks visible: moves the head to the end of the last one, recorded at `time`,
  // and wakes waiting callers.
  void Publish(const std::vector<std::shared_ptr<const Block>>& blocks, absl::Time time);

  Position head() const { return head_.load(std::memory_order_acquire); }
  absl::Time head_time() const;

  // The block that holds `position`; null if it is not in memory.
  std::shared_ptr<const Block> BlockAt(Position position) const;

  // See LogReader.
  uint64_t NotifyPast(Position position, std::function<void()> wake);
  void Cancel(uint64_t registration);

  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Waiter {
    Position past = 0;
    std::function<void()> wake;
  };

  void Wake();

  std::atomic<Position> head_;
  std::atomic<size_t> bytes_{0};

  mutable Mutex mutex_;
  CondVar woken_;
  absl::Time head_time_ ABSL_GUARDED_BY(mutex_);
  // Consecutive, oldest first.
  std::deque<std::shared_ptr<const Block>> blocks_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_registration_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  // Registrations whose `wake` is running or about to run.
  std::set<uint64_t> waking_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_TAIL_H_
