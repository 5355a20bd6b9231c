#ifndef CHIPLINE_SERVICES_QUERY_LONG_ANSWERS_H_
#define CHIPLINE_SERVICES_QUERY_LONG_ANSWERS_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/timeline/work.h"
#include "storage/error.h"
#include "storage/executor.h"
#include "storage/mutex.h"

namespace chipline::query {

// Keeps answers that take long out of the way of those that do not, and of each other. An answer is
// begun on the thread that asks, as far as a few rows go. One that would look at more is made from
// the start on a thread for such answers alone, one after the other, so that they never hold more
// memory than one of them needs. Callers take turns there, and the thread gives way to those that
// answer at once. Thread-safe.
class LongAnswers {
 public:
  LongAnswers() = default;
  LongAnswers(const LongAnswers&) = delete;
  LongAnswers& operator=(const LongAnswers&) = delete;

  // Calls `reply` once with what `answer`, absl::StatusOr<Response>(timeline::Work*), gives; it may
  // be called twice. `caller` is whose turn it takes, `cancelled` says whether nobody waits any
  // more, until `reply` was called. UNAVAILABLE, reason OVERLOADED, with RetryInfo, if the caller
  // has too many waiting already.
  template <typename Answer, typename Reply>
  void Give(const std::string& caller, std::function<bool()> cancelled, Answer answer,
            Reply reply) {
    timeline::Work quick(kQuickRows, cancelled);
    auto begun = answer(&quick);
    if (!quick.exhausted()) return reply(std::move(begun));
    if (!Enter(caller)) {
      return reply(RetryError("OVERLOADED",
                              "this caller waits for too many answers that take long; ask for less "
                              "at a time, or again soon",
                              absl::Seconds(1)));
    }
    executor_.Schedule(caller, [this, caller, cancelled = std::move(cancelled),
                                answer = std::move(answer), reply = std::move(reply)] {
      Leave(caller);
      timeline::Work work(timeline::Work::kNoLimit, cancelled);
      reply(answer(&work));
    });
  }

 private:
  bool Enter(const std::string& caller) {
    MutexLock lock(mutex_);
    int& waiting = waiting_[caller];
    if (waiting >= kMaxWaiting) return false;
    ++waiting;
    return true;
  }
  void Leave(const std::string& caller) {
    MutexLock lock(mutex_);
    if (--waiting_[caller] == 0) waiting_.erase(caller);
  }

  // Of a few KiB each: a millisecond or two. All threads that answer at once may be busy with the
  // beginnings of long answers, and a short one waits for one of them.
  static constexpr size_t kQuickRows = 256;
  // Of one caller.
  static constexpr int kMaxWaiting = 256;

  Mutex mutex_;
  absl::flat_hash_map<std::string, int> waiting_ ABSL_GUARDED_BY(mutex_);
  Executor executor_{1, ExecutorKind::kPatient};
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_LONG_ANSWERS_H_
