#ifndef CHIPLINE_STORAGE_EXECUTOR_H_
#define CHIPLINE_STORAGE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline {

// A fixed number of threads for work that may block on disk, which gRPC's few callback threads must
// never do. Tasks start in the order they came. Thread-safe.
class Executor {
 public:
  explicit Executor(int threads);
  // Runs what was scheduled, then ends the threads.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Runs `task` soon on one of the threads.
  void Schedule(std::function<void()> task);

 private:
  void Run();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_EXECUTOR_H_
