#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_

#include <cstddef>
#include <span>
#include <vector>

#include "services/timeline/folds/rule_claim.h"

namespace chipline::timeline {

// The claims about a rule that are for the same people, in the order in which they count, while
// some are added and taken out. The claims must stay where they are. Not thread-safe.
class RuleScope {
 public:
  void Add(RuleClaim* claim) { added_.push_back(claim); }
  // One of claims().
  void Remove(RuleClaim* claim);

  // Whether claims() is of all that was added.
  bool settled() const { return added_.empty() && changed_days_.empty(); }
  // Counts the roots of claims and puts them in order, on the days that changed. Returns the first
  // day on which that may make a difference.
  CivilDay Settle();

  // The latest first; equal days in the order of PrecedesOnSameDay.
  std::span<const RuleClaim* const> claims() const { return claims_; }
  // The first of their courses' boundaries; kNever if there are none.
  CivilDay First() const;

 private:
  std::span<RuleClaim*> OfDay(CivilDay day);

  void Insert();

  std::vector<RuleClaim*> claims_;
  std::vector<RuleClaim*> added_;
  // On which claims were taken out.
  std::vector<CivilDay> changed_days_;
  // How many there were when it was settled the last time.
  size_t settled_size_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_
