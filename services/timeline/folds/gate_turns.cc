#include "services/timeline/folds/gate_turns.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "services/words/reach_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Statuses = google::protobuf::RepeatedPtrField<pb::GateStatus>;

// By what surely applies.
pb::GateState BaseOf(const Decider& decider) {
  if (decider.report != nullptr) return decider.report->state;
  return decider.rule == nullptr ? pb::GATE_STATE_UNKNOWN : decider.rule->state;
}

bool Counts(const PossibleView& possible, const Decider& decider) {
  if (decider.report == nullptr) return true;
  const bool before =
      possible.since > decider.report->since || possible.authority < decider.report->authority;
  return before && Strictness(possible.rule.gate()) > Strictness(decider.report->state);
}

const pb::Quantity* QuantityOf(const Decider& decider) {
  if (decider.report != nullptr) {
    return decider.report->stated->has_quantity() ? &decider.report->stated->quantity() : nullptr;
  }
  const bool has = decider.rule != nullptr && decider.rule->quantity.has_value();
  return has ? &*decider.rule->quantity : nullptr;
}

// What another report says that does not count.
pb::Reason ContraryReason(const Decider& decider) {
  const OwnGate& contrary = *decider.contrary;
  const bool equal = decider.report != nullptr && decider.report->authority == contrary.authority;
  pb::Reason reason =
      ReasonOf(equal ? pb::REASON_KIND_LESS_STRICT_REPORT : pb::REASON_KIND_LESS_AUTHORITY_REPORT,
               DaySpan::On(contrary.since));
  reason.add_event_ids(contrary.claim->event_id());
  reason.add_gates()->set_state(contrary.state);
  return reason;
}

void SetGrounds(const Decider& decider, pb::Grounds* grounds) {
  std::vector<pb::Reason> reasons;
  if (decider.report != nullptr) {
    grounds->set_rule(std::string(rules::kOrderSays));
    reasons = {ReasonOf(pb::REASON_KIND_ORDER_SAYS, DaySpan::On(decider.report->since))};
  } else if (decider.rule != nullptr) {
    grounds->set_rule(decider.rule->rule);
    reasons = decider.rule->reasons;
  } else {
    grounds->set_rule(std::string(rules::kNobodySaid));
    reasons = {ReasonOf(pb::REASON_KIND_NO_RULE_FOR_CHIP)};
  }
  if (decider.contrary != nullptr) reasons.push_back(ContraryReason(decider));
  SetReasons(reasons, grounds);
}

// Says of what it depends that a rule may apply, if any may.
void AddPossibleReason(pb::GateStatus* status) {
  if (status->possible_rules().empty() || IsClosed(status->state())) return;
  const int more =
      status->possible_rules_size() - 1 + static_cast<int>(status->possible_rules_omitted());
  pb::Reason reason =
      CountReason(LetsPass(status->state()) ? pb::REASON_KIND_STRICTER_RULE_MAY_APPLY
                                            : pb::REASON_KIND_RULE_MAY_APPLY,
                  static_cast<size_t>(more));
  *reason.mutable_applies_if() = status->possible_rules(0).applies_if();
  status->mutable_grounds()->set_rule(std::string(rules::kMayApply));
  AddReason(reason, status->mutable_grounds());
}

void AddOnce(const std::string& event, pb::PossibleRule* rule) {
  const auto& known = rule->event_ids();
  if (std::find(known.begin(), known.end(), event) != known.end()) return;
  if (rule->event_ids_size() < kMaxIds) {
    rule->add_event_ids(event);
  } else {
    rule->set_event_ids_omitted(rule->event_ids_omitted() + 1);
  }
}

