#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/event_lines.h"
#include "services/cli/flags.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"

namespace chipline::cli {
namespace {

struct AppendFlags {
  std::string file = "-";
  std::vector<std::string> expected;
  bool validate_only = false;
};

// SUBJECT=REVISION. The flag's validator has seen it.
bool ReadPrecondition(const std::string& text, v1::Precondition& precondition) {
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) return false;
  uint64_t revision = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, revision);
  if (error != std::errc() || stop != end) return false;
  precondition.set_subject(text.substr(0, equals));
  precondition.set_expected_revision(revision);
  return true;
}

absl::StatusOr<v1::AppendEventsRequest> ReadRequest(const AppendFlags& flags) {
  auto lines = EventLines::Open(flags.file);
  if (!lines.ok()) return lines.status();
  v1::AppendEventsRequest request;
  while (auto line = lines->Next()) {
    if (!line->event.ok()) return line->event.status();
    *request.add_events() = *std::move(line->event);
  }
  if (!lines->status().ok()) return lines->status();
  for (const std::string& text : flags.expected) {
    ReadPrecondition(text, *request.add_preconditions());
  }
  request.set_validate_only(flags.validate_only);
  return request;
}

void PrintAppended(const v1::AppendEventsResponse& response, bool validate_only, Console& console) {
  Table table(
      {{"POSITION", Align::kRight}, {"SUBJECT"}, {"REV", Align::kRight}, {"EVENT ID"}, {""}});
  for (const v1::AppendedEvent& event : response.events()) {
    table.AddRow({event.position() == 0 ? "-" : std::to_string(event.position()), event.subject(),
                  event.revision() == 0 ? "-" : std::to_string(event.revision()), event.event_id(),
                  event.duplicate() ? Cell("was there already", Tone::kFaint) : Cell()});
  }
  console.Print(table);
  if (validate_only) {
    console.Line("Valid; nothing was stored.");
  } else {
    console.Line(fmt::format("Recorded {}.", TimeWords(response.record_time())));
  }
}

ExitCode Run(const AppendFlags& flags, Console& console) {
  const auto request = ReadRequest(flags);
  if (!request.ok()) return console.Fail(request.status());
  Client client(console.options());
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::AppendEventsResponse response;
  const grpc::Status status = client.log().AppendEvents(&context, *request, &response);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(response);
  } else {
    PrintAppended(response, flags.validate_only, console);
  }
  return ExitCode::kDone;
}

}  // namespace

Command AddAppendCommand(CLI::App& root) {
  auto flags = std::make_shared<AppendFlags>();
  CLI::App* command =
      root.add_subcommand("append", "Append the events of a file, one a line as JSON, all or none");
  command->footer(
      "JSON is read strictly: a number that would be rounded, a key given twice or an escape that "
      "JSON does not have is refused, by line and column.");
  command->add_option("file", flags->file, "the file; - is standard input")->capture_default_str();
  AddList(*command, "--expect", flags->expected,
          "SUBJECT=REVISION that must hold; 0: the subject must not exist")
      ->check(CLI::Validator(
          [](std::string& text) {
            v1::Precondition precondition;
            return ReadPrecondition(text, precondition) ? std::string()
                                                        : text + " is not SUBJECT=REVISION";
          },
          "SUBJECT=REV"));
  command->add_flag("--validate-only", flags->validate_only, "check everything and store nothing");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
