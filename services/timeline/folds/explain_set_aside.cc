#include "services/timeline/folds/explain_set_aside.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/explain_gates.h"
#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
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
        SetAsideOnce(id, rules::kNotYet, ReasonOf(pb::REASON_KIND_NOT_YET, course.start), {},
                     value);
      } else {
        SetAsideOnce(id, rules::kOver, ReasonOf(pb::REASON_KIND_OVER, *course.end), {}, value);
      }
    } else if (course.At(day) == Presence::kPossible) {
      SetAsideOnce(id, rules::kDayUncertain, ReasonOf(pb::REASON_KIND_MAY_HOLD_ALIKE, course.start),
                   {}, value);
    } else if (claim->scope.empty() != (value->field() == "general")) {
      SetAsideOnce(
          id, rules::kOtherScope,
          ReasonOf(claim->scope.empty() ? pb::REASON_KIND_FOR_ANYBODY : pb::REASON_KIND_FOR_SOME),
          {}, value);
    } else {
      SetAsideOnce(id, rules::kLaterClaim, ReasonOf(pb::REASON_KIND_LATER_CLAIM), Chosen(*value),
                   value);
    }
    for (size_t i = 0; i < std::min(claim->echoes.size(), size_t{kMaxIds}); ++i) {
      SetAsideOnce(claim->echoes[i]->claim->event_id(), rules::kEcho,
                   ReasonOf(pb::REASON_KIND_ECHO, {id}), {id}, value);
    }
  }
}

void AddNotInForce(const std::vector<pb::RuleState>& states, pb::ExplainedValue* value) {
  for (const pb::RuleState& state : states) {
    SetAsideOnce(state.claim().event_id(), state.grounds(), {}, value);
  }
}

void AddEnded(const Rows& rows, const Effects& effects, pb::ExplainedValue* value) {
  for (size_t i = rows.size(); i-- > 0 && !IsFull(*value);) {
    if (!rows[i].own || effects[i].standing == pb::STANDING_STANDING) continue;
    SetAsideOnce(rows[i].event_id(), EndedGrounds(rows[i], effects[i]), {effects[i].ended_by},
                 value);
  }
}

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
    if (value.of().has_gate()) gates.Add(&value);
    // A claim of an order ends for its stages and gates alike; what is computed has no rivals.
    if (!value.grounds().derived() && value.field() != "state") {
      AddEnded(input.rows, effects, &value);
    }
  }
}

}  // namespace chipline::timeline
