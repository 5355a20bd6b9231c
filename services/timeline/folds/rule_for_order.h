#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// How a gate stands to an order on some days, and why.
struct GateView {
  v1::GateState state = v1::GATE_STATE_UNKNOWN;
  // The day from which what decides it surely holds: kDawn if nothing does, kNever if what decides
  // it may begin on any later day.
  CivilDay since = kDawn;
  std::optional<v1::Quantity> quantity;
  std::vector<std::string> conditions;
  // The events it rests on, with their positions.
  std::vector<std::pair<uint64_t, std::string>> events;
  // A word of rule_words.h, and a sentence.
  std::string rule;
  std::string reason;
};

// The view on the days of `piece`.
struct GateStep {
  AxisPiece piece;
  GateView view;
};

// How one rule stands to one order, over the whole of valid time.
//
// A scoped state counts for a buyer that it names, if it is not behind the general one. One that is
// limited to a use or a seat besides makes the gate UNKNOWN where it would change it, since an
// order states neither. With several buyers the strictest counts. Where nothing is said for anybody
// but somebody else has a licence, the gate is CONDITIONAL.
//
// `applies_to` is held against the days on which the order was placed (NEW), or shipped
// (UNSHIPPED). An order that nobody reports as placed is a new one. A rule that spares the order
// leaves it under what held before. If it is not known whether the rule covers the order, the gate
// is UNKNOWN unless it is the same either way; so it is for an order placed before a rule that does
// not say which orders it applies to.
std::vector<GateStep> RuleForOrder(const v1::ExportRuleEntry& rule, const OrderFacts& order);

// Whether the entry has a rule in force on any day, for anybody.
bool NamesGate(const v1::ExportRuleEntry& rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOR_ORDER_H_
