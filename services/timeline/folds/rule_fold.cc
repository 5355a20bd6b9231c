#include "services/timeline/folds/rule_fold.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_claims.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/standing_rule.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Claims = std::vector<const RuleClaim*>;

std::string InWords(const DaySpan& span) {
  if (span.earliest == span.latest) return fmt::format("on {}", span.earliest.Format());
  if (span.earliest == kDawn) return fmt::format("by {}", span.latest.Format());
  if (span.latest == kNever) return fmt::format("on {} or later", span.earliest.Format());
  return fmt::format("between {} and {}", span.earliest.Format(), span.latest.Format());
}

void Choose(pb::Grounds& grounds, std::string_view rule, std::string reason) {
  grounds.set_rule(std::string(rule));
  grounds.set_reason(std::move(reason));
}

// The others that surely hold on the piece and began on the same day as the selected one.
Claims SameDay(const RuleClaim& selected, const Claims& claims, CivilDay day) {
  Claims others;
  for (const RuleClaim* claim : claims) {
    if (claim == &selected || claim->day() != selected.day()) continue;
    if (claim->course.At(day) == Presence::kCertain) others.push_back(claim);
  }
  return others;
}

// The claim of the same day whose being set behind needs a reason: one that does not fit, if there
// is one. Rules that stand beside are no rivals.
const RuleClaim* Rival(const StandingRule& standing, const Claims& same_day) {
  const RuleClaim* rival = nullptr;
  for (const RuleClaim* claim : same_day) {
    const auto& beside = standing.beside;
    if (std::find(beside.begin(), beside.end(), claim) != beside.end()) continue;
    if (claim->state.gate() != standing.selected->state.gate()) return claim;
    if (rival == nullptr) rival = claim;
  }
  return rival;
}

pb::RuleState SelectedState(const StandingRule& standing, const Claims& same_day, bool only) {
  pb::RuleState state = standing.selected->state;
  pb::Grounds& grounds = *state.mutable_grounds();
  const RuleClaim* rival = Rival(standing, same_day);
  if (!standing.beside.empty()) {
    Choose(grounds, rules::kStrictestRule,
           fmt::format("The strictest of {} rules that stand side by side.",
                       standing.beside.size() + 1));
  } else if (rival != nullptr) {
    Choose(
        grounds, PrecedesOnSameDay(*standing.selected, *rival),
        fmt::format("Policy sets it before {} other claim(s) of the same day.", same_day.size()));
  } else if (only) {
    Choose(grounds, rules::kOnlyClaim,
           fmt::format("The only claim; it began {}.", InWords(standing.selected->course.start)));
  } else {
    Choose(grounds, rules::kLatestEffective,
           fmt::format("The latest to begin, {}.", InWords(standing.selected->course.start)));
  }
  return state;
}

// The state where which of several claims holds is not known.
pb::RuleState DoubtfulState(const Claims& possible) {
  pb::RuleState state;
  state.set_gate(pb::GATE_STATE_UNKNOWN);
  std::vector<std::pair<uint64_t, std::string>> events;
  std::string reason;
  for (const RuleClaim* claim : possible) {
    for (const std::string& id : claim->state.grounds().event_ids()) {
      events.emplace_back(claim->claim->position(), id);
    }
    reason += fmt::format("{}{} began {}", reason.empty() ? "" : "; ", claim->claim->event_id(),
                          InWords(claim->course.start));
    if (claim->course.end) reason += fmt::format(" and ended {}", InWords(*claim->course.end));
  }
  std::sort(events.begin(), events.end());
  for (auto& [position, id] : events) state.mutable_grounds()->add_event_ids(std::move(id));
  Choose(*state.mutable_grounds(), rules::kDayUncertain, reason + ".");
  return state;
}

void Show(const Claims& claims, std::string_view rule, std::string_view reason,
          pb::RuleInterval& interval) {
  for (const RuleClaim* claim : claims) {
    if (interval.alternatives_size() >= kMaxShown) return;
    pb::RuleState& state = *interval.add_alternatives();
    state = claim->state;
    Choose(*state.mutable_grounds(), rule, std::string(reason));
  }
}

