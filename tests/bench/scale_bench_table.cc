#include "tests/bench/scale_bench_table.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "google/protobuf/struct.pb.h"

#include "services/cli/json.h"
#include "services/cli/palette.h"
#include "services/cli/table.h"
#include "services/words/number_words.h"

namespace chipline {
namespace {

std::string Count(double value) { return CountWords(static_cast<int64_t>(value)); }
std::string Rate(double value) { return Count(value) + "/s"; }
std::string Times(double value) { return fmt::format("{:.0f} x", value); }
std::string Multiple(double value) { return fmt::format("{:.2f} x", value); }
std::string MiB(double value) { return fmt::format("{:.1f} MiB", value / (1024 * 1024)); }

std::string Time(double seconds) {
  if (seconds < 0.01) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1e3);
  return fmt::format("{:.2f} s", seconds);
}

struct Line {
  // In the JSON.
  const char* name;
  // In the table; nullptr: not there.
  const char* label;
  const char* target;
  double ScaleResult::*value;
  std::string (*words)(double);
};

constexpr Line kLines[] = {
    {"events", nullptr, "", &ScaleResult::events, Count},
    {"appendEventsPerSecond", "append, 64 a message", "", &ScaleResult::append_rate, Rate},
    {"appendP50Seconds", "append, one event, p50", "flat", &ScaleResult::append_p50, Time},
    {"appendP99Seconds", "append, one event, p99", "flat", &ScaleResult::append_p99, Time},
    {"viewsWaitSeconds", "views complete after", "", &ScaleResult::views_wait, Time},
    {"timelineEntries", "timeline entries", "", &ScaleResult::entries, Count},
    {"readEventsPerSecond", "read all", "flat", &ScaleResult::read_rate, Rate},
    {"rareEvents", "matches of a filter", "", &ScaleResult::rare_events, Count},
    {"rareReadSeconds", "read the matches", "", &ScaleResult::rare_time, Time},
    {"rareEventsPerSecond", "read the matches", "", &ScaleResult::rare_rate, Rate},
    {"rareSpeedup", "faster than reading all", ">= 50 x", &ScaleResult::rare_speedup, Times},
    {"timelineP50Seconds", "GetTimeline, p50", "flat", &ScaleResult::timeline_p50, Time},
    {"timelineP99Seconds", "GetTimeline, p99", "", &ScaleResult::timeline_p99, Time},
    {"memoryAfterViewsBytes", "memory, views complete", "flat", &ScaleResult::memory_after_views,
     MiB},
    {"memoryAfterReadsBytes", "memory, after reading", "flat", &ScaleResult::memory_after_reads,
     MiB},
    {"memoryPeakBytes", "memory, at most", "flat", &ScaleResult::memory_peak, MiB},
    {"eventBytes", "bytes of the events", "", &ScaleResult::event_bytes, MiB},
    {"logBytes", nullptr, "", &ScaleResult::log_bytes, MiB},
    {"indexBytes", nullptr, "", &ScaleResult::index_bytes, MiB},
    {"viewsBytes", nullptr, "", &ScaleResult::views_bytes, MiB},
    {"logMultiple", "disk, log", "", &ScaleResult::log_multiple, Multiple},
    {"logAndIndexMultiple", "disk, log and index", "<= 0.60 x", &ScaleResult::log_index_multiple,
     Multiple},
    {"viewsMultiple", "disk, views", "", &ScaleResult::views_multiple, Multiple},
    {"restartFirstSeconds", "restart after kill -9, first", "<= 2 s, flat",
     &ScaleResult::restart_first, Time},
    {"restartP50Seconds", "restart after kill -9, p50", "<= 2 s, flat", &ScaleResult::restart_p50,
     Time},
};

}  // namespace

std::string ScaleTable(const std::vector<ScaleResult>& results) {
  std::vector<cli::Column> columns = {{"EVENTS"}};
  for (const ScaleResult& result : results) {
    columns.push_back({Count(result.events), cli::Align::kRight});
  }
  columns.push_back({"TARGET"});
  cli::Table table(std::move(columns));
  for (const Line& line : kLines) {
    if (line.label == nullptr) continue;
    std::vector<cli::Cell> cells = {line.label};
    for (const ScaleResult& result : results) {
      const double value = result.*line.value;
      cells.emplace_back(std::isnan(value) ? "" : line.words(value));
    }
    cells.emplace_back(line.target);
    table.AddRow(std::move(cells));
  }
  return table.Render(cli::Palette(false), 0);
}

std::string ScaleJson(const std::vector<ScaleResult>& results) {
  google::protobuf::Struct json;
  auto& sizes = *(*json.mutable_fields())["sizes"].mutable_list_value();
  for (const ScaleResult& result : results) {
    auto& fields = *sizes.add_values()->mutable_struct_value()->mutable_fields();
    for (const Line& line : kLines) {
      const double value = result.*line.value;
      if (!std::isnan(value)) fields[line.name].set_number_value(value);
    }
  }
  return cli::JsonLine(json);
}

}  // namespace chipline
