#include "services/timeline/folds/range_total.h"

namespace chipline::timeline {

void RangeTotal::Change(const Range& range, int sign) {
  counts_ += sign;
  least_ += sign * LeastOf(range);
  if (range.low) with_least_ += sign;
  if (range.high) {
    most_ += sign * range.high->nanos();
  } else {
    without_most_ += sign;
  }
  if (range.approximate) approximate_ += sign;
}

std::optional<Range> RangeTotal::SumFrom(Int128 least) const {
  if (counts_ == 0) return std::nullopt;
  Range sum;
  if (with_least_ > 0) sum.low = Decimal::FromNanos(least);
  if (without_most_ == 0) sum.high = Decimal::FromNanos(most_);
  sum.approximate = approximate_ > 0;
  if (!sum.low && !sum.high) return std::nullopt;
  return WithoutIdleLeast(sum);
}

Range WithoutIdleLeast(Range range) {
  const bool idle = range.low && range.low->zero() && range.high && !range.high->zero();
  if (idle) range.low.reset();
  return range;
}

}  // namespace chipline::timeline
