#include "tests/bench/load/measurement.h"

#include <algorithm>

namespace chipline::bench {
namespace {

size_t RankOf(double fraction, size_t count) {
  return static_cast<size_t>(fraction * static_cast<double>(count - 1));
}

}  // namespace

double Measurement::events_per_second() const {
  const double seconds = absl::ToDoubleSeconds(elapsed);
  return seconds > 0 ? static_cast<double>(events) / seconds : 0;
}

absl::Duration Measurement::Percentile(double fraction) const {
  if (latencies.empty()) return absl::ZeroDuration();
  std::vector<absl::Duration> sorted = latencies;
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(RankOf(fraction, sorted.size()));
  std::nth_element(sorted.begin(), nth, sorted.end());
  return *nth;
}

Spread SpreadOf(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {values[RankOf(0.5, values.size())], values[RankOf(0.25, values.size())],
          values[RankOf(0.75, values.size())]};
}

}  // namespace chipline::bench
