#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_TURNS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_TURNS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"

#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/rule_for_order.h"

namespace chipline::timeline {

// One gate of an order over valid time. What points here points into its GateSources.

// What decides how a gate stands at one chip: a rule, a report on the order, or nothing, and then
// it is UNKNOWN. The one with the most authority decides, unless a later one is stricter; of equal
// authority the later, and of two reports of one day the stricter. Rules that may apply make it
// CONDITIONAL at best: beside a report, those that are newer than it, or have more authority.
struct Decider {
  // What may apply, also where a report decides.
  const GateView* rule = nullptr;
  const OwnGate* report = nullptr;
  // The last report that says otherwise and does not count, as it has less authority or is of the
  // same day and less strict.
  const OwnGate* contrary = nullptr;

  v1::GateState state() const;
  // The rules that may apply and would make it stricter, the strictest first.
  std::vector<const PossibleView*> Possible() const;
  // As GateView::since.
  CivilDay since() const;
  // The events it rests on, with their positions, added to `events`.
  using Events = std::vector<std::pair<uint64_t, std::string_view>>;
  void AddEventsTo(Events* events) const;

  friend bool operator==(const Decider&, const Decider&) = default;
};

// By chip.
using Deciders = absl::InlinedVector<Decider, 1>;

// All that may decide one gate. Must outlive what is made of it and stay as it is.
struct GateSources {
  // By chip, how the rule stands to the order; empty: there is none.
  std::vector<std::vector<GateStep>> rules;
  // Null: no report names the gate.
  const OwnGates* own = nullptr;
};

// A day on which something else is said of the gate than before.
struct GateTurn {
  CivilDay day;
  Deciders now;
  // Those of the days before it; empty: nothing is known of them.
  Deciders before;
  // By chip, LIFTS, BLOCKS, or not set.
  absl::InlinedVector<v1::EdgeKind, 1> edges;
};

// From the day `first` on, which is the first turn, in order. What a report says counts from its
// day on until a newer rule.
std::vector<GateTurn> TurnsOf(const GateSources& gate, CivilDay first);

// One GateStatus for all chips if the gate stands alike at each of them, else one for each. `chips`
// are their names.
void AddStatuses(const OrderGateKey& name, const std::vector<std::string>& chips,
                 const Deciders& deciders,
                 google::protobuf::RepeatedPtrField<v1::GateStatus>* statuses);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_TURNS_H_
