#include "services/server/run_server.h"

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

#include "fmt/format.h"
#include "services/rpc/descriptor_limit.h"
#include "services/server/grpc_log.h"
#include "services/server/log_line.h"
#include "services/server/server.h"
#include "services/server/stop_signals.h"
#include "storage/file.h"
#include "storage/mutex.h"
#include "storage/scheduling.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

// How often the log's and the views' health is looked at.
constexpr absl::Duration kHealthInterval = absl::Seconds(1);

// Tells everybody where the server is.
absl::Status Announce(const Server& server, const ServerOptions& options) {
  if (!options.port_file.empty()) {
    RETURN_IF_ERROR(storage::ReplaceFile(options.port_file, fmt::format("{}\n", server.port())));
  }
  fmt::print("listening on {}\n", server.address());
  std::fflush(stdout);
  LogLine(LogLevel::kInfo, "serving",
          {{"address", server.address()}, {"data", options.data_directory.string()}});
  if (!options.sync) {
    LogLine(LogLevel::kWarning,
            "appends are acknowledged before they are synced: a crash of the machine can lose "
            "acknowledged events");
  }
  return absl::OkStatus();
}

// OK if a signal came, else why the server cannot go on.
absl::Status WaitForEnd(Server& server, StopSignals& signals) {
  while (true) {
    if (const std::optional<int> signal = signals.WaitFor(kHealthInterval)) {
      LogLine(LogLevel::kInfo, "stopping", {{"signal", *signal == SIGINT ? "INT" : "TERM"}});
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
  StopSignals signals;
  if (!RaiseDescriptorLimit()) {
    LogLine(LogLevel::kWarning, "cannot raise the limit of open files");
  }
  TakeGrpcLog();
  LogLine(LogLevel::kInfo, "starting",
          {{"version", CHIPLINE_VERSION}, {"data", options.data_directory.string()}});
  ASSIGN_OR_RETURN(std::unique_ptr<Server> server, Server::Start(options));
  // Before anybody is told: a disk without room is so from the first append on.
  absl::Status end = server->CheckHealth();
  if (end.ok()) end = Announce(*server, options);
  if (end.ok()) end = WaitForEnd(*server, signals);
  signals.Release();
  const int exit_code = end.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
  {
    const ClosingLimit limit(options.drain + ClosingLimit::kLimit, exit_code);
    server->Drain(options.drain);
  }
  if (std::error_code ignored; !options.port_file.empty()) {
    std::filesystem::remove(options.port_file, ignored);
  }
  {
    const ClosingLimit limit(ClosingLimit::kLimit, exit_code);
    server.reset();
  }
  LogLine(LogLevel::kInfo, "stopped");
  return end;
}

}  // namespace chipline::server
