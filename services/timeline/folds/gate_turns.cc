#include "services/timeline/folds/gate_turns.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/types/span.h"

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Statuses = google::protobuf::RepeatedPtrField<pb::GateStatus>;

const pb::Quantity* QuantityOf(const Decider& decider) {
  if (decider.report != nullptr) {
    return decider.report->stated->has_quantity() ? &decider.report->stated->quantity() : nullptr;
  }
  const bool has = decider.rule != nullptr && decider.rule->quantity.has_value();
  return has ? &*decider.rule->quantity : nullptr;
}

void SetWords(const Decider& decider, pb::Grounds* grounds) {
  if (decider.report != nullptr) {
    grounds->set_rule(std::string(rules::kOrderSays));
    grounds->set_reason(
        fmt::format("A report on the order says so, of {}.", decider.report->since.Format()));
  } else if (decider.rule != nullptr) {
    grounds->set_rule(decider.rule->rule);
    grounds->set_reason(decider.rule->reason);
  } else {
    grounds->set_rule(std::string(rules::kNobodySaid));
    grounds->set_reason("No rule says what holds for this chip.");
  }
}

void AddCondition(const std::string& condition, pb::GateStatus* status) {
  const auto& known = status->conditions();
  const bool seen = std::find(known.begin(), known.end(), condition) != known.end();
  if (!seen) status->add_conditions(condition);
}

void AddConditions(const Decider& decider, pb::GateStatus* status) {
  if (decider.report != nullptr) {
    const std::string& text = decider.report->stated->text();
    if (!text.empty()) AddCondition(text, status);
  } else if (decider.rule != nullptr) {
    for (const std::string& each : decider.rule->conditions) AddCondition(each, status);
  }
}

void AddStatus(const OrderGateKey& name, const std::string& chip,
               absl::Span<const Decider> deciders, Statuses* statuses) {
  pb::GateStatus& status = *statuses->Add();
  status.set_jurisdiction(name.jurisdiction);
  status.set_gate(name.gate);
  status.set_chip(chip);
  const Decider& first = deciders.front();
  status.set_state(first.state());
  if (const pb::Quantity* quantity = QuantityOf(first)) *status.mutable_quantity() = *quantity;
  Decider::Events events;
  for (const Decider& each : deciders) {
    each.AddEventsTo(&events);
    AddConditions(each, &status);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  pb::Grounds& grounds = *status.mutable_grounds();
  for (const auto& [position, id] : events) AddEventId(id, &grounds);
  SetWords(first, &grounds);
}

bool SameStates(const Deciders& a, const Deciders& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Decider& x, const Decider& y) { return x.state() == y.state(); });
}

// The report that decides at every chip; null if none does.
const OwnGate* ReportOf(const Deciders& deciders) {
  const auto same = [&](const Decider& each) { return each == deciders.front(); };
  const bool all = std::all_of(deciders.begin(), deciders.end(), same);
  return all ? deciders.front().report : nullptr;
}

// Whether both are said in the same words.
bool SaidAlike(const Deciders& a, const Deciders& b) {
  if (!SameStates(a, b)) return false;
  const OwnGate* report = ReportOf(a);
  const OwnGate* other = ReportOf(b);
  // The event that is named tells them apart.
  if (report != nullptr && other != nullptr && report->claim != other->claim) return false;
  const auto words = [](const Deciders& deciders) {
    // What both have alike does not matter.
    pb::OrderInterval interval;
    AddStatuses({}, std::vector<std::string>(deciders.size()), deciders, interval.mutable_gates());
    return interval.SerializeAsString();
  };
  return words(a) == words(b);
}

// Goes through the days of a gate from the first on, and knows what decides it.
class Walk {
 public:
  Walk(const GateSources& gate, CivilDay first) : gate_(gate), first_(first) {
    if (gate.own == nullptr) return;
    const auto& reports = gate.own->reports;
    for (after_ = reports.end(); after_ != reports.begin(); --after_) {
      if (std::prev(after_)->since <= first) break;
    }
  }

