#include "services/server/run_server.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "fmt/format.h"
#include "services/console/files.h"
#include "services/rpc/descriptor_limit.h"
#include "services/server/grpc_log.h"
#include "services/server/log_line.h"
#include "services/server/notify.h"
#include "services/server/server.h"
#include "services/server/stop_signals.h"
#include "services/server/watchdog.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/mutex.h"
#include "storage/scheduling.h"
#include "storage/status_macros.h"

// What jemalloc is asked for, which reads it before main. It gives free memory back to the system
// when the program allocates or frees; a thread of its own also does so when the program comes to
// rest after a burst. Memory that was free for a second is not needed again soon.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";

namespace chipline::server {
namespace {

// How often the log's and the views' health is looked at, and what a signal is waited for at a
// time.
constexpr absl::Duration kHealthInterval = absl::Milliseconds(250);
// What ending takes beside draining and closing.
constexpr absl::Duration kStopSlack = absl::Seconds(5);
// With fewer open files there is hardly room for a connection beside the log's own files.
constexpr uint64_t kFewestDescriptors = 256;

absl::Status CheckDescriptors() {
  const uint64_t limit = DescriptorLimit();
  if (limit >= kFewestDescriptors) return absl::OkStatus();
  return Error(
      absl::StatusCode::kFailedPrecondition, "TOO_FEW_DESCRIPTORS",
      fmt::format("there would be too many open files: the limit is {}, and a server needs "
                  "at least {}; raise it (ulimit -n, or LimitNOFILE of a unit)",
                  limit, kFewestDescriptors));
}

const char* NameOf(int signal) { return signal == SIGINT ? "INT" : "TERM"; }

// Ends the program on SIGTERM or SIGINT for as long as it lives: while a server starts there is
// nothing to drain, and an end without closing is no more than a crash. Asks the supervisor for
// more time while the start does something.
class StartWatch {
 public:
  StartWatch(StopSignals& signals, const Notify& notify)
      : thread_([this, &signals, &notify] { Run(signals, notify); }) {}
  ~StartWatch() {
    started_ = true;
    thread_.join();
  }
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  void Run(StopSignals& signals, const Notify& notify) {
    constexpr absl::Duration kLookEvery = absl::Milliseconds(20);
    StartTime time(notify);
    while (!started_) {
      time.Look();
      const std::optional<int> signal = signals.WaitFor(kLookEvery);
      // What SIGHUP asks to be read is being read.
      if (!signal.has_value() || *signal == SIGHUP) continue;
      LogLine(LogLevel::kInfo, "stopped during the start", {{"signal", NameOf(*signal)}});
      std::_Exit(EXIT_SUCCESS);
    }
  }

