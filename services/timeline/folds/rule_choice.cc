#include "services/timeline/folds/rule_choice.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/rule_coverage.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void AddEvents(const pb::RuleState& state, GateView* view) {
  for (const std::string& id : state.grounds().event_ids()) {
    view->events.emplace_back(state.claim().position(), id);
  }
}

GateView ViewOf(const pb::RuleState& state, std::string_view rule) {
  GateView view;
  view.state = state.gate();
  view.since = BeginOf(state).latest;
  if (state.has_quantity_cap()) view.quantity = state.quantity_cap();
  view.conditions.assign(state.conditions().begin(), state.conditions().end());
  if (!state.warning().empty()) view.conditions.push_back(state.warning());
  AddEvents(state, &view);
  view.rule = rule;
  view.reason = state.grounds().reason();
  return view;
}

// Whether it takes the place of the other one in one entry: a claim without a rule_id speaks of the
// whole, and one with it of its own rule.
bool TakesPlace(const pb::RuleState& newer, const pb::RuleState& older) {
  const bool same =
      newer.rule_id().empty() || older.rule_id().empty() || newer.rule_id() == older.rule_id();
  return same && BeginOf(newer).latest > BeginOf(older).latest;
}

// What holds for anybody, and what stands beside it.
class General {
 public:
  explicit General(const pb::RuleInterval* interval) : interval_(interval) {
    choice_.view.rule = rules::kNobodySaid;
    choice_.view.reason = "No rule says what holds for this chip.";
    if (interval == nullptr) return;
    const pb::RuleState& general = interval->general();
    if (IsDoubtful(general)) {
      doubtful_ = true;
      Doubt();
      return;
    }
    if (NobodySaid(general)) {
      choice_.view = ViewOf(general, IsLeftOut(general) ? rules::kLeftOut : rules::kNobodySaid);
      choice_.view.since = kDawn;
      return;
    }
    choice_ = {ViewOf(general, rules::kGeneralRule), &general, {}};
    standing_.push_back(&general);
    for (const pb::RuleState& other : interval->alternatives()) {
      if (other.grounds().rule() == rules::kLessStrict) standing_.push_back(&other);
    }
  }

  // One more that is for anybody.
  void Add(const pb::RuleState& state) {
    if (doubtful_) {
      const auto& possible = interval_->alternatives();
      const bool over_all =
          std::all_of(possible.begin(), possible.end(),
                      [&](const pb::RuleState& other) { return TakesPlace(state, other); });
      if (over_all || Strictness(state.gate()) > Strictness(pb::GATE_STATE_UNKNOWN)) Take(state);
      return;
    }
    const auto over = [&](const pb::RuleState* other) { return TakesPlace(*other, state); };
    if (std::any_of(standing_.begin(), standing_.end(), over)) return;
    std::erase_if(standing_, [&](const pb::RuleState* other) { return TakesPlace(state, *other); });
    standing_.push_back(&state);
    const auto stricter = [](const pb::RuleState* a, const pb::RuleState* b) {
      return Strictness(a->gate(), a->effect()) < Strictness(b->gate(), b->effect());
    };
    const pb::RuleState* strictest =
        *std::max_element(standing_.begin(), standing_.end(), stricter);
    if (strictest != choice_.state) Take(*strictest);
  }

  const Choice& choice() const { return choice_; }
  // Whether which of several claims holds is not known; and whether anything is said.
  bool doubtful() const { return doubtful_; }
  bool said() const { return doubtful_ || choice_.state != nullptr; }

 private:
  void Take(const pb::RuleState& state) {
    choice_ = {ViewOf(state, rules::kGeneralRule), &state, {}};
    doubtful_ = false;
  }

  void Doubt() {
    choice_.view = ViewOf(interval_->general(), rules::kDayUncertain);
    choice_.view.events.clear();
    choice_.view.since = kDawn;
    for (const pb::RuleState& possible : interval_->alternatives()) {
      choice_.view.since = std::max(choice_.view.since, BeginOf(possible).latest);
      AddEvents(possible, &choice_.view);
    }
  }

  const pb::RuleInterval* interval_;
  Choice choice_;
  bool doubtful_ = false;
  // What stands side by side for anybody.
  std::vector<const pb::RuleState*> standing_;
};

bool Stricter(pb::GateState a, pb::GateState b) { return Strictness(a) > Strictness(b); }

// A licence with a stated end against a newer and stricter rule: that one may have ended it.
GateView LicenceUnder(const Choice& general, const pb::RuleState& licence) {
  GateView view = ViewOf(licence, rules::kLicenceGoesOn);
  if (Stricter(pb::GATE_STATE_CONDITIONAL, view.state)) view.state = pb::GATE_STATE_CONDITIONAL;
  const std::string rule = general.state == nullptr || general.state->rule_id().empty()
                               ? "the newer rule"
                               : general.state->rule_id();
  view.conditions.push_back(fmt::format("{} leaves the licence in force", rule));
  view.reason = fmt::format(
      "The licence states that it ends by {}; a newer and stricter rule holds.", licence.expires());
  view.since = std::max(view.since, general.view.since);
  view.events.insert(view.events.end(), general.view.events.begin(), general.view.events.end());
  return view;
}

// What a state that is for some makes of the gate beside what is for anybody; nothing if it is
// behind that.
std::optional<GateView> ScopedView(const Choice& general, const Reaching& scoped) {
  const pb::RuleState& state = *scoped.state;
  GateView view = ViewOf(state, state.buyers().empty() ? rules::kScopeHolds : rules::kNamesBuyer);
  const bool behind = general.view.since > view.since;
  if (!behind) return view;
  const bool licence = state.effect() == pb::RULE_EFFECT_LICENSED;
  if (licence && !state.expires().empty() && Stricter(general.view.state, view.state)) {
    return LicenceUnder(general, state);
  }
  if (!LetsPass(view.state) && Stricter(view.state, general.view.state)) return view;
  return std::nullopt;
}

