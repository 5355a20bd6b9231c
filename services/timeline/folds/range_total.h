#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RANGE_TOTAL_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RANGE_TOTAL_H_

#include <cstddef>
#include <optional>

#include "services/values/figures.h"

namespace chipline::timeline {

// The sum of counts of things, none of them negative, while some are added and others taken away. A
// count without a least adds nothing to the least, so that what is sure of the others stays; one
// without a most leaves the sum open. A small value, not thread-safe.
class RangeTotal {
 public:
  void Add(const Range& range) { Change(range, 1); }
  // One that was added.
  void Remove(const Range& range) { Change(range, -1); }

  // Nothing without any, and where all that could be said is too large to be said.
  std::optional<Range> Sum() const { return SumFrom(least_); }
  // The same where not all of the least counts are of different things, and together they are no
  // less than `least`.
  std::optional<Range> SumFrom(Int128 least) const;

  // What a range adds to the least of a sum.
  static Int128 LeastOf(const Range& range) { return range.low ? range.low->nanos() : 0; }

 private:
  void Change(const Range& range, int sign);

  // Sums of an Int128 are exact for more counts than there are rows.
  Int128 least_ = 0;
  Int128 most_ = 0;
  int64_t counts_ = 0;
  int64_t with_least_ = 0;
  int64_t without_most_ = 0;
  int64_t approximate_ = 0;
};

// The range without a least that says nothing: "0 to 500" is "at most 500".
Range WithoutIdleLeast(Range range);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RANGE_TOTAL_H_
