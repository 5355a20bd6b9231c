#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/rule_claims.h"
#include "services/timeline/folds/rule_interval.h"
#include "services/timeline/folds/rule_scope.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// What is known of one rule, while rows are added at the end of those that it is made of: valid
// time cut into intervals that cover all of it, the first open at its start and the last at its
// end, each with the state for anybody and the states of scoped claims beside it. Rows are sorted
// by position. All that it is made of must outlive it and stay where it is.
//
// What stands on a day (timelines.md, "Rules, gates, orders"; the first three points say what that
// section leaves open):
//   * A claim without a rule_id speaks of the key as a whole: it takes the place of all before it,
//     and any later claim takes its place. Claims with different rule_ids stand side by side, and
//     the strictest counts. So do claims that give chips or places in different words.
//   * None takes the place of one with more authority (standing_rule.h).
//   * Between the earliest and the latest day on which a claim may have begun or ended, the general
//     state is UNKNOWN, unless gate and effect are the same either way.
//   * A claim without a day holds from its publication; see RuleClaim::course.
//   * A scoped claim (buyers, purpose, seat) stands beside the general one; claims of one scope
//     take each other's place as general ones do.
//
// The entry stays within entry_limits.h: of too many intervals the earliest become one that says
// UNKNOWN, and of too many scopes those with the oldest claims are left out and counted.
class RuleFold {
 public:
  // Takes up all rows that there are.
  RuleFold(const Rows& rows, const Effects& effects, const NamesAt& names)
      : claims_(rows, effects, names) {}
  // Takes up one more row, the last, which must be Unlinked.
  void Add(const NamesAt& names) { claims_.Add(names); }
  v1::ExportRuleEntry Entry(const NamesAt& names);
  // About what the intervals that it keeps take in memory.
  size_t bytes() const;

 private:
  // One interval, and its bytes; its days apart.
  struct Interval {
    AxisPiece days;
    v1::RuleInterval rule;
    std::string bytes;
  };

  CivilDay Show(std::set<const RuleScope*> scopes);
  void Cut(ScopeClaims general, const std::vector<ScopeClaims>& scopes, CivilDay changed);
  bool Cover(ScopeClaims general, const std::vector<ScopeClaims>& scopes, CivilDay changed,
             const NamesAt& names);

  RuleClaims claims_;
  // Those that are for some, as they were shown the last time.
  std::set<const RuleScope*> shown_;
  // The days on which valid time is cut, from kDawn to kNever.
  std::vector<CivilDay> cuts_;
  // The intervals for which there was room then, the last first. What they say of the days before a
  // change stays as it is.
  std::vector<Interval> intervals_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_
