#include "services/timeline/folds/explain_gates.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "services/timeline/folds/explain_set_aside.h"
#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// A claim that a later word of its speaker replaced is so in its figures only.
bool SaysStill(const Effect& effect) {
  return effect.standing == pb::STANDING_STANDING || effect.replaced;
}

OrderFacts FactsOf(const FoldInput& input, const Effects& effects, const NamesAt& names) {
  RunningFacts facts;
  for (size_t row = 0; row < input.rows.size(); ++row) {
    const Claim& claim = input.rows[row];
    const bool counts = claim.own && claim.event.event().has_chip_order();
    if (!counts || !SaysStill(effects[row])) continue;
    facts.Add({&claim, &effects[row]}, names);
  }
  return facts.Facts();
}

std::vector<std::string> Chosen(const pb::ExplainedValue& value) {
  const auto& ids = value.grounds().event_ids();
  return {ids.begin(), ids.end()};
}

bool IsGate(const std::string& jurisdiction, pb::GateKind gate, const std::string& chip,
            const pb::ExplainedValue& value) {
  return IsSameGate(value.of().gate(), GateOf(jurisdiction, gate, chip));
}

// With whom a state is for, and the entry in which it stands.
pb::Reason StateReason(pb::ReasonKind kind, const pb::TimelineEntry& entry,
                       const pb::RuleState& state) {
  pb::Reason reason = ReasonOf(kind);
  *reason.mutable_scope() = ScopeOf(state);
  reason.add_entry_ids(entry.entry_id());
  return reason;
}

// What a report says of a gate.
pb::Reason GateReason(pb::ReasonKind kind, pb::GateState state, CivilDay since) {
  pb::Reason reason = ReasonOf(kind, DaySpan::On(since));
  reason.add_gates()->set_state(state);
  return reason;
}

}  // namespace

GateClaims::GateClaims(const FoldInput& input, const Effects& effects, const NamesAt& names)
    : input_(input), effects_(effects), names_(names) {
  places_ = input.key.has_chip_order() ? ByDestination(FactsOf(input, effects, names))
                                       : std::vector<OrderFacts>(1);
}

void GateClaims::Add(pb::ExplainedValue* value) const {
  for (const pb::TimelineEntry& entry : input_.dependencies) {
    if (value->set_aside_size() >= kMaxSetAside) return;
    if (entry.has_export_rule()) AddRules(entry, value);
  }
  for (size_t i = 0; i < input_.rows.size() && value->set_aside_size() < kMaxSetAside; ++i) {
    AddReport(i, value);
  }
}

void GateClaims::AddReport(size_t row, pb::ExplainedValue* value) const {
  const Claim& claim = input_.rows[row];
  if (!claim.own || !SaysStill(effects_[row])) return;
  for (const pb::OrderGate& gate : claim.event.event().chip_order().gates()) {
    if (!IsGate(names_.Place(gate.jurisdiction()), gate.gate(), "", *value)) continue;
    if (gate.state() == pb::GATE_STATE_UNKNOWN || gate.state() == pb::GATE_STATE_UNSPECIFIED) {
      SetAsideOnce(claim.event_id(), rules::kNoFigure, ReasonOf(pb::REASON_KIND_GATE_NOT_STATED),
                   {}, value);
    } else if (claim.published > FromProto(value->valid()).from) {
      SetAsideOnce(claim.event_id(), rules::kNotYet,
                   GateReason(pb::REASON_KIND_SAYS_LATER, gate.state(), claim.published), {},
                   value);
    } else {
      SetAsideOnce(claim.event_id(), rules::kLaterClaim,
                   GateReason(pb::REASON_KIND_SAYS_OTHERWISE, gate.state(), claim.published),
                   Chosen(*value), value);
    }
  }
}

