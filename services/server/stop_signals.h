#ifndef CHIPLINE_SERVICES_SERVER_STOP_SIGNALS_H_
#define CHIPLINE_SERVICES_SERVER_STOP_SIGNALS_H_

#include <csignal>
#include <initializer_list>
#include <optional>

#include "absl/time/time.h"

namespace chipline::server {

// SIGTERM, SIGINT and SIGHUP, waited for instead of handled, so that nothing runs inside a signal
// handler. To be made before any other thread, since threads inherit the mask. SIGPIPE is ignored
// from then on: a log whose reader went away is no reason to end. So is SIGXFSZ: a file that may
// grow no further is an error of its write. And so are SIGUSR1, SIGUSR2 and SIGALRM, which mean
// nothing here and would end the program.
class StopSignals {
 public:
  StopSignals();
  // The same for these signals, and ignores none.
  explicit StopSignals(std::initializer_list<int> awaited);
  // As Release.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // The signal that came, or none within `timeout`. Any thread.
  std::optional<int> WaitFor(absl::Duration timeout);

  // Gives the signals back: another one ends the program at once.
  void Release();

 private:
  sigset_t signals_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_STOP_SIGNALS_H_
