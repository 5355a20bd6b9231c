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

// How the threads of an executor share the processors with others.
enum class ExecutorKind {
  // As whoever made it does: for what somebody waits for and is soon done.
  kPrompt,
  // See RunPatiently: for what takes milliseconds, so that a prompt thread that wakes need not
  // wait for it.
  kPatient,
};

// A fixed number of threads for work that may block on disk, which gRPC's few callback threads must
// never do. Callers take turns: tasks of one start in the order they came, but however many one
// caller has waiting, the next task of another waits for one of them at most, and a thread.
// Thread-safe.
class Executor {
 public:
  explicit Executor(int threads, ExecutorKind kind = ExecutorKind::kPrompt);
  // Runs what was scheduled, then ends the threads.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Runs `task` soon on one of the threads. What has no caller counts as one.
  void Schedule(std::function<void()> task);
  void Schedule(const std::string& caller, std::function<void()> task);

 private:
  struct Queue {
    std::deque<std::function<void()>> tasks;
    // Where it is in callers_; empty for own_.
    std::string caller;
  };

  void Run(ExecutorKind kind);
  void Add(Queue& queue, std::function<void()> task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::function<void()> TakeNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar wake_;
  // Without a caller.
  Queue own_ ABSL_GUARDED_BY(mutex_);
  // Of callers that have tasks.
  std::map<std::string, Queue> callers_ ABSL_GUARDED_BY(mutex_);
  // Each queue that has tasks, once; the first is the next to give one.
  std::deque<Queue*> turns_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_EXECUTOR_H_
