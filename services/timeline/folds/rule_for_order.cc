#include "services/timeline/folds/rule_for_order.h"

#include <algorithm>
#include <string_view>

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// When the rule behind a state begins.
DaySpan BeginOf(const pb::RuleState& state) {
  return {DayOr(state.possible_since(), kDawn), DayOr(state.since(), kNever)};
}

bool LeftOut(const pb::RuleState& state) { return state.grounds().rule() == rules::kLeftOut; }
bool NobodySaid(const pb::RuleState& state) {
  return state.grounds().rule() == rules::kNobodySaid || LeftOut(state);
}
bool Doubtful(const pb::RuleState& state) { return state.grounds().rule() == rules::kDayUncertain; }

bool Names(const pb::RuleState& state, const std::string& buyer) {
  return std::find(state.buyers().begin(), state.buyers().end(), buyer) != state.buyers().end();
}

bool LimitedFurther(const pb::RuleState& state) {
  return !state.purpose().empty() || !state.buyer_seat().empty();
}

void AddEvents(const pb::RuleState& state, GateView& view) {
  for (const std::string& id : state.grounds().event_ids()) {
    view.events.emplace_back(state.claim().position(), id);
  }
}

GateView ViewOf(const pb::RuleState& state, std::string_view rule) {
  GateView view;
  view.state = state.gate();
  view.since = BeginOf(state).latest;
  if (state.has_quantity_cap()) view.quantity = state.quantity_cap();
  view.conditions.assign(state.conditions().begin(), state.conditions().end());
  if (!state.warning().empty()) view.conditions.push_back(state.warning());
  AddEvents(state, view);
  view.rule = rule;
  view.reason = state.grounds().reason();
  return view;
}

GateView GeneralView(const pb::RuleInterval& interval) {
  const pb::RuleState& general = interval.general();
  if (NobodySaid(general)) {
    GateView view = ViewOf(general, LeftOut(general) ? rules::kLeftOut : rules::kNobodySaid);
    view.since = kDawn;
    return view;
  }
  if (!Doubtful(general)) return ViewOf(general, rules::kGeneralRule);
  GateView view = ViewOf(general, rules::kDayUncertain);
  view.events.clear();
  view.since = kDawn;
  for (const pb::RuleState& possible : interval.alternatives()) {
    view.since = std::max(view.since, BeginOf(possible).latest);
    AddEvents(possible, view);
  }
  return view;
}

// The state that counts for one buyer: the general one, or a scoped one that names it.
struct Chosen {
  GateView view;
  // Null if it is the interval's general state.
  const pb::RuleState* scoped = nullptr;
};

Chosen LicensedToOthers(const pb::RuleInterval& interval, Chosen chosen) {
  for (const pb::RuleState& state : interval.scoped()) {
    if (state.effect() != pb::RULE_EFFECT_LICENSED || state.buyers().empty()) continue;
    chosen = {ViewOf(state, rules::kLicensedToOthers), &state};
    chosen.view.state = pb::GATE_STATE_CONDITIONAL;
    chosen.view.quantity.reset();
    chosen.view.reason = "Licensed, to other buyers; nobody says what holds for this one.";
    return chosen;
  }
  return chosen;
}

// What holds for a buyer that no scope names, when some scopes are left out.
GateView MaybeLeftOut(GateView general) {
  general.state = pb::GATE_STATE_UNKNOWN;
  general.rule = rules::kLeftOut;
  general.reason =
      "The rule names more buyers than fit into its entry; this one may be among them.";
  return general;
}

Chosen ForBuyer(const pb::RuleInterval& interval, const std::string& buyer, bool scopes_omitted) {
  Chosen chosen{GeneralView(interval), nullptr};
  for (const pb::RuleState& state : interval.scoped()) {
    if (!Names(state, buyer) || state.behind_general() || LimitedFurther(state)) continue;
    GateView view = ViewOf(state, rules::kNamesBuyer);
    const bool newer = view.since > chosen.view.since;
    const bool stricter =
        view.since == chosen.view.since && Strictness(view.state) > Strictness(chosen.view.state);
    if (chosen.scoped == nullptr || newer || stricter) chosen = {std::move(view), &state};
  }
  if (chosen.scoped == nullptr && scopes_omitted) {
    chosen.view = MaybeLeftOut(std::move(chosen.view));
    return chosen;
  }
  if (chosen.scoped == nullptr && NobodySaid(interval.general())) {
    chosen = LicensedToOthers(interval, std::move(chosen));
  }
  for (const pb::RuleState& state : interval.scoped()) {
    if (!Names(state, buyer) || state.behind_general() || !LimitedFurther(state)) continue;
    if (BeginOf(state).latest < chosen.view.since || state.gate() == chosen.view.state) continue;
    GateView view = ViewOf(state, rules::kScopeUncertain);
    view.events.insert(view.events.end(), chosen.view.events.begin(), chosen.view.events.end());
    view.state = pb::GATE_STATE_UNKNOWN;
    view.reason =
        fmt::format("A rule names {} for one use or seat only: {}{}{}.", buyer, state.purpose(),
                    state.purpose().empty() ? "" : " ", state.buyer_seat());
    chosen = {std::move(view), &state};
  }
  return chosen;
}

