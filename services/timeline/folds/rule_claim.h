#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIM_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/timeline/folds/authority.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// When something was said: the day of publication, and on one day the position.
using Saying = std::pair<CivilDay, uint64_t>;

// That somebody who cannot end a claim reports from a day on that it holds no more.
struct Dispute {
  CivilDay from;
  // Null: nobody.
  const Claim* by = nullptr;

  friend bool operator==(const Dispute&, const Dispute&) = default;
};

// One claim about a rule, on the axis of valid time. A value that points into the rows and what
// links do to them.
struct RuleClaim {
  const Claim* claim = nullptr;
  const Effect* effect = nullptr;
  // When it holds. It begins on its binding day, else its effective day. Where it states neither it
  // begins on the day it was published, which is the first day on which it is known to hold, and
  // casts no doubt on the days before. It ends when it expires, when a claim that SUPERSEDES it
  // begins, or when a RESCINDED claim of the same rule begins, whichever is the soonest
  // (rescissions.h).
  Course course;
  // By a rescission of less authority. Then it holds up as before, or lets pass on a condition.
  Dispute dispute;
  // Whether it states itself when it begins.
  bool states_start = false;
  // Whom it is for, as text that is equal for equal scopes; empty: anybody.
  std::string scope;
  // What it words, and expressly leaves out, where it gives chips or places in words or as a group;
  // else empty. Nobody knows whether it is about what another wording is about.
  std::string wording;
  // As those whom it is for read it, if nobody disputes it.
  v1::GateState gate = v1::GATE_STATE_UNKNOWN;
  // Distinct roots that claim the same for the same day; unknown ones add none to known ones.
  uint32_t roots = 1;
  // The claims that only repeat it: the root's own reports first, then by publication.
  std::vector<const RuleClaim*> echoes;

  const v1::ExportRuleChange& rule() const { return claim->event.event().export_rule_change(); }
  // The day that decides which claim is the latest.
  CivilDay day() const { return course.start.latest; }
  Authority authority() const { return AuthorityOf(claim->origin); }
  bool named() const { return !rule().rule_id().empty(); }
  // The events that deny it or what repeats it, each once, in order of their ids.
  std::vector<std::string_view> DeniedBy() const;
  bool DisputedOn(CivilDay day) const { return dispute.by != nullptr && dispute.from <= day; }
  // As those whom it is for read it on that day. What is disputed or denied passes on a condition.
  v1::GateState GateOn(CivilDay day) const;
  // Of that gate and the effect, see gates.h.
  int StrictnessOn(CivilDay day) const;
  // The days on which it may change what holds; and the last of them.
  void AddBoundaries(std::vector<CivilDay>& boundaries) const;
  CivilDay Last() const;
};

Saying SaidOn(const RuleClaim& claim);

// Of a row with a claim about a rule. What ends it, but for its own expiry, is not in it.
RuleClaim ReadRuleClaim(const Claim& claim, const Effect& effect, const NamesAt& names);

// When what the row says of the rule begins, see RuleClaim::course.
DaySpan StartOf(const Claim& claim);

// As those whom it is for read it. Grounds name the claim and its echoes, and no rule yet.
v1::RuleState StateOf(const RuleClaim& claim, const NamesAt& names);
// The same on a day. If it is denied, or disputed then, the reason of its grounds says so.
v1::RuleState StateOn(CivilDay day, const RuleClaim& claim, const NamesAt& names);

// Whether `a` comes before `b`, equal days and scopes given: origin, roots, publication, position.
// The word is the rule that decides; empty if `b` comes first.
std::string_view PrecedesOnSameDay(const RuleClaim& a, const RuleClaim& b);

// Whether `a` is the later one, by its day, then by PrecedesOnSameDay.
bool CountsBefore(const RuleClaim& a, const RuleClaim& b);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIM_H_
