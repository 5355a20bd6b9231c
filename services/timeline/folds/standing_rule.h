#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_

#include <span>
#include <vector>

#include "services/timeline/folds/rule_claim.h"

namespace chipline::timeline {

// Which of the claims of one scope stands on a day. Points into the claims.
struct StandingRule {
  // The claim that counts; null if nothing stands, or if which one does is not known.
  const RuleClaim* selected = nullptr;
  // False if claims that may or may not hold that day would make a difference.
  bool certain = true;
  // Those that hold that day with other rule_ids, and are less strict.
  std::vector<const RuleClaim*> beside;
  // If not certain: all that may count, the latest first.
  std::vector<const RuleClaim*> possible;
};

// `claims` are of one scope, the latest first. Looks at no more of them than may count, but those
// that hold on other days.
StandingRule StandingOn(CivilDay day, std::span<const RuleClaim* const> claims);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_STANDING_RULE_H_
