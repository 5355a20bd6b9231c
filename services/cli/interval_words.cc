#include "services/cli/interval_words.h"

#include <fmt/format.h>

#include "services/cli/render_parts.h"
#include "services/words/enum_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

// Whom and what a state is for, where it is not for anybody.
std::string ScopeWords(const v1::RuleState& state) {
  std::string text;
  if (state.end_users() == v1::END_USERS_APPROVED) text += " for approved customers";
  if (state.buyers_size() > 0) text += " for " + JoinWords(state.buyers(), " and ");
  if (!state.buyer_seat().empty()) text += " for buyers seated in " + state.buyer_seat();
  if (!state.purpose().empty()) text += " for " + state.purpose();
  if (state.has_quantity_cap()) text += ", at most " + QuantityWords(state.quantity_cap());
  return text;
}

}  // namespace

std::string DaysWords(const v1::ValidInterval& valid) {
  std::string text;
  if (!valid.from().empty()) text = "from " + valid.from();
  if (!valid.to().empty()) text += (text.empty() ? "until " : " until ") + valid.to();
  return text;
}

std::string StateWords(const v1::RuleState& state) {
  std::string text = EnumWords(state.gate());
  if (text.empty()) text = "unknown";
  const std::string effect = EnumWords(state.effect());
  if (!effect.empty() && effect != text) text += ": " + effect;
  text += ScopeWords(state);
  if (!state.rule_id().empty()) text += fmt::format(" [{}]", state.rule_id());
  if (state.conditions_size() > 0) text += "; if " + JoinWords(state.conditions(), "; if ");
  if (!state.warning().empty()) text += "; " + state.warning();
  return text;
}

std::string RuleIntervalWords(const v1::RuleInterval& interval) {
  std::string text = interval.certain() ? StateWords(interval.general())
                                        : "unknown: the day that it changed is not known exactly";
  for (const v1::RuleState& scoped : interval.scoped()) text += "; " + StateWords(scoped);
  return text;
}

std::string OpenGates(const v1::OrderInterval& interval) {
  std::string text;
  for (const v1::GateStatus& gate : interval.gates()) {
    if (gate.state() == v1::GATE_STATE_SATISFIED || gate.state() == v1::GATE_STATE_NOT_REQUIRED) {
      continue;
    }
    text += fmt::format("{}{} {}{} {}", text.empty() ? "" : ", ", gate.jurisdiction(),
                        EnumWords(gate.gate()), gate.chip().empty() ? "" : " of " + gate.chip(),
                        EnumWords(gate.state()));
    if (gate.has_quantity()) text += " for " + QuantityWords(gate.quantity());
    if (gate.conditions_size() > 0) text += " if " + JoinWords(gate.conditions(), " and ");
  }
  return text;
}

std::string OrderIntervalWords(const v1::OrderInterval& interval) {
  const std::string open = OpenGates(interval);
  return Verdict(interval.state()) + (open.empty() ? "" : "; open: " + open);
}

}  // namespace chipline::cli
