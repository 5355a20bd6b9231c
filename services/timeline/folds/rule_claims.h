#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// One claim about a rule, on the axis of valid time. A value that points into the rows.
struct RuleClaim {
  const Claim* claim = nullptr;
  // When it holds. It begins on its binding day, else its effective day. Where it states neither it
  // begins on the day it was published, which is the first day on which it is known to hold, and
  // casts no doubt on the days before. It ends when it expires, when a claim that SUPERSEDES it
  // begins, or when a RESCINDED claim of the same rule begins, whichever is the soonest.
  Course course;
  // Whom it is for, as text that is equal for equal scopes; empty: anybody.
  std::string scope;
  // As those whom it is for read it. Grounds name the claim and its echoes, and no rule yet.
  v1::RuleState state;
  // Of the gate and the effect, see gates.h.
  int strictness = 0;
  // Distinct roots that claim the same for the same day; unknown ones add none to known ones.
  uint32_t roots = 0;

  // The day that decides which claim is the latest.
  CivilDay day() const { return course.start.latest; }
  bool named() const { return !state.rule_id().empty(); }
};

// The claims of one rule entry, read.
struct RuleClaims {
  // Those that form states: IN_FORCE, and standing, or superseded after they had begun (these stay
  // true of their time). One that a claim took the place of before it began is not among them. The
  // latest first; equal days in the order of the selection policy. Echoes are merged.
  std::vector<RuleClaim> in_force;
  // PROPOSED, OPPOSED and RESCINDED ones that stand; the latest kMaxShown, in order of publication.
  std::vector<v1::RuleState> not_in_force;
  // Those that stand no more; the latest kMaxShown, in order of publication.
  std::vector<v1::RuleState> revisions;
  // The wordings of chips, each once, in order of position, at most kMaxShown.
  std::vector<std::string> chips_texts;
};

// `rows` must outlive the answer and be sorted by position.
RuleClaims ReadRuleClaims(const Rows& rows, const NamesAt& names);

// Whether `a` comes before `b`, equal days and scopes given: origin, roots, publication, position.
// The word is the rule that decides; empty if `b` comes first.
std::string_view PrecedesOnSameDay(const RuleClaim& a, const RuleClaim& b);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_
