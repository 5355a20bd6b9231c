#include "services/query/day_bell.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline::query {
namespace {

constexpr int64_t kDaySeconds = 24 * 60 * 60;
constexpr absl::Duration kAppendsOnTheirWay = absl::Seconds(1);
constexpr absl::Duration kLookAgain = absl::Minutes(1);

}  // namespace

absl::Time StartOf(CivilDay day) { return absl::FromUnixSeconds(day.days() * kDaySeconds); }

CivilDay DayOf(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t days = seconds / kDaySeconds - (seconds % kDaySeconds < 0 ? 1 : 0);
  return CivilDay::FromDays(static_cast<int32_t>(days));
}

CivilDay Today(const Clock& clock) { return DayOf(clock.Now() - kAppendsOnTheirWay); }

// Kept alive by the timer's task as long as that runs.
class DayBell::Waiters : public std::enable_shared_from_this<Waiters> {
 public:
  Waiters(const Clock& clock, Timer& timer) : clock_(clock), timer_(timer) {}

  uint64_t Add(CivilDay day, std::function<void()> wake) {
    if (Today(clock_) < day) {
      MutexLock lock(mutex_);
      const uint64_t number = ++last_number_;
      const bool first = waiting_.empty() || day < waiting_.begin()->first.first;
      waiting_.emplace(std::pair(day, number), std::move(wake));
      days_.emplace(number, day);
      if (first) Arm();
      return number;
    }
    wake();
    return 0;
  }

  void Remove(uint64_t number) {
    std::function<void()> wake;  // Destroyed after the lock is given back.
    MutexLock lock(mutex_);
    const auto day = days_.find(number);
    if (day == days_.end()) return;
    const auto found = waiting_.find({day->second, number});
    wake = std::move(found->second);
    waiting_.erase(found);
    days_.erase(day);
    if (waiting_.empty()) Disarm();
  }

  void Look() {
    std::vector<std::function<void()>> ready;
    {
      MutexLock lock(mutex_);
      const CivilDay today = Today(clock_);
      while (!waiting_.empty() && waiting_.begin()->first.first <= today) {
        days_.erase(waiting_.begin()->first.second);
        ready.push_back(std::move(waiting_.begin()->second));
        waiting_.erase(waiting_.begin());
      }
      waiting_.empty() ? Disarm() : Arm();
    }
    for (const auto& wake : ready) wake();
  }

  void Close() {
    MutexLock lock(mutex_);
    waiting_.clear();
    days_.clear();
    Disarm();
  }

 private:
  void Disarm() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (armed_.has_value()) timer_.Cancel(*armed_);
    armed_.reset();
  }

  // For the first of the days.
  void Arm() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Disarm();
    const absl::Duration left =
        StartOf(waiting_.begin()->first.first) + kAppendsOnTheirWay - clock_.Now();
    const absl::Duration sleep = std::clamp(left, absl::ZeroDuration(), kLookAgain);
    armed_ = timer_.At(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(sleep),
                       [weak = weak_from_this()] {
                         if (const auto self = weak.lock()) self->Look();
                       });
  }

  const Clock& clock_;
  Timer& timer_;

  Mutex mutex_;
  std::map<std::pair<CivilDay, uint64_t>, std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, CivilDay> days_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Timer::Handle> armed_ ABSL_GUARDED_BY(mutex_);
};

DayBell::DayBell(const Clock& clock, Timer& timer)
    : waiters_(std::make_shared<Waiters>(clock, timer)) {}

DayBell::~DayBell() { waiters_->Close(); }

uint64_t DayBell::NotifyAt(CivilDay day, std::function<void()> wake) {
  return waiters_->Add(day, std::move(wake));
}

void DayBell::Cancel(uint64_t registration) { waiters_->Remove(registration); }

void DayBell::Look() { waiters_->Look(); }

}  // namespace chipline::query
