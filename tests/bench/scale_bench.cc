// How Chipline behaves as the log grows: one log, behind the real `chipline serve`, is filled to
// one size after the other and measured at each. tests/bench/README.md says how to read it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "CLI/CLI.hpp"
#include "services/words/number_words.h"
#include "storage/status_macros.h"
#include "tests/bench/scale_bench_log.h"
#include "tests/bench/scale_bench_table.h"

namespace chipline {
namespace {

using bench::Measurement;

// What an event takes at most on disk, with what compaction needs meanwhile: 130 and 390 were seen
// at two million events. Small logs take more, for which the reserve is there.
constexpr uint64_t kLogBytes = 192;
constexpr uint64_t kViewBytes = 448;
// What the server keeps free, and the first fill.
constexpr uint64_t kReservedBytes = uint64_t{768} * 1024 * 1024;
// Holds what is appended before the first fill, and one rare event.
constexpr uint64_t kLeastEvents = 1000;

struct Options {
  std::filesystem::path chipline;
  std::filesystem::path directory = std::filesystem::temp_directory_path();
  std::vector<uint64_t> events = {10'000, 100'000, 1'000'000};
  int calls = 2000;
  int rounds = 3;
  bool skip_views = false;
  std::filesystem::path json;
};

void Say(const std::string& line) { std::cerr << line << std::endl; }

// The sizes in order, and far enough apart for what is appended one at a time at each.
absl::Status CheckSizes(const Options& options) {
  uint64_t least = kLeastEvents;
  for (const uint64_t events : options.events) {
    if (events < least) {
      return absl::InvalidArgumentError(
          fmt::format("--events: {} is too few; at least {} here, which are the size before and "
                      "--calls appends",
                      events, least));
    }
    least = events + static_cast<uint64_t>(options.calls) + 1;
  }
  return absl::OkStatus();
}

absl::Status CheckRoom(const Options& options) {
  std::error_code error;
  const auto space = std::filesystem::space(options.directory, error);
  if (error) {
    return absl::NotFoundError(
        fmt::format("--dir {}: {}", options.directory.string(), error.message()));
  }
  // Views that are not waited for are far behind when the log has been measured.
  const uint64_t views = options.skip_views ? kViewBytes / 2 : kViewBytes;
  const uint64_t needed = options.events.back() * (kLogBytes + views) + kReservedBytes;
  if (space.available >= needed) return absl::OkStatus();
  constexpr double kGiB = 1024.0 * 1024 * 1024;
  return absl::ResourceExhaustedError(fmt::format(
      "{} events may need {:.1f} GiB, and {} has {:.1f} GiB free: name a folder on a larger disk "
      "with --dir, or a smaller size with --events",
      CountWords(static_cast<int64_t>(options.events.back())), static_cast<double>(needed) / kGiB,
      options.directory.string(), static_cast<double>(space.available) / kGiB));
}

// Files come and go meanwhile; those that went are not counted.
double FolderBytes(const std::filesystem::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    std::error_code gone;
    const uint64_t size = entry->file_size(gone);
    if (!gone) bytes += size;
  }
  return static_cast<double>(bytes);
}

// A line of /proc/PID/status that is in KiB, in bytes.
double MemoryOf(pid_t pid, std::string_view field) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string name;
  while (status >> name) {
    double kib = 0;
    if (name == field && status >> kib) return kib * 1024;
    std::getline(status, name);
  }
  return 0;
}

double Median(const std::vector<double>& values) { return bench::SpreadOf(values).median; }

double Seconds(const Measurement& measured, double fraction) {
  return absl::ToDoubleSeconds(measured.Percentile(fraction));
}

absl::Status MeasureReads(ScaleLog& log, int rounds, ScaleResult& result) {
  std::vector<double> all_rates;
  std::vector<double> rare_times;
  std::vector<double> speedups;
  for (int round = 0; round < rounds; ++round) {
    ASSIGN_OR_RETURN(const Measurement all, log.ReadAll());
    ASSIGN_OR_RETURN(const Measurement rare, log.ReadRare());
    result.rare_events = static_cast<double>(rare.events);
    all_rates.push_back(all.events_per_second());
    rare_times.push_back(absl::ToDoubleSeconds(rare.elapsed));
    speedups.push_back(absl::FDivDuration(all.elapsed, rare.elapsed));
  }
  result.read_rate = Median(all_rates);
  result.rare_time = Median(rare_times);
  result.rare_rate = result.rare_events / result.rare_time;
  result.rare_speedup = Median(speedups);
  return absl::OkStatus();
}

absl::Status MeasureTimelines(ScaleLog& log, int calls, ScaleResult& result) {
  ASSIGN_OR_RETURN(const Measurement timeline, log.AskTimeline(calls));
  result.timeline_p50 = Seconds(timeline, 0.5);
  result.timeline_p99 = Seconds(timeline, 0.99);
  return absl::OkStatus();
}

