#include "services/timeline/folds/rule_claim.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

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

std::string ScopeOf(const pb::ExportRuleChange& rule, const NamesAt& names) {
  const std::string seat = rule.has_buyer_seat() ? names.Place(rule.buyer_seat()) : "";
  if (rule.buyers().empty() && seat.empty() && rule.purpose().empty()) return "";
  std::string scope;
  for (const std::string& part : names.Companies(rule.buyers())) {
    scope += fmt::format("{}:{}+", part.size(), part);
  }
  return fmt::format("{}/{}/{}", scope, seat, rule.purpose());
}

using Refs = google::protobuf::RepeatedPtrField<pb::Ref>;

// Whether nobody knows for each of them what is meant.
bool AreVague(const Refs& refs) {
  return refs.empty() ||
         std::any_of(refs.begin(), refs.end(), [](const pb::Ref& ref) { return ref.open_group(); });
}

std::string WordingOf(const pb::ExportRuleChange& rule, const NamesAt& names) {
  std::string wording;
  const auto add = [&](std::string_view text) {
    if (!text.empty()) wording += fmt::format("{}:{}+", text.size(), text);
  };
  if (AreVague(rule.chips())) {
    if (rule.chips().empty()) add(rule.chips_text());
    for (const std::string& chip : names.Chips(rule.chips_except())) add(chip);
  }
  if (AreVague(rule.destinations())) {
    if (rule.destinations().empty()) add(rule.scope_text());
    for (const std::string& place : names.Places(rule.destinations_except())) add(place);
  }
  return wording;
}

}  // namespace

RuleClaim ReadRuleClaim(const Claim& claim, const Effect& effect, const NamesAt& names) {
  const pb::ExportRuleChange& rule = RuleOf(claim);
  RuleClaim read;
  read.claim = &claim;
  read.effect = &effect;
  const std::optional<DaySpan> stated = StatedStart(claim);
  read.states_start = stated.has_value();
  read.course = {.start = stated.value_or(DaySpan::On(claim.published)),
                 .end = SpanOf(rule.expires())};
  read.scope = ScopeOf(rule, names);
  read.wording = WordingOf(rule, names);
  read.gate = GateOf(rule, rule.buyers().empty() ? Reader::kAnyone : Reader::kNamedBuyer);
  return read;
}

