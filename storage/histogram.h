#ifndef CHIPLINE_STORAGE_HISTOGRAM_H_
#define CHIPLINE_STORAGE_HISTOGRAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/time/time.h"

namespace chipline {

// How often a value was within each of some bounds, since the start. Thread-safe, and as cheap as
// an addition: for paths that every append takes.
class Histogram {
 public:
  struct Snapshot {
    // Of each bound the values up to it that are above the bound before; one more for those above
    // the last.
    std::vector<uint64_t> counts;
    double sum = 0;
  };

  // Upper bounds, ascending. They must outlive it.
  explicit Histogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void Add(double value);
  void Add(absl::Duration duration) { Add(absl::ToDoubleSeconds(duration)); }

  std::span<const double> bounds() const { return bounds_; }
  // Counts that are added meanwhile may be in one part and not yet in the other.
  Snapshot snapshot() const;

 private:
  const std::span<const double> bounds_;
  std::vector<std::atomic<uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

// For durations in seconds: from 50 us, less than any disk needs to sync, to 10 s, by when
// something stands still.
inline constexpr double kSecondsBounds[] = {5e-5,   1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2,
                                            2.5e-2, 5e-2, 0.1,    0.25, 0.5,  1,      2.5,  10};
// For how many events are together.
inline constexpr double kCountBounds[] = {1, 4, 16, 64, 256, 1024, 4096};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_HISTOGRAM_H_