absl::Status MeasureAppends(ScaleLog& log, int calls, ScaleResult& result) {
  ASSIGN_OR_RETURN(const Measurement append, log.AppendSingly(calls));
  result.append_p50 = Seconds(append, 0.5);
  result.append_p99 = Seconds(append, 0.99);
  return absl::OkStatus();
}

void MeasureDisk(const ScaleLog& log, ScaleResult& result) {
  result.event_bytes = static_cast<double>(log.event_bytes());
  result.log_bytes = FolderBytes(log.data() / "log");
  result.index_bytes = FolderBytes(log.data() / "index");
  result.views_bytes = FolderBytes(log.data() / "views");
  result.log_multiple = result.log_bytes / result.event_bytes;
  result.log_index_multiple = (result.log_bytes + result.index_bytes) / result.event_bytes;
  result.views_multiple = result.views_bytes / result.event_bytes;
}

absl::Status MeasureRestarts(ScaleLog& log, const Options& options, ScaleResult& result) {
  std::vector<double> times;
  for (int round = 0; round < options.rounds; ++round) {
    if (!options.skip_views) RETURN_IF_ERROR(log.AwaitViews().status());
    ASSIGN_OR_RETURN(const absl::Duration restart, log.CrashAndRestart());
    times.push_back(absl::ToDoubleSeconds(restart));
  }
  result.restart_first = times.front();
  result.restart_p50 = Median(times);
  return absl::OkStatus();
}

absl::Status MeasureViews(ScaleLog& log, ScaleResult& result) {
  Say("  waiting for the views");
  ASSIGN_OR_RETURN(const absl::Duration views, log.AwaitViews());
  result.views_wait = absl::ToDoubleSeconds(views);
  ASSIGN_OR_RETURN(const uint64_t entries, log.TimelineEntries());
  result.entries = static_cast<double>(entries);
  result.memory_after_views = MemoryOf(log.server_pid(), "VmRSS:");
  return absl::OkStatus();
}

absl::StatusOr<ScaleResult> MeasureAt(ScaleLog& log, uint64_t events, const Options& options) {
  ScaleResult result;
  result.events = static_cast<double>(events);
  Say(fmt::format("{} events: filling", CountWords(static_cast<int64_t>(events))));
  ASSIGN_OR_RETURN(const Measurement fill, log.Fill(events));
  result.append_rate = fill.events_per_second();
  if (!options.skip_views) RETURN_IF_ERROR(MeasureViews(log, result));
  MeasureDisk(log, result);
  Say("  reading");
  RETURN_IF_ERROR(MeasureReads(log, options.rounds, result));
  if (!options.skip_views) RETURN_IF_ERROR(MeasureTimelines(log, options.calls, result));
  RETURN_IF_ERROR(MeasureAppends(log, options.calls, result));
  result.memory_after_reads = MemoryOf(log.server_pid(), "VmRSS:");
  result.memory_peak = MemoryOf(log.server_pid(), "VmHWM:");
  Say("  killing and restarting");
  RETURN_IF_ERROR(MeasureRestarts(log, options, result));
  return result;
}

absl::StatusOr<std::vector<ScaleResult>> MeasureAll(const Options& options) {
  RETURN_IF_ERROR(CheckSizes(options));
  RETURN_IF_ERROR(CheckRoom(options));
  cli::StopSignal stop;
  ASSIGN_OR_RETURN(const std::unique_ptr<ScaleLog> log,
                   ScaleLog::Start(options.chipline, options.directory, stop, Say));
  std::vector<ScaleResult> results;
  for (const uint64_t events : options.events) {
    ASSIGN_OR_RETURN(ScaleResult result, MeasureAt(*log, events, options));
    results.push_back(result);
  }
  return results;
}

int Main(int argc, char** argv) {
  Options options;
  options.chipline = bench::ChiplineBesideThisProgram();
  CLI::App app("How Chipline behaves as the log grows");
  app.add_option("--chipline", options.chipline, "the program to measure")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--dir", options.directory,
                 "on the disk to measure; the log gets a folder of its own there, which goes again")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--events", options.events, "sizes of the log, each larger than the one before")
      ->capture_default_str();
  app.add_option("--calls", options.calls, "GetTimeline calls, and appends of one event, a size")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "reads and restarts a size; medians are shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--skip-views", options.skip_views,
               "measure the log while the server is still about the timelines, which are left out");
  app.add_option("--json", options.json, "file that gets all figures");
  CLI11_PARSE(app, argc, argv);
  const absl::StatusOr<std::vector<ScaleResult>> results = MeasureAll(options);
  if (!results.ok()) {
    Say(std::string(results.status().message()));
    return 1;
  }
  std::cout << ScaleTable(*results);
  if (options.json.empty()) return 0;
  std::ofstream file(options.json);
  file << ScaleJson(*results) << "\n";
  file.close();
  if (file) return 0;
  Say(fmt::format("--json {}: cannot be written", options.json.string()));
  return 1;
}

}  // namespace
}  // namespace chipline

int main(int argc, char** argv) { return chipline::Main(argc, argv); }
