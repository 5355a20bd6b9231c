#include "services/words/order_words.h"

namespace chipline {
namespace {

template <typename State, typename Intervals, typename StateOf>
Dated<State> StateOn(const Intervals& intervals, std::string_view day, const StateOf& state_of) {
  Dated<State> found;
  bool any = false;
  for (const auto& interval : intervals) {
    const State state = state_of(interval);
    const bool goes_on = any && state == found.state && interval.valid().from() == found.valid.to();
    if (goes_on) {
      found.valid.set_to(interval.valid().to());
      continue;
    }
    if (any && interval.valid().from() > day) break;
    found = {state, interval.valid()};
    any = true;
  }
  return found;
}

}  // namespace

Dated<v1::OrderState> OrderStateOn(const v1::ChipOrderEntry& order, std::string_view day) {
  return StateOn<v1::OrderState>(order.intervals(), day,
                                 [](const v1::OrderInterval& each) { return each.state(); });
}

Dated<v1::GateState> GateStateOn(const v1::ExportRuleEntry& rule, std::string_view day) {
  return StateOn<v1::GateState>(rule.intervals(), day, [](const v1::RuleInterval& each) {
    const bool known = each.certain() && each.general().gate() != v1::GATE_STATE_UNSPECIFIED;
    return known ? each.general().gate() : v1::GATE_STATE_UNKNOWN;
  });
}

Dated<v1::GateState> AskedStateOn(const v1::ExportRuleEntry& rule, std::string_view day) {
  return StateOn<v1::GateState>(rule.asked(), day,
                                [](const v1::AskedInterval& each) { return each.gate().state(); });
}

std::string WhenWords(const v1::ValidInterval& valid, std::string_view day,
                      const std::function<std::string(std::string_view)>& write) {
  // Days of four-digit years are in order as text.
  if (!valid.from().empty() && valid.from() > day) return "from " + write(valid.from());
  if (!valid.to().empty() && valid.to() <= day) return "until " + write(valid.to());
  const std::string on = "on " + write(day);
  return valid.from().empty() ? on : on + ", since " + write(valid.from());
}

}  // namespace chipline
