#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/follow.h"
#include "services/cli/known_names.h"
#include "services/cli/own_writes.h"
#include "services/cli/render.h"
#include "services/cli/shown_names.h"
#include "services/cli/timeline_flags.h"

namespace chipline::cli {
namespace {

struct WatchFlags {
  std::shared_ptr<v1::TimelineQuery> query = std::make_shared<v1::TimelineQuery>();
  std::string resume;
  VersionFlags versions;
  OwnWritesFlags own_writes;
};

void PrintStep(v1::WatchTimelinesResponse response, ShownNames& names, Console& console) {
  if (response.has_snapshot() || response.has_changes()) names.PutInto(response);
  Block block(console.palette(), console.width());
  switch (response.step_case()) {
    case v1::WatchTimelinesResponse::kStarted:
      console.Note(fmt::format("{} {}.", response.started().resumed() ? "Going on" : "Watching",
                               BasisWords(response.started().basis())));
      return;
    case v1::WatchTimelinesResponse::kSnapshot:
      for (const v1::TimelineEntry& entry : response.snapshot().entries()) {
        block.Heading(entry.entry_id());
        block.Line("now", EntryHeadline(entry));
      }
      break;
    case v1::WatchTimelinesResponse::kCaughtUp:
      console.Note(
          fmt::format("Caught up at position {}; what follows is live.", response.position()));
      return;
    case v1::WatchTimelinesResponse::kChanges:
      for (const v1::TimelineChange& change : response.changes().changes()) {
        RenderChange(change, block);
      }
      break;
    case v1::WatchTimelinesResponse::kReset:
      console.Note(fmt::format("The server starts over: {}.", response.reset().cause()));
      return;
    default:
      return;
  }
  console.Print(block);
  console.Flush();
}

ExitCode Run(const WatchFlags& flags, Console& console) {
  StopSignal stop;
  Client client(console.options());
  // With a token everything that came after it is told, whenever that is.
  if (flags.resume.empty()) {
    uint64_t own_writes = 0;
    grpc::Status status = FindOwnWrites(flags.own_writes, client, console, own_writes);
    if (status.ok()) status = AwaitTimelines(own_writes, *flags.query, client, console);
    if (!status.ok()) return FailWaiting(status, own_writes, console);
  }
  if (const absl::Status unknown = CheckNames(client, *flags.query); !unknown.ok()) {
    console.Note(WaitingForWords(unknown));
  }
  ShownNames names(client, console);
  v1::WatchTimelinesRequest request;
  *request.mutable_query() = *flags.query;
  request.set_resume_token(flags.resume);
  SetVersions(flags.versions, request);
  request.set_client_name("chipline watch");
  // Whether there is anything to go on after.
  bool moved = false;
  const ExitCode code =
      FollowStream(console, stop, [&](grpc::ClientContext& context, bool& connected) {
        const auto stream = client.timelines().WatchTimelines(&context, request);
        v1::WatchTimelinesResponse response;
        while (stream->Read(&response)) {
          connected = true;
          if (console.json()) {
            console.PrintJson(response);
          } else {
            PrintStep(response, names, console);
          }
          if (console.broken()) {
            context.TryCancel();
            break;
          }
          if (!response.resume_token().empty()) {
            request.set_resume_token(response.resume_token());
            moved = true;
          }
        }
        return stream->Finish();
      });
  if (moved) {
    console.Note(fmt::format("Stopped; go on with --resume {}", request.resume_token()));
  }
  return code;
}

}  // namespace

Command AddWatchCommand(CLI::App& root) {
  auto flags = std::make_shared<WatchFlags>();
  CLI::App* command = root.add_subcommand(
      "watch", "Print a timeline, then each change of it, reconnecting, until Ctrl-C");
  AddTimelineQueries(*command, flags->query);
  command->add_option("--resume", flags->resume,
                      "go on after a resume_token of the same query, without the snapshot");
  AddVersionFlags(*command, flags->versions);
  AddOwnWritesFlags(*command, flags->own_writes);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
