#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CHOICE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CHOICE_H_

#include <string>
#include <vector>

#include "services/timeline/folds/rule_general.h"
#include "services/timeline/folds/rule_reach.h"

namespace chipline::timeline {

// A state that stands in an entry on some days, and how it reaches one chip and buyer of an order.
// Points into the entry.
struct Reaching {
  const v1::TimelineEntry* entry = nullptr;
  const v1::RuleState* state = nullptr;
  Reach reach;

  // Whether it is for anybody.
  bool general() const {
    return state->buyers().empty() && state->buyer_seat().empty() && state->purpose().empty();
  }
};

// What the entry of the very chip and place says, and what else is weighed.
struct Weighed {
  // Null if there is no such entry.
  const v1::RuleInterval* interval = nullptr;
  // How many scopes that entry leaves out.
  bool scopes_omitted = false;
  // What applies, from any entry, but for what `interval` says for anybody.
  std::vector<const Reaching*> applying;
  // What may apply, and is taken to.
  std::vector<const Reaching*> assumed;
};

// What decides for one buyer. `before` is what held for anybody on the days before, which goes on
// where a newer rule spares the order. See rule_for_order.h for the order in which states go.
Choice Choose(const Weighed& weighed, const OrderFacts& order, const std::string* buyer,
              const GateView& before);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CHOICE_H_
