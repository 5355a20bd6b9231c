#include "services/timeline/folds/rule_interval.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/standing_rule.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Claims = std::vector<const RuleClaim*>;

// What the reason says already, of who disputes the claim, comes last.
void Choose(pb::Grounds& grounds, std::string_view rule, pb::Reason reason) {
  grounds.set_rule(std::string(rule));
  AddReasonFirst(reason, &grounds);
}

// The others that surely hold on the day and began on the same day as the selected one. Rules that
// stand beside it are no rivals.
Claims SameDay(const StandingRule& standing, ScopeClaims claims, CivilDay day) {
  const CivilDay begun = standing.selected->day();
  const absl::flat_hash_set<const RuleClaim*> beside(standing.beside.begin(),
                                                     standing.beside.end());
  Claims others;
  // The latest first.
  const auto first = std::partition_point(
      claims.begin(), claims.end(), [&](const RuleClaim* claim) { return claim->day() > begun; });
  for (auto at = first; at != claims.end() && (*at)->day() == begun; ++at) {
    if (*at == standing.selected || beside.contains(*at)) continue;
    if ((*at)->course.At(day) == Presence::kCertain) others.push_back(*at);
  }
  return others;
}

// The claim of the same day whose being set behind needs a reason: one that does not fit, if there
// is one.
const RuleClaim* Rival(const StandingRule& standing, const Claims& same_day, CivilDay day) {
  const RuleClaim* rival = nullptr;
  for (const RuleClaim* claim : same_day) {
    if (claim->GateOn(day) != standing.selected->GateOn(day)) return claim;
    if (rival == nullptr) rival = claim;
  }
  return rival;
}

pb::RuleState SelectedState(const StandingRule& standing, const Claims& same_day, bool only,
                            CivilDay day, const NamesAt& names) {
  pb::RuleState state = StateOn(day, *standing.selected, names);
  pb::Grounds& grounds = *state.mutable_grounds();
  const RuleClaim* rival = Rival(standing, same_day, day);
  const DaySpan& start = standing.selected->course.start;
  if (!standing.beside.empty()) {
    Choose(grounds, rules::kStrictestRule,
           CountReason(pb::REASON_KIND_STRICTEST_RULE, standing.beside.size() + 1));
  } else if (rival != nullptr) {
    Choose(grounds, PrecedesOnSameDay(*standing.selected, *rival),
           CountReason(pb::REASON_KIND_BEFORE_SAME_DAY, same_day.size()));
  } else if (!standing.outranked.empty()) {
    pb::Reason reason = ReasonOf(pb::REASON_KIND_MORE_AUTHORITY, start);
    reason.set_count(static_cast<uint32_t>(standing.outranked.size()));
    Choose(grounds, rules::kMoreAuthority, std::move(reason));
  } else if (only) {
    Choose(grounds, rules::kOnlyClaim, ReasonOf(pb::REASON_KIND_ONLY_RULE, start));
  } else {
    Choose(grounds, rules::kLatestEffective, ReasonOf(pb::REASON_KIND_LATEST_TO_BEGIN, start));
  }
  return state;
}

// What all of them leave out.
void SetExceptions(const Claims& possible, const NamesAt& names, pb::RuleState* state) {
  const auto in_all = [&](auto except_of) {
    std::vector<std::string> all = except_of(possible.front()->rule());
    for (const RuleClaim* claim : possible) {
      if (all.empty()) break;
      std::vector<std::string> both;
      const std::vector<std::string> more = except_of(claim->rule());
      std::set_intersection(all.begin(), all.end(), more.begin(), more.end(),
                            std::back_inserter(both));
      all = std::move(both);
    }
    return all;
  };
  for (std::string& chip :
       in_all([&](const pb::ExportRuleChange& rule) { return names.Chips(rule.chips_except()); })) {
    state->add_chips_except(std::move(chip));
  }
  for (std::string& place : in_all([&](const pb::ExportRuleChange& rule) {
         return names.Places(rule.destinations_except());
       })) {
    state->add_destinations_except(std::move(place));
  }
}

