#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "chipline/v1/event.pb.h"
#include "services/cli/block.h"
#include "services/cli/commands.h"
#include "services/words/number_words.h"
#include "storage/directory.h"
#include "storage/inspection.h"
#include "storage/stopped_log.h"

namespace chipline::cli {
namespace {

using storage::Position;

struct InspectFlags {
  std::string data;
  uint64_t events = 0;
  int limit = 50;
};

constexpr const char* kFolders[] = {"log", "index", "views"};

std::string Count(uint64_t count) { return CountWords(static_cast<int64_t>(count)); }

std::string TimeText(const std::optional<absl::Time>& time) {
  return time.has_value() ? absl::FormatTime("%Y-%m-%d %H:%M:%SZ", *time, absl::UTCTimeZone())
                          : "none";
}

template <typename T>
bool IsThere(const absl::StatusOr<std::optional<T>>& read) {
  return read.ok() && read->has_value();
}

// What is the matter with a file, in a word; the whole of it is a finding.
template <typename T>
std::string Lack(const absl::StatusOr<std::optional<T>>& read) {
  if (read.ok()) return "missing";
  return absl::IsDataLoss(read.status()) ? "damaged" : "not readable";
}

std::string IndexText(const storage::StoppedLog& log, const storage::Inspection& found) {
  if (found.indexed.has_value()) return fmt::format("on disk up to {}", Count(*found.indexed));
  return log.index().ok() || absl::IsNotFound(log.index().status()) ? "none" : "not readable";
}

// Everything that is wrong, each once, what stops it from opening first.
std::vector<std::string> Findings(const storage::StoppedLog& log) {
  std::vector<std::string> findings;
  for (const absl::Status& status :
       {log.Openable(), log.format().status(), log.high_water().status(), log.events().status(),
        log.end().status(), log.index().status()}) {
    const std::string words(status.message());
    // The index is made again from the log.
    if (status.ok() || absl::IsNotFound(status)) continue;
    if (std::find(findings.begin(), findings.end(), words) == findings.end()) {
      findings.push_back(words);
    }
  }
  return findings;
}

void PrintText(const storage::StoppedLog& log, const storage::Inspection& found,
               const InspectFlags& flags, Console& console) {
  Block block(console.palette(), console.width());
  block.Heading(flags.data);
  if (IsThere(log.format())) {
    const storage::v1::Format& format = **log.format();
    block.Line("format", std::to_string(format.version()));
    block.Line("log", fmt::format("{}, epoch {}", format.log_id(), format.epoch()));
  } else {
    block.Line("format", Lack(log.format()), Tone::kBad);
  }
  const bool opens = log.Openable().ok();
  block.Line("opens", opens ? "yes, as far as this can tell" : "no",
             opens ? Tone::kGood : Tone::kBad);
  if (log.events().ok()) {
    block.Line("head", Count(log.head()), log.end().ok() ? Tone::kPlain : Tone::kBad);
  }
  block.Line("high water",
             IsThere(log.high_water()) ? Count(**log.high_water()) : Lack(log.high_water()),
             IsThere(log.high_water()) ? Tone::kPlain : Tone::kBad);
  block.Line("recorded", fmt::format("first {}, last {}", TimeText(found.first_time),
                                     TimeText(found.last_time)));
  if (found.blocks.has_value()) block.Line("blocks", Count(*found.blocks));
  if (found.subjects.has_value()) {
    block.Line("subjects",
               fmt::format("{}{}", found.more_subjects ? "at least " : "", Count(*found.subjects)));
  }
  block.Line("index", IndexText(log, found));
  for (const char* folder : kFolders) {
    block.Line(fmt::format("size of {}", folder),
               ByteWords(storage::FolderBytes(log.path(folder))));
  }
  for (const std::string& finding : Findings(log)) block.Line("finding", finding, Tone::kBad);
  console.Print(block);
}

void PrintJson(const storage::StoppedLog& log, const storage::Inspection& found, Console& console) {
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  const auto number = [&](const char* name, uint64_t value) {
    fields[name].set_string_value(std::to_string(value));
  };
  if (IsThere(log.format())) {
    fields["formatVersion"].set_number_value((*log.format())->version());
    fields["logId"].set_string_value((*log.format())->log_id());
    number("epoch", (*log.format())->epoch());
  }
  const absl::Status openable = log.Openable();
  fields["opens"].set_bool_value(openable.ok());
  if (!openable.ok()) fields["problem"].set_string_value(std::string(openable.message()));
  if (log.events().ok()) number("headPosition", log.head());
  if (IsThere(log.high_water())) number("highWaterPosition", **log.high_water());
  const auto time = [&](const char* name, const std::optional<absl::Time>& value) {
    if (!value.has_value()) return;
    fields[name].set_string_value(
        absl::FormatTime(absl::RFC3339_full, *value, absl::UTCTimeZone()));
  };
  time("firstRecordTime", found.first_time);
  time("lastRecordTime", found.last_time);
  if (found.blocks.has_value()) number("blocks", *found.blocks);
  if (found.subjects.has_value()) number("subjects", *found.subjects);
  if (found.indexed.has_value()) number("indexedPosition", *found.indexed);
  for (const char* folder : kFolders) {
    number(fmt::format("{}Bytes", folder).c_str(), storage::FolderBytes(log.path(folder)));
  }
  for (const std::string& finding : Findings(log)) {
    fields["findings"].mutable_list_value()->add_values()->set_string_value(finding);
  }
  console.PrintJson(result);
}

// Events from a position on, one a line as JSON.
ExitCode PrintEvents(const storage::StoppedLog& log, const InspectFlags& flags, Console& console) {
  if (!log.events().ok()) return console.Fail(log.events().status());
  auto scan = (*log.events())->ScanFrom(flags.events);
  for (int left = flags.limit; left > 0 && !console.broken();) {
    const auto block = scan.Next();
    if (!block.ok()) return console.Fail(block.status());
    if (*block == nullptr) return ExitCode::kDone;
    for (Position at = std::max<Position>(flags.events, (*block)->first());
         at <= (*block)->last() && left > 0; ++at, --left) {
      const std::string_view bytes = (*block)->Record(at);
      v1::RecordedEvent event;
      if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return console.Fail(absl::DataLossError(
            fmt::format("the bytes at position {} are not a recorded event", at)));
      }
      console.PrintJson(event);
    }
  }
  return ExitCode::kDone;
}

ExitCode Run(const InspectFlags& flags, Console& console) {
  const auto log = storage::StoppedLog::Open(flags.data);
  if (!log.ok()) return console.Fail(log.status());
  if (flags.events > 0) return PrintEvents(**log, flags, console);
  const storage::Inspection found = storage::Inspect(**log);
  if (console.json()) {
    PrintJson(**log, found, console);
  } else {
    PrintText(**log, found, flags, console);
  }
  return ExitCode::kDone;
}

}  // namespace

Command AddInspectCommand(CLI::App& root) {
  auto flags = std::make_shared<InspectFlags>();
  CLI::App* command = root.add_subcommand(
      "inspect", "Look at a directory that is not being served, without changing a byte of it");
  command->footer("Works for one that would not open as a log as well, as far as it can be read.");
  command->add_option("--data", flags->data, "directory of the log")->required();
  command
      ->add_option("--events", flags->events,
                   "print events from this position on, one a line as JSON; 0: none")
      ->capture_default_str();
  command->add_option("--limit", flags->limit, "at most so many events")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
