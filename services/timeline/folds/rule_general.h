#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_GENERAL_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_GENERAL_H_

#include <string_view>
#include <vector>

#include "services/timeline/folds/gate_view.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// What decides a gate on some days.
struct Choice {
  GateView view;
  // The state that decides; null if nobody said, or if which of several holds is not known.
  const v1::RuleState* state = nullptr;
  // How the gate would stand for anybody whom no rule names.
  GateView general;
};

// Whether nobody said anything on these days, or it is left out; and whether which of several
// claims holds is not known.
bool NobodySaid(const v1::RuleState& state);
bool IsLeftOut(const v1::RuleState& state);
bool IsDoubtful(const v1::RuleState& state);

// Of the claim that a state is of. Where no single one is known it may be of the strongest.
Authority AuthorityOf(const v1::RuleState& state);

// What a state makes of the gate; `rule` is a word of rule_words.h.
GateView ViewOf(const v1::RuleState& state, std::string_view rule);

// Whether one state takes the place of another in one entry: a claim without a rule_id speaks of
// the whole, and one with it of its own rule; and it has at least the other's authority.
bool TakesPlace(const v1::RuleState& newer, const v1::RuleState& older);

// What the rule makes of the gate, unless it spares the order, which then stays as it was `before`,
// or may not cover it; then the gate is UNKNOWN, unless it is the same either way.
GateView Covered(const v1::RuleState& state, GateView view, const GateView& before,
                 const OrderFacts& order);

// What holds for anybody on some days, by the entry of the very chip and place and by others that
// apply as well. The interval and the states must outlive it.
class General {
 public:
  // `interval` is what that entry says; null: there is none.
  explicit General(const v1::RuleInterval* interval);

  // One more that is for anybody. `assumed`: it is taken to cover the order.
  void Add(const v1::RuleState& state, bool assumed);

  // Of the rules that stand side by side the strictest that covers the order. `before` is what held
  // on the days before, which goes on if they all spare it.
  Choice Decide(const OrderFacts& order, const GateView& before) const;
  // Whether anything is said, be it certain or not.
  bool said() const { return doubtful_ || !standing_.empty(); }

 private:
  struct Standing {
    const v1::RuleState* state;
    bool assumed;
  };

  GateView Doubt() const;

  const v1::RuleInterval* interval_;
  // Whether which of the interval's claims holds is not known.
  bool doubtful_ = false;
  // What stands side by side; of a doubtful interval what was added and is stricter than a doubt.
  std::vector<Standing> standing_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_GENERAL_H_