std::vector<std::string_view> RuleClaim::DeniedBy() const {
  std::vector<std::string_view> ids(effect->denied_by.begin(), effect->denied_by.end());
  for (const RuleClaim* echo : echoes) {
    ids.insert(ids.end(), echo->effect->denied_by.begin(), echo->effect->denied_by.end());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

pb::GateState RuleClaim::GateOn(CivilDay day) const {
  if (!Clears(gate)) return gate;
  const auto denied = [](const RuleClaim* each) { return !each->effect->denied_by.empty(); };
  const bool doubted =
      DisputedOn(day) || denied(this) || std::any_of(echoes.begin(), echoes.end(), denied);
  return doubted ? pb::GATE_STATE_CONDITIONAL : gate;
}

int RuleClaim::StrictnessOn(CivilDay day) const { return Strictness(GateOn(day), rule().effect()); }

void RuleClaim::AddBoundaries(std::vector<CivilDay>& boundaries) const {
  course.AddBoundaries(boundaries);
  if (dispute.by != nullptr) boundaries.push_back(dispute.from);
}

CivilDay RuleClaim::Last() const {
  return dispute.by == nullptr ? course.Last() : std::max(course.Last(), dispute.from);
}

Saying SaidOn(const RuleClaim& claim) { return {claim.claim->published, claim.claim->position()}; }

DaySpan StartOf(const Claim& claim) {
  return StatedStart(claim).value_or(DaySpan::On(claim.published));
}

pb::RuleState StateOf(const RuleClaim& claim, const NamesAt& names) {
  const pb::ExportRuleChange& rule = claim.rule();
  pb::RuleState state;
  state.set_effect(rule.effect());
  state.set_gate(claim.gate);
  state.set_end_users(rule.end_users());
  for (std::string& buyer : names.Companies(rule.buyers())) state.add_buyers(std::move(buyer));
  for (const pb::Ref& buyer : rule.buyers()) {
    if (buyer.open_group()) state.add_open_buyers(names.Company(buyer));
  }
  if (rule.has_buyer_seat()) {
    state.set_buyer_seat(names.Place(rule.buyer_seat()));
    state.set_buyer_seat_group(rule.buyer_seat().open_group());
  }
  for (std::string& chip : names.Chips(rule.chips_except())) {
    state.add_chips_except(std::move(chip));
  }
  for (std::string& place : names.Places(rule.destinations_except())) {
    state.add_destinations_except(std::move(place));
  }
  state.set_purpose(rule.purpose());
  if (rule.has_quantity_cap()) *state.mutable_quantity_cap() = rule.quantity_cap();
  *state.mutable_conditions() = rule.conditions();
  if (LetsPass(claim.gate)) {
    for (std::string& limit : WordedLimits(rule)) state.add_conditions(std::move(limit));
  }
  state.set_applies_to(rule.applies_to());
  state.set_rule_id(rule.rule_id());
  state.set_instrument(rule.instrument());
  state.set_status(rule.status());
  if (const std::optional<DaySpan> expires = SpanOf(rule.expires())) {
    if (expires->latest != kNever) state.set_expires(expires->latest.Format());
    if (expires->earliest != kDawn) state.set_expires_earliest(expires->earliest.Format());
  }
  AddEventId(claim.claim->event_id(), state.mutable_grounds());
  *state.mutable_claim() = SummaryOf(*claim.claim, *claim.effect);
  for (const RuleClaim* echo : claim.echoes) {
    AddEventId(echo->claim->event_id(), state.mutable_grounds());
    AddEcho(echo->claim->event_id(), state.mutable_claim());
  }
  const DaySpan& start = claim.course.start;
  if (start.earliest != kDawn) state.set_possible_since(start.earliest.Format());
  if (start.latest != kNever) state.set_since(start.latest.Format());
  if (rule.effect() == pb::RULE_EFFECT_DISCOURAGED) {
    state.set_warning(rule.scope_text().empty() ? "allowed, but advised against"
                                                : rule.scope_text());
  }
  return state;
}

pb::RuleState StateOn(CivilDay day, const RuleClaim& claim, const NamesAt& names) {
  pb::RuleState state = StateOf(claim, names);
  state.set_gate(claim.GateOn(day));
  const std::string_view rule = claim.named() ? claim.rule().rule_id() : "the rule";
  const bool passes = LetsPass(state.gate());
  if (claim.DisputedOn(day)) {
    const Claim& by = *claim.dispute.by;
    pb::Reason disputed = ReasonOf(pb::REASON_KIND_RESCISSION_REPORTED, {by.event_id()});
    disputed.set_speaker(by.speaker);
    AddReason(disputed, state.mutable_grounds());
    if (passes) {
      state.add_conditions(fmt::format("{} was not rescinded", rule));
      AddEventId(by.event_id(), state.mutable_grounds());
    }
  }
  if (const std::vector<std::string_view> denied_by = claim.DeniedBy(); !denied_by.empty()) {
    pb::Reason denied = CountReason(pb::REASON_KIND_DENIED, denied_by.size() - 1);
    denied.add_event_ids(std::string(denied_by.front()));
    AddReason(denied, state.mutable_grounds());
    if (passes) {
      state.add_conditions(
          fmt::format("{} is as reported, which {} denies", rule, denied_by.front()));
      AddEventId(denied_by.front(), state.mutable_grounds());
    }
  }
  return state;
}

std::string_view PrecedesOnSameDay(const RuleClaim& a, const RuleClaim& b) {
  if (a.claim->voice != b.claim->voice) {
    return PrecedesBy(*a.claim, *b.claim).value_or(std::string_view());
  }
  if (a.roots != b.roots) return a.roots > b.roots ? rules::kMoreRoots : std::string_view();
  return PrecedesBy(*a.claim, *b.claim).value_or(std::string_view());
}

bool CountsBefore(const RuleClaim& a, const RuleClaim& b) {
  return a.day() != b.day() ? a.day() > b.day() : !PrecedesOnSameDay(a, b).empty();
}

}  // namespace chipline::timeline
