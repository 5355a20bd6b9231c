#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_GATES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_GATES_H_

#include <span>
#include <string>
#include <vector>

#include "chipline/v1/chip_order.pb.h"
#include "chipline/v1/export_rule_change.pb.h"
#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// What a rule does to the gate it stands at, and what the gates do to an order. Pure. Source of the
// table and of the order: the design's section "Rules, gates, orders" (timelines.md).

// For whom a rule is read.
enum class Reader {
  // Anybody.
  kAnyone,
  // A buyer whom the rule names.
  kNamedBuyer,
};

// The gate of a bare effect, read by anyone. UNKNOWN for an effect that is not set.
v1::GateState GateOf(v1::RuleEffect effect);

// The gate of a rule: that of its effect, except that what is ALLOWED or DISCOURAGED up to a cap,
// under conditions, to approved customers or within WordedLimits is CONDITIONAL, that LICENSED is
// SATISFIED for a buyer it names if nothing is left open (none of these, no limit to a use or a
// seat), and that a STATEMENT, which stands in no regulation, gives CONDITIONAL where the table
// would give more.
v1::GateState GateOf(const v1::ExportRuleChange& rule, Reader reader);

// What must hold for a chip to be within a rule that limits what it covers in words, by a
// performance threshold or by the wording of its scope: "the chip is within \"…\"". Chips have no
// figures here that would decide.
std::vector<std::string> WordedLimits(const v1::ExportRuleChange& rule);

// How strict: a gate that decides an order before another one is the stricter. DENIED, PENDING,
// UNKNOWN, CONDITIONAL, SATISFIED, NOT_REQUIRED, from 5 to 0. Not set counts as UNKNOWN.
int Strictness(v1::GateState gate);

// First by gate, then by effect in the order of the table, so that rules which differ only in how
// they say no still have an order. The larger is the stricter.
int Strictness(v1::GateState gate, v1::RuleEffect effect);

// The order as a whole: any DENIED gives BLOCKED; else any PENDING gives WAITING; else any UNKNOWN
// gives UNKNOWN; else any CONDITIONAL gives CLEARED_IF; else CLEARED. No gate at all gives UNKNOWN,
// since that nobody named a gate does not mean that there is none.
v1::OrderState Combine(std::span<const v1::GateState> gates);

// SATISFIED, NOT_REQUIRED or CONDITIONAL: the gate does not hold the order up.
bool LetsPass(v1::GateState gate);

// SATISFIED or NOT_REQUIRED: nothing is left to ask.
bool Clears(v1::GateState gate);

// DENIED or PENDING: the gate is known to hold the order up.
bool IsClosed(v1::GateState gate);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_GATES_H_
