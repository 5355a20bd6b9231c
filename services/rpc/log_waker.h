#ifndef CHIPLINE_SERVICES_RPC_LOG_WAKER_H_
#define CHIPLINE_SERVICES_RPC_LOG_WAKER_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "services/rpc/waker.h"
#include "storage/executor.h"
#include "storage/log_reader.h"
#include "storage/mutex.h"

namespace chipline {

// Waits for the log's head, for any number of streams at the price of one: the committer makes one
// call a commit, and the executor calls the streams, so a thousand subscribers do not hold up the
// next append. A few are called on the committer's thread itself, which saves them a thread's
// wake-up. Thread-safe. Both arguments must outlive it.
class LogWaker final : public Waker {
 public:
  LogWaker(const storage::LogReader& log, Executor& executor) : log_(log), executor_(executor) {}
  // Waits for calls in progress. Nobody may wait any more.
  ~LogWaker() override;
  LogWaker(const LogWaker&) = delete;
  LogWaker& operator=(const LogWaker&) = delete;

  uint64_t NotifyPast(storage::Position position, std::function<void()> wake) override;
  void Cancel(uint64_t registration) override;

 private:
  struct Waiter {
    storage::Position position;
    std::function<void()> wake;
  };

  // Asks the log to be told when the head is past `head`.
  void Arm(storage::Position head);
  // On the committer's thread, or the one that armed.
  void OnHead();
  // On the executor: calls those whose time has come, and arms again if there are others.
  void Dispatch();
  std::vector<std::function<void()>> TakeReady(storage::Position head)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const storage::LogReader& log_;
  Executor& executor_;

  Mutex mutex_;
  CondVar idle_;
  absl::flat_hash_map<uint64_t, Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  // True from the decision to arm until nobody waits.
  bool armed_ ABSL_GUARDED_BY(mutex_) = false;
  // The log's number for the call it will make; may be of one that it made.
  uint64_t registration_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many calls of Dispatch are scheduled or running.
  int dispatches_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_LOG_WAKER_H_
