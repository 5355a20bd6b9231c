#ifndef CHIPLINE_SERVICES_HTTP_TALLY_H_
#define CHIPLINE_SERVICES_HTTP_TALLY_H_

#include <chrono>
#include <cstddef>
#include <memory>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline::http {

// Counts what is under way on any thread, so that the listener goes only after all of it.
// Thread-safe.
class Tally {
 public:
  // Counts one more for as long as the result lives, which must not be longer than the tally.
  std::shared_ptr<const void> Hold() {
    const MutexLock lock(mutex_);
    ++count_;
    return {this, [this](const void*) {
              const MutexLock relock(mutex_);
              --count_;
              // Under the lock: whoever waits may destroy this at once.
              none_.NotifyAll();
            }};
  }

  // Returns once there is none.
  void AwaitNone() {
    const MutexLock lock(mutex_);
    while (count_ > 0) none_.Wait(mutex_);
  }
  // The same, but no longer than this.
  void AwaitNoneUntil(std::chrono::steady_clock::time_point deadline) {
    const MutexLock lock(mutex_);
    while (count_ > 0 && none_.WaitUntil(mutex_, deadline)) {
    }
  }

 private:
  Mutex mutex_;
  CondVar none_;
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_TALLY_H_
