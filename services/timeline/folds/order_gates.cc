#include "services/timeline/folds/order_gates.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/rule_for_order.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

struct GateName {
  std::string jurisdiction;
  pb::GateKind gate = pb::GATE_KIND_UNSPECIFIED;

  friend auto operator<=>(const GateName& a, const GateName& b) = default;
};

// What decides one gate.
struct GateSources {
  // By chip, how the rule stands to the order; a chip without one is UNKNOWN.
  std::map<std::string, std::vector<GateStep>> rules;
  // In the order of OrderFacts::own_gates.
  std::vector<const OwnGate*> own;
};

using Sources = std::map<GateName, GateSources>;

// How the gate stands at each of the order's chips.
using Views = std::map<std::string, GateView>;

struct Moment {
  AxisPiece piece;
  std::map<GateName, Views> gates;
};

Sources Collect(const OrderFacts& order, const std::vector<pb::TimelineEntry>& rules) {
  Sources sources;
  for (const pb::TimelineEntry& entry : rules) {
    const pb::ExportRuleKey& key = entry.key().export_rule();
    const bool matches =
        entry.has_export_rule() && !order.destination.empty() &&
        key.destination() == order.destination &&
        std::find(order.chips.begin(), order.chips.end(), key.chip()) != order.chips.end();
    if (!matches || !NamesGate(entry.export_rule())) continue;
    sources[{key.jurisdiction(), key.gate()}].rules[key.chip()] =
        RuleForOrder(entry.export_rule(), order);
  }
  for (const OwnGate& own : order.own_gates) {
    sources[{own.jurisdiction, own.gate}].own.push_back(&own);
  }
  return sources;
}

GateView RuleView(const GateSources& sources, const std::string& chip, CivilDay day) {
  GateView nothing;
  nothing.rule = rules::kNobodySaid;
  nothing.reason = "No rule says what holds for this chip.";
  const auto steps = sources.rules.find(chip);
  if (steps == sources.rules.end()) return nothing;
  const auto after =
      std::upper_bound(steps->second.begin(), steps->second.end(), day,
                       [](CivilDay at, const GateStep& step) { return at < step.piece.from; });
  return after == steps->second.begin() ? nothing : std::prev(after)->view;
}

// What a report on the order says on that day; null if none says how the gate stands.
const OwnGate* OwnOn(const GateSources& sources, CivilDay day) {
  auto at = std::upper_bound(
      sources.own.begin(), sources.own.end(), day,
      [](CivilDay on, const OwnGate* own) { return on < own->course.start.latest; });
  while (at != sources.own.begin()) {
    const OwnGate* own = *--at;
    if (own->state == pb::GATE_STATE_UNKNOWN) continue;
    if (own->course.At(day) == Presence::kCertain) return own;
  }
  return nullptr;
}

GateView ViewOn(const GateSources& sources, const std::string& chip, CivilDay day) {
  GateView rule = RuleView(sources, chip, day);
  const OwnGate* own = OwnOn(sources, day);
  if (own == nullptr || own->course.start.latest < rule.since) return rule;
  GateView view;
  view.state = own->state;
  view.since = own->course.start.latest;
  view.quantity = own->quantity;
  if (!own->text.empty()) view.conditions.push_back(own->text);
  view.events = {{own->claim->position(), own->claim->event_id()}};
  view.rule = rules::kOrderSays;
  view.reason = fmt::format("A report on the order says so, of {}.", view.since.Format());
  return view;
}

std::vector<Moment> Moments(const OrderFacts& order, const Sources& sources) {
  std::vector<CivilDay> boundaries;
  for (const auto& [name, gate] : sources) {
    for (const auto& [chip, steps] : gate.rules) {
      for (const GateStep& step : steps) boundaries.push_back(step.piece.from);
    }
    for (const OwnGate* own : gate.own) own->course.AddBoundaries(boundaries);
  }
  // With no claim that names a chip, the gates stand alone.
  const std::vector<std::string> chips =
      order.chips.empty() ? std::vector<std::string>{""} : order.chips;
  std::vector<Moment> moments;
  std::vector<AxisPiece> pieces = Cut(std::move(boundaries));
  if (pieces.size() > kMaxPieces) {
    pieces.erase(pieces.begin(), pieces.end() - static_cast<std::ptrdiff_t>(kMaxPieces));
  }
  for (const AxisPiece& piece : pieces) {
    Moment moment{.piece = piece, .gates = {}};
    for (const auto& [name, gate] : sources) {
      for (const std::string& chip : chips) {
        moment.gates[name][chip] = ViewOn(gate, chip, piece.from);
      }
    }
    moments.push_back(std::move(moment));
  }
  return moments;
}

