#include "services/cli/stop_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <utility>

#include "storage/check.h"

namespace chipline::cli {
namespace {

// As the shell reports a program that SIGINT ended.
constexpr int kInterruptedExit = 130;

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

StopSignal::StopSignal() : quit_(eventfd(0, EFD_CLOEXEC)) {
  CHECK(quit_ >= 0);
  const sigset_t signals = StopSignals();
  CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  thread_ = std::thread([this] { Run(); });
}

StopSignal::~StopSignal() {
  CHECK(eventfd_write(quit_, 1) == 0);
  thread_.join();
  close(quit_);
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
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
  const sigset_t signals = StopSignals();
  const int incoming = signalfd(-1, &signals, SFD_CLOEXEC);
  CHECK(incoming >= 0);
  std::array<pollfd, 2> waits = {{{incoming, POLLIN, 0}, {quit_, POLLIN, 0}}};
  while (true) {
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    if ((waits[1].revents & POLLIN) != 0) break;
    signalfd_siginfo received{};
    if (read(incoming, &received, sizeof received) != sizeof received) continue;
    if (stopped_.exchange(true)) _exit(kInterruptedExit);
    const MutexLock lock(mutex_);
    if (action_) action_();
    changed_.NotifyAll();
  }
  close(incoming);
}

}  // namespace chipline::cli
