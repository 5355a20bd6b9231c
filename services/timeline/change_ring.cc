#include "services/timeline/change_ring.h"

#include <algorithm>

#include "services/timeline/change_days.h"
#include "services/timeline/folds/entry_limits.h"

namespace chipline::timeline {
namespace {

using storage::Position;

}  // namespace

void EntryChange::SetCause(ChangeCause cause) {
  reason = cause.reason;
  cause_event_ids = std::move(cause.event_ids);
  if (cause_event_ids.size() <= size_t{kMaxIds}) return;
  causes_omitted = cause_event_ids.size() - kMaxIds;
  cause_event_ids.resize(kMaxIds);
}

size_t EntryChange::bytes() const {
  size_t bytes = sizeof(EntryChange) + 2 * entry_id().size() + before.bytes.size() +
                 after.bytes.size() + passed.size() + starts.size() * sizeof(CivilDay);
  for (const std::string& id : cause_event_ids) bytes += sizeof id + id.size();
  return bytes;
}

void AppendChanges::Add(EntryChange change) {
  if (!complete) return;
  bytes += change.bytes();
  changes.push_back(std::move(change));
  if (bytes <= ChangeRing::kMaxAppendBytes) return;
  complete = false;
  changes.clear();
}

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
    if (!changes.changes.empty() || changes.names_changed || !changes.complete) {
      const bool large = !changes.complete;
      const size_t bytes = sizeof changes + changes.bytes;
      bytes_ += bytes;
      appends_.emplace_back(std::make_shared<const AppendChanges>(std::move(changes)), bytes);
      while (!appends_.empty() && (large || bytes_ > max_bytes_)) {
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

std::optional<ChangeRing::Next> ChangeRing::After(Position after) const {
  MutexLock lock(mutex_);
  if (after < complete_after_) return std::nullopt;
  const auto first =
      std::partition_point(appends_.begin(), appends_.end(),
                           [after](const auto& append) { return append.first->position <= after; });
  if (first == appends_.end()) return Next{nullptr, std::max(after, position_)};
  return Next{first->first, first->first->position};
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
