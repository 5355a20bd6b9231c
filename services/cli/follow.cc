#include "services/cli/follow.h"

#include <fmt/format.h>

#include <algorithm>

namespace chipline::cli {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(500);
constexpr absl::Duration kMaxDelay = absl::Seconds(2);

}  // namespace

ExitCode FollowStream(Console& console, StopSignal& stop, const StreamAttempt& attempt) {
  absl::Duration delay = kFirstDelay;
  bool ever_connected = false;
  while (true) {
    grpc::ClientContext context;
    stop.OnStop([&context] { context.TryCancel(); });
    bool connected = false;
    const grpc::Status status = attempt(context, connected);
    stop.OnStop(nullptr);
    if (stop.stopped()) return ExitCode::kDone;
    // Nobody reads what comes.
    if (console.broken()) return ExitCode::kFailed;
    if (connected) {
      delay = kFirstDelay;
      ever_connected = true;
    }
    // CANCELLED: a server that is just stopping cut the call.
    const bool gone = status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                      status.error_code() == grpc::StatusCode::CANCELLED;
    if (!gone || !ever_connected) return console.Fail(status);
    console.Note(fmt::format("The server is gone ({}); trying again in {}.",
                             status.ok() ? "stream ended" : console.InWords(status).message(),
                             absl::FormatDuration(delay)));
    if (stop.WaitFor(delay)) return ExitCode::kDone;
    delay = std::min(delay * 2, kMaxDelay);
  }
}

}  // namespace chipline::cli