std::vector<std::string> GateClaims::ChipsOf(const pb::ExportRuleKey& key,
                                             const pb::ExplainedValue& value) const {
  if (IsGate(key.jurisdiction(), key.gate(), "", value)) return places_.front().chips;
  std::vector<std::string> chips;
  for (const std::string& chip : places_.front().chips) {
    if (IsGate(key.jurisdiction(), key.gate(), chip, value)) chips.push_back(chip);
  }
  return chips;
}

bool GateClaims::IsExact(const pb::ExportRuleKey& key, const pb::ExplainedValue& value) const {
  const std::vector<std::string> chips = ChipsOf(key, value);
  return std::any_of(places_.begin(), places_.end(), [&](const OrderFacts& place) {
    return std::any_of(chips.begin(), chips.end(),
                       [&](const std::string& chip) { return IsOfExactly(key, place, chip); });
  });
}

Reach GateClaims::ReachOfOrder(const pb::TimelineEntry& entry, const pb::RuleState& state,
                               const pb::ExplainedValue& value) const {
  Reach best;
  best.verdict = Verdict::kNo;
  const auto compare = [&](const std::string& chip, const std::string* buyer) {
    for (const OrderFacts& place : places_) {
      Reach reach = ReachOf(entry, state, place, chip, buyer);
      if (reach.verdict > best.verdict) best = std::move(reach);
    }
  };
  const std::vector<std::string>& buyers = places_.front().buyers;
  for (const std::string& chip : ChipsOf(entry.key().export_rule(), value)) {
    if (buyers.empty()) compare(chip, nullptr);
    for (const std::string& buyer : buyers) compare(chip, &buyer);
  }
  return best;
}

void GateClaims::AddState(const pb::TimelineEntry& entry, const pb::RuleState& state, bool general,
                          pb::ExplainedValue* value) const {
  if (state.claim().event_id().empty()) return;
  const std::string& id = state.claim().event_id();
  const Reach reach = ReachOfOrder(entry, state, *value);
  const bool exact = IsExact(entry.key().export_rule(), *value);
  switch (reach.verdict) {
    case Verdict::kNo:
      // Of the many rules for other chips, places and buyers only those of this very key are told.
      if (!exact) return;
      SetAsideOnce(id, rules::kOtherScope,
                   StateReason(pb::REASON_KIND_DOES_NOT_APPLY, entry, state), {}, value);
      return;
    case Verdict::kMay: {
      pb::Reason may = StateReason(pb::REASON_KIND_MAY_APPLY_NOT_STRICTER, entry, state);
      may.add_applies_if()->mutable_all()->Add(reach.doubts.begin(), reach.doubts.end());
      SetAsideOnce(id, rules::kMayApply, std::move(may), {}, value);
      return;
    }
    case Verdict::kYes:
      break;
  }
  if (general && exact) {
    SetAsideOnce(id, rules::kGeneralRule,
                 StateReason(pb::REASON_KIND_GENERAL_RULE_BEHIND, entry, state), Chosen(*value),
                 value);
    return;
  }
  SetAsideOnce(id, rules::kLessStrict, StateReason(pb::REASON_KIND_APPLIES_BEHIND, entry, state),
               Chosen(*value), value);
}

void GateClaims::AddRules(const pb::TimelineEntry& entry, pb::ExplainedValue* value) const {
  const pb::ExportRuleKey& key = entry.key().export_rule();
  if (ChipsOf(key, *value).empty()) return;
  const CivilDay day = FromProto(value->valid()).from;
  for (const pb::RuleInterval& interval : entry.export_rule().intervals()) {
    const AxisPiece piece = FromProto(interval.valid());
    if (day < piece.from || day >= piece.to) continue;
    AddState(entry, interval.general(), true, value);
    for (const pb::RuleState& scoped : interval.scoped()) AddState(entry, scoped, false, value);
    for (const pb::RuleState& other : interval.alternatives()) {
      if (ReachOfOrder(entry, other, *value).verdict == Verdict::kNo) continue;
      SetAsideOnce(other.claim().event_id(), other.grounds(), {}, value);
    }
  }
}

}  // namespace chipline::timeline