pb::GateStatus StatusOf(const GateName& name, const std::string& chip,
                        const std::vector<const GateView*>& views) {
  pb::GateStatus status;
  status.set_jurisdiction(name.jurisdiction);
  status.set_gate(name.gate);
  status.set_chip(chip);
  const GateView& first = *views.front();
  status.set_state(first.state);
  if (first.quantity) *status.mutable_quantity() = *first.quantity;
  std::set<std::pair<uint64_t, std::string>> events;
  std::vector<std::string> conditions;
  for (const GateView* view : views) {
    events.insert(view->events.begin(), view->events.end());
    for (const std::string& condition : view->conditions) {
      const auto seen = std::find(conditions.begin(), conditions.end(), condition);
      if (seen == conditions.end()) conditions.push_back(condition);
    }
  }
  for (std::string& condition : conditions) status.add_conditions(std::move(condition));
  std::vector<std::string> ids;
  for (const auto& [position, id] : events) ids.push_back(id);
  *status.mutable_grounds() = GroundsOf(ids, first.rule, first.reason, false);
  return status;
}

// `more` is whether there are buyers or chips whose gates are not looked at.
pb::OrderInterval IntervalOf(const Moment& moment, bool more) {
  pb::OrderInterval interval;
  *interval.mutable_valid() = moment.piece.ToProto();
  std::vector<pb::GateState> states;
  for (const auto& [name, by_chip] : moment.gates) {
    std::vector<const GateView*> views;
    for (const auto& [chip, view] : by_chip) {
      views.push_back(&view);
      states.push_back(view.state);
    }
    const bool alike = std::all_of(views.begin(), views.end(), [&](const GateView* view) {
      return view->state == views.front()->state;
    });
    if (alike) {
      *interval.add_gates() = StatusOf(name, "", views);
      continue;
    }
    for (const auto& [chip, view] : by_chip) *interval.add_gates() = StatusOf(name, chip, {&view});
  }
  if (more) states.push_back(pb::GATE_STATE_UNKNOWN);
  interval.set_state(Combine(states));
  return interval;
}

// Follows the gates from interval to interval and finds what opens and closes them.
class Edges {
 public:
  void Add(const Moment& moment, pb::OrderInterval& interval) {
    const bool start = moment.piece.from == kDawn;
    const bool cleared = interval.state() == pb::ORDER_STATE_CLEARED ||
                         interval.state() == pb::ORDER_STATE_CLEARED_IF;
    for (const auto& [name, by_chip] : moment.gates) {
      std::vector<pb::GateEdge> edges;
      for (const auto& [chip, view] : by_chip) {
        const pb::EdgeKind kind = Step({name, chip}, view);
        if (start || kind == pb::EDGE_KIND_UNSPECIFIED) continue;
        pb::GateEdge edge = EdgeOf(name, chip, view, moment.piece.from);
        edge.set_kind(kind == pb::EDGE_KIND_LIFTS && cleared ? pb::EDGE_KIND_UNBLOCKS : kind);
        edges.push_back(std::move(edge));
      }
      if (edges.size() == by_chip.size()) Merge(edges);
      for (pb::GateEdge& edge : edges) *interval.add_edges() = std::move(edge);
    }
  }

 private:
  struct Memory {
    // The last state that was known.
    pb::GateState known = pb::GATE_STATE_UNKNOWN;
    // What it, or the doubt after it, rests on.
    std::vector<std::pair<uint64_t, std::string>> events;
    std::vector<std::pair<uint64_t, std::string>> events_before;
  };
  using Track = std::pair<GateName, std::string>;

