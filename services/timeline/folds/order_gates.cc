#include "services/timeline/folds/order_gates.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/gate_turns.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/folds/rules_by_place.h"
#include "services/words/reason_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

struct Gate {
  GateSources sources;
  std::vector<GateTurn> turns;
  // The one that counts, while the intervals are made from the last to the first.
  size_t at = 0;

  const GateTurn& turn() const { return turns[at]; }
};

using Gates = std::map<OrderGateKey, Gate>;

// What changes at the start of an interval, on that day. Names what the gate now rests on; if that
// is older than the day, so that something before it came to an end, also what it rested on then.
pb::GateEdge EdgeOf(const OrderGateKey& name, const GateTurn& turn, size_t chip,
                    const std::string& day) {
  Decider::Events events;
  turn.now[chip].AddEventsTo(&events);
  if (turn.now[chip].since() < turn.day && !turn.before.empty()) {
    turn.before[chip].AddEventsTo(&events);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  pb::GateEdge edge;
  edge.set_kind(turn.edges[chip]);
  edge.set_jurisdiction(name.jurisdiction);
  edge.set_gate(name.gate);
  edge.set_day(day);
  for (const auto& [position, id] : events) edge.add_event_ids(std::string(id));
  return edge;
}

// One edge for all chips if the gate did the same at each of them.
void Merge(std::vector<pb::GateEdge>* edges) {
  const bool alike = std::all_of(edges->begin(), edges->end(), [&](const pb::GateEdge& edge) {
    return edge.kind() == edges->front().kind();
  });
  if (!alike) return;
  pb::GateEdge& all = edges->front();
  all.clear_chip();
  for (size_t i = 1; i < edges->size(); ++i) {
    for (const std::string& id : (*edges)[i].event_ids()) {
      const auto& ids = all.event_ids();
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) all.add_event_ids(id);
    }
  }
  edges->resize(1);
}

// Of several countries that control exports, each counts, though the chips may never pass them.
void SayWhyAbroadCounts(pb::OrderInterval* interval) {
  std::set<std::string_view> exporters;
  for (const pb::GateStatus& gate : interval->gates()) {
    if (gate.gate() == pb::GATE_KIND_EXPORT) exporters.insert(gate.jurisdiction());
  }
  if (exporters.size() < 2) return;
  for (pb::GateStatus& gate : *interval->mutable_gates()) {
    const bool reported = gate.grounds().rule() == rules::kOrderSays;
    if (gate.gate() != pb::GATE_KIND_EXPORT || !IsClosed(gate.state()) || reported) continue;
    AddReason(ReasonOf(pb::REASON_KIND_ABROAD_COUNTS), gate.mutable_grounds());
  }
}

// Whether a gate in this state makes an order stand so.
bool Decides(pb::GateState gate, pb::OrderState order) {
  const pb::GateState alone[] = {gate};
  return Combine(alone) == order;
}

// What makes the order stand as it does, by the first gate that does.
pb::Reason WhyOf(const pb::OrderInterval& interval, bool more) {
  if (interval.state() == pb::ORDER_STATE_CLEARED) return ReasonOf(pb::REASON_KIND_NO_GATE_HOLDS);
  const pb::GateStatus* first = nullptr;
  size_t others = 0;
  for (const pb::GateStatus& gate : interval.gates()) {
    if (!Decides(gate.state(), interval.state())) continue;
    if (first != nullptr) ++others;
    if (first == nullptr) first = &gate;
  }
  if (first == nullptr) {
    return ReasonOf(more ? pb::REASON_KIND_MORE_GATES : pb::REASON_KIND_NO_GATE_NAMED);
  }
  pb::Reason reason = CountReason(pb::REASON_KIND_GATE_DECIDES, others);
  pb::ReasonGate& gate = *reason.add_gates();
  gate.set_jurisdiction(first->jurisdiction());
  gate.set_gate(first->gate());
  gate.set_chip(first->chip());
  return reason;
}

// Nothing if reports agree on where it goes.
std::optional<pb::Reason> ConflictOf(const OrderFacts& order) {
  if (order.other_destinations.empty()) return std::nullopt;
  pb::Reason reason = ReasonOf(pb::REASON_KIND_PLACES_CONTRADICT);
  reason.add_places(order.destination);
  for (const Destination& place : order.other_destinations) reason.add_places(place.id);
  return reason;
}

// The order over time, from the last interval to the first.
class Intervals {
 public:
  Intervals(const OrderFacts& order, const std::vector<pb::TimelineEntry>& rules)
      // With no claim that names a chip, the gates stand alone.
      : chips_(order.chips.empty() ? std::vector<std::string>{""} : order.chips),
        more_(order.buyers_omitted + order.chips_omitted + order.other_destinations_omitted > 0),
        conflict_(ConflictOf(order)) {
    Collect(order, rules);
    first_ = FirstDay(order.own_days);
    for (auto& [name, gate] : gates_) {
      gate.turns = TurnsOf(gate.sources, first_);
      gate.at = gate.turns.size() - 1;
    }
  }

  // As many of the latest as there is room for, behind one without gates for the days before them.
  void MoveTo(pb::ChipOrderEntry* entry) {
    std::vector<pb::OrderInterval> latest_first;
    CivilDay to = kNever;
    size_t bytes = 0;
    while (to > first_) {
      const CivilDay from = LastTurn();
      if (latest_first.size() == kMaxIntervals - 1 && from != kDawn) break;
      pb::OrderInterval interval = IntervalOf({from, to});
      bytes += interval.ByteSizeLong();
      if (!latest_first.empty() && bytes > kMaxIntervalBytes) break;
      latest_first.push_back(std::move(interval));
      GoBefore(from);
      to = from;
    }
    if (to != kDawn) {
      entry->set_omitted_before(to.Format());
      *entry->add_intervals() = OrderLeftOut(entry->omitted_before());
    }
    for (; !latest_first.empty(); latest_first.pop_back()) {
      *entry->add_intervals() = std::move(latest_first.back());
    }
  }

