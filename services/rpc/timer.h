#ifndef CHIPLINE_SERVICES_RPC_TIMER_H_
#define CHIPLINE_SERVICES_RPC_TIMER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline {

// Calls tasks at their times, all on one thread, however many wait: heartbeats of thousands of
// streams. Ordered by deadline, and a cancelled task is gone at once, so memory follows what is
// armed. By the steady clock; a clock that is set does not reach it. Thread-safe.
class Timer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Names an armed task. A default one names none.
  using Handle = std::pair<TimePoint, uint64_t>;

  Timer();
  // Ends the thread. Tasks that are still armed are not called.
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Calls `task` at `when`, or soon if that has passed. It must not block, and must not keep alive
  // what owns the timer.
  Handle At(TimePoint when, std::function<void()> task);
  // Forgets the task, if it was not called yet. It may be running as this returns.
  void Cancel(const Handle& handle);

 private:
  void Run();

  Mutex mutex_;
  CondVar wake_;
  std::map<Handle, std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_TIMER_H_
