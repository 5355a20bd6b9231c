#ifndef CHIPLINE_TESTS_BENCH_LOAD_MEASUREMENT_H_
#define CHIPLINE_TESTS_BENCH_LOAD_MEASUREMENT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace chipline::bench {

// What one arm of a benchmark did.
struct Measurement {
  // Calls, writes or messages.
  uint64_t operations = 0;
  // Events, or pieces of an event's size.
  uint64_t events = 0;
  uint64_t bytes = 0;
  uint64_t failures = 0;
  absl::Duration elapsed;
  // Of one operation in a closed loop; empty where that means nothing.
  std::vector<absl::Duration> latencies;

  double events_per_second() const;
  // 0 without latencies. `fraction`: 0.5 for the median, 0.99.
  absl::Duration Percentile(double fraction) const;
};

// The middle of a list, and how far apart its quarters are.
struct Spread {
  double median = 0;
  double low_quartile = 0;
  double high_quartile = 0;
};
Spread SpreadOf(std::vector<double> values);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_MEASUREMENT_H_
