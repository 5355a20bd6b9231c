#include "services/timeline/folds/explain_set_aside.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_claims.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Ids = std::vector<std::string>;

Ids Chosen(const pb::ExplainedValue& value) {
  const auto& ids = value.grounds().event_ids();
  return {ids.begin(), ids.end()};
}

std::string InWords(const DaySpan& span) {
  if (span.earliest == span.latest) return span.latest.Format();
  if (span.latest == kNever) return fmt::format("{} or later", span.earliest.Format());
  if (span.earliest == kDawn) return fmt::format("{} at the latest", span.latest.Format());
  return fmt::format("between {} and {}", span.earliest.Format(), span.latest.Format());
}

// What is set aside beyond that is not shown, so it need not be put into words.
bool IsFull(const pb::ExplainedValue& value) { return value.set_aside_size() >= kMaxSetAside; }

// How claims in force of a rule stand to the days of a value.
void AddInForce(const std::vector<const RuleClaim*>& claims, pb::ExplainedValue* value) {
  const CivilDay day = FromProto(value->valid()).from;
  for (const RuleClaim* claim : claims) {
    if (IsFull(*value)) return;
    const std::string& id = claim->claim->event_id();
    const Course& course = claim->course;
    if (course.At(day) == Presence::kAbsent) {
      if (course.start.earliest > day) {
        SetAsideOnce(id, rules::kNotYet,
                     fmt::format("It does not hold yet; it begins {}.", InWords(course.start)), {},
                     value);
      } else {
        SetAsideOnce(id, rules::kOver,
                     fmt::format("It holds no more; it ended {}.", InWords(*course.end)), {},
                     value);
      }
    } else if (course.At(day) == Presence::kPossible) {
      SetAsideOnce(id, rules::kDayUncertain,
                   fmt::format("It may hold on these days, as it begins {}, but it would make no "
                               "difference.",
                               InWords(course.start)),
                   {}, value);
    } else if (claim->scope.empty() != (value->field() == "general")) {
      SetAsideOnce(id, rules::kOtherScope,
                   claim->scope.empty()
                       ? "It is for anybody; this is for those it names."
                       : "It is for some only, and stands beside what is for anybody.",
                   {}, value);
    } else {
      SetAsideOnce(id, rules::kLaterClaim, "A claim with a later day takes its place.",
                   Chosen(*value), value);
    }
    for (size_t i = 0; i < std::min(claim->echoes.size(), size_t{kMaxIds}); ++i) {
      SetAsideOnce(claim->echoes[i]->event_id(), rules::kEcho, fmt::format("It repeats {}.", id),
                   {id}, value);
    }
  }
}

void AddNotInForce(const std::vector<pb::RuleState>& states, pb::ExplainedValue* value) {
  for (const pb::RuleState& state : states) {
    SetAsideOnce(state.claim().event_id(), state.grounds().rule(), state.grounds().reason(), {},
                 value);
  }
}

void AddEnded(const Rows& rows, const Effects& effects, pb::ExplainedValue* value) {
  for (size_t i = rows.size(); i-- > 0 && !IsFull(*value);) {
    if (!rows[i].own || effects[i].standing == pb::STANDING_STANDING) continue;
    const pb::Grounds ended = EndedGrounds(rows[i], effects[i]);
    SetAsideOnce(rows[i].event_id(), ended.rule(), ended.reason(), {effects[i].ended_by}, value);
  }
}

// What reports on the order say of the gate, and the rules for it that do not decide it.
class GateClaims {
 public:
  GateClaims(const FoldInput& input, const Effects& effects, const NamesAt& names)
      : input_(input), effects_(effects), names_(names) {}

  void Add(pb::ExplainedValue* value) const {
    for (const pb::TimelineEntry& rule : input_.dependencies) AddRule(rule, value);
    for (size_t i = 0; i < input_.rows.size() && !IsFull(*value); ++i) AddReport(i, value);
  }

