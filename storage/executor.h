#ifndef CHIPLINE_STORAGE_EXECUTOR_H_
#define CHIPLINE_STORAGE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline {

// How the threads of an executor share the processors with other threads.
enum class ExecutorKind {
  // Like the thread that created it: for short work that somebody waits for.
  kPrompt,
  // See RunPatiently: for work that takes milliseconds, so that prompt threads preempt it.
  kPatient,
};

// A fixed number of threads for work that may block on disk, which the few callback threads of gRPC
// must never do. Callers take turns. The tasks of one caller start in the order in which they were
// scheduled. However many tasks a caller has waiting, the next task of another caller waits for at
// most one of them, and for a free thread. Thread-safe.
class Executor {
 public:
  explicit Executor(int threads, ExecutorKind kind = ExecutorKind::kPrompt);
  // Runs everything that was scheduled, then ends the threads.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Runs `task` on one of the threads. All tasks without a caller count as those of one caller.
  void Schedule(std::function<void()> task);
  void Schedule(const std::string& caller, std::function<void()> task);

 private:
  struct Queue {
    std::deque<std::function<void()>> tasks;
    // Its key in callers_; empty for own_.
    std::string caller;
  };

  void Run(ExecutorKind kind);
  void Add(Queue& queue, std::function<void()> task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::function<void()> TakeNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar wake_;
  // Tasks without a caller.
  Queue own_ ABSL_GUARDED_BY(mutex_);
  // Callers that have tasks.
  std::map<std::string, Queue> callers_ ABSL_GUARDED_BY(mutex_);
  // Each queue that has tasks, once, in the order of their turns.
  std::deque<Queue*> turns_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_EXECUTOR_H_