Chosen ForBuyers(const pb::RuleInterval& interval, const std::vector<std::string>& buyers,
                 bool scopes_omitted) {
  Chosen strictest;
  bool first = true;
  for (const std::string& buyer : buyers) {
    Chosen chosen = ForBuyer(interval, buyer, scopes_omitted);
    if (first || Strictness(chosen.view.state) > Strictness(strictest.view.state)) {
      strictest = std::move(chosen);
    }
    first = false;
  }
  return first ? Chosen{GeneralView(interval), nullptr} : strictest;
}

enum class Coverage { kYes, kNo, kUnknown };

Coverage CoverageBy(pb::AppliesTo applies_to, const DaySpan& begin, const OrderFacts& order) {
  if (applies_to == pb::APPLIES_TO_ALL) return Coverage::kYes;
  const std::optional<DaySpan>& done =
      applies_to == pb::APPLIES_TO_UNSHIPPED ? order.shipped : order.placed;
  if (!done.has_value() || done->earliest >= begin.latest) return Coverage::kYes;
  const bool before = done->latest < begin.earliest;
  return before && applies_to != pb::APPLIES_TO_UNSPECIFIED ? Coverage::kNo : Coverage::kUnknown;
}

// Whether any rule that may have begun in a doubtful interval may cover the order.
bool DoubtMayMatter(const pb::RuleInterval& interval, const GateView& before,
                    const OrderFacts& order) {
  return std::any_of(
      interval.alternatives().begin(), interval.alternatives().end(),
      [&](const pb::RuleState& state) {
        const bool held_before = std::any_of(
            before.events.begin(), before.events.end(),
            [&](const auto& event) { return event.second == state.claim().event_id(); });
        if (held_before) return false;
        return CoverageBy(state.applies_to(), BeginOf(state), order) != Coverage::kNo;
      });
}

GateView Spared(GateView before) {
  if (before.rule == rules::kEarlierOrder) return before;
  before.rule = rules::kEarlierOrder;
  before.reason = "The rule spares this order, which is the earlier; what held before goes on. " +
                  before.reason;
  return before;
}

GateView Covered(const pb::RuleInterval& interval, Chosen chosen, const GateView& before,
                 const OrderFacts& order) {
  const pb::RuleState& state = chosen.scoped ? *chosen.scoped : interval.general();
  if (NobodySaid(state)) return chosen.view;
  if (Doubtful(state)) {
    const bool matters = chosen.scoped != nullptr || DoubtMayMatter(interval, before, order);
    return matters ? chosen.view : Spared(before);
  }
  switch (CoverageBy(state.applies_to(), BeginOf(state), order)) {
    case Coverage::kYes:
      return chosen.view;
    case Coverage::kNo:
      return Spared(before);
    case Coverage::kUnknown:
      break;
  }
  if (chosen.view.state == before.state) return chosen.view;
  GateView unknown = std::move(chosen.view);
  unknown.state = pb::GATE_STATE_UNKNOWN;
  unknown.rule = rules::kCoverageUnknown;
  unknown.reason = state.applies_to() == pb::APPLIES_TO_UNSPECIFIED
                       ? "The order was placed, and the rule does not say whether it covers "
                         "orders placed before it."
                       : "It is not known whether the order was there before the rule.";
  return unknown;
}

}  // namespace

std::vector<GateStep> RuleForOrder(const pb::ExportRuleEntry& rule, const OrderFacts& order) {
  std::vector<GateStep> steps;
  const bool scopes_omitted = rule.scopes_omitted() > 0;
  GateView nothing;
  nothing.rule = rules::kNobodySaid;
  // What would hold for the order if the newest rule spared it.
  GateView before = nothing;
  for (const pb::RuleInterval& interval : rule.intervals()) {
    GateView view =
        Covered(interval, ForBuyers(interval, order.buyers, scopes_omitted), before, order);
    before = view;
    steps.push_back({FromProto(interval.valid()), std::move(view)});
  }
  return steps;
}

bool NamesGate(const pb::ExportRuleEntry& rule) {
  return std::any_of(rule.intervals().begin(), rule.intervals().end(),
                     [](const pb::RuleInterval& interval) {
                       return interval.scoped_size() > 0 || !NobodySaid(interval.general());
                     });
}

}  // namespace chipline::timeline
