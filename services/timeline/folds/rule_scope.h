#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/rule_claim.h"

namespace chipline::timeline {

// The claims of one scope, the latest first; who speaks in any of them with the most authority; and
// whether none of them has a wording.
struct ScopeClaims : std::span<const RuleClaim* const> {
  Authority strongest = Authority::kOther;
  bool plain = true;
};

// The claims about a rule that are for the same people, in the order in which they count, while
// some are added and taken out. The claims must stay where they are. Not thread-safe.
class RuleScope {
 public:
  void Add(RuleClaim* claim) { added_.push_back(claim); }
  // One that was there when it was settled the last time. It may be added again.
  void Remove(const RuleClaim* claim) { removed_.insert(claim); }

  // Whether claims() is of what was added, without what was taken out.
  bool settled() const { return added_.empty() && removed_.empty(); }
  // Makes it so: counts the roots of claims and puts them in order, on the days that changed.
  // Returns the first day on which that may make a difference.
  CivilDay Settle();

  // As of the last time it was settled: the latest first; equal days in the order of
  // PrecedesOnSameDay.
  ScopeClaims claims() const { return {claims_, strongest_, plain_}; }
  // The first of their courses' boundaries; kNever if there are none.
  CivilDay First() const;

 private:
  std::span<RuleClaim*> OfDay(CivilDay day);

  void Insert();
  void Note(const RuleClaim& claim);

  std::vector<RuleClaim*> claims_;
  std::vector<RuleClaim*> added_;
  absl::flat_hash_set<const RuleClaim*> removed_;
  // Of claims_.
  Authority strongest_ = Authority::kOther;
  bool plain_ = true;
  // How many there were when it was settled the last time.
  size_t settled_size_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_SCOPE_H_
