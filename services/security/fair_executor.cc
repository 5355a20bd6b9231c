#include "services/security/fair_executor.h"

#include <utility>

#include "storage/thread_name.h"

namespace chipline::security {

FairExecutor::~FairExecutor() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

void FairExecutor::Schedule(const void* owner, std::function<void()> task) {
  const MutexLock lock(mutex_);
  Tasks& tasks = tasks_[owner];
  if (tasks.empty()) turns_.push_back(owner);
  tasks.push_back(std::move(task));
  wake_.NotifyAll();
}

void FairExecutor::Run() {
  NameThread("chip-tokens");
  while (true) {
    std::function<void()> task;
    {
      const MutexLock lock(mutex_);
      while (turns_.empty() && !closed_) wake_.Wait(mutex_);
      if (turns_.empty()) return;
      const void* const owner = turns_.front();
      turns_.pop_front();
      const auto tasks = tasks_.find(owner);
      task = std::move(tasks->second.front());
      tasks->second.pop_front();
      if (tasks->second.empty()) {
        tasks_.erase(tasks);
      } else {
        turns_.push_back(owner);
      }
    }
    task();
  }
}

}  // namespace chipline::security
