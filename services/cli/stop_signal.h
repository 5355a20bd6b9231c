#ifndef CHIPLINE_SERVICES_CLI_STOP_SIGNAL_H_
#define CHIPLINE_SERVICES_CLI_STOP_SIGNAL_H_

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "services/server/stop_signals.h"
#include "storage/mutex.h"

namespace chipline::cli {

// Turns the first SIGINT or SIGTERM into a call, on a thread of its own, so that a stream can be
// ended in good order; a second one ends the program at once. One at a time, made before any thread
// is started: threads inherit the mask that leaves the signals to this one. Thread-safe.
class StopSignal {
 public:
  StopSignal() : thread_([this] { Run(); }) {}
  // Gives the signals back.
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // What to do when the signal comes; at once if it has. Replaces what was set before; an empty
  // function for nothing. When this returns, the one before is not running any more.
  void OnStop(std::function<void()> action);

  bool stopped() const { return stopped_.load(); }

  // Waits so long, or until the signal comes. True if it has.
  bool WaitFor(absl::Duration duration);

 private:
  void Run();

  server::StopSignals signals_{SIGINT, SIGTERM};
  std::atomic<bool> stopped_ = false;
  Mutex mutex_;
  CondVar changed_;
  std::function<void()> action_ ABSL_GUARDED_BY(mutex_);
  // The next signal only ends the thread.
  std::atomic<bool> quit_ = false;
  std::thread thread_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_STOP_SIGNAL_H_
