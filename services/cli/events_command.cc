#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/claim_words.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/known_names.h"
#include "services/cli/progress.h"
#include "services/cli/shown_names.h"
#include "services/cli/table.h"
#include "services/rpc/status.h"
#include "services/words/date_words.h"
#include "services/words/number_words.h"
#include "storage/limits.h"

namespace chipline::cli {
namespace {

struct EventsFlags {
  uint64_t after = 0;
  bool backward = false;
  int limit = 50;
  std::string since;
  std::string until;
  FilterFlags filter;
};

v1::ListEventsRequest ToRequest(const EventsFlags& flags) {
  v1::ListEventsRequest request;
  request.set_after_position(flags.after);
  request.set_backward(flags.backward);
  *request.mutable_filter() = ToFilter(flags.filter);
  if (!flags.since.empty()) *request.mutable_start_time() = *ParseTimeFlag(flags.since);
  if (!flags.until.empty()) *request.mutable_end_time() = *ParseTimeFlag(flags.until);
  return request;
}

ExitCode Run(EventsFlags flags, Console& console) {
  Client client(console.options());
  if (const absl::Status status = ToIds(client, flags.filter); !status.ok()) {
    return console.Fail(ToGrpcStatus(status));
  }
  v1::ListEventsRequest request = ToRequest(flags);
  Table table({{"POSITION", Align::kRight},
               {"RECORDED"},
               {"SUBJECT"},
               {"REV", Align::kRight},
               {"CLAIM", Align::kLeft, true},
               {"WHO SAID IT", Align::kLeft, true}});
  ShownNames names(client, console);
  v1::ListEventsResponse response;
  int left = flags.limit;
  // Only for whoever waits while pages come empty.
  std::optional<Progress> progress;
  do {
    grpc::ClientContext context;
    client.SetDeadline(context);
    request.set_page_size(std::min(left, static_cast<int>(limits::kMaxPageSize)));
    response.Clear();
    const grpc::Status status = client.log().ListEvents(&context, request, &response);
    if (!status.ok()) return console.Fail(status);
    if (!console.json()) names.PutInto(response);
    for (const v1::RecordedEvent& event : response.events()) {
      if (console.json()) {
        console.PrintJson(event);
      } else {
        table.AddRow({std::to_string(event.position()), TimeWords(event.record_time()),
                      event.subject(), std::to_string(event.revision()), ClaimWords(event.event()),
                      SourceWords(event.event().source())});
      }
    }
    left -= response.events_size();
    // A page without events is not the last one if it has a token.
    if (response.events().empty() && !response.next_page_token().empty() && !progress.has_value()) {
      progress.emplace(!console.json(), console.error_is_terminal());
    }
    constexpr double kNobodyKnows = -1;
    if (progress.has_value()) {
      progress->Update(kNobodyKnows, static_cast<uint64_t>(flags.limit - left));
    }
    request.set_page_token(response.next_page_token());
  } while (left > 0 && !response.next_page_token().empty());
  progress.reset();
  if (console.json()) return ExitCode::kDone;
  console.Print(table);
  const std::string more = response.next_page_token().empty() ? "" : "; there are more";
  console.Note(fmt::format("{} events of a log that ends at {}{}.", CountWords(flags.limit - left),
                           CountWords(static_cast<int64_t>(response.head_position())), more));
  return ExitCode::kDone;
}

}  // namespace

Command AddEventsCommand(CLI::App& root) {
  auto flags = std::make_shared<EventsFlags>();
  CLI::App* command = root.add_subcommand("events", "List events as a table");
  command
      ->add_option("--after", flags->after,
                   "only after this position; with --backward, before it; 0: from the end that "
                   "the order starts at")
      ->capture_default_str();
  command->add_flag("--backward", flags->backward, "newest first");
  command->add_option("--limit", flags->limit, "at most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--since", flags->since, "only recorded at or after this time")
      ->check(TimeFlag());
  command->add_option("--until", flags->until, "only recorded before this time")->check(TimeFlag());
  AddFilterFlags(*command, flags->filter);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
