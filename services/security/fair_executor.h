#ifndef CHIPLINE_SERVICES_SECURITY_FAIR_EXECUTOR_H_
#define CHIPLINE_SERVICES_SECURITY_FAIR_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "storage/mutex.h"

namespace chipline::security {

// One thread for tasks of many owners, which it serves in turn: one task of each that has any. So
// whoever schedules thousands delays everybody else by one task at a time. Thread-safe.
class FairExecutor {
 public:
  FairExecutor() : thread_([this] { Run(); }) {}
  // Runs what was scheduled, then ends the thread.
  ~FairExecutor();
  FairExecutor(const FairExecutor&) = delete;
  FairExecutor& operator=(const FairExecutor&) = delete;

  // Runs `task` after those that its owner scheduled before. `owner` is only compared.
  void Schedule(const void* owner, std::function<void()> task);

 private:
  using Tasks = std::deque<std::function<void()>>;

  void Run();

  Mutex mutex_;
  CondVar wake_;
  // Every owner that has tasks, in the order of their turns.
  std::deque<const void*> turns_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<const void*, Tasks> tasks_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_FAIR_EXECUTOR_H_
