#include "services/values/band.h"

#include "storage/check.h"

namespace chipline {

Band Band::Between(std::optional<Decimal> low, std::optional<Decimal> high, int percent) {
  CHECK(percent >= 0 && percent <= 100);
  // A Decimal is below 2^93, so the factors below leave plenty of the 128 bits.
  Band band;
  if (low) band.low_ = low->nanos() * (low->negative() ? 100 + percent : 100 - percent);
  if (high) band.high_ = high->nanos() * (high->negative() ? 100 - percent : 100 + percent);
  return band;
}

bool Band::Overlaps(const Band& other) const {
  if (Empty() || other.Empty()) return false;
  const bool starts_in_time = !low_ || !other.high_ || *low_ <= *other.high_;
  const bool ends_in_time = !high_ || !other.low_ || *other.low_ <= *high_;
  return starts_in_time && ends_in_time;
}

}  // namespace chipline
