#ifndef CHIPLINE_TESTS_BENCH_SCALE_BENCH_TABLE_H_
#define CHIPLINE_TESTS_BENCH_SCALE_BENCH_TABLE_H_

#include <limits>
#include <string>
#include <vector>

namespace chipline {

inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

// What was measured at one size of the log. Times are in seconds, sizes in bytes.
struct ScaleResult {
  // In the log while it was read.
  double events = 0;
  // What the log grew by since the size before.
  double append_rate = 0;
  // From the last append to the last view row.
  double views_wait = kNotMeasured;
  // Of all timelines, when the views had come.
  double entries = kNotMeasured;
  double read_rate = 0;
  double rare_events = 0;
  double rare_time = 0;
  double rare_rate = 0;
  // Time to read everything over the time to read the rare events.
  double rare_speedup = 0;
  double timeline_p50 = kNotMeasured;
  double timeline_p99 = kNotMeasured;
  double append_p50 = 0;
  double append_p99 = 0;
  // Of the server: when the views had come, after everything else, and at most.
  double memory_after_views = kNotMeasured;
  double memory_after_reads = 0;
  double memory_peak = 0;
  // The Protobuf bytes of the events, and the folders of the data directory.
  double event_bytes = 0;
  double log_bytes = 0;
  double index_bytes = 0;
  double views_bytes = 0;
  // The folders as multiples of event_bytes.
  double log_multiple = 0;
  double log_index_multiple = 0;
  double views_multiple = 0;
  // After kill -9: the first, with the appends of that size to recover, and the median.
  double restart_first = 0;
  double restart_p50 = 0;
};

// A line for each thing measured, a column for each size and one for the design's target.
std::string ScaleTable(const std::vector<ScaleResult>& results);
// {"sizes": [...]}, an object a size, with all figures that were measured, unrounded.
std::string ScaleJson(const std::vector<ScaleResult>& results);

}  // namespace chipline

#endif  // CHIPLINE_TESTS_BENCH_SCALE_BENCH_TABLE_H_
