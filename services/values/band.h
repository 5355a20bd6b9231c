#ifndef CHIPLINE_SERVICES_VALUES_BAND_H_
#define CHIPLINE_SERVICES_VALUES_BAND_H_

#include <optional>

#include "services/values/decimal.h"

namespace chipline {

// The figures that a stated one may be compared with: a closed interval, possibly open at an end,
// with its ends kept in hundredths of a billionth so that a percentage is exact. For comparing
// only; a Band is never shown, since "about" is not a bound.
//
// The percentages of the policy (5 for an approximate figure, 2 for an exact one) belong to the
// policy and are given by the caller.
class Band {
 public:
  // From `low` less that percentage of its size to `high` more that percentage of its size. An
  // absent end is open; ends that are the wrong way round hold no figure and overlap nothing.
  // Requires 0 <= percent <= 100.
  static Band Between(std::optional<Decimal> low, std::optional<Decimal> high, int percent = 0);

  // x give or take that percentage of its size. Requires 0 <= percent <= 100.
  static Band Around(Decimal x, int percent) { return Between(x, x, percent); }

  // True if some figure is in both. Ends that touch overlap.
  bool Overlaps(const Band& other) const;

  bool Contains(Decimal x) const { return Overlaps(Around(x, 0)); }

  // The ends, in hundredths of a billionth, for whoever sorts bands by them.
  const std::optional<Int128>& low() const { return low_; }
  const std::optional<Int128>& high() const { return high_; }
  bool Empty() const { return low_ && high_ && *low_ > *high_; }

 private:
  std::optional<Int128> low_;
  std::optional<Int128> high_;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_BAND_H_
