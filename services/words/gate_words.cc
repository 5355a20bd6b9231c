#include "services/words/gate_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "services/words/condition_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"
#include "services/words/reach_words.h"
#include "services/words/reason_words.h"
#include "services/words/value_words.h"

namespace chipline {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

std::string Joined(const Texts& texts, std::string_view separator,
                   const EntityWords::Write& write) {
  std::string text;
  for (const std::string& each : texts) {
    if (!text.empty()) text += separator;
    text += write(each);
  }
  return text;
}

std::string EventWords(const Texts& ids, uint32_t omitted, const EntityWords& words) {
  const std::string text = Joined(ids, ", ", words.quoted);
  if (text.empty() || omitted == 0) return text;
  return fmt::format("{} and {} more", text, CountWords(omitted));
}

std::string GateStateWords(v1::GateState gate) {
  const std::string text = EnumWords(gate);
  return text.empty() ? "unknown" : text;
}

// "denied: prohibited", and the effect alone where it has the same name.
std::string EffectWords(v1::GateState gate, v1::RuleEffect effect) {
  const std::string state = GateStateWords(gate);
  const std::string does = EnumWords(effect);
  return does.empty() || does == state ? state : fmt::format("{}: {}", state, does);
}

std::string BuyerWords(const v1::RuleState& state, const EntityWords& words) {
  std::string text;
  for (const std::string& buyer : state.buyers()) {
    const bool open = std::find(state.open_buyers().begin(), state.open_buyers().end(), buyer) !=
                      state.open_buyers().end();
    text += fmt::format("{}{}{}", text.empty() ? "" : " and ", words.company(buyer),
                        open ? " (a group)" : "");
  }
  return text;
}

std::string ConditionWords(std::string_view stated, const EntityWords& words) {
  const Condition condition = ConditionOf(stated);
  return fmt::format("{} {}", condition.label, words.quoted(condition.text));
}

bool Stands(std::string_view condition, std::string_view said) {
  return !condition.empty() && said.find(ConditionOf(condition).text) != std::string_view::npos;
}

// "denied (prohibited)".
std::string MayBeWords(const v1::PossibleRule& rule) {
  const std::string state = GateStateWords(rule.gate());
  const std::string does = EnumWords(rule.effect());
  return does.empty() || does == state ? state : fmt::format("{} ({})", state, does);
}

// What rules that may apply do, and when: those that differ only in the chip together.
struct MayApply {
  std::string when;
  std::string what;
  std::string by;
  std::string chips;

  std::string Words() const {
    const std::string for_chips = chips.empty() ? "" : fmt::format(" for {}", chips);
    return fmt::format("{}: {}{}{}", when, what, for_chips, by);
  }
};

MayApply MayApplyOf(const v1::GateStatus& gate, const v1::PossibleRule& rule,
                    const EntityWords& words) {
  MayApply may;
  const std::string applies = AppliesIfWords(rule.applies_if(), words);
  may.when = applies.empty()
                 ? fmt::format("unless {}", words.quoted(ConditionOf(rule.condition()).text))
                 : fmt::format("if {}", words.quoted(applies));
  may.what = MayBeWords(rule);
  // What is for the gate's own chip need not say so.
  if (gate.chip().empty() && !rule.chip().empty()) may.chips = words.chip(rule.chip());
  if (!rule.rule_id().empty()) may.by = fmt::format(" by {}", words.quoted(rule.rule_id()));
  const std::string events = EventWords(rule.event_ids(), rule.event_ids_omitted(), words);
  if (!events.empty()) may.by += fmt::format(" ({})", events);
  return may;
}

std::vector<MayApply> MayApplyTo(const v1::GateStatus& gate, const EntityWords& words) {
  std::vector<MayApply> rules;
  for (const v1::PossibleRule& rule : gate.possible_rules()) {
    MayApply next = MayApplyOf(gate, rule, words);
    const auto same = std::find_if(rules.begin(), rules.end(), [&](const MayApply& each) {
      return each.when == next.when && each.what == next.what && each.by == next.by;
    });
    if (same == rules.end()) {
      rules.push_back(std::move(next));
    } else if (!next.chips.empty() && next.chips != same->chips) {
      same->chips += fmt::format("{}{}", same->chips.empty() ? "" : " and ", next.chips);
    }
  }
  return rules;
}

// How many rules may apply, without what it says of the first one, since each is told by itself.
std::string MayApplyWords(const v1::GateStatus& gate, bool stricter) {
  const uint32_t count =
      static_cast<uint32_t>(gate.possible_rules_size()) + gate.possible_rules_omitted();
  const std::string_view kind = stricter ? "stricter rule" : "rule";
  const std::string rules = count == 1 ? fmt::format("{} {}", stricter ? "a" : "A", kind)
                                       : fmt::format("{} {}s", CountWords(count), kind);
  return fmt::format("{}{} may apply.", stricter ? "But " : "", rules);
}

// The reason of a gate, in which the rules that may apply are only counted.
std::string Counted(const v1::GateStatus& gate, const EntityWords& words) {
  if (!AllKnown(gate.grounds().reasons())) return GroundsInWords(gate.grounds(), {words, false});
  Reasons reasons;
  std::string may_apply;
  for (const v1::Reason& reason : gate.grounds().reasons()) {
    const bool stricter = reason.kind() == v1::REASON_KIND_STRICTER_RULE_MAY_APPLY;
    if (stricter || reason.kind() == v1::REASON_KIND_RULE_MAY_APPLY) {
      may_apply = MayApplyWords(gate, stricter);
    } else {
      *reasons.Add() = reason;
    }
  }
  if (may_apply.empty()) return GroundsInWords(gate.grounds(), {words, false});
  const std::string text = ReasonsInWords(reasons, {words, false});
  return fmt::format("{}{}{}", text, text.empty() ? "" : " ", may_apply);
}

}  // namespace