// The rules of several chips and buyers, each once: what lets it apply to any of them.
void AddPossible(absl::Span<const Decider> deciders, pb::GateStatus* status) {
  std::vector<pb::PossibleRule> rules;
  absl::flat_hash_map<std::string, size_t> known;
  for (const Decider& decider : deciders) {
    for (const PossibleView* possible : decider.Possible()) {
      const std::string& id = possible->rule.rule_id();
      const std::string name =
          id.empty() ? possible->rule.entry_id() + "/" + possible->events.back().second : id;
      const auto [at, first] = known.try_emplace(name, rules.size());
      if (first) rules.push_back(possible->rule);
      pb::PossibleRule& rule = rules[at->second];
      if (!first) AddWays(possible->rule, &rule);
      PlacedEvents events = possible->events;
      std::sort(events.begin(), events.end());
      for (const auto& [position, event] : events) AddOnce(event, &rule);
    }
  }
  std::stable_sort(rules.begin(), rules.end(),
                   [](const pb::PossibleRule& a, const pb::PossibleRule& b) {
                     return Strictness(a.gate()) > Strictness(b.gate());
                   });
  for (pb::PossibleRule& rule : rules) {
    ShowWays(&rule);
    if (status->possible_rules_size() < kMaxShown) {
      *status->add_possible_rules() = std::move(rule);
    } else {
      status->set_possible_rules_omitted(status->possible_rules_omitted() + 1);
    }
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
  SetGrounds(first, &grounds);
  AddPossible(deciders, &status);
  AddPossibleReason(&status);
}

bool SameStates(const Deciders& a, const Deciders& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Decider& x, const Decider& y) { return x.state() == y.state(); });
}

// The report that decides at every chip; null if none does.
const OwnGate* ReportOf(const Deciders& deciders) {
  const auto same = [&](const Decider& each) { return each.report == deciders.front().report; };
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
    if (gate.own != nullptr) after_ = gate.own->reports.begin();
  }

  // The first one and those on which anything may change, in order.
  std::vector<CivilDay> Days() const {
    std::vector<CivilDay> days = {first_};
    const auto add = [&](CivilDay day) {
      if (day > first_) days.push_back(day);
    };
    if (gate_.own != nullptr) {
      for (const OwnGate& report : gate_.own->reports) add(report.since);
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
    TakeUpReports(day);
    Deciders deciders;
    for (const std::vector<GateStep>& steps : gate_.rules) {
      deciders.push_back(DeciderOf(RuleOn(steps, day)));
    }
    return deciders;
  }

 private:
  // Those of one authority that have begun and not ended, the last on top.
  using Begun = std::vector<const OwnGate*>;

  void TakeUpReports(CivilDay day) {
    day_ = day;
    if (gate_.own == nullptr) return;
    for (; after_ != gate_.own->reports.end() && after_->since <= day; ++after_) {
      begun_[static_cast<size_t>(after_->authority)].push_back(&*after_);
    }
    // What has ended under others is taken away when these end.
    for (Begun& begun : begun_) {
      while (!begun.empty() && begun.back()->until <= day) begun.pop_back();
    }
  }

  Decider DeciderOf(const GateView* rule) const {
    Decider decider{.rule = rule, .report = nullptr, .contrary = nullptr};
    // Of the reports, from the strongest on: a weaker one counts if it is later and stricter.
    for (const Begun& begun : begun_) {
      if (begun.empty()) continue;
      const OwnGate* const last = begun.back();
      if (decider.report == nullptr ||
          (last->since > decider.report->since &&
           Strictness(last->state) > Strictness(decider.report->state))) {
        decider.report = last;
      }
    }
    if (decider.report == nullptr) return decider;
    const OwnGate* const strongest = decider.report;
    if (rule != nullptr && !GoesBefore(*decider.report, *rule)) decider.report = nullptr;
    decider.contrary = ContraryTo(decider, *strongest);
    if (decider.report != nullptr && decider.Possible().empty()) decider.rule = nullptr;
    return decider;
  }

  // Whether a report decides, and not the rule.
  static bool GoesBefore(const OwnGate& report, const GateView& rule) {
    const bool later = report.since >= rule.since;
    if (Strictness(report.state) < Strictness(rule.state)) {
      return later && report.authority <= rule.authority;
    }
    return later || report.authority < rule.authority;
  }

  // The last report that says otherwise than what decides and is not older; `report` is the one
  // that counts among reports.
  const OwnGate* ContraryTo(const Decider& decider, const OwnGate& report) const {
    const OwnGate* contrary = nullptr;
    const auto look_at = [&](const OwnGate* other) {
      if (other->state == BaseOf(decider) || other->until <= day_) return;
      if (other->since < (decider.report != nullptr ? report.since : decider.rule->since)) return;
      if (contrary == nullptr || contrary->since < other->since) contrary = other;
    };
    for (const Begun& begun : begun_) {
      if (begun.empty()) continue;
      look_at(begun.back());
      // The least strict of the day comes first.
      for (size_t at = begun.size() - 1; at-- > 0 && begun[at]->since == begun.back()->since;) {
        look_at(begun[at]);
      }
    }
    return contrary;
  }

  static const GateView* RuleOn(const std::vector<GateStep>& steps, CivilDay day) {
    const auto after =
        std::upper_bound(steps.begin(), steps.end(), day,
                         [](CivilDay at, const GateStep& step) { return at < step.piece.from; });
    return after == steps.begin() ? nullptr : &std::prev(after)->view;
  }

  const GateSources& gate_;
  const CivilDay first_;
  CivilDay day_ = kDawn;
  // The first report that begins after the day.
  decltype(OwnGates::reports)::const_iterator after_;
  std::array<Begun, static_cast<size_t>(Authority::kNobody)> begun_;
};