// The state where which of several claims holds is not known.
pb::RuleState DoubtfulState(const Claims& possible, const NamesAt& names) {
  pb::RuleState state;
  state.set_gate(pb::GATE_STATE_UNKNOWN);
  SetExceptions(possible, names, &state);
  std::vector<std::pair<uint64_t, std::string_view>> events;
  pb::Reason reason = ReasonOf(pb::REASON_KIND_DAYS_UNCERTAIN);
  for (const RuleClaim* claim : possible) {
    const uint64_t position = claim->claim->position();
    events.emplace_back(position, claim->claim->event_id());
    for (size_t i = 0; i < std::min(claim->echoes.size(), size_t{kMaxIds} - 1); ++i) {
      events.emplace_back(position, claim->echoes[i]->claim->event_id());
    }
    if (reason.claim_days_size() == kMaxShown) {
      reason.set_count(reason.count() + 1);
      continue;
    }
    pb::ClaimDays& days = *reason.add_claim_days();
    days.set_event_id(claim->claim->event_id());
    *days.mutable_began() = ToProto(claim->course.start);
    if (claim->course.end) *days.mutable_ended() = ToProto(*claim->course.end);
    if (claim->course.doubt) {
      days.set_may_be_rescinded_since(claim->course.doubt->from.Format());
    }
  }
  std::sort(events.begin(), events.end());
  for (const auto& [position, id] : events) AddEventId(id, state.mutable_grounds());
  Choose(*state.mutable_grounds(), rules::kDayUncertain, std::move(reason));
  return state;
}

void Show(const Claims& claims, std::string_view rule, pb::ReasonKind reason, CivilDay day,
          const NamesAt& names, pb::RuleInterval& interval) {
  for (const RuleClaim* claim : claims) {
    if (interval.alternatives_size() >= kMaxShown) {
      interval.set_alternatives_omitted(interval.alternatives_omitted() + 1);
      continue;
    }
    pb::RuleState& state = *interval.add_alternatives();
    state = StateOn(day, *claim, names);
    Choose(*state.mutable_grounds(), rule, ReasonOf(reason));
  }
}

// What may count on the day, and whether it may also have ended by then or surely has not.
void ShowPossible(const Claims& possible, CivilDay day, const NamesAt& names,
                  pb::RuleInterval& interval) {
  for (const RuleClaim* claim : possible) {
    const bool holds = claim->course.At(day) == Presence::kCertain;
    Show({claim}, holds ? rules::kUnlessReplaced : rules::kDayUncertain,
         holds ? pb::REASON_KIND_UNLESS_REPLACED : pb::REASON_KIND_MAY_HOLD, day, names, interval);
  }
}

// The general state and what stands beside it.
void FillGeneral(const StandingRule& standing, ScopeClaims claims, CivilDay day,
                 const NamesAt& names, pb::RuleInterval& interval) {
  interval.set_certain(standing.certain);
  interval.set_agreement(pb::AGREEMENT_NO_VALUE);
  if (!standing.certain) {
    *interval.mutable_general() = DoubtfulState(standing.possible, names);
    ShowPossible(standing.possible, day, names, interval);
    return;
  }
  if (standing.selected == nullptr) {
    interval.mutable_general()->set_gate(pb::GATE_STATE_UNKNOWN);
    Choose(*interval.mutable_general()->mutable_grounds(), rules::kNobodySaid,
           ReasonOf(pb::REASON_KIND_NOBODY_SAID));
    return;
  }
  const Claims same_day = SameDay(standing, claims, day);
  *interval.mutable_general() = SelectedState(standing, same_day, claims.size() == 1, day, names);
  const bool all_agree = std::all_of(same_day.begin(), same_day.end(), [&](const RuleClaim* claim) {
    return claim->GateOn(day) == standing.selected->GateOn(day);
  });
  const bool contradicted = std::any_of(
      standing.outranked.begin(), standing.outranked.end(),
      [&](const RuleClaim* claim) { return claim->GateOn(day) != standing.selected->GateOn(day); });
  interval.set_agreement(contradicted || !all_agree ? pb::AGREEMENT_CONFLICTING
                         : same_day.empty()         ? pb::AGREEMENT_SINGLE
                                                    : pb::AGREEMENT_AGREEING);
  Show(same_day, rules::kSameDay, pb::REASON_KIND_SAME_DAY_BEHIND, day, names, interval);
  Show(standing.beside, rules::kLessStrict, pb::REASON_KIND_LESS_STRICT, day, names, interval);
  Show(standing.outranked, rules::kLessAuthority, pb::REASON_KIND_LESS_AUTHORITY, day, names,
       interval);
}

