#include "services/timeline/folds/rule_fold.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
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

// The others that surely hold on the piece and began on the same day as the selected one. Rules
// that stand beside it are no rivals.
Claims SameDay(const StandingRule& standing, const Claims& claims, CivilDay day) {
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
const RuleClaim* Rival(const StandingRule& standing, const Claims& same_day) {
  const RuleClaim* rival = nullptr;
  for (const RuleClaim* claim : same_day) {
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
  size_t told = 0;
  for (const RuleClaim* claim : possible) {
    for (const std::string& id : claim->state.grounds().event_ids()) {
      events.emplace_back(claim->claim->position(), id);
    }
    if (++told > size_t{kMaxShown}) continue;
    reason += fmt::format("{}{} began {}", reason.empty() ? "" : "; ", claim->claim->event_id(),
                          InWords(claim->course.start));
    if (claim->course.end) reason += fmt::format(" and ended {}", InWords(*claim->course.end));
  }
  if (told > size_t{kMaxShown}) reason += fmt::format("; and {} more", told - size_t{kMaxShown});
  std::sort(events.begin(), events.end());
  for (const auto& [position, id] : events) AddEventId(id, state.mutable_grounds());
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
  const Claims same_day = SameDay(standing, claims, day);
  *interval.mutable_general() = SelectedState(standing, same_day, claims.size() == 1);
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
  state = SelectedState(standing, SameDay(standing, claims, day), claims.size() == 1);
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

// Stands for the days before the intervals that an entry has room for.
pb::RuleInterval LeftOut(const std::string& before) {
  pb::RuleInterval interval;
  interval.mutable_valid()->set_to(before);
  interval.mutable_general()->set_gate(pb::GATE_STATE_UNKNOWN);
  Choose(*interval.mutable_general()->mutable_grounds(), rules::kLeftOut,
         fmt::format("There is more to tell of the days before {} than fits here.", before));
  interval.set_agreement(pb::AGREEMENT_NO_VALUE);
  return interval;
}

// From the last to the first, as far as there is room.
void FillIntervals(const std::vector<AxisPiece>& pieces,
                   const std::map<std::string, Claims>& scopes, pb::ExportRuleEntry* entry) {
  std::vector<pb::RuleInterval> backward;
  std::string last;
  size_t bytes = 0;
  const size_t least = pieces.size() - std::min(pieces.size(), kMaxPieces);
  size_t at = pieces.size();
  for (; at > least; --at) {
    pb::RuleInterval interval = IntervalOf(pieces[at - 1], scopes);
    std::string said = WithoutDays(interval);
    if (!backward.empty() && said == last) {
      backward.back().mutable_valid()->set_from(interval.valid().from());
      continue;
    }
    if (backward.size() == kMaxIntervals - 1 && at > 1) break;
    bytes += said.size();
    if (!backward.empty() && bytes > kMaxIntervalBytes) break;
    last = std::move(said);
    backward.push_back(std::move(interval));
  }
  if (at > 0) {
    entry->set_omitted_before(backward.back().valid().from());
    *entry->add_intervals() = LeftOut(entry->omitted_before());
  }
  for (auto interval = backward.rbegin(); interval != backward.rend(); ++interval) {
    *entry->add_intervals() = std::move(*interval);
  }
}

}  // namespace

pb::ExportRuleEntry FoldExportRule(const pb::EntryKey& /*key*/, const Rows& rows,
                                   const NamesAt& names) {
  RuleClaims read = ReadRuleClaims(rows, names);
  std::map<std::string, Claims> scopes;
  absl::flat_hash_set<std::string_view> omitted;
  std::vector<CivilDay> boundaries;
  // The scopes with the latest claims come first.
  for (const RuleClaim& claim : read.in_force) {
    const bool room = claim.scope.empty() || scopes.size() < kMaxScopes + scopes.count("");
    if (!room && !scopes.contains(claim.scope)) {
      omitted.insert(claim.scope);
      continue;
    }
    scopes[claim.scope].push_back(&claim);
    claim.course.AddBoundaries(boundaries);
  }

  pb::ExportRuleEntry entry;
  FillIntervals(Cut(std::move(boundaries)), scopes, &entry);
  entry.set_scopes_omitted(static_cast<uint32_t>(omitted.size()));
  for (pb::RuleState& state : read.not_in_force) *entry.add_not_in_force() = std::move(state);
  for (pb::RuleState& state : read.revisions) *entry.add_revisions() = std::move(state);
  for (std::string& text : read.chips_texts) entry.add_chips_texts(std::move(text));
  return entry;
}

}  // namespace chipline::timeline
