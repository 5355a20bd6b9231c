#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/event_lines.h"
#include "services/cli/flags.h"
#include "services/cli/importer.h"
#include "services/cli/progress.h"
#include "services/cli/stop_signal.h"
#include "services/rpc/status.h"
#include "services/words/number_words.h"
#include "storage/limits.h"

namespace chipline::cli {
namespace {

// Refusals shown in full; of the rest only the line numbers.
constexpr size_t kShownRefusals = 20;
constexpr absl::Duration kFirstDelay = absl::Milliseconds(500);
constexpr absl::Duration kMaxDelay = absl::Seconds(10);

struct ImportFlags {
  std::string file;
  ImportOptions options;
  absl::Duration give_up_after = absl::Minutes(1);
};

double Fraction(const EventLines& lines) {
  if (lines.total_bytes() == 0) return -1;
  return static_cast<double>(lines.bytes_read()) / static_cast<double>(lines.total_bytes());
}

// Runs until all is settled, through outages shorter than the flag allows.
absl::Status RunThroughOutages(const ImportFlags& flags, Importer& importer, EventLines& lines,
                               StopSignal& stop, Console& console) {
  absl::Duration delay = kFirstDelay;
  absl::Time last_progress = absl::Now();
  uint64_t settled = 0;
  while (true) {
    const absl::Status status = importer.Run(lines);
    if (status.code() != absl::StatusCode::kUnavailable) return status;
    if (const uint64_t now = importer.counts().total(); now != settled) {
      settled = now;
      last_progress = absl::Now();
      delay = kFirstDelay;
    }
    if (absl::Now() - last_progress > flags.give_up_after) return status;
    console.Note(
        fmt::format("No answer: {}. Trying again in {}; gives up after {} without any progress.",
                    console.InWords(ToGrpcStatus(status)).message(), absl::FormatDuration(delay),
                    absl::FormatDuration(flags.give_up_after)));
    if (stop.WaitFor(delay)) return absl::CancelledError("stopped");
    delay = std::min(delay * 2, kMaxDelay);
  }
}

void PrintSummary(const ImportCounts& counts, const std::vector<uint64_t>& refused,
                  absl::Duration elapsed, Console& console) {
  if (console.json()) {
    google::protobuf::Struct summary;
    auto& fields = *summary.mutable_fields();
    fields["appended"].set_number_value(static_cast<double>(counts.appended));
    fields["duplicates"].set_number_value(static_cast<double>(counts.duplicates));
    fields["refused"].set_number_value(static_cast<double>(counts.refused));
    auto& lines = *fields["refusedLines"].mutable_list_value();
    for (const uint64_t line : refused) {
      lines.add_values()->set_number_value(static_cast<double>(line));
    }
    console.PrintJson(summary);
    return;
  }
  const auto count = [](uint64_t value) { return CountWords(static_cast<int64_t>(value)); };
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 1e-3);
  console.Line(
      fmt::format("{} appended, {} there already, {} refused, in {:.1f} s ({}/s).",
                  count(counts.appended), count(counts.duplicates), count(counts.refused), seconds,
                  count(static_cast<uint64_t>(static_cast<double>(counts.total()) / seconds))));
  if (refused.empty()) return;
  std::string lines;
  for (const uint64_t line : refused) lines += (lines.empty() ? "" : ", ") + std::to_string(line);
  console.Line(fmt::format("Refused lines: {}", lines));
}

ExitCode Run(const ImportFlags& flags, Console& console) {
  auto lines = EventLines::Open(flags.file);
  if (!lines.ok()) return console.Fail(lines.status());
  StopSignal stop;
  Client client(console.options());
  Progress progress(!console.json(), console.error_is_terminal());
  std::vector<uint64_t> refused;
  // Never called by two threads at a time, as the importer promises.
  const ImportListener listener = {
      [&](uint64_t line, const google::rpc::Status& why) {
        refused.push_back(line);
        if (refused.size() > kShownRefusals) return;
        progress.Clear();
        console.Note(fmt::format("Line {} was refused:", line));
        console.ShowError(why);
      },
      [&](const ImportCounts& counts) { progress.Update(Fraction(*lines), counts.total()); }};
  Importer importer(client.log(), flags.options, listener);
  stop.OnStop([&importer] { importer.Stop(); });
  const absl::Status status = RunThroughOutages(flags, importer, *lines, stop, console);
  stop.OnStop(nullptr);
  progress.Clear();
  std::sort(refused.begin(), refused.end());
  PrintSummary(importer.counts(), refused, progress.elapsed(), console);
  if (!status.ok()) {
    console.Note("Not complete; run it again, and what is there already is passed over.");
    return console.Fail(ToGrpcStatus(status));
  }
  return refused.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Command AddImportCommand(CLI::App& root) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* command = root.add_subcommand(
      "import", "Append a file of any length; what is there already is passed over");
  command->footer(
      "One event a line as JSON, or as export writes them. Run again after an interruption it goes "
      "on.\n"
      "An append that is refused is taken apart until the lines at fault stand alone; the rest "
      "goes in.\n"
      "A line may have up to 4 MiB, and its event 256 KiB. JSON is read strictly: a number that "
      "would be "
      "rounded, a key given twice or an escape that JSON does not have is refused, by line and "
      "column.\n"
      "A caller who may not use PipelineAppend appends by AppendEvents, which is slower.\n"
      "Exits with 1 if a line was refused.");
  command->add_option("file", flags->file, "the file; - is standard input")->required();
  command->add_option("--batch-events", flags->options.batch_events, "events of one append")
      ->check(CLI::Range(size_t{1}, limits::kMaxAppendEvents))
      ->capture_default_str();
  AddBytes(*command, "--batch-bytes", flags->options.batch_bytes, "bytes of one append")
      ->check(CLI::Range(size_t{1}, limits::kMaxAppendBytes - 100'000));
  command
      ->add_option("--window", flags->options.window,
                   "appends in flight; with 1 the log keeps the file's order also around refused "
                   "lines")
      ->check(CLI::Range(size_t{1}, limits::kMaxPipelineAppends))
      ->capture_default_str();
  AddDuration(*command, "--give-up-after", flags->give_up_after,
              "how long to wait for a server that is gone");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