std::string CapWords(const v1::Quantity& cap) {
  const std::string count = QuantityWords(cap);
  // Every other bound says by itself how far it reaches.
  return cap.bound() == v1::BOUND_EXACT ? fmt::format("at most {}", count) : count;
}

std::string ScopeWords(const v1::RuleState& state, const EntityWords& words) {
  std::string text;
  if (state.end_users() == v1::END_USERS_APPROVED) text += " for approved customers";
  if (state.buyers_size() > 0) text += fmt::format(" for {}", BuyerWords(state, words));
  if (!state.buyer_seat().empty()) {
    text += fmt::format(" for buyers seated in {}{}", words.place(state.buyer_seat()),
                        state.buyer_seat_group() ? " (a group)" : "");
  }
  if (!state.purpose().empty()) text += fmt::format(" for {}", words.quoted(state.purpose()));
  if (state.has_quantity_cap()) text += fmt::format(", {}", CapWords(state.quantity_cap()));
  return text;
}

std::string RuleStateWords(const v1::RuleState& state, const EntityWords& words) {
  std::string text = EffectWords(state.gate(), state.effect()) + ScopeWords(state, words);
  if (state.chips_except_size() > 0) {
    text += fmt::format(", except {}", Joined(state.chips_except(), ", ", words.chip));
  }
  if (state.destinations_except_size() > 0) {
    text += fmt::format(", except to {}", Joined(state.destinations_except(), ", ", words.place));
  }
  if (!state.expires().empty()) text += fmt::format(", ends {}", state.expires());
  if (!state.rule_id().empty()) text += fmt::format(" [{}]", words.quoted(state.rule_id()));
  for (const std::string& condition : state.conditions()) {
    text += fmt::format("; {}", ConditionWords(condition, words));
  }
  if (!state.warning().empty()) text += fmt::format("; {}", words.quoted(state.warning()));
  if (state.status() != v1::RULE_STATUS_IN_FORCE && state.status() != 0) {
    text += fmt::format(" ({})", EnumWords(state.status()));
  }
  return text;
}

std::string GeneralWords(const v1::RuleInterval& interval, const EntityWords& words) {
  if (!interval.certain()) {
    std::set<std::string> states;
    for (const v1::RuleState& state : interval.alternatives()) {
      states.insert(GateStateWords(state.gate()));
    }
    std::string perhaps;
    for (const std::string& state : states) {
      perhaps += fmt::format("{}{}", perhaps.empty() ? "" : " or ", state);
    }
    const std::string text = "unknown: the day of the change is not known exactly";
    return perhaps.empty() ? text : fmt::format("{}; perhaps {}", text, perhaps);
  }
  const v1::RuleState& general = interval.general();
  if (general.effect() != v1::RULE_EFFECT_UNSPECIFIED || general.has_claim()) {
    return RuleStateWords(general, words);
  }
  if (general.gate() != v1::GATE_STATE_UNKNOWN && general.gate() != 0) {
    return RuleStateWords(general, words);
  }
  return "unknown: nobody said";
}