// The general state and what stands beside it.
void FillGeneral(const StandingRule& standing, const Claims& claims, CivilDay day,
                 pb::RuleInterval& interval) {
  interval.set_certain(standing.certain);
  interval.set_agreement(pb::AGREEMENT_NO_VALUE);
  if (!standing.certain) {
    *interval.mutable_general() = DoubtfulState(standing.possible);
    Show(standing.possible, rules::kDayUncertain, "It may hold on these days.", interval);
    return;
  }
  if (standing.selected == nullptr) {
    interval.mutable_general()->set_gate(pb::GATE_STATE_UNKNOWN);
    Choose(*interval.mutable_general()->mutable_grounds(), rules::kNobodySaid,
           "No claim says what holds on these days.");
    return;
  }
  Claims same_day = SameDay(*standing.selected, claims, day);
  *interval.mutable_general() = SelectedState(standing, same_day, claims.size() == 1);
  std::erase_if(same_day, [&](const RuleClaim* claim) {
    return std::count(standing.beside.begin(), standing.beside.end(), claim) > 0;
  });
  const auto agrees = [&](const RuleClaim* claim) {
    return claim->state.gate() == standing.selected->state.gate();
  };
  const bool all_agree = std::all_of(same_day.begin(), same_day.end(), agrees);
  interval.set_agreement(same_day.empty() ? pb::AGREEMENT_SINGLE
                         : all_agree      ? pb::AGREEMENT_AGREEING
                                          : pb::AGREEMENT_CONFLICTING);
  Show(same_day, rules::kSameDay, "Of the same day; policy sets it behind.", interval);
  Show(standing.beside, rules::kLessStrict, "Another rule, which holds too and is less strict.",
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

void AddScoped(const Claims& claims, const StandingRule& general, CivilDay day,
               pb::RuleInterval& interval) {
  const StandingRule standing = StandingOn(day, claims);
  if (!standing.certain) {
    const RuleClaim& latest = *standing.possible.front();
    pb::RuleState& state = *interval.add_scoped();
    state = DoubtfulState(standing.possible);
    state.set_end_users(latest.state.end_users());
    *state.mutable_buyers() = latest.state.buyers();
    state.set_buyer_seat(latest.state.buyer_seat());
    state.set_purpose(latest.state.purpose());
    state.set_behind_general(GeneralIsNewer(general, latest));
    return;
  }
  if (standing.selected == nullptr) return;
  pb::RuleState& state = *interval.add_scoped();
  state = SelectedState(standing, SameDay(*standing.selected, claims, day), claims.size() == 1);
  state.set_behind_general(GeneralIsNewer(general, *standing.selected));
}

pb::RuleInterval IntervalOf(const AxisPiece& piece, const std::map<std::string, Claims>& scopes) {
  static constexpr std::string_view kAnybody;
  pb::RuleInterval interval;
  *interval.mutable_valid() = piece.ToProto();
  const auto general_claims = scopes.find(std::string(kAnybody));
  const Claims none;
  const Claims& claims = general_claims == scopes.end() ? none : general_claims->second;
  const StandingRule general = StandingOn(piece.from, claims);
  FillGeneral(general, claims, piece.from, interval);
  for (const auto& [scope, scoped] : scopes) {
    if (scope != kAnybody) AddScoped(scoped, general, piece.from, interval);
  }
  return interval;
}

std::string WithoutDays(pb::RuleInterval interval) {
  interval.clear_valid();
  return interval.SerializeAsString();
}

}  // namespace

pb::ExportRuleEntry FoldExportRule(const pb::EntryKey& /*key*/, const std::vector<Claim>& rows,
                                   const NamesAt& names) {
  RuleClaims read = ReadRuleClaims(rows, names);
  std::map<std::string, Claims> scopes;
  std::vector<CivilDay> boundaries;
  for (const RuleClaim& claim : read.in_force) {
    scopes[claim.scope].push_back(&claim);
    claim.course.AddBoundaries(boundaries);
  }

  pb::ExportRuleEntry entry;
  std::string last;
  for (const AxisPiece& piece : Cut(std::move(boundaries))) {
    pb::RuleInterval interval = IntervalOf(piece, scopes);
    std::string said = WithoutDays(interval);
    if (entry.intervals_size() > 0 && said == last) {
      entry.mutable_intervals(entry.intervals_size() - 1)
          ->mutable_valid()
          ->set_to(interval.valid().to());
      continue;
    }
    last = std::move(said);
    *entry.add_intervals() = std::move(interval);
  }
  for (pb::RuleState& state : read.not_in_force) *entry.add_not_in_force() = std::move(state);
  for (pb::RuleState& state : read.revisions) *entry.add_revisions() = std::move(state);
  for (std::string& text : read.chips_texts) entry.add_chips_texts(std::move(text));
  return entry;
}

}  // namespace chipline::timeline
