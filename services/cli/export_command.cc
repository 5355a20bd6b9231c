#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "CLI/CLI.hpp"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/known_names.h"
#include "services/cli/progress.h"
#include "services/cli/stop_signal.h"
#include "services/rpc/status.h"

namespace chipline::cli {
namespace {

struct ExportFlags {
  uint64_t after = 0;
  FilterFlags filter;
};

ExitCode Run(ExportFlags flags, Console& console) {
  StopSignal stop;
  Client client(console.options());
  if (const absl::Status status = ToIds(client, flags.filter); !status.ok()) {
    return console.Fail(ToGrpcStatus(status));
  }
  grpc::ClientContext context;
  stop.OnStop([&context] { context.TryCancel(); });
  v1::ReadEventsRequest request;
  request.set_after_position(flags.after);
  *request.mutable_filter() = ToFilter(flags.filter);
  // Beside lines of JSON on the same terminal a bar would only disturb.
  Progress progress(isatty(STDOUT_FILENO) == 0 && !console.json(), console.error_is_terminal());
  const auto stream = client.log().ReadEvents(&context, request);
  v1::ReadEventsResponse response;
  uint64_t position = flags.after;
  uint64_t events = 0;
  while (!console.broken() && stream->Read(&response)) {
    for (const v1::RecordedEvent& event : response.events()) {
      console.AddJson(event);
    }
    events += static_cast<uint64_t>(response.events_size());
    position = response.position();
    const uint64_t all = response.head_position() - flags.after;
    progress.Update(
        all == 0 ? 1 : static_cast<double>(position - flags.after) / static_cast<double>(all),
        events);
  }
  if (console.broken()) context.TryCancel();
  const grpc::Status status = stream->Finish();
  stop.OnStop(nullptr);
  progress.Clear();
  if (console.broken()) return ExitCode::kFailed;
  if (!status.ok()) {
    console.Note(fmt::format("Not complete; go on with --after {}.", position));
    return console.Fail(status);
  }
  return ExitCode::kDone;
}

}  // namespace

Command AddExportCommand(CLI::App& root) {
  auto flags = std::make_shared<ExportFlags>();
  CLI::App* command = root.add_subcommand(
      "export", "Write the log to standard output, one RecordedEvent a line as JSON");
  command->add_option("--after", flags->after, "only events after this position")
      ->capture_default_str();
  AddFilterFlags(*command, flags->filter);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
