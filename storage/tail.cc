#include "storage/tail.h"

#include <algorithm>

#include "storage/limits.h"

namespace chipline::storage {

void Tail::Publish(const std::vector<std::shared_ptr<const Block>>& blocks, absl::Time time) {
  if (blocks.empty()) return;
  {
    MutexLock lock(mutex_);
    size_t bytes = bytes_.load(std::memory_order_relaxed);
    for (const auto& block : blocks) {
      bytes += block->stored().size();
      blocks_.push_back(block);
    }
    while (bytes > limits::kMaxTailBytes && blocks_.size() > 1) {
      bytes -= blocks_.front()->stored().size();
      blocks_.pop_front();
    }
    bytes_.store(bytes, std::memory_order_relaxed);
    head_time_ = time;
    head_.store(blocks.back()->last(), std::memory_order_release);
  }
  Wake();
}

absl::Time Tail::head_time() const {
  MutexLock lock(mutex_);
  return head_time_;
}

std::shared_ptr<const Block> Tail::BlockAt(Position position) const {
  MutexLock lock(mutex_);
  if (blocks_.empty() || position < blocks_.front()->first() || position > blocks_.back()->last()) {
    return nullptr;
  }
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), position,
                       [](Position wanted, const auto& block) { return wanted < block->first(); });
  return *std::prev(after);
}

uint64_t Tail::NotifyPast(Position position, std::function<void()> wake) {
  {
    // The head moves under the lock, so a waiter is either registered in time or sees it moved.
    MutexLock lock(mutex_);
    if (head_.load(std::memory_order_relaxed) <= position) {
      const uint64_t registration = next_registration_++;
      waiters_.emplace(registration, Waiter{position, std::move(wake)});
      return registration;
    }
  }
  wake();
  return 0;
}

void Tail::Cancel(uint64_t registration) {
  MutexLock lock(mutex_);
  if (waiters_.erase(registration) > 0) return;
  while (waking_.count(registration) > 0) woken_.Wait(mutex_);
}

void Tail::Wake() {
  std::vector<std::pair<uint64_t, std::function<void()>>> ready;
  {
    MutexLock lock(mutex_);
    const Position head = head_.load(std::memory_order_relaxed);
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
      if (waiter->second.past < head) {
        waking_.insert(waiter->first);
        ready.emplace_back(waiter->first, std::move(waiter->second.wake));
        waiter = waiters_.erase(waiter);
      } else {
        ++waiter;
      }
    }
  }
  for (auto& [registration, wake] : ready) {
    wake();
    MutexLock lock(mutex_);
    waking_.erase(registration);
    woken_.NotifyAll();
  }
}

}  // namespace chipline::storage
