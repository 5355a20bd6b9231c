#include "services/query/watch_waker.h"

#include <utility>

namespace chipline::query {

WatchWaker::~WatchWaker() { Forget(); }

void WatchWaker::WaitForDay(std::optional<CivilDay> day) {
  MutexLock lock(mutex_);
  day_ = day;
}

uint64_t WatchWaker::NotifyPast(storage::Position position, std::function<void()> wake) {
  Forget();
  std::optional<CivilDay> day;
  {
    MutexLock lock(mutex_);
    day = day_;
  }
  // The stream tells the wake-ups of a wait that is over from those of the next.
  const uint64_t ring_registration = ring_.NotifyPast(position, wake);
  if (ring_registration == 0) return 0;
  const uint64_t bell_registration = day.has_value() ? bell_.NotifyAt(*day, std::move(wake)) : 0;
  MutexLock lock(mutex_);
  ring_registration_ = ring_registration;
  bell_registration_ = bell_registration;
  return ring_registration;
}

void WatchWaker::Cancel(uint64_t registration) {
  if (registration != 0) Forget();
}

void WatchWaker::Forget() {
  uint64_t ring_registration = 0;
  uint64_t bell_registration = 0;
  {
    MutexLock lock(mutex_);
    ring_registration = std::exchange(ring_registration_, 0);
    bell_registration = std::exchange(bell_registration_, 0);
  }
  if (ring_registration != 0) ring_.Cancel(ring_registration);
  bell_.Cancel(bell_registration);
}

}  // namespace chipline::query
