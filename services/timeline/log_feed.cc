#include "services/timeline/log_feed.h"

#include <utility>

#include "storage/thread_name.h"

namespace chipline::timeline {

LogFeed::LogFeed(const storage::LogReader& log)
    : log_(log), cursor_(log, storage::Filter(), 0), thread_([this] { Run(); }) {}

LogFeed::~LogFeed() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
    changed_.NotifyAll();
  }
  moved_.release();
  thread_.join();
}

void LogFeed::Restart(storage::Position after) {
  {
    MutexLock lock(mutex_);
    restart_ = after;
    ready_.reset();
    changed_.NotifyAll();
  }
  moved_.release();
}

absl::StatusOr<std::optional<storage::Batch>> LogFeed::Next(size_t max_bytes, TimePoint until) {
  MutexLock lock(mutex_);
  wanted_bytes_ = max_bytes;
  changed_.NotifyAll();
  while (!ready_.has_value() && !interrupted_) {
    if (until == TimePoint::max()) {
      changed_.Wait(mutex_);
    } else if (!changed_.WaitUntil(mutex_, until)) {
      break;
    }
  }
  interrupted_ = false;
  if (!ready_.has_value()) return std::optional<storage::Batch>();
  if (!ready_->ok()) return ready_->status();
  std::optional<storage::Batch> batch(**std::exchange(ready_, std::nullopt));
  changed_.NotifyAll();
  return batch;
}

void LogFeed::Interrupt() {
  MutexLock lock(mutex_);
  interrupted_ = true;
  changed_.NotifyAll();
}

void LogFeed::Run() {
  NameThread("views-read");
  while (true) {
    size_t bytes = 0;
    {
      MutexLock lock(mutex_);
      while (!closed_ && (ready_.has_value() || wanted_bytes_ == 0)) changed_.Wait(mutex_);
      if (closed_) return;
      bytes = wanted_bytes_;
      if (restart_.has_value()) {
        cursor_ = storage::Cursor(log_, storage::Filter(), *std::exchange(restart_, std::nullopt));
      }
    }
    const storage::Position before = cursor_.position();
    absl::StatusOr<storage::Batch> batch = cursor_.Next(bytes);
    if (batch.ok() && batch->position == before) {
      WaitPast(before);
      continue;
    }
    MutexLock lock(mutex_);
    if (restart_.has_value()) continue;
    ready_ = std::move(batch);
    changed_.NotifyAll();
  }
}

void LogFeed::WaitPast(storage::Position position) {
  // Signals of a wait that ended for another reason.
  while (moved_.try_acquire()) {
  }
  const uint64_t registration = log_.NotifyPast(position, [this] { moved_.release(); });
  bool wait = false;
  {
    MutexLock lock(mutex_);
    wait = !closed_ && !restart_.has_value();
  }
  if (wait) moved_.acquire();
  if (registration != 0) log_.Cancel(registration);
}

}  // namespace chipline::timeline