  std::atomic<bool> started_ = false;
  std::thread thread_;
};

// Whether a browser finds a page.
std::string ConsoleWords(const ServerOptions& options) {
  if (console::Files().empty()) return "not built in";
  return options.http_console ? "on" : "off";
}

// Tells everybody where the server is.
absl::Status Announce(const Server& server, const ServerOptions& options, const Notify& notify) {
  if (!options.http_port_file.empty()) {
    RETURN_IF_ERROR(
        storage::ReplaceFile(options.http_port_file, fmt::format("{}\n", server.http_port())));
  }
  // Last: whoever waits for it finds the other.
  if (!options.port_file.empty()) {
    RETURN_IF_ERROR(storage::ReplaceFile(options.port_file, fmt::format("{}\n", server.port())));
  }
  fmt::print("listening on {}\n", server.address());
  std::fflush(stdout);
  LogLine(LogLevel::kInfo, "serving",
          {{"address", server.address()}, {"data", options.data_directory.string()}});
  notify.Ready("serving on " + server.address());
  if (!options.http.empty()) {
    LogLine(LogLevel::kInfo, "serving HTTP",
            {{"address", server.http_address()}, {"console", ConsoleWords(options)}});
  }
  if (!options.sync) {
    LogLine(LogLevel::kWarning,
            "appends are acknowledged before they are synced: a crash of the machine can lose "
            "acknowledged events");
  }
  return absl::OkStatus();
}

// OK if a signal came, else why the server cannot go on.
absl::Status WaitForEnd(Server& server, StopSignals& signals, const Notify& notify) {
  const Watchdog watchdog(notify, [&server] { return server.progress(); });
  while (true) {
    const std::optional<int> signal = signals.WaitFor(kHealthInterval);
    if (signal == SIGHUP) {
      LogLine(LogLevel::kInfo, "reading certificates, keys and the policy again",
              {{"signal", "HUP"}});
      server.Reload();
    } else if (signal.has_value()) {
      LogLine(LogLevel::kInfo, "stopping", {{"signal", NameOf(*signal)}});
      return absl::OkStatus();
    }
    FlushGrpcLog();
    RETURN_IF_ERROR(server.CheckHealth());
  }
}

// Ends the program if stopping takes too long. gRPC waits for whatever still answers a call,
// however long that takes. The views' thread has the lowest priority, so on a busy machine it may
// take its time to put down what it is at; and a disk may stand still. Whatever was acknowledged is
// on disk, and an end without closing is no more than a crash.
class ClosingLimit {
 public:
  // Of closing, and of draining past its deadline.
  static constexpr absl::Duration kLimit = absl::Seconds(5);

  ClosingLimit(absl::Duration limit, int exit_code)
      : limit_(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit)),
        thread_([this, exit_code] { Wait(exit_code); }) {}
  ~ClosingLimit() {
    {
      const MutexLock lock(mutex_);
      closed_ = true;
    }
    changed_.NotifyAll();
    thread_.join();
  }
  ClosingLimit(const ClosingLimit&) = delete;
  ClosingLimit& operator=(const ClosingLimit&) = delete;

 private:
  void Wait(int exit_code) {
    const MutexLock lock(mutex_);
    while (!closed_) {
      if (changed_.WaitUntil(mutex_, limit_) || closed_) continue;
      LogLine(LogLevel::kWarning, "stopped without closing, which took too long");
      std::_Exit(exit_code);
    }
  }

  const std::chrono::steady_clock::time_point limit_;
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

absl::Status RunServer(const ServerOptions& options) {
  RunPromptly();
  // Debian builds Abseil with its search for deadlocks, which takes one lock of its own at every
  // lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  SetLogFormat(options.log_format);
  StopSignals signals;
  const Notify notify = Notify::FromEnvironment();
  if (!RaiseDescriptorLimit()) {
    LogLine(LogLevel::kWarning, "cannot raise the limit of open files");
  }
  TakeGrpcLog();
  LogLine(LogLevel::kInfo, "starting",
          {{"version", CHIPLINE_VERSION}, {"data", options.data_directory.string()}});
  RETURN_IF_ERROR(CheckDescriptors());
  std::unique_ptr<Server> server;
  {
    const StartWatch watch(signals, notify);
    ASSIGN_OR_RETURN(server, Server::Start(options));
  }
  // Before anybody is told: a disk without room is so from the first append on.
  absl::Status end = server->CheckHealth();
  if (end.ok()) end = Announce(*server, options, notify);
  if (end.ok()) end = WaitForEnd(*server, signals, notify);
  notify.Stopping(options.drain + 2 * ClosingLimit::kLimit + kStopSlack);
  signals.Release();
  const int exit_code = end.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
  {
    const ClosingLimit limit(options.drain + ClosingLimit::kLimit, exit_code);
    server->Drain(options.drain);
  }
  for (const std::filesystem::path& file : {options.port_file, options.http_port_file}) {
    if (std::error_code ignored; !file.empty()) std::filesystem::remove(file, ignored);
  }
  {
    const ClosingLimit limit(ClosingLimit::kLimit, exit_code);
    server.reset();
  }
  LogLine(LogLevel::kInfo, "stopped");
  return end;
}

}  // namespace chipline::server