// Whether any rule that may have begun in a doubtful interval may cover the order.
bool DoubtMayMatter(const pb::RuleInterval& interval, const GateView& before,
                    const OrderFacts& order) {
  return std::any_of(interval.alternatives().begin(), interval.alternatives().end(),
                     [&](const pb::RuleState& state) {
                       const bool held_before = std::any_of(
                           before.events.begin(), before.events.end(), [&](const auto& event) {
                             return event.second == state.claim().event_id();
                           });
                       return !held_before && CoverageOf(state, order) != Coverage::kNo;
                     });
}

GateView Spared(GateView before) {
  if (before.rule == rules::kEarlierOrder) return before;
  before.rule = rules::kEarlierOrder;
  before.reason = "The rule spares this order, which is the earlier; what held before goes on. " +
                  before.reason;
  return before;
}

// What the rule makes of the gate, unless it spares the order or may not cover it.
GateView Covered(const pb::RuleState& state, GateView view, const GateView& before,
                 const OrderFacts& order) {
  if (IsDoubtful(state)) return view;
  switch (CoverageOf(state, order)) {
    case Coverage::kYes:
      return view;
    case Coverage::kNo:
      return Spared(before);
    case Coverage::kUnknown:
      break;
  }
  if (view.state == before.state) return view;
  view.state = pb::GATE_STATE_UNKNOWN;
  view.rule = rules::kCoverageUnknown;
  view.reason = state.applies_to() == pb::APPLIES_TO_UNSPECIFIED
                    ? "The order was placed, and the rule does not say whether it covers orders "
                      "placed before it."
                    : "It is not known whether the order was there before the rule.";
  return view;
}

std::optional<Choice> LicensedToOthers(const pb::RuleInterval& interval) {
  for (const pb::RuleState& state : interval.scoped()) {
    if (state.effect() != pb::RULE_EFFECT_LICENSED || state.buyers().empty()) continue;
    Choice choice{ViewOf(state, rules::kLicensedToOthers), &state, {}};
    choice.view.state = pb::GATE_STATE_CONDITIONAL;
    choice.view.quantity.reset();
    choice.view.reason = "Licensed, to other buyers; nobody says what holds for this one.";
    return choice;
  }
  return std::nullopt;
}

// What holds for a buyer that no scope names, when some scopes are left out.
GateView MaybeLeftOut(GateView general) {
  general.state = pb::GATE_STATE_UNKNOWN;
  general.rule = rules::kLeftOut;
  general.reason =
      "The rule names more buyers than fit into its entry; this one may be among them.";
  return general;
}

}  // namespace

bool IsLeftOut(const pb::RuleState& state) { return state.grounds().rule() == rules::kLeftOut; }

bool NobodySaid(const pb::RuleState& state) {
  return state.grounds().rule() == rules::kNobodySaid || IsLeftOut(state);
}

bool IsDoubtful(const pb::RuleState& state) {
  return state.grounds().rule() == rules::kDayUncertain && state.claim().event_id().empty();
}

Choice Choose(const Weighed& weighed, const OrderFacts& order, const std::string* buyer,
              const GateView& before) {
  General anybody(weighed.interval);
  for (const Reaching* each : weighed.applying) {
    if (each->general()) anybody.Add(*each->state);
  }
  for (const Reaching* each : weighed.assumed) {
    if (each->general()) anybody.Add(*each->state);
  }
  // Whether it covers the order is part of what is assumed.
  const auto assumed = [&](const pb::RuleState* state) {
    return std::any_of(weighed.assumed.begin(), weighed.assumed.end(),
                       [&](const Reaching* each) { return each->state == state; });
  };
  Choice general = anybody.choice();
  if (general.state != nullptr && !assumed(general.state)) {
    general.view = Covered(*general.state, std::move(general.view), before, order);
  } else if (anybody.doubtful() && !DoubtMayMatter(*weighed.interval, before, order)) {
    general.view = Spared(before);
  }
  Choice chosen = general;
  const pb::RuleState* scoped = nullptr;
  // The newest goes first, also where a rule for anybody has put a condition on it.
  CivilDay since = kDawn;
  const auto weigh = [&](const Reaching& each) {
    if (each.general()) return;
    std::optional<GateView> view = ScopedView(general, each);
    if (!view) return;
    const CivilDay begun = BeginOf(*each.state).latest;
    const bool stricter = begun == since && Stricter(view->state, chosen.view.state);
    if (scoped != nullptr && begun <= since && !stricter) return;
    scoped = each.state;
    since = begun;
    chosen.state = scoped;
    chosen.view = assumed(scoped) ? *std::move(view)
                                  : Covered(*scoped, *std::move(view), general.view, order);
  };
  for (const Reaching* each : weighed.applying) weigh(*each);
  for (const Reaching* each : weighed.assumed) weigh(*each);
  chosen.general = std::move(general.view);
  if (scoped != nullptr || buyer == nullptr || weighed.interval == nullptr) return chosen;
  if (weighed.scopes_omitted) {
    chosen.view = MaybeLeftOut(std::move(chosen.view));
  } else if (!anybody.said()) {
    if (auto licensed = LicensedToOthers(*weighed.interval)) {
      licensed->general = std::move(chosen.general);
      return *std::move(licensed);
    }
  }
  return chosen;
}

}  // namespace chipline::timeline
