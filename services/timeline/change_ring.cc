#include "services/timeline/change_ring.h"

#include <algorithm>

#include "services/timeline/change_days.h"

namespace chipline::timeline {
namespace {

using storage::Position;

size_t BytesOf(const AppendChanges& append) {
  size_t bytes = sizeof append;
  for (const EntryChange& change : append.changes) {
    bytes += sizeof change + 2 * change.entry_id().size() + change.before.bytes.size() +
             change.after.bytes.size() + change.starts.size() * sizeof(CivilDay);
  }
  return bytes;
}

}  // namespace

Position ChangeRing::position() const {
  MutexLock lock(mutex_);
  return position_;
}

void ChangeRing::Fail(absl::Status failure) {
  {
    MutexLock lock(mutex_);
    failure_ = std::move(failure);
  }
  WakeWaiters();
}

absl::Status ChangeRing::failure() const {
  MutexLock lock(mutex_);
  return failure_;
}

void ChangeRing::Publish(AppendChanges changes) {
  for (EntryChange& change : changes.changes) change.starts = StartsOf(change.after);
  {
    MutexLock lock(mutex_);
    position_ = changes.position;
    if (!changes.changes.empty() || changes.names_changed) {
      const size_t bytes = BytesOf(changes);
      appends_.emplace_back(std::make_shared<const AppendChanges>(std::move(changes)), bytes);
      bytes_ += bytes;
      while (bytes_ > max_bytes_ && !appends_.empty()) {
        complete_after_ = appends_.front().first->position;
        bytes_ -= appends_.front().second;
        appends_.pop_front();
      }
    }
  }
  WakeWaiters();
}

void ChangeRing::SkipTo(Position position) {
  {
    MutexLock lock(mutex_);
    appends_.clear();
    bytes_ = 0;
    position_ = position;
    complete_after_ = position;
  }
  WakeWaiters();
}

std::optional<ChangeRing::Changes> ChangeRing::After(Position after) const {
  MutexLock lock(mutex_);
  if (after < complete_after_) return std::nullopt;
  Changes result;
  result.position = std::max(after, position_);
  const auto first =
      std::partition_point(appends_.begin(), appends_.end(),
                           [after](const auto& append) { return append.first->position <= after; });
  for (auto append = first; append != appends_.end(); ++append) {
    result.appends.push_back(append->first);
  }
  return result;
}

uint64_t ChangeRing::NotifyPast(Position position, std::function<void()> wake) {
  {
    MutexLock lock(mutex_);
    if (position_ <= position && failure_.ok()) {
      waiters_.emplace(++last_registration_, std::make_pair(position, std::move(wake)));
      return last_registration_;
    }
  }
  wake();
  return 0;
}

void ChangeRing::Cancel(uint64_t registration) {
  MutexLock lock(mutex_);
  waiters_.erase(registration);
}

void ChangeRing::AddWatcher() {
  MutexLock lock(mutex_);
  ++watchers_;
}

void ChangeRing::RemoveWatcher() {
  MutexLock lock(mutex_);
  --watchers_;
}

bool ChangeRing::watched() const {
  MutexLock lock(mutex_);
  return watchers_ > 0;
}

void ChangeRing::WakeWaiters() {
  std::vector<std::function<void()>> ready;
  {
    MutexLock lock(mutex_);
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
      if (waiter->second.first < position_ || !failure_.ok()) {
        ready.push_back(std::move(waiter->second.second));
        waiter = waiters_.erase(waiter);
      } else {
        ++waiter;
      }
    }
  }
  for (const auto& wake : ready) wake();
}

}  // namespace chipline::timeline
