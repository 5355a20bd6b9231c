#include "services/timeline/folds/rule_claims.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

const pb::ExportRuleChange& RuleOf(const Claim& claim) {
  return claim.event.event().export_rule_change();
}

std::optional<DaySpan> StatedStart(const Claim& claim) {
  const pb::ExportRuleChange& rule = RuleOf(claim);
  const std::optional<DaySpan> binding = SpanOf(rule.binding());
  return binding ? binding : SpanOf(rule.effective());
}

bool StatesDay(const Claim& claim) { return StatedStart(claim).has_value(); }

DaySpan StartOf(const Claim& claim) {
  return StatedStart(claim).value_or(DaySpan::On(claim.published));
}

std::string ScopeOf(const pb::RuleState& state) {
  if (state.buyers().empty() && state.buyer_seat().empty() && state.purpose().empty()) return "";
  std::string scope;
  for (const std::string& part : state.buyers()) scope += fmt::format("{}:{}+", part.size(), part);
  return fmt::format("{}/{}/{}", scope, state.buyer_seat(), state.purpose());
}

pb::RuleState StateOf(const Claim& claim, const Effect& effect, const NamesAt& names) {
  const pb::ExportRuleChange& rule = RuleOf(claim);
  pb::RuleState state;
  state.set_effect(rule.effect());
  state.set_gate(GateOf(rule, rule.buyers().empty() ? Reader::kAnyone : Reader::kNamedBuyer));
  state.set_end_users(rule.end_users());
  for (std::string& buyer : names.Companies(rule.buyers())) state.add_buyers(std::move(buyer));
  if (rule.has_buyer_seat()) state.set_buyer_seat(names.Place(rule.buyer_seat()));
  state.set_purpose(rule.purpose());
  if (rule.has_quantity_cap()) *state.mutable_quantity_cap() = rule.quantity_cap();
  *state.mutable_conditions() = rule.conditions();
  state.set_applies_to(rule.applies_to());
  state.set_rule_id(rule.rule_id());
  state.set_instrument(rule.instrument());
  state.mutable_grounds()->add_event_ids(claim.event_id());
  *state.mutable_claim() = SummaryOf(claim, effect);
  const DaySpan start = StartOf(claim);
  if (start.earliest != kDawn) state.set_possible_since(start.earliest.Format());
  if (start.latest != kNever) state.set_since(start.latest.Format());
  if (rule.effect() == pb::RULE_EFFECT_DISCOURAGED) {
    state.set_warning(rule.scope_text().empty() ? "allowed, but advised against"
                                                : rule.scope_text());
  }
  return state;
}

void EndBy(Course& course, const DaySpan& end) {
  course.end = course.end.has_value() ? Sooner(*course.end, end) : end;
}

// What a RESCINDED claim takes back: claims of the same rule, or without a rule_id those without
// one that have the same effect. A rescission for some buyers leaves what is for others.
std::string TakenBack(const pb::RuleState& state, const std::string& scope) {
  const int effect = state.rule_id().empty() ? static_cast<int>(state.effect()) : 0;
  return fmt::format("{}|{}:{}|{}", effect, state.rule_id().size(), state.rule_id(), scope);
}

// The rescissions of one rule and scope.
class Rescissions {
 public:
  void Add(const DaySpan& start) { starts_.push_back(start); }

  // For each start the soonest of it and all that come later.
  void Settle() {
    std::sort(starts_.begin(), starts_.end(),
              [](const DaySpan& a, const DaySpan& b) { return a.latest < b.latest; });
    soonest_ = starts_;
    for (size_t i = soonest_.size(); i-- > 1;) {
      soonest_[i - 1] = Sooner(soonest_[i - 1], soonest_[i]);
    }
  }

  // The soonest that does not lie before the day.
  std::optional<DaySpan> From(CivilDay day) const {
    const auto first =
        std::lower_bound(starts_.begin(), starts_.end(), day,
                         [](const DaySpan& start, CivilDay at) { return start.latest < at; });
    if (first == starts_.end()) return std::nullopt;
    return soonest_[static_cast<size_t>(first - starts_.begin())];
  }

