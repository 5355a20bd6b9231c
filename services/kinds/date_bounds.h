#ifndef CHIPLINE_SERVICES_KINDS_DATE_BOUNDS_H_
#define CHIPLINE_SERVICES_KINDS_DATE_BOUNDS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

namespace chipline::kinds {

// The bounds of a date as an event holds them: YYYY-MM-DD, empty for an open end.
struct DayTexts {
  std::string earliest;
  std::string latest;
};

// The bounds of the dates in one request. The claims of a report share its dates, and to read and
// write out days was a third of the time that sealing took, so they are kept, up to
// limits::kMaxCachedDates of them. Not thread-safe.
class DateBounds {
 public:
  // As ParseDate.
  absl::StatusOr<DayTexts> Of(const std::string& edtf);

 private:
  absl::flat_hash_map<std::string, DayTexts> known_;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_DATE_BOUNDS_H_
