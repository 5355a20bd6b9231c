#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_AUTHORITY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_AUTHORITY_H_

#include "chipline/v1/source.pb.h"

namespace chipline::timeline {

// With what authority something is said of what a government decides: its rules, and the gates of
// an order. The first has the most. A claim with less never makes looser what one with more says.
enum class Authority {
  kOfficial,
  // A filing; of an order also its buyer or supplier.
  kFiling,
  kNamed,
  kOther,
  // Whoever says it, it is only expected.
  kExpected,
  // Nobody says anything.
  kNobody,
};

// Of a claim about a rule.
Authority AuthorityOf(v1::OriginKind origin);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_AUTHORITY_H_