 private:
  std::vector<DaySpan> starts_;
  std::vector<DaySpan> soonest_;
};

class Reading {
 public:
  Reading(const Rows& rows, const NamesAt& names)
      : rows_(rows), names_(names), effects_(ResolveLinks(rows)) {
    for (const Claim& row : rows_) by_id_[row.event_id()] = &row;
  }

  RuleClaims Run() {
    std::vector<const Claim*> rescissions;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Claim& row = rows_[i];
      if (!row.own || !row.event.event().has_export_rule_change()) continue;
      ReadText(row);
      Read(row, effects_[i]);
      const bool stands = effects_[i].standing == pb::STANDING_STANDING;
      if (stands && RuleOf(row).status() == pb::RULE_STATUS_RESCINDED) rescissions.push_back(&row);
    }
    if (!rescissions.empty()) Rescind(rescissions);
    MergeEchoes();
    CountRoots();
    std::sort(out_.in_force.begin(), out_.in_force.end(),
              [](const RuleClaim& a, const RuleClaim& b) {
                if (a.day() != b.day()) return a.day() > b.day();
                return !PrecedesOnSameDay(a, b).empty();
              });
    out_.not_in_force = Latest(std::move(not_in_force_));
    out_.revisions = Latest(std::move(revisions_));
    return std::move(out_);
  }

 private:
  using Shown = std::pair<const Claim*, pb::RuleState>;

  void ReadText(const Claim& row) {
    const std::string& text = RuleOf(row).chips_text();
    std::vector<std::string>& texts = out_.chips_texts;
    if (text.empty() || texts.size() >= static_cast<size_t>(kMaxShown)) return;
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }

  void Read(const Claim& row, const Effect& effect) {
    const pb::ExportRuleChange& rule = RuleOf(row);
    pb::RuleState state = StateOf(row, effect, names_);
    const bool stands = effect.standing == pb::STANDING_STANDING;
    if (!stands) {
      pb::RuleState ended = state;
      *ended.mutable_grounds() = EndedGrounds(row, effect);
      revisions_.emplace_back(&row, std::move(ended));
    }
    if (rule.status() != pb::RULE_STATUS_IN_FORCE) {
      if (!stands) return;
      *state.mutable_grounds() =
          GroundsOf({row.event_id()}, rules::kNotInForce,
                    "Only claims that are in force form a state.", /*derived=*/false);
      not_in_force_.emplace_back(&row, std::move(state));
      return;
    }
    RuleClaim claim;
    claim.claim = &row;
    claim.course = {.start = StartOf(row), .end = SpanOf(rule.expires())};
    if (!stands && !EndedInTime(effect, claim.course)) return;
    claim.scope = ScopeOf(state);
    claim.strictness = Strictness(state.gate(), state.effect());
    claim.state = std::move(state);
    out_.in_force.push_back(std::move(claim));
  }

  // Whether a claim that stands no more was true of some time, which then ends in `course`.
  bool EndedInTime(const Effect& effect, Course& course) const {
    if (effect.standing != pb::STANDING_SUPERSEDED) return false;
    const auto found = by_id_.find(effect.ended_by);
    if (found == by_id_.end()) return false;
    const Claim& successor = *found->second;
    // The plan changed before it came to anything.
    if (successor.published < course.start.earliest) return false;
    EndBy(course, successor.event.event().has_export_rule_change()
                      ? StartOf(successor)
                      : DaySpan::On(successor.published));
    return true;
  }

  void Rescind(const std::vector<const Claim*>& rescissions) {
    absl::flat_hash_map<std::string, Rescissions> by_rule;
    for (const Claim* rescission : rescissions) {
      const pb::RuleState state = StateOf(*rescission, Effect{}, names_);
      by_rule[TakenBack(state, ScopeOf(state))].Add(StartOf(*rescission));
    }
    for (auto& [rule, of_rule] : by_rule) of_rule.Settle();
    for (RuleClaim& claim : out_.in_force) {
      const CivilDay day = claim.day();
      for (const std::string& scope : {std::string(), claim.scope}) {
        const auto found = by_rule.find(TakenBack(claim.state, scope));
        if (found == by_rule.end()) continue;
        const std::optional<DaySpan> end = found->second.From(day);
        if (end) EndBy(claim.course, *end);
      }
    }
  }

  // An echo has the root and the statement of another claim. One that states no day and does not
  // know when the root published is one of the claim's, whenever it came; else the days must agree.
  void MergeEchoes() {
    std::sort(out_.in_force.begin(), out_.in_force.end(),
              [](const RuleClaim& a, const RuleClaim& b) {
                const auto order = [](const Claim& claim) {
                  return std::tuple(claim.publisher != claim.root, !claim.root_dated,
                                    claim.published, claim.position());
                };
                return order(*a.claim) < order(*b.claim);
              });
    absl::flat_hash_map<std::string, size_t> leads;
    std::vector<RuleClaim> merged;
    for (RuleClaim& each : out_.in_force) {
      const Claim& claim = *each.claim;
      const std::string said = fmt::format("{}|{}", claim.root, claim.statement);
      const std::string on_day = fmt::format("{}|{}", each.day().days(), said);
      auto lead = leads.find(on_day);
      if (lead == leads.end() && !claim.root_dated && !StatesDay(claim)) lead = leads.find(said);
      if (!claim.root.empty() && lead != leads.end()) {
        AddEventId(claim.event_id(), merged[lead->second].state.mutable_grounds());
        AddEcho(claim.event_id(), merged[lead->second].state.mutable_claim());
        continue;
      }
      leads.try_emplace(on_day, merged.size());
      leads.try_emplace(said, merged.size());
      merged.push_back(std::move(each));
    }
    out_.in_force = std::move(merged);
  }

  void CountRoots() {
    const auto key = [](const RuleClaim& claim) {
      return fmt::format("{}|{}|{}|{}", claim.day().days(), static_cast<int>(claim.state.effect()),
                         static_cast<int>(claim.state.gate()), claim.scope);
    };
    absl::flat_hash_map<std::string, std::set<std::string_view>> roots;
    for (const RuleClaim& claim : out_.in_force) {
      std::set<std::string_view>& known = roots[key(claim)];
      if (!claim.claim->root.empty()) known.insert(claim.claim->root);
    }
    for (RuleClaim& claim : out_.in_force) {
      claim.roots = std::max<uint32_t>(1, static_cast<uint32_t>(roots[key(claim)].size()));
    }
  }

  static std::vector<pb::RuleState> Latest(std::vector<Shown> shown) {
    std::sort(shown.begin(), shown.end(), [](const Shown& a, const Shown& b) {
      return std::pair(a.first->published, a.first->position()) <
             std::pair(b.first->published, b.first->position());
    });
    const size_t skipped = shown.size() - std::min(shown.size(), static_cast<size_t>(kMaxShown));
    std::vector<pb::RuleState> states;
    for (size_t i = skipped; i < shown.size(); ++i) states.push_back(std::move(shown[i].second));
    return states;
  }

  const Rows& rows_;
  const NamesAt& names_;
  const Effects effects_;
  absl::flat_hash_map<std::string, const Claim*> by_id_;
  std::vector<Shown> not_in_force_;
  std::vector<Shown> revisions_;
  RuleClaims out_;
};

}  // namespace

std::string_view PrecedesOnSameDay(const RuleClaim& a, const RuleClaim& b) {
  const int rank_a = OriginRank(a.claim->origin);
  const int rank_b = OriginRank(b.claim->origin);
  if (rank_a != rank_b) return rank_a < rank_b ? rules::kOriginRank : std::string_view();
  if (a.roots != b.roots) return a.roots > b.roots ? rules::kMoreRoots : std::string_view();
  return PrecedesBy(*a.claim, *b.claim).value_or(std::string_view());
}

RuleClaims ReadRuleClaims(const Rows& rows, const NamesAt& names) {
  return Reading(rows, names).Run();
}

}  // namespace chipline::timeline