  // The first one and those on which anything may change, in order.
  std::vector<CivilDay> Days() const {
    std::vector<CivilDay> days = {first_};
    const auto add = [&](CivilDay day) {
      if (day > first_) days.push_back(day);
    };
    if (gate_.own != nullptr) {
      for (auto at = after_; at != gate_.own->reports.end(); ++at) add(at->since);
      for (const CivilDay end : gate_.own->ends) add(end);
    }
    for (const std::vector<GateStep>& steps : gate_.rules) {
      for (const GateStep& step : steps) add(step.piece.from);
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
  }

  // Not before the day of the last call.
  Deciders On(CivilDay day) {
    const OwnGate* report = ReportOn(day);
    Deciders deciders;
    for (const std::vector<GateStep>& steps : gate_.rules) {
      const GateView* rule = RuleOn(steps, day);
      const CivilDay rule_since = rule == nullptr ? kDawn : rule->since;
      if (report != nullptr && report->since >= rule_since) {
        deciders.push_back({.rule = nullptr, .report = report});
      } else {
        deciders.push_back({.rule = rule, .report = nullptr});
      }
    }
    return deciders;
  }

 private:
  // The newest that there is by then and that has not ended.
  const OwnGate* ReportOn(CivilDay day) {
    if (gate_.own == nullptr) return nullptr;
    const auto& reports = gate_.own->reports;
    while (after_ != reports.end() && after_->since <= day) ++after_;
    for (auto at = after_; at != reports.begin();) {
      --at;
      if (day < at->until) return &*at;
    }
    return nullptr;
  }

  static const GateView* RuleOn(const std::vector<GateStep>& steps, CivilDay day) {
    const auto after =
        std::upper_bound(steps.begin(), steps.end(), day,
                         [](CivilDay at, const GateStep& step) { return at < step.piece.from; });
    return after == steps.begin() ? nullptr : &std::prev(after)->view;
  }

  const GateSources& gate_;
  const CivilDay first_;
  // The first report that begins after the day.
  decltype(OwnGates::reports)::const_iterator after_;
};

// What a gate does that now stands so, and was last known to stand as `known` says.
pb::EdgeKind Step(pb::GateState state, pb::GateState* known) {
  if (state == pb::GATE_STATE_UNKNOWN) return pb::EDGE_KIND_UNSPECIFIED;
  const pb::GateState before = std::exchange(*known, state);
  const bool never_known = before == pb::GATE_STATE_UNKNOWN;
  if (LetsPass(state)) {
    return never_known || IsClosed(before) ? pb::EDGE_KIND_LIFTS : pb::EDGE_KIND_UNSPECIFIED;
  }
  const bool closer = never_known || Strictness(before) < Strictness(state);
  return closer ? pb::EDGE_KIND_BLOCKS : pb::EDGE_KIND_UNSPECIFIED;
}

}  // namespace

pb::GateState Decider::state() const {
  if (report != nullptr) return report->state;
  return rule == nullptr ? pb::GATE_STATE_UNKNOWN : rule->state;
}

CivilDay Decider::since() const {
  if (report != nullptr) return report->since;
  return rule == nullptr ? kDawn : rule->since;
}

void Decider::AddEventsTo(Events* events) const {
  if (report != nullptr) {
    events->emplace_back(report->claim->position(), report->claim->event_id());
  } else if (rule != nullptr) {
    events->insert(events->end(), rule->events.begin(), rule->events.end());
  }
}

std::vector<GateTurn> TurnsOf(const GateSources& gate, CivilDay first) {
  std::vector<GateTurn> turns;
  std::vector<pb::GateState> known(gate.rules.size(), pb::GATE_STATE_UNKNOWN);
  Deciders before;
  Walk walk(gate, first);
  for (const CivilDay day : walk.Days()) {
    Deciders now = walk.On(day);
    if (now == before) continue;
    GateTurn turn{day, now, before, {}};
    for (size_t chip = 0; chip < now.size(); ++chip) {
      turn.edges.push_back(Step(now[chip].state(), &known[chip]));
    }
    if (before.empty() || !SaidAlike(before, now)) turns.push_back(std::move(turn));
    before = std::move(now);
  }
  return turns;
}

void AddStatuses(const OrderGateKey& name, const std::vector<std::string>& chips,
                 const Deciders& deciders, Statuses* statuses) {
  const bool alike = std::all_of(deciders.begin(), deciders.end(), [&](const Decider& each) {
    return each.state() == deciders.front().state();
  });
  if (alike) {
    AddStatus(name, "", deciders, statuses);
    return;
  }
  for (size_t chip = 0; chip < deciders.size(); ++chip) {
    AddStatus(name, chips[chip], {&deciders[chip], 1}, statuses);
  }
}

}  // namespace chipline::timeline
