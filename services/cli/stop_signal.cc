#include "services/cli/stop_signal.h"

#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "storage/check.h"

namespace chipline::cli {
namespace {

// As the shell reports a program that SIGINT ended.
constexpr int kInterruptedExit = 130;
// As often as nothing comes.
constexpr absl::Duration kLook = absl::Hours(1);

}  // namespace

StopSignal::~StopSignal() {
  quit_ = true;
  CHECK(pthread_kill(thread_.native_handle(), SIGTERM) == 0);
  thread_.join();
}

void StopSignal::OnStop(std::function<void()> action) {
  const MutexLock lock(mutex_);
  action_ = std::move(action);
  if (stopped_ && action_) action_();
}

bool StopSignal::WaitFor(absl::Duration duration) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(duration);
  const MutexLock lock(mutex_);
  while (!stopped_ && changed_.WaitUntil(mutex_, deadline)) {
  }
  return stopped_;
}

void StopSignal::Run() {
  while (!quit_) {
    if (!signals_.WaitFor(kLook).has_value() || quit_) continue;
    if (stopped_.exchange(true)) _exit(kInterruptedExit);
    const MutexLock lock(mutex_);
    if (action_) action_();
    changed_.NotifyAll();
  }
}

}  // namespace chipline::cli
