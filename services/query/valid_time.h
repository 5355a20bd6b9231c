#ifndef CHIPLINE_SERVICES_QUERY_VALID_TIME_H_
#define CHIPLINE_SERVICES_QUERY_VALID_TIME_H_

#include <optional>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"

namespace chipline::query {

// Days that an answer is limited to, YYYY-MM-DD, half-open; an empty end is open.
struct DaySpan {
  std::string from;
  std::string to;
};

// nullopt if no time was asked for. INVALID_ARGUMENT for what is no day, or a span that is empty.
absl::StatusOr<std::optional<DaySpan>> ReadValidTime(const v1::ValidTime& valid);

// Leaves of an entry what holds on some day of the span: a spending whose period meets it; the
// intervals of a rule or an order that do; of the stages of an order what had reached them by its
// last day; the counts of a supply or a use that may be of one of its days. False if nothing is
// left. What names no day is not known to hold, and goes; see ValidTime for what is excepted.
bool ClipToSpan(const DaySpan& span, v1::TimelineEntry* entry);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_VALID_TIME_H_