 private:
  static bool IsOf(const std::string& jurisdiction, pb::GateKind gate, const std::string& chip,
                   const pb::ExplainedValue& value) {
    const auto of = [&](const std::string& of_chip) {
      return value.field() == fmt::format("gates[{}]", GateName(jurisdiction, gate, of_chip));
    };
    return of("") || (!chip.empty() && of(chip));
  }

  void AddReport(size_t row, pb::ExplainedValue* value) const {
    const Claim& claim = input_.rows[row];
    if (!claim.own || effects_[row].standing != pb::STANDING_STANDING) return;
    for (const pb::OrderGate& gate : claim.event.event().chip_order().gates()) {
      if (!IsOf(names_.Place(gate.jurisdiction()), gate.gate(), "", *value)) continue;
      const std::string_view says = ShortName(pb::GateState_Name, gate.state(), "GATE_STATE_");
      if (gate.state() == pb::GATE_STATE_UNKNOWN || gate.state() == pb::GATE_STATE_UNSPECIFIED) {
        SetAsideOnce(claim.event_id(), rules::kNoFigure, "It names the gate, not how it stands.",
                     {}, value);
      } else if (claim.published > FromProto(value->valid()).from) {
        SetAsideOnce(claim.event_id(), rules::kNotYet,
                     fmt::format("It says {} of {} and later.", says, claim.published.Format()), {},
                     value);
      } else {
        SetAsideOnce(claim.event_id(), rules::kLaterClaim,
                     fmt::format("It says {}; what decides is later.", says), Chosen(*value),
                     value);
      }
    }
  }

  static void AddRule(const pb::TimelineEntry& entry, pb::ExplainedValue* value) {
    const pb::ExportRuleKey& key = entry.key().export_rule();
    if (!IsOf(key.jurisdiction(), key.gate(), key.chip(), *value)) return;
    const CivilDay day = FromProto(value->valid()).from;
    for (const pb::RuleInterval& interval : entry.export_rule().intervals()) {
      const AxisPiece piece = FromProto(interval.valid());
      if (day < piece.from || day >= piece.to) continue;
      SetAsideOnce(interval.general().claim().event_id(), rules::kGeneralRule,
                   fmt::format("It is the rule for anybody in {}. {}", entry.entry_id(),
                               value->grounds().reason()),
                   Chosen(*value), value);
      for (const pb::RuleState& scoped : interval.scoped()) {
        SetAsideOnce(scoped.claim().event_id(), rules::kOtherScope,
                     fmt::format("It is for {} in {}.", ScopeInWords(scoped), entry.entry_id()), {},
                     value);
      }
      for (const pb::RuleState& other : interval.alternatives()) {
        SetAsideOnce(other.claim().event_id(), other.grounds().rule(), other.grounds().reason(), {},
                     value);
      }
    }
  }

  const FoldInput& input_;
  const Effects& effects_;
  const NamesAt& names_;
};

}  // namespace

void AddSetAside(const FoldInput& input, const Effects& effects, const NamesAt& names,
                 std::vector<pb::ExplainedValue>* values) {
  std::vector<const RuleClaim*> in_force;
  std::vector<pb::RuleState> not_in_force;
  std::optional<RuleClaims> claims;
  if (input.key.has_export_rule()) {
    claims.emplace(input.rows, effects, names);
    claims->Settle();
    in_force = claims->InForce();
    not_in_force = claims->NotInForce(names);
  }
  const GateClaims gates(input, effects, names);
  for (pb::ExplainedValue& value : *values) {
    AddInForce(in_force, &value);
    AddNotInForce(not_in_force, &value);
    if (value.field().starts_with("gates[")) gates.Add(&value);
    // A claim of an order ends for its stages and gates alike; what is computed has no rivals.
    if (!value.grounds().derived() && value.field() != "state") {
      AddEnded(input.rows, effects, &value);
    }
  }
}

}  // namespace chipline::timeline
