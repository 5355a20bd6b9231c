#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/claim_words.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/follow.h"
#include "services/cli/known_names.h"
#include "services/cli/shown_names.h"
#include "services/cli/table_layout.h"
#include "services/rpc/status.h"
#include "services/words/date_words.h"

namespace chipline::cli {
namespace {

// Where what has no room in the line of an event stands below it.
constexpr size_t kBelow = 4;

struct TailFlags {
  bool from_start = false;
  std::optional<uint64_t> after;
  std::string resume;
  FilterFlags filter;
};

v1::SubscribeRequest FirstRequest(const TailFlags& flags) {
  v1::SubscribeRequest request;
  if (flags.after) {
    request.set_after_position(*flags.after);
  } else if (!flags.resume.empty()) {
    request.set_resume_token(flags.resume);
  } else if (!flags.from_start) {
    request.set_head(true);
  }
  *request.mutable_filter() = ToFilter(flags.filter);
  request.set_client_name("chipline tail");
  return request;
}

void PrintEvent(v1::RecordedEvent event, ShownNames& names, Console& console) {
  if (console.json()) {
    console.PrintJson(event);
    return;
  }
  if (event.event().has_alias_change()) names.Apply(event.event().alias_change());
  names.PutInto(event);
  const std::string source = SourceWords(event.event().source());
  const std::string claim = ClaimWords(event.event());
  const std::string from = source.empty() ? "" : " — " + source;
  std::vector<Span> spans = {
      {TimeWords(event.record_time()), Tone::kFaint},
      {" "},
      {std::to_string(event.position()), Tone::kStrong},
      {" "},
      {fmt::format("{}#{}", event.subject(), event.revision()), Tone::kGood}};
  size_t width = DisplayWidth(" " + claim + from);
  for (const Span& span : spans) width += DisplayWidth(span.text);
  Block block(console.palette(), 0);
  if (console.width() == 0 || width <= console.width()) {
    spans.push_back({" " + claim});
    spans.push_back({from, Tone::kFaint});
    block.Spans(spans);
  } else {
    // Below, since a terminal would break it within words.
    block.Spans(spans);
    const size_t room = std::max(console.width(), 2 * kBelow) - kBelow;
    for (const std::string& line : BreakLines(claim + from, room)) {
      block.Spans({{std::string(kBelow, ' ') + line}});
    }
  }
  console.Print(block);
}

void PrintStep(const v1::SubscribeResponse& response, ShownNames& names, Console& console) {
  switch (response.step_case()) {
    case v1::SubscribeResponse::kBatch:
      for (const v1::RecordedEvent& event : response.batch().events()) {
        PrintEvent(event, names, console);
      }
      console.Flush();
      break;
    case v1::SubscribeResponse::kCaughtUp:
      console.Note(
          fmt::format("Caught up at position {}; what follows is live.", response.position()));
      break;
    case v1::SubscribeResponse::kFellBehind:
      console.Note("Too slow to follow live; going on from the server's disk. Nothing is lost.");
      break;
    default:
      break;
  }
}

ExitCode Run(TailFlags flags, Console& console) {
  StopSignal stop;
  Client client(console.options());
  absl::Status unknown;
  if (const absl::Status status = ToIds(client, flags.filter, &unknown); !status.ok()) {
    return console.Fail(ToGrpcStatus(status));
  }
  if (!unknown.ok()) console.Note(WaitingForWords(unknown));
  ShownNames names(client, console);
  v1::SubscribeRequest request = FirstRequest(flags);
  std::optional<uint64_t> position;
  const ExitCode code =
      FollowStream(console, stop, [&](grpc::ClientContext& context, bool& connected) {
        if (position) request.set_after_position(*position);
        const auto stream = client.subscriptions().Subscribe(&context, request);
        v1::SubscribeResponse response;
        while (stream->Read(&response)) {
          if (!connected && position) {
            console.Note(fmt::format("Connected again after position {}.", *position));
          }
          connected = true;
          PrintStep(response, names, console);
          if (console.broken()) {
            context.TryCancel();
            break;
          }
          // Only after it was printed: a step that was cut comes again.
          position = response.position();
        }
        return stream->Finish();
      });
  if (position) console.Note(fmt::format("Stopped; go on with --after {}.", *position));
  return code;
}

}  // namespace

Command AddTailCommand(CLI::App& root) {
  auto flags = std::make_shared<TailFlags>();
  CLI::App* command = root.add_subcommand(
      "tail", "Print events as they come, reconnecting from the last position, until Ctrl-C");
  CLI::Option* from_start = command->add_flag("--from-start", flags->from_start,
                                              "first everything that is there, then live");
  CLI::Option* after = command->add_option("--after", flags->after,
                                           "first everything after this position, then live");
  CLI::Option* resume = command->add_option(
      "--resume", flags->resume, "go on after a resume_token of the same filter, then live");
  from_start->excludes(after)->excludes(resume);
  after->excludes(resume);
  AddFilterFlags(*command, flags->filter);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
