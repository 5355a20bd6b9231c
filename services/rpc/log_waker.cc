#include "services/rpc/log_waker.h"

#include <utility>

namespace chipline {
namespace {

// So many are called without a detour over the executor.
constexpr size_t kMaxDirectCalls = 4;

}  // namespace

LogWaker::~LogWaker() {
  uint64_t registration = 0;
  {
    MutexLock lock(mutex_);
    waiters_.clear();
    // A dispatch that is under way may still arm; after it nothing does, as nobody waits.
    while (dispatches_ > 0) idle_.Wait(mutex_);
    registration = registration_;
  }
  if (registration != 0) log_.Cancel(registration);
}

uint64_t LogWaker::NotifyPast(storage::Position position, std::function<void()> wake) {
  uint64_t number = 0;
  storage::Position head = 0;
  bool arm = false;
  {
    MutexLock lock(mutex_);
    head = log_.head();
    if (head <= position) {
      number = ++last_number_;
      waiters_.emplace(number, Waiter{position, std::move(wake)});
      arm = !std::exchange(armed_, true);
    }
  }
  if (number == 0) {
    wake();
  } else if (arm) {
    Arm(head);
  }
  return number;
}

void LogWaker::Cancel(uint64_t registration) {
  Waiter waiter;  // Destroyed after the lock is given back.
  MutexLock lock(mutex_);
  const auto found = waiters_.find(registration);
  if (found == waiters_.end()) return;
  waiter = std::move(found->second);
  waiters_.erase(found);
}

void LogWaker::Arm(storage::Position head) {
  const uint64_t registration = log_.NotifyPast(head, [this] { OnHead(); });
  if (registration == 0) return;
  MutexLock lock(mutex_);
  // The call may have been made already, and another armed: numbers only grow.
  if (registration > registration_) registration_ = registration;
}

void LogWaker::OnHead() {
  std::vector<std::function<void()>> ready;
  bool dispatch = false;
  {
    MutexLock lock(mutex_);
    if (waiters_.size() <= kMaxDirectCalls) ready = TakeReady(log_.head());
    dispatch = !waiters_.empty();
    armed_ = dispatch;
    if (dispatch) ++dispatches_;
  }
  for (const auto& wake : ready) wake();
  if (dispatch) executor_.Schedule([this] { Dispatch(); });
}

void LogWaker::Dispatch() {
  std::vector<std::function<void()>> ready;
  storage::Position head = 0;
  bool arm = false;
  {
    MutexLock lock(mutex_);
    head = log_.head();
    ready = TakeReady(head);
    arm = !waiters_.empty();
    armed_ = arm;
  }
  for (const auto& wake : ready) wake();
  if (arm) Arm(head);
  MutexLock lock(mutex_);
  --dispatches_;
  idle_.NotifyAll();
}

std::vector<std::function<void()>> LogWaker::TakeReady(storage::Position head) {
  std::vector<std::function<void()>> ready;
  ready.reserve(waiters_.size());
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    if (waiter->second.position < head) {
      ready.push_back(std::move(waiter->second.wake));
      waiters_.erase(waiter++);
    } else {
      ++waiter;
    }
  }
  return ready;
}

}  // namespace chipline