bool IsOpen(const v1::GateStatus& gate) {
  return gate.state() != v1::GATE_STATE_SATISFIED && gate.state() != v1::GATE_STATE_NOT_REQUIRED;
}

std::string GateNameWords(const v1::GateStatus& gate, const EntityWords& words) {
  std::string text = fmt::format("{} {}", words.place(gate.jurisdiction()), EnumWords(gate.gate()));
  if (!gate.chip().empty()) text += fmt::format(" of {}", words.chip(gate.chip()));
  return text;
}

std::string GateWords(const v1::GateStatus& gate, const EntityWords& words) {
  std::string text = fmt::format("{} {}", GateNameWords(gate, words), GateStateWords(gate.state()));
  if (gate.has_quantity()) text += fmt::format(" for {}", QuantityWords(gate.quantity()));
  return text;
}

std::vector<std::string> TurnsOnWords(const v1::GateStatus& gate, const EntityWords& words,
                                      std::string_view said) {
  std::vector<std::string> lines;
  const auto& possible = gate.possible_rules();
  for (const std::string& condition : gate.conditions()) {
    // A rule that may apply says its own condition, and what it does.
    const bool told = std::any_of(possible.begin(), possible.end(), [&](const auto& rule) {
      return ConditionOf(rule.condition()).text == ConditionOf(condition).text;
    });
    if (!told && !Stands(condition, said)) lines.push_back(ConditionWords(condition, words));
  }
  for (const MayApply& may : MayApplyTo(gate, words)) lines.push_back(may.Words());
  if (gate.possible_rules_omitted() > 0) {
    lines.push_back(
        fmt::format("{} more rules may apply", CountWords(gate.possible_rules_omitted())));
  }
  return lines;
}

std::string GateReasonWords(const v1::GateStatus& gate, const EntityWords& words) {
  constexpr std::string_view kDayUncertain = "day_uncertain";
  const std::string reason = Counted(gate, words);
  const bool day = gate.grounds().rule() == kDayUncertain && !reason.empty();
  return day ? fmt::format("The day of the change is not known exactly: {}", reason) : reason;
}

std::vector<std::string> WhyWords(const v1::GateStatus& gate, const EntityWords& words) {
  std::string first = GateWords(gate, words);
  const v1::Grounds& grounds = gate.grounds();
  const std::string events = EventWords(grounds.event_ids(), grounds.event_ids_omitted(), words);
  if (!events.empty()) first += fmt::format(" ({})", events);
  std::string reason = GateReasonWords(gate, words);
  // The rules that may apply follow.
  if (!gate.possible_rules().empty() && reason.ends_with("may apply.")) reason.back() = ':';
  if (!reason.empty()) first += fmt::format(": {}", words.quoted(reason));
  std::vector<std::string> lines = {std::move(first)};
  for (const std::string& line : TurnsOnWords(gate, words, grounds.reason())) {
    lines.push_back(fmt::format("  {}", line));
  }
  return lines;
}

std::string ReasonWords(const v1::OrderInterval& interval, const EntityWords& words) {
  if (AllKnown(interval.reasons())) {
    return words.quoted(
        OrderReasonsInWords(interval, {words, false},
                            [&words](const v1::GateStatus& gate) { return Counted(gate, words); }));
  }
  if (!interval.reason().empty()) return words.quoted(interval.reason());
  const bool open = interval.state() == v1::ORDER_STATE_UNKNOWN;
  return open && interval.gates_size() == 0 ? "No gate of the order is known." : "";
}

std::string EdgeWords(const v1::GateEdge& edge, const EntityWords& words) {
  std::string text =
      fmt::format("{} {}{} {}", words.place(edge.jurisdiction()), EnumWords(edge.gate()),
                  edge.chip().empty() ? "" : fmt::format(" of {}", words.chip(edge.chip())),
                  EnumWords(edge.kind()));
  const std::string events = EventWords(edge.event_ids(), edge.event_ids_omitted(), words);
  return events.empty() ? text : fmt::format("{} ({})", text, events);
}

}  // namespace chipline
