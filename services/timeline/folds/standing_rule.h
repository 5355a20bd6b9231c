#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_

#include <vector>

#include "services/timeline/folds/rule_scope.h"

namespace chipline::timeline {

// Which of the claims of one scope stands on a day. Points into the claims.
struct StandingRule {
  // The claim that counts; null if nothing stands, or if which one does is not known.
  const RuleClaim* selected = nullptr;
  // False if claims that may or may not hold that day would make a difference.
  bool certain = true;
  // Those that hold that day with other rule_ids, other wordings or more authority, and are less
  // strict.
  std::vector<const RuleClaim*> beside;
  // Later ones that would hold that day, but for one with more authority.
  std::vector<const RuleClaim*> outranked;
  // If not certain: all that may count, the latest first.
  std::vector<const RuleClaim*> possible;
};

// A claim takes the place of older ones that speak of the same, in the same wording, if it has at
// least their authority (RuleClaim::authority). One with less stands beside them, and counts only
// where it is the stricter and they were not said after it began. Looks at no more claims than may
// count, but those that hold on other days.
StandingRule StandingOn(CivilDay day, const ScopeClaims& claims);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_
