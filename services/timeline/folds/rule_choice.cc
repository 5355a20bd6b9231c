#include "services/timeline/folds/rule_choice.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_coverage.h"
#include "services/timeline/folds/rule_general.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

bool Stricter(pb::GateState a, pb::GateState b) { return Strictness(a) > Strictness(b); }

// A licence with a stated end against a newer and stricter rule: that one may have ended it.
GateView LicenceUnder(const Choice& general, const pb::RuleState& licence) {
  GateView view = ViewOf(licence, rules::kLicenceGoesOn);
  if (Stricter(pb::GATE_STATE_CONDITIONAL, view.state)) view.state = pb::GATE_STATE_CONDITIONAL;
  const std::string rule = general.state == nullptr || general.state->rule_id().empty()
                               ? "the newer rule"
                               : general.state->rule_id();
  view.conditions.push_back(fmt::format("{} leaves the licence in force", rule));
  pb::Reason ends = ReasonOf(pb::REASON_KIND_LICENCE_STATES_END);
  ends.mutable_days()->set_latest(licence.expires());
  view.reasons = {std::move(ends)};
  view.since = std::max(view.since, general.view.since);
  view.authority = std::min(view.authority, general.view.authority);
  view.events.insert(view.events.end(), general.view.events.begin(), general.view.events.end());
  return view;
}

// What a state that is for some makes of the gate beside what is for anybody; nothing if it is
// behind that.
std::optional<GateView> ScopedView(const Choice& general, const pb::RuleState& state) {
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

// A state that is for some, and what it makes of the gate.
struct Scoped {
  const pb::RuleState* state;
  // Whether that it applies, and covers the order, is assumed.
  bool assumed;
  std::optional<GateView> view;
};

bool SameScope(const pb::RuleState& a, const pb::RuleState& b) {
  return a.buyer_seat() == b.buyer_seat() && a.purpose() == b.purpose() &&
         std::equal(a.buyers().begin(), a.buyers().end(), b.buyers().begin(), b.buyers().end());
}

// Of one scope those go that another one takes the place of, or stands beside and is stricter.
void DropYielding(std::vector<Scoped>* scoped) {
  const auto yields = [](const pb::RuleState& a, const pb::RuleState& b) {
    if (&a == &b || !SameScope(a, b)) return false;
    if (TakesPlace(b, a) || TakesPlace(a, b)) return TakesPlace(b, a);
    return Strictness(a.gate(), a.effect()) < Strictness(b.gate(), b.effect());
  };
  std::vector<Scoped> standing;
  for (const Scoped& each : *scoped) {
    const bool goes = std::any_of(scoped->begin(), scoped->end(), [&](const Scoped& other) {
      return yields(*each.state, *other.state);
    });
    if (!goes) standing.push_back(each);
  }
  *scoped = std::move(standing);
}

// The newest decides, of one day the stricter; if it may not cover the order, what the next ones
// say counts as well. Also where a rule for anybody has put a condition on it.
Choice ByNewest(std::vector<Scoped> scoped, const Choice& general, const OrderFacts& order) {
  std::stable_sort(scoped.begin(), scoped.end(), [](const Scoped& a, const Scoped& b) {
    const CivilDay of_a = BeginOf(*a.state).latest;
    const CivilDay of_b = BeginOf(*b.state).latest;
    return of_a != of_b ? of_a > of_b : Stricter(a.view->state, b.view->state);
  });
  // From the last that is looked at to the first.
  size_t last = 0;
  while (last + 1 < scoped.size() && !scoped[last].assumed &&
         CoverageOf(*scoped[last].state, order) != Coverage::kYes) {
    ++last;
  }
  Choice chosen = general;
  for (size_t at = last + 1; at-- > 0;) {
    Scoped& each = scoped[at];
    chosen.view = each.assumed ? *std::move(each.view)
                               : Covered(*each.state, *std::move(each.view), chosen.view, order);
    chosen.state = each.state;
  }
  return chosen;
}

std::optional<Choice> LicensedToOthers(const pb::RuleInterval& interval, const std::string& buyer) {
  for (const pb::RuleState& state : interval.scoped()) {
    if (state.effect() != pb::RULE_EFFECT_LICENSED || state.buyers().empty()) continue;
    const auto& buyers = state.buyers();
    if (std::find(buyers.begin(), buyers.end(), buyer) != buyers.end()) continue;
    Choice choice{ViewOf(state, rules::kLicensedToOthers), &state, {}};
    choice.view.state = pb::GATE_STATE_CONDITIONAL;
    choice.view.quantity.reset();
    choice.view.reasons = {ReasonOf(pb::REASON_KIND_LICENSED_TO_OTHERS)};
    return choice;
  }
  return std::nullopt;
}

// What holds for a buyer that no scope names, when some scopes are left out.
GateView MaybeLeftOut(GateView general) {
  general.state = pb::GATE_STATE_UNKNOWN;
  general.rule = rules::kLeftOut;
  general.reasons = {ReasonOf(pb::REASON_KIND_MORE_BUYERS_NAMED)};
  return general;
}

}  // namespace

Choice Choose(const Weighed& weighed, const OrderFacts& order, const std::string* buyer,
              const GateView& before) {
  General anybody(weighed.interval);
  std::vector<Scoped> scoped;
  const auto weigh = [&](const Reaching& each, bool assumed) {
    if (each.general()) {
      anybody.Add(*each.state, assumed);
    } else {
      scoped.push_back({each.state, assumed, std::nullopt});
    }
  };
  for (const Reaching* each : weighed.applying) weigh(*each, false);
  for (const Reaching* each : weighed.assumed) weigh(*each, true);
  Choice chosen = anybody.Decide(order, before);
  chosen.general = chosen.view;
  DropYielding(&scoped);
  const Choice general = chosen;
  std::erase_if(scoped, [&](Scoped& each) {
    each.view = ScopedView(general, *each.state);
    return !each.view;
  });
  if (!scoped.empty()) return ByNewest(std::move(scoped), general, order);
  if (buyer == nullptr || weighed.interval == nullptr) return chosen;
  if (weighed.scopes_omitted) {
    chosen.view = MaybeLeftOut(std::move(chosen.view));
  } else if (!anybody.said()) {
    if (auto licensed = LicensedToOthers(*weighed.interval, *buyer)) {
      licensed->view = Covered(*licensed->state, std::move(licensed->view), chosen.general, order);
      licensed->general = licensed->view;
      return *std::move(licensed);
    }
  }
  return chosen;
}

}  // namespace chipline::timeline
