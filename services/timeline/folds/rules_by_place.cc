#include "services/timeline/folds/rules_by_place.h"

#include <algorithm>
#include <utility>

#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_for_order.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Views = std::vector<const GateView*>;

// How a gate stands of which no rule reaches the order where it goes to that place: what another
// country controls at home is no gate then, and of an export nobody said anything.
GateView NoRule(pb::GateKind gate) {
  GateView view;
  const bool at_home = gate == pb::GATE_KIND_IMPORT || gate == pb::GATE_KIND_USE;
  view.state = at_home ? pb::GATE_STATE_NOT_REQUIRED : pb::GATE_STATE_UNKNOWN;
  view.rule = rules::kNobodySaid;
  view.reasons = {ReasonOf(pb::REASON_KIND_NO_RULE_FOR_CHIP)};
  return view;
}

const GateView& ViewOn(CivilDay day, const std::vector<GateStep>& steps, const GateView& none) {
  const auto after =
      std::upper_bound(steps.begin(), steps.end(), day,
                       [](CivilDay at, const GateStep& step) { return at < step.piece.from; });
  return after == steps.begin() ? none : std::prev(after)->view;
}

bool LessStrict(const GateView* a, const GateView* b) {
  return Strictness(a->state) < Strictness(b->state);
}

// Neither passes nor holds up for all of the places.
GateView InConflict(const Views& views, const std::vector<OrderFacts>& places) {
  GateView view;
  view.authority = Authority::kNobody;
  pb::Reason differ = ReasonOf(pb::REASON_KIND_RULES_OF_PLACES_DIFFER);
  for (size_t at = 0; at < views.size(); ++at) {
    view.since = std::max(view.since, views[at]->since);
    view.authority = std::min(view.authority, views[at]->authority);
    view.events.insert(view.events.end(), views[at]->events.begin(), views[at]->events.end());
    differ.add_places(places[at].destination);
  }
  std::sort(view.events.begin(), view.events.end());
  view.events.erase(std::unique(view.events.begin(), view.events.end()), view.events.end());
  view.rule = rules::kPlaceInConflict;
  view.reasons = {std::move(differ)};
  return view;
}

// What would follow if it goes to the place.
std::shared_ptr<const PossibleView> IfItGoesTo(const std::string& place, const GateView& view) {
  auto possible = std::make_shared<PossibleView>();
  pb::ReachCondition& condition = *possible->rule.add_applies_if()->add_all();
  condition.set_kind(pb::REACH_KIND_GOES_TO);
  condition.set_place(place);
  possible->rule.set_gate(view.state);
  possible->since = view.since;
  possible->authority = view.authority;
  possible->events = view.events;
  return possible;
}

GateView Together(const Views& views, const std::vector<OrderFacts>& places) {
  const auto all = [&](auto holds) {
    return std::all_of(views.begin(), views.end(),
                       [&](const GateView* view) { return holds(view->state); });
  };
  GateView together = all(LetsPass)   ? **std::max_element(views.begin(), views.end(), LessStrict)
                      : all(IsClosed) ? **std::min_element(views.begin(), views.end(), LessStrict)
                                      : InConflict(views, places);
  together.possible.clear();
  for (size_t at = 0; at < views.size(); ++at) {
    const GateView& view = *views[at];
    together.possible.insert(together.possible.end(), view.possible.begin(), view.possible.end());
    if (!IsClosed(view.state) || view.events.empty()) continue;
    if (Strictness(view.state) <= Strictness(together.state)) continue;
    together.possible.push_back(IfItGoesTo(places[at].destination, view));
  }
  std::stable_sort(together.possible.begin(), together.possible.end(),
                   [](const auto& a, const auto& b) {
                     return Strictness(a->rule.gate()) > Strictness(b->rule.gate());
                   });
  return together;
}

}  // namespace

std::vector<GateStep> RulesByPlace(const std::vector<const pb::TimelineEntry*>& rules,
                                   pb::GateKind gate, const std::vector<OrderFacts>& places,
                                   const std::string& chip) {
  if (places.size() == 1) return RulesForOrder(rules, places.front(), chip);
  std::vector<std::vector<GateStep>> of_places;
  std::vector<CivilDay> days;
  for (const OrderFacts& place : places) {
    of_places.push_back(RulesForOrder(rules, place, chip));
    for (const GateStep& step : of_places.back()) days.push_back(step.piece.from);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  const GateView none = NoRule(gate);
  std::vector<GateStep> steps;
  for (size_t at = 0; at < days.size(); ++at) {
    Views views;
    for (const std::vector<GateStep>& of_place : of_places) {
      views.push_back(&ViewOn(days[at], of_place, none));
    }
    const CivilDay to = at + 1 < days.size() ? days[at + 1] : kNever;
    steps.push_back({{days[at], to}, Together(views, places)});
  }
  return steps;
}

}  // namespace chipline::timeline
