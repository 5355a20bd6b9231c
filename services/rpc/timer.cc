#include "services/rpc/timer.h"

namespace chipline {

Timer::Timer() : thread_([this] { Run(); }) {}

Timer::~Timer() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  wake_.NotifyOne();
  thread_.join();
}

Timer::Handle Timer::At(TimePoint when, std::function<void()> task) {
  Handle handle;
  bool first = false;
  {
    MutexLock lock(mutex_);
    handle = {when, ++last_number_};
    const auto armed = tasks_.emplace(handle, std::move(task)).first;
    first = armed == tasks_.begin();
  }
  // The thread already sleeps until the first deadline; only a new first one needs to wake it.
  if (first) wake_.NotifyOne();
  return handle;
}

void Timer::Cancel(const Handle& handle) {
  std::function<void()> task;  // Destroyed after the lock is given back.
  MutexLock lock(mutex_);
  const auto found = tasks_.find(handle);
  if (found == tasks_.end()) return;
  task = std::move(found->second);
  tasks_.erase(found);
}

void Timer::Run() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      while (!closed_ &&
             (tasks_.empty() || tasks_.begin()->first.first > std::chrono::steady_clock::now())) {
        if (tasks_.empty()) {
          wake_.Wait(mutex_);
        } else {
          const TimePoint next = tasks_.begin()->first.first;
          wake_.WaitUntil(mutex_, next);
        }
      }
      if (closed_) return;
      task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
    }
    task();
  }
}

}  // namespace chipline
