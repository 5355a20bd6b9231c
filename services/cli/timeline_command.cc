#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/entry_order.h"
#include "services/cli/flags.h"
#include "services/cli/known_names.h"
#include "services/cli/own_writes.h"
#include "services/cli/render.h"
#include "services/cli/shown_names.h"
#include "services/cli/timeline_flags.h"
#include "services/cli/timeline_picture.h"
#include "services/cli/today.h"

namespace chipline::cli {
namespace {

struct TimelineFlags {
  std::shared_ptr<v1::TimelineQuery> query = std::make_shared<v1::TimelineQuery>();
  KnownFlags known;
  std::string valid_at;
  std::string valid_from;
  std::string valid_until;
  // Empty: the current day.
  std::string today;
  uint64_t min_position = 0;
  OwnWritesFlags own_writes;
  VersionFlags versions;
  PictureFlags picture;
};

v1::GetTimelineRequest ToRequest(const TimelineFlags& flags) {
  v1::GetTimelineRequest request;
  *request.mutable_query() = *flags.query;
  if (auto known = ToKnown(flags.known)) *request.mutable_known() = *std::move(known);
  if (!flags.valid_at.empty()) {
    request.mutable_valid()->set_day(flags.valid_at);
  } else if (!flags.valid_from.empty() || !flags.valid_until.empty()) {
    request.mutable_valid()->mutable_range()->set_from(flags.valid_from);
    request.mutable_valid()->mutable_range()->set_to(flags.valid_until);
  }
  request.set_min_position(flags.min_position);
  SetVersions(flags.versions, request);
  return request;
}

grpc::Status ReadPage(Client& client, const v1::GetTimelineRequest& request,
                      v1::GetTimelineResponse& response, Console& console) {
  const WaitingNote note(request.min_position(), console);
  grpc::ClientContext context;
  client.SetDeadline(context);
  return client.timelines().GetTimeline(&context, request, &response);
}

ExitCode Run(const TimelineFlags& flags, Console& console) {
  const bool picture = !flags.picture.file.empty();
  if (flags.picture.file == "-" && console.json()) {
    return console.Misuse("--svg - and --json both write to standard output; name a file");
  }
  Client client(console.options());
  v1::GetTimelineRequest request = ToRequest(flags);
  uint64_t own_writes = 0;
  grpc::Status status = FindOwnWrites(flags.own_writes, client, console, own_writes);
  if (!status.ok()) return console.Fail(status);
  request.set_min_position(std::max(request.min_position(), own_writes));
  // Who asks what holds on a day reads of that day first.
  const std::string today = flags.today.empty() ? Today() : flags.today;
  const std::string& day = flags.valid_at.empty() ? today : flags.valid_at;
  v1::GetTimelineResponse response;
  std::vector<v1::TimelineEntry> entries;
  do {
    response.Clear();
    status = ReadPage(client, request, response, console);
    if (!status.ok()) return FailWaiting(status, request.min_position(), console);
    // Only now, since the answer has waited for what is new.
    if (const absl::Status known =
            request.page_token().empty() ? CheckNames(client, *flags.query) : absl::OkStatus();
        !known.ok()) {
      return console.Fail(known);
    }
    if (console.json()) console.PrintJson(response);
    if (picture || !console.json()) {
      entries.insert(entries.end(), response.entries().begin(), response.entries().end());
    }
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  entries = InReadingOrder(std::move(entries));
  if (picture) {
    return WritePicture(flags.picture, *flags.query, response.basis(), {today, day},
                        std::move(entries), client, console);
  }
  if (console.json()) return ExitCode::kDone;
  Block block(console.palette(), console.width());
  ShownNames names(client, console, response.basis().position());
  for (v1::TimelineEntry& entry : entries) names.PutInto(entry);
  for (const v1::TimelineEntry& entry : entries) {
    if (&entry != &entries.front()) block.Blank();
    RenderEntry(entry, day, block);
  }
  console.Print(block);
  if (entries.empty()) {
    console.Line("Nothing is known of that. The log has the name, but no entry for it.");
  }
  console.Note(BasisWords(response.basis()));
  return ExitCode::kDone;
}

}  // namespace

Command AddTimelineCommand(CLI::App& root) {
  auto flags = std::make_shared<TimelineFlags>();
  CLI::App* command = root.add_subcommand("timeline", "Show what follows from the events");
  AddTimelineQueries(*command, flags->query);
  AddKnownFlags(*command, flags->known);
  CLI::Option* at =
      command->add_option("--valid-at", flags->valid_at, "only what holds on this day")
          ->check(DayFlag());
  command
      ->add_option("--valid-from", flags->valid_from,
                   "only what holds at some time from this day on")
      ->check(DayFlag())
      ->excludes(at);
  command
      ->add_option("--valid-until", flags->valid_until,
                   "only what holds at some time before this day")
      ->check(DayFlag())
      ->excludes(at);
  command
      ->add_option("--today", flags->today,
                   "read it as on this day: whose state heads rules and orders, and where a "
                   "picture marks today")
      ->default_str("the current day")
      ->check(DayFlag());
  command
      ->add_option("--min-position", flags->min_position,
                   "wait until the timelines have reached this position; the log's end is waited "
                   "for anyway, unless --no-wait is given")
      ->capture_default_str();
  AddOwnWritesFlags(*command, flags->own_writes);
  AddVersionFlags(*command, flags->versions);
  command->add_option(
      "--svg", flags->picture.file,
      "draw it as a picture, an SVG file, instead of printing it; - for standard output");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
