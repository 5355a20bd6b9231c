#ifndef CHIPLINE_SERVICES_QUERY_DAY_BELL_H_
#define CHIPLINE_SERVICES_QUERY_DAY_BELL_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"

#include "services/rpc/timer.h"
#include "services/values/civil_day.h"
#include "storage/clock.h"

namespace chipline::query {

// 00:00 UTC of the day.
absl::Time StartOf(CivilDay day);
// The day in UTC that the time is in.
CivilDay DayOf(absl::Time time);

// The day it is by the clock, for those who wait for days. It comes a second late: an append is
// stamped before it is committed, and one of the evening may arrive after midnight.
CivilDay Today(const Clock& clock);

// Calls whoever waits for a day, any number, at the price of one armed timer. The timer runs by the
// steady clock and the days by the clock of the day, which may be set, so it looks again within a
// minute. Thread-safe. The clock and the timer must outlive it, and the clock the timer.
class DayBell {
 public:
  DayBell(const Clock& clock, Timer& timer);
  // Whoever still waits is not called any more, but for calls in progress.
  ~DayBell();
  DayBell(const DayBell&) = delete;
  DayBell& operator=(const DayBell&) = delete;

  // Calls `wake` once, when Today is `day` or later; at once, on this thread, if it is. `wake` must
  // not block, and must bear being called as it is cancelled. Returns a number for Cancel, 0 if it
  // was called.
  uint64_t NotifyAt(CivilDay day, std::function<void()> wake);
  // 0 is ignored.
  void Cancel(uint64_t registration);

  // Looks at the clock now: for whoever has set it.
  void Look();

 private:
  class Waiters;
  const std::shared_ptr<Waiters> waiters_;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_DAY_BELL_H_