  pb::EdgeKind Step(const Track& track, const GateView& view) {
    Memory& memory = memory_[track];
    memory.events_before = std::exchange(memory.events, view.events);
    if (view.state == pb::GATE_STATE_UNKNOWN) return pb::EDGE_KIND_UNSPECIFIED;
    const pb::GateState before = std::exchange(memory.known, view.state);
    const bool never_known = before == pb::GATE_STATE_UNKNOWN;
    if (LetsPass(view.state)) {
      return never_known || IsClosed(before) ? pb::EDGE_KIND_LIFTS : pb::EDGE_KIND_UNSPECIFIED;
    }
    const bool closer = never_known || Strictness(before) < Strictness(view.state);
    return closer ? pb::EDGE_KIND_BLOCKS : pb::EDGE_KIND_UNSPECIFIED;
  }

  // Names what the gate now rests on; if that is older than the day, so that something before it
  // came to an end, also what it rested on then.
  pb::GateEdge EdgeOf(const GateName& name, const std::string& chip, const GateView& view,
                      CivilDay day) const {
    std::set<std::pair<uint64_t, std::string>> events(view.events.begin(), view.events.end());
    if (view.since < day) {
      const Memory& memory = memory_.at({name, chip});
      events.insert(memory.events_before.begin(), memory.events_before.end());
    }
    pb::GateEdge edge;
    edge.set_jurisdiction(name.jurisdiction);
    edge.set_gate(name.gate);
    edge.set_chip(chip);
    edge.set_day(day.Format());
    for (const auto& [position, id] : events) edge.add_event_ids(id);
    return edge;
  }

  // One edge for all chips if the gate did the same at each of them.
  static void Merge(std::vector<pb::GateEdge>& edges) {
    const bool alike = std::all_of(edges.begin(), edges.end(), [&](const pb::GateEdge& edge) {
      return edge.kind() == edges.front().kind();
    });
    if (edges.empty() || !alike) return;
    pb::GateEdge& all = edges.front();
    all.clear_chip();
    for (size_t i = 1; i < edges.size(); ++i) {
      for (const std::string& id : edges[i].event_ids()) {
        const auto& ids = all.event_ids();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) all.add_event_ids(id);
      }
    }
    edges.resize(1);
  }

  std::map<Track, Memory> memory_;
};

std::string WithoutDays(pb::OrderInterval interval) {
  interval.clear_valid();
  return interval.SerializeAsString();
}

// Leaves the latest for which there is room, behind one without gates for the days before them.
void DropEarliest(GatesInTime* gates) {
  std::vector<pb::OrderInterval>* intervals = &gates->intervals;
  size_t kept = 0;
  size_t bytes = 0;
  while (kept < intervals->size()) {
    const pb::OrderInterval& next = (*intervals)[intervals->size() - kept - 1];
    bytes += next.ByteSizeLong();
    const bool first = kept + 1 == intervals->size() && next.valid().from().empty();
    if (kept > 0 && bytes > kMaxIntervalBytes) break;
    if (kept == kMaxIntervals - 1 && !first) break;
    ++kept;
  }
  const bool whole = kept == intervals->size() && intervals->front().valid().from().empty();
  if (whole) return;
  intervals->erase(intervals->begin(), intervals->end() - static_cast<std::ptrdiff_t>(kept));
  pb::OrderInterval before;
  gates->omitted_before = intervals->front().valid().from();
  before.mutable_valid()->set_to(gates->omitted_before);
  before.set_state(pb::ORDER_STATE_UNKNOWN);
  intervals->insert(intervals->begin(), std::move(before));
}

}  // namespace

GatesInTime GatesOverTime(const OrderFacts& order, const std::vector<pb::TimelineEntry>& rules) {
  GatesInTime gates;
  std::vector<pb::OrderInterval>& intervals = gates.intervals;
  Edges edges;
  std::string last;
  for (const Moment& moment : Moments(order, Collect(order, rules))) {
    pb::OrderInterval interval = IntervalOf(moment, order.buyers_omitted + order.chips_omitted > 0);
    std::string said = WithoutDays(interval);
    edges.Add(moment, interval);
    if (!intervals.empty() && said == last) {
      *intervals.back().mutable_valid()->mutable_to() = interval.valid().to();
      continue;
    }
    last = std::move(said);
    intervals.push_back(std::move(interval));
  }
  DropEarliest(&gates);
  return gates;
}

}  // namespace chipline::timeline