// What a gate does that now stands so, and was last known to stand as `known` says.
pb::EdgeKind Step(pb::GateState state, pb::GateState* known) {
  if (state == pb::GATE_STATE_UNKNOWN) return pb::EDGE_KIND_UNSPECIFIED;
  const pb::GateState before = std::exchange(*known, state);
  const bool never_known = before == pb::GATE_STATE_UNKNOWN;
  if (state == before) return pb::EDGE_KIND_UNSPECIFIED;
  if (LetsPass(state)) {
    return never_known || IsClosed(before) ? pb::EDGE_KIND_LIFTS : pb::EDGE_KIND_CHANGES;
  }
  const bool closer = never_known || Strictness(before) < Strictness(state);
  return closer ? pb::EDGE_KIND_BLOCKS : pb::EDGE_KIND_CHANGES;
}

}  // namespace

pb::GateState Decider::state() const {
  const pb::GateState base = BaseOf(*this);
  const bool passes = Strictness(base) < Strictness(pb::GATE_STATE_CONDITIONAL);
  if (!passes || rule == nullptr) return base;
  const bool may = std::any_of(rule->possible.begin(), rule->possible.end(),
                               [&](const auto& possible) { return Counts(*possible, *this); });
  return may ? pb::GATE_STATE_CONDITIONAL : base;
}

std::vector<const PossibleView*> Decider::Possible() const {
  std::vector<const PossibleView*> counting;
  if (rule == nullptr) return counting;
  for (const auto& possible : rule->possible) {
    if (Counts(*possible, *this)) counting.push_back(possible.get());
  }
  return counting;
}

CivilDay Decider::since() const {
  CivilDay last = report != nullptr ? report->since : rule == nullptr ? kDawn : rule->since;
  for (const PossibleView* possible : Possible()) last = std::max(last, possible->since);
  return last;
}

void Decider::AddEventsTo(Events* events) const {
  if (report != nullptr) {
    events->emplace_back(report->claim->position(), report->claim->event_id());
  } else if (rule != nullptr) {
    events->insert(events->end(), rule->events.begin(), rule->events.end());
  }
  for (const PossibleView* possible : Possible()) {
    events->insert(events->end(), possible->events.begin(), possible->events.end());
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