// Whether the general state goes before a scoped claim even for those whom that one names.
bool GeneralIsNewer(const StandingRule& general, const RuleClaim& scoped) {
  const auto newer = [&](const RuleClaim* claim) { return claim->day() > scoped.day(); };
  if (!general.certain) {
    return std::any_of(general.possible.begin(), general.possible.end(), newer);
  }
  return general.selected != nullptr && newer(general.selected);
}

// The licence that may have come to its stated end by the day; null if that is not all the doubt
// that there is.
const RuleClaim* EndingLicence(const StandingRule& standing, CivilDay day) {
  if (standing.certain || standing.possible.size() != 1) return nullptr;
  const RuleClaim* claim = standing.possible.front();
  const bool licence = claim->rule().effect() == pb::RULE_EFFECT_LICENSED;
  const bool ending = claim->course.end && day >= claim->course.end->earliest;
  const bool began = day >= claim->course.start.latest;
  return licence && claim->rule().has_expires() && began && ending ? claim : nullptr;
}

pb::RuleState EndingState(const RuleClaim& licence, CivilDay day, const NamesAt& names) {
  pb::RuleState state = StateOn(day, licence, names);
  if (LetsPass(state.gate())) state.set_gate(pb::GATE_STATE_CONDITIONAL);
  state.add_conditions("the licence has not ended yet");
  Choose(*state.mutable_grounds(), rules::kEnding,
         ReasonOf(pb::REASON_KIND_ENDING, *licence.course.end));
  return state;
}

void AddScoped(ScopeClaims claims, const StandingRule& general, CivilDay day, const NamesAt& names,
               pb::RuleInterval& interval) {
  const StandingRule standing = StandingOn(day, claims);
  if (const RuleClaim* licence = EndingLicence(standing, day)) {
    pb::RuleState& state = *interval.add_scoped();
    state = EndingState(*licence, day, names);
    state.set_behind_general(GeneralIsNewer(general, *licence));
    return;
  }
  if (!standing.certain) {
    const RuleClaim& latest = *standing.possible.front();
    pb::RuleState of_latest = StateOf(latest, names);
    pb::RuleState& state = *interval.add_scoped();
    state = DoubtfulState(standing.possible, names);
    state.set_end_users(of_latest.end_users());
    state.mutable_buyers()->Swap(of_latest.mutable_buyers());
    state.mutable_open_buyers()->Swap(of_latest.mutable_open_buyers());
    state.set_buyer_seat(of_latest.buyer_seat());
    state.set_buyer_seat_group(of_latest.buyer_seat_group());
    state.set_purpose(of_latest.purpose());
    state.set_behind_general(GeneralIsNewer(general, latest));
    return;
  }
  if (standing.selected == nullptr) return;
  pb::RuleState& state = *interval.add_scoped();
  state = SelectedState(standing, SameDay(standing, claims, day), claims.size() == 1, day, names);
  state.set_behind_general(GeneralIsNewer(general, *standing.selected));
  for (const RuleClaim* claim : standing.beside) {
    if (claim->wording == standing.selected->wording) continue;
    pb::RuleState& other = *interval.add_scoped();
    other = StateOn(day, *claim, names);
    Choose(*other.mutable_grounds(), rules::kLessStrict,
           ReasonOf(pb::REASON_KIND_LESS_STRICT_WORDING));
    other.set_behind_general(GeneralIsNewer(general, *claim));
  }
}

}  // namespace

pb::RuleInterval RuleOn(CivilDay day, ScopeClaims general, const std::vector<ScopeClaims>& scopes,
                        const NamesAt& names) {
  pb::RuleInterval interval;
  const StandingRule standing = StandingOn(day, general);
  FillGeneral(standing, general, day, names, interval);
  for (const ScopeClaims& scope : scopes) AddScoped(scope, standing, day, names, interval);
  return interval;
}

pb::RuleInterval RuleLeftOut(const std::string& before) {
  pb::RuleInterval interval;
  interval.mutable_valid()->set_to(before);
  interval.mutable_general()->set_gate(pb::GATE_STATE_UNKNOWN);
  pb::Grounds& grounds = *interval.mutable_general()->mutable_grounds();
  grounds.set_rule(std::string(rules::kLeftOut));
  pb::Reason reason = ReasonOf(pb::REASON_KIND_LEFT_OUT_BEFORE);
  reason.mutable_days()->set_latest(before);
  SetReason(reason, &grounds);
  interval.set_agreement(pb::AGREEMENT_NO_VALUE);
  return interval;
}

}  // namespace chipline::timeline
