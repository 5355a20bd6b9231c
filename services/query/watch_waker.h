#ifndef CHIPLINE_SERVICES_QUERY_WATCH_WAKER_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_WAKER_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "services/query/day_bell.h"
#include "services/rpc/waker.h"
#include "services/timeline/change_ring.h"
#include "storage/mutex.h"

namespace chipline::query {

// What one watch waits for: that the views move on, or that a day comes. Whichever is first wakes
// it. Thread-safe; one waits at a time. The ring and the bell must outlive it.
class WatchWaker final : public Waker {
 public:
  WatchWaker(timeline::ChangeRing& ring, DayBell& bell) : ring_(ring), bell_(bell) {}
  ~WatchWaker() override;
  WatchWaker(const WatchWaker&) = delete;
  WatchWaker& operator=(const WatchWaker&) = delete;

  // From the next NotifyPast on; nullopt: no day.
  void WaitForDay(std::optional<CivilDay> day);

  uint64_t NotifyPast(storage::Position position, std::function<void()> wake) override;
  void Cancel(uint64_t registration) override;

 private:
  // Of a wait that is over: only one of its two calls was made.
  void Forget();

  timeline::ChangeRing& ring_;
  DayBell& bell_;

  Mutex mutex_;
  std::optional<CivilDay> day_ ABSL_GUARDED_BY(mutex_);
  uint64_t ring_registration_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t bell_registration_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_WAKER_H_
