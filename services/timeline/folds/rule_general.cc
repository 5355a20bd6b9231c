#include "services/timeline/folds/rule_general.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/reasons.h"
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

// Whether a doubt of which claim holds may matter to the order: one that may have begun and may
// cover it, or one that held before and may have ended.
bool DoubtMayMatter(const pb::RuleInterval& interval, const GateView& before,
                    const OrderFacts& order) {
  return std::any_of(interval.alternatives().begin(), interval.alternatives().end(),
                     [&](const pb::RuleState& state) {
                       const bool held_before = std::any_of(
                           before.events.begin(), before.events.end(), [&](const auto& event) {
                             return event.second == state.claim().event_id();
                           });
                       if (held_before) return state.grounds().rule() == rules::kDayUncertain;
                       return CoverageOf(state, order) != Coverage::kNo;
                     });
}

GateView Spared(GateView before) {
  if (before.rule == rules::kEarlierOrder) return before;
  before.rule = rules::kEarlierOrder;
  before.reasons.insert(before.reasons.begin(), ReasonOf(pb::REASON_KIND_EARLIER_ORDER));
  return before;
}

bool LessStrict(const pb::RuleState& a, const pb::RuleState& b) {
  return Strictness(a.gate(), a.effect()) < Strictness(b.gate(), b.effect());
}

}  // namespace

Authority AuthorityOf(const pb::RuleState& state) {
  if (NobodySaid(state) && !IsLeftOut(state)) return Authority::kNobody;
  const bool of_claim = !state.claim().event_id().empty();
  return of_claim ? AuthorityOf(state.claim().origin()) : Authority::kOfficial;
}

bool IsLeftOut(const pb::RuleState& state) { return state.grounds().rule() == rules::kLeftOut; }

bool NobodySaid(const pb::RuleState& state) {
  return state.grounds().rule() == rules::kNobodySaid || IsLeftOut(state);
}

bool IsDoubtful(const pb::RuleState& state) {
  return state.grounds().rule() == rules::kDayUncertain && state.claim().event_id().empty();
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
  view.reasons.assign(state.grounds().reasons().begin(), state.grounds().reasons().end());
  view.authority = AuthorityOf(state);
  return view;
}

bool TakesPlace(const pb::RuleState& newer, const pb::RuleState& older) {
  const bool same =
      newer.rule_id().empty() || older.rule_id().empty() || newer.rule_id() == older.rule_id();
  return same && AuthorityOf(newer) <= AuthorityOf(older) &&
         BeginOf(newer).latest > BeginOf(older).latest;
}

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
  const bool either_way =
      view.state == before.state || (Clears(view.state) && Clears(before.state));
  if (either_way) return view;
  view.state = pb::GATE_STATE_UNKNOWN;
  view.rule = rules::kCoverageUnknown;
  const bool unsaid = state.applies_to() == pb::APPLIES_TO_UNSPECIFIED;
  view.reasons = {
      ReasonOf(unsaid ? pb::REASON_KIND_COVERAGE_UNSAID : pb::REASON_KIND_COVERAGE_UNKNOWN)};
  return view;
}

General::General(const pb::RuleInterval* interval) : interval_(interval) {
  if (interval == nullptr || NobodySaid(interval->general())) return;
  doubtful_ = IsDoubtful(interval->general());
  if (doubtful_) return;
  standing_.push_back({&interval->general(), false});
  for (const pb::RuleState& other : interval->alternatives()) {
    if (other.grounds().rule() == rules::kLessStrict) standing_.push_back({&other, false});
  }
}

void General::Add(const pb::RuleState& state, bool assumed) {
  if (doubtful_) {
    const auto& possible = interval_->alternatives();
    if (std::all_of(possible.begin(), possible.end(),
                    [&](const pb::RuleState& other) { return TakesPlace(state, other); })) {
      doubtful_ = false;
    } else if (Strictness(state.gate()) <= Strictness(pb::GATE_STATE_UNKNOWN)) {
      return;
    }
  }
  const auto over = [&](const Standing& other) { return TakesPlace(*other.state, state); };
  if (std::any_of(standing_.begin(), standing_.end(), over)) return;
  std::erase_if(standing_, [&](const Standing& other) { return TakesPlace(state, *other.state); });
  standing_.push_back({&state, assumed});
}

Choice General::Decide(const OrderFacts& order, const GateView& before) const {
  Choice choice;
  choice.view.rule = rules::kNobodySaid;
  choice.view.reasons = {ReasonOf(pb::REASON_KIND_NO_RULE_FOR_CHIP)};
  const pb::RuleState* covering = nullptr;
  const pb::RuleState* uncertain = nullptr;
  for (const Standing& each : standing_) {
    const Coverage covers = each.assumed ? Coverage::kYes : CoverageOf(*each.state, order);
    if (covers == Coverage::kNo) continue;
    const pb::RuleState*& strictest = covers == Coverage::kYes ? covering : uncertain;
    if (strictest == nullptr || LessStrict(*strictest, *each.state)) strictest = each.state;
  }
  if (covering != nullptr) {
    choice.view = ViewOf(*covering, rules::kGeneralRule);
    choice.state = covering;
  } else if (doubtful_) {
    choice.view = DoubtMayMatter(*interval_, before, order) ? Doubt() : Spared(before);
    return choice;
  } else if (!standing_.empty()) {
    choice.view = uncertain == nullptr ? Spared(before) : before;
    choice.state = standing_.front().state;
  } else if (interval_ != nullptr && NobodySaid(interval_->general())) {
    const pb::RuleState& general = interval_->general();
    choice.view = ViewOf(general, IsLeftOut(general) ? rules::kLeftOut : rules::kNobodySaid);
    choice.view.since = kDawn;
  }
  if (uncertain == nullptr) return choice;
  // Beside one that covers the order only a stricter one matters.
  if (covering != nullptr && !LessStrict(*covering, *uncertain)) return choice;
  choice.view = Covered(*uncertain, ViewOf(*uncertain, rules::kGeneralRule), choice.view, order);
  choice.state = uncertain;
  return choice;
}

GateView General::Doubt() const {
  GateView view = ViewOf(interval_->general(), rules::kDayUncertain);
  view.events.clear();
  view.since = kDawn;
  for (const pb::RuleState& possible : interval_->alternatives()) {
    view.since = std::max(view.since, BeginOf(possible).latest);
    AddEvents(possible, &view);
  }
  return view;
}

}  // namespace chipline::timeline
