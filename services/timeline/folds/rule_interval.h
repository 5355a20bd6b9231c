#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_INTERVAL_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_INTERVAL_H_

#include <string>
#include <vector>

#include "services/timeline/folds/rule_scope.h"

namespace chipline::timeline {

// What is known of a rule on a day: the state for anybody, what stands beside it, and the states of
// the scopes, in their order. Its days are not set. Rests on no claim that is surely absent that
// day, but for whether a scope has others.
v1::RuleInterval RuleOn(CivilDay day, ScopeClaims general, const std::vector<ScopeClaims>& scopes,
                        const NamesAt& names);

// The interval that stands for all before the day, where they are left out: UNKNOWN.
v1::RuleInterval RuleLeftOut(const std::string& before);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_INTERVAL_H_
