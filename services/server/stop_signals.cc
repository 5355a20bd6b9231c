#include "services/server/stop_signals.h"

#include "storage/check.h"

namespace chipline::server {

StopSignals::StopSignals(std::initializer_list<int> awaited) : signals_() {
  sigemptyset(&signals_);
  for (const int signal : awaited) sigaddset(&signals_, signal);
  CHECK(pthread_sigmask(SIG_BLOCK, &signals_, nullptr) == 0);
}

StopSignals::StopSignals() : StopSignals({SIGTERM, SIGINT, SIGHUP}) {
  for (const int ignored : {SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM}) {
    CHECK(std::signal(ignored, SIG_IGN) != SIG_ERR);
  }
}

StopSignals::~StopSignals() { Release(); }

std::optional<int> StopSignals::WaitFor(absl::Duration timeout) {
  const timespec limit = absl::ToTimespec(timeout);
  const int signal = sigtimedwait(&signals_, nullptr, &limit);
  if (signal < 0) return std::nullopt;
  return signal;
}

void StopSignals::Release() { CHECK(pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr) == 0); }

}  // namespace chipline::server
