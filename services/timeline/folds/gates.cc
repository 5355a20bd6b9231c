#include "services/timeline/folds/gates.h"

#include <algorithm>
#include <array>

#include "fmt/format.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

struct EffectGate {
  pb::RuleEffect effect;
  pb::GateState gate;
};

// The strictest first.
constexpr std::array<EffectGate, 10> kTable = {{
    {pb::RULE_EFFECT_PROHIBITED, pb::GATE_STATE_DENIED},
    {pb::RULE_EFFECT_PRESUMPTION_OF_DENIAL, pb::GATE_STATE_DENIED},
    {pb::RULE_EFFECT_PENDING, pb::GATE_STATE_PENDING},
    {pb::RULE_EFFECT_LICENSE_REQUIRED, pb::GATE_STATE_PENDING},
    {pb::RULE_EFFECT_CASE_BY_CASE, pb::GATE_STATE_PENDING},
    {pb::RULE_EFFECT_TIGHTENED, pb::GATE_STATE_UNKNOWN},
    {pb::RULE_EFFECT_EASED, pb::GATE_STATE_UNKNOWN},
    {pb::RULE_EFFECT_LICENSED, pb::GATE_STATE_CONDITIONAL},
    {pb::RULE_EFFECT_DISCOURAGED, pb::GATE_STATE_NOT_REQUIRED},
    {pb::RULE_EFFECT_ALLOWED, pb::GATE_STATE_NOT_REQUIRED},
}};

// Whether the wording of the scope limits what the rule lets pass. Of a rule for exports that lists
// no place it stands in for the places, and of advice it is the advice.
bool ScopeLimits(const pb::ExportRuleChange& rule) {
  const bool for_places = rule.destinations().empty() && rule.gate() == pb::GATE_KIND_EXPORT;
  return !rule.scope_text().empty() && !for_places && rule.effect() != pb::RULE_EFFECT_DISCOURAGED;
}

}  // namespace

pb::GateState GateOf(pb::RuleEffect effect) {
  for (const EffectGate& row : kTable) {
    if (row.effect == effect) return row.gate;
  }
  return pb::GATE_STATE_UNKNOWN;
}

pb::GateState GateOf(const pb::ExportRuleChange& rule, Reader reader) {
  pb::GateState gate = GateOf(rule.effect());
  // What is allowed up to a cap, under conditions or to some is not simply allowed.
  const bool limited = rule.conditions_size() > 0 || rule.has_quantity_cap() ||
                       rule.end_users() == pb::END_USERS_APPROVED || !WordedLimits(rule).empty();
  if (limited && Clears(gate)) gate = pb::GATE_STATE_CONDITIONAL;
  const bool open_end = limited || !rule.purpose().empty() || rule.has_buyer_seat();
  if (rule.effect() == pb::RULE_EFFECT_LICENSED && reader == Reader::kNamedBuyer && !open_end) {
    gate = pb::GATE_STATE_SATISFIED;
  }
  const bool said_only = rule.instrument() == pb::RULE_INSTRUMENT_STATEMENT;
  if (said_only && Strictness(gate) < Strictness(pb::GATE_STATE_CONDITIONAL)) {
    gate = pb::GATE_STATE_CONDITIONAL;
  }
  return gate;
}

std::vector<std::string> WordedLimits(const pb::ExportRuleChange& rule) {
  std::vector<std::string> limits;
  if (!rule.performance_threshold().empty()) {
    limits.push_back(fmt::format("the chip is within \"{}\"", rule.performance_threshold()));
  }
  if (ScopeLimits(rule)) limits.push_back(fmt::format("\"{}\" covers it", rule.scope_text()));
  return limits;
}

int Strictness(pb::GateState gate) {
  switch (gate) {
    case pb::GATE_STATE_DENIED:
      return 5;
    case pb::GATE_STATE_PENDING:
      return 4;
    case pb::GATE_STATE_CONDITIONAL:
      return 2;
    case pb::GATE_STATE_SATISFIED:
      return 1;
    case pb::GATE_STATE_NOT_REQUIRED:
      return 0;
    default:
      return 3;
  }
}

int Strictness(pb::GateState gate, pb::RuleEffect effect) {
  const auto row = std::find_if(kTable.begin(), kTable.end(),
                                [&](const EffectGate& each) { return each.effect == effect; });
  const int below = static_cast<int>(kTable.end() - row);
  return Strictness(gate) * static_cast<int>(kTable.size() + 1) + below;
}

pb::OrderState Combine(std::span<const pb::GateState> gates) {
  if (gates.empty()) return pb::ORDER_STATE_UNKNOWN;
  int strictest = 0;
  for (const pb::GateState gate : gates) strictest = std::max(strictest, Strictness(gate));
  if (strictest == Strictness(pb::GATE_STATE_DENIED)) return pb::ORDER_STATE_BLOCKED;
  if (strictest == Strictness(pb::GATE_STATE_PENDING)) return pb::ORDER_STATE_WAITING;
  if (strictest == Strictness(pb::GATE_STATE_UNKNOWN)) return pb::ORDER_STATE_UNKNOWN;
  if (strictest == Strictness(pb::GATE_STATE_CONDITIONAL)) return pb::ORDER_STATE_CLEARED_IF;
  return pb::ORDER_STATE_CLEARED;
}

bool LetsPass(pb::GateState gate) {
  return Strictness(gate) <= Strictness(pb::GATE_STATE_CONDITIONAL);
}

bool Clears(pb::GateState gate) {
  return Strictness(gate) < Strictness(pb::GATE_STATE_CONDITIONAL);
}

bool IsClosed(pb::GateState gate) { return Strictness(gate) >= Strictness(pb::GATE_STATE_PENDING); }

}  // namespace chipline::timeline
