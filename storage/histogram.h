#ifndef CHIPLINE_STORAGE_HISTOGRAM_H_
#define CHIPLINE_STORAGE_HISTOGRAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/time/time.h"

namespace chipline {

// Counts values by bounds, since the start. Thread-safe, and as cheap as an addition, so that every
// append can use it.
class Histogram {
 public:
  struct Snapshot {
    // For each bound, how many values are at most the bound and above the one before; then one
    // more, for the values above the last bound.
    std::vector<uint64_t> counts;
    double sum = 0;
  };

  // Upper bounds, ascending. They must outlive it.
  explicit Histogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void Add(double value);
  void Add(absl::Duration duration) { Add(absl::ToDoubleSeconds(duration)); }

  std::span<const double> bounds() const { return bounds_; }
  // Values that are added meanwhile may be in counts and not yet in sum, or the reverse.
  Snapshot snapshot() const;

 private:
  const std::span<const double> bounds_;
  std::vector<std::atomic<uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

// For durations in seconds: from 50 us, which is less than any disk needs to sync, to 10 s, which
// only a hanging disk needs.
inline constexpr double kSecondsBounds[] = {5e-5,   1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2,
                                            2.5e-2, 5e-2, 0.1,    0.25, 0.5,  1,      2.5,  10};
// For how many events are together.
inline constexpr double kCountBounds[] = {1, 4, 16, 64, 256, 1024, 4096};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_HISTOGRAM_H_
