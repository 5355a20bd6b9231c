#include "storage/executor.h"

#include <utility>

#include "storage/scheduling.h"
#include "storage/thread_name.h"

namespace chipline {

Executor::Executor(int threads, ExecutorKind kind) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, kind] { Run(kind); });
}

Executor::~Executor() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

void Executor::Schedule(std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    Add(own_, std::move(task));
  }
  wake_.NotifyOne();
}

void Executor::Schedule(const std::string& caller, std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    const auto [found, is_new] = callers_.try_emplace(caller);
    if (is_new) found->second.caller = caller;
    Add(found->second, std::move(task));
  }
  wake_.NotifyOne();
}

void Executor::Add(Queue& queue, std::function<void()> task) {
  queue.tasks.push_back(std::move(task));
  if (queue.tasks.size() == 1) turns_.push_back(&queue);
}

std::function<void()> Executor::TakeNext() {
  Queue& queue = *turns_.front();
  turns_.pop_front();
  std::function<void()> task = std::move(queue.tasks.front());
  queue.tasks.pop_front();
  if (!queue.tasks.empty()) {
    turns_.push_back(&queue);
  } else if (&queue != &own_) {
    callers_.erase(callers_.find(queue.caller));
  }
  return task;
}

void Executor::Run(ExecutorKind kind) {
  NameThread("executor");
  if (kind == ExecutorKind::kPatient) RunPatiently();
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      while (turns_.empty() && !closed_) wake_.Wait(mutex_);
      if (turns_.empty()) return;
      task = TakeNext();
    }
    task();
  }
}

}  // namespace chipline