 private:
  void Collect(const OrderFacts& order, const std::vector<pb::TimelineEntry>& rules) {
    std::map<OrderGateKey, std::vector<const pb::TimelineEntry*>> of_gates;
    for (const pb::TimelineEntry& entry : rules) {
      if (!entry.has_export_rule()) continue;
      const pb::ExportRuleKey& key = entry.key().export_rule();
      of_gates[{key.jurisdiction(), key.gate()}].push_back(&entry);
    }
    const std::vector<OrderFacts> places = ByDestination(order);
    for (const auto& [name, of_gate] : of_gates) {
      for (size_t at = 0; at < order.chips.size(); ++at) {
        std::vector<GateStep> steps = RulesByPlace(of_gate, name.gate, places, order.chips[at]);
        if (!steps.empty()) SourcesOf(name).rules[at] = std::move(steps);
      }
    }
    for (const auto& [name, own] : order.own_gates) SourcesOf(name).own = &own;
  }

  GateSources& SourcesOf(const OrderGateKey& name) {
    GateSources& sources = gates_[name].sources;
    sources.rules.resize(chips_.size());
    return sources;
  }

  // The first of the days that are looked at.
  CivilDay FirstDay(const absl::btree_set<CivilDay>& own_days) const {
    std::vector<CivilDay> latest;
    for (auto day = own_days.rbegin(); day != own_days.rend(); ++day) {
      if (latest.size() == kMaxPieces) break;
      latest.push_back(*day);
    }
    for (const auto& [name, gate] : gates_) {
      for (const std::vector<GateStep>& steps : gate.sources.rules) {
        for (const GateStep& step : steps) {
          if (step.piece.from != kDawn) latest.push_back(step.piece.from);
        }
      }
    }
    std::sort(latest.begin(), latest.end(), std::greater<>());
    latest.erase(std::unique(latest.begin(), latest.end()), latest.end());
    // A piece starts on each of them, and one before all of them.
    return latest.size() < kMaxPieces ? kDawn : latest[kMaxPieces - 1];
  }

  CivilDay LastTurn() const {
    CivilDay last = first_;
    for (const auto& [name, gate] : gates_) last = std::max(last, gate.turn().day);
    return last;
  }

  void GoBefore(CivilDay day) {
    if (day == first_) return;
    for (auto& [name, gate] : gates_) gate.at -= gate.turn().day == day ? 1 : 0;
  }

  pb::OrderInterval IntervalOf(const AxisPiece& piece) const {
    pb::OrderInterval interval;
    *interval.mutable_valid() = piece.ToProto();
    std::vector<pb::GateState> states;
    for (const auto& [name, gate] : gates_) {
      for (const Decider& each : gate.turn().now) states.push_back(each.state());
      AddStatuses(name, chips_, gate.turn().now, interval.mutable_gates());
    }
    if (more_) states.push_back(pb::GATE_STATE_UNKNOWN);
    SayWhyAbroadCounts(&interval);
    interval.set_state(Combine(states));
    *interval.add_reasons() = WhyOf(interval, more_);
    if (conflict_) *interval.add_reasons() = *conflict_;
    interval.set_reason(
        OrderReasonsInWords(interval, PlainWording(),
                            [](const pb::GateStatus& gate) { return gate.grounds().reason(); }));
    if (piece.from != kDawn) AddEdges(piece.from, &interval);
    return interval;
  }

  void AddEdges(CivilDay day, pb::OrderInterval* interval) const {
    const bool cleared = interval->state() == pb::ORDER_STATE_CLEARED ||
                         interval->state() == pb::ORDER_STATE_CLEARED_IF;
    for (const auto& [name, gate] : gates_) {
      const GateTurn& turn = gate.turn();
      if (turn.day != day) continue;
      std::vector<pb::GateEdge> edges;
      for (size_t chip = 0; chip < chips_.size(); ++chip) {
        if (turn.edges[chip] == pb::EDGE_KIND_UNSPECIFIED) continue;
        pb::GateEdge& edge = edges.emplace_back(EdgeOf(name, turn, chip, interval->valid().from()));
        edge.set_chip(chips_[chip]);
        if (cleared && edge.kind() == pb::EDGE_KIND_LIFTS) edge.set_kind(pb::EDGE_KIND_UNBLOCKS);
      }
      if (edges.size() == chips_.size()) Merge(&edges);
      for (pb::GateEdge& edge : edges) *interval->add_edges() = std::move(edge);
    }
  }

  const std::vector<std::string> chips_;
  // Whether there are buyers, chips or places whose gates are not looked at.
  const bool more_;
  // What to say of where it goes, if reports contradict each other.
  const std::optional<pb::Reason> conflict_;
  Gates gates_;
  CivilDay first_ = kDawn;
};

}  // namespace

void AddIntervals(const OrderFacts& order, const std::vector<pb::TimelineEntry>& rules,
                  pb::ChipOrderEntry* entry) {
  Intervals(order, rules).MoveTo(entry);
}

pb::OrderInterval OrderLeftOut(const std::string& before) {
  pb::OrderInterval interval;
  interval.mutable_valid()->set_to(before);
  interval.set_state(pb::ORDER_STATE_UNKNOWN);
  return interval;
}

}  // namespace chipline::timeline
