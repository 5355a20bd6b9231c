#ifndef CHIPLINE_SERVICES_RPC_SUBJECT_SCOPE_H_
#define CHIPLINE_SERVICES_RPC_SUBJECT_SCOPE_H_

#include <string_view>

#include "absl/status/status.h"

#include "services/rpc/access.h"
#include "storage/filter.h"

// Whether what is asked for lies within the subjects that the caller may see. A null access may see
// all. What is left out of an answer is never left out silently: a question that reaches beyond the
// grant is refused, so that nobody takes a part for the whole. The codes are those of Access::Now,
// and PERMISSION_DENIED, reason SUBJECT_NOT_GRANTED.
namespace chipline {

// One subject, as of an event that was found.
absl::Status CheckSubject(const Access* access, std::string_view subject);

// Every subject that fits a pattern; all if it is empty.
absl::Status CheckPattern(const Access* access, std::string_view pattern);

// Every event that a filter can match: one of its clauses must be patterns alone, each within a
// pattern of the grant. (An event fits every clause.)
absl::Status CheckFilter(const Access* access, const storage::Filter& filter);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_SUBJECT_SCOPE_H_
