#include "services/timeline/folds/explain_change.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/policy.h"
#include "services/words/change_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Values = std::vector<pb::ExplainedValue>;

// Entries are folded again so many times at most, and only if they have no more claims than this.
constexpr int kMaxFolds = 8;
constexpr size_t kMaxFoldedRows = 1000;

void AddDay(const Values& values, size_t at, pb::ExplainedValue* value) {
  if (!value->has_valid()) return;
  for (size_t i = at + 1; i < values.size(); ++i) {
    const pb::ExplainedValue& later = values[i];
    if (later.field() != value->field() || later.says() == value->says()) continue;
    pb::WouldChange& change = *value->add_would_change();
    change.set_kind(pb::WOULD_CHANGE_KIND_DAY);
    change.set_day(later.valid().from());
    *change.mutable_then() = later.figure();
    *change.mutable_event_ids() = later.grounds().event_ids();
    change.set_event_ids_omitted(later.grounds().event_ids_omitted());
    return;
  }
}

// What the same value says among others: the one of that field on its first day.
const pb::ExplainedValue* Same(const pb::ExplainedValue& value, const Values& others) {
  for (const pb::ExplainedValue& other : others) {
    if (other.field() != value.field()) continue;
    const std::string& from = value.valid().from();
    const std::string& to = other.valid().to();
    if (other.valid().from() <= from && (to.empty() || from < to)) return &other;
  }
  return nullptr;
}

class Ends {
 public:
  Ends(const FoldInput& input, const NamesAt& names) : input_(input), names_(names) {
    for (const Claim& row : input.rows) rows_.insert(row.event_id());
  }

  void Add(pb::ExplainedValue* value) {
    const std::set<std::string> ids(value->grounds().event_ids().begin(),
                                    value->grounds().event_ids().end());
    if (ids.empty()) return;
    const bool own = std::all_of(ids.begin(), ids.end(),
                                 [&](const std::string& id) { return rows_.contains(id); });
    pb::WouldChange& change = *value->add_would_change();
    change.set_kind(pb::WOULD_CHANGE_KIND_END);
    for (const std::string& id : ids) change.add_event_ids(id);
    if (!own) {
      change.set_outcome(pb::WOULD_CHANGE_OUTCOME_ELSEWHERE);
      AddRulesOf(*value, &change);
    } else if (folds_ < kMaxFolds && input_.rows.size() <= kMaxFoldedRows) {
      AddWithout(ids, *value, &change);
    }
  }

 private:
  // The entries of the rules for the gates that the value is of.
  void AddRulesOf(const pb::ExplainedValue& value, pb::WouldChange* change) const {
    std::vector<pb::ReasonGate> gates = {value.of().gate()};
    for (const pb::Reason& reason : value.grounds().reasons()) {
      gates.insert(gates.end(), reason.gates().begin(), reason.gates().end());
    }
    for (const pb::TimelineEntry& entry : input_.dependencies) {
      if (!entry.has_export_rule()) continue;
      const pb::ExportRuleKey& key = entry.key().export_rule();
      const bool of = std::any_of(gates.begin(), gates.end(), [&](const pb::ReasonGate& gate) {
        return gate.jurisdiction() == key.jurisdiction() && gate.gate() == key.gate();
      });
      if (!of) continue;
      if (change->entry_ids_size() < kMaxShown) {
        change->add_entry_ids(entry.entry_id());
      } else {
        change->set_entry_ids_omitted(change->entry_ids_omitted() + 1);
      }
    }
  }

  // What the value says without the claims.
  void AddWithout(const std::set<std::string>& ids, const pb::ExplainedValue& value,
                  pb::WouldChange* change) {
    const Values without = Without(ids);
    const pb::ExplainedValue* same = Same(value, without);
    const bool says_same = (same == nullptr ? "" : same->says()) == value.says();
    change->set_outcome(says_same ? pb::WOULD_CHANGE_OUTCOME_SAME : pb::WOULD_CHANGE_OUTCOME_OTHER);
    if (same == nullptr) return;
    if (same->has_figure()) *change->mutable_then() = same->figure();
    *change->mutable_then_event_ids() = same->grounds().event_ids();
    change->set_then_event_ids_omitted(same->grounds().event_ids_omitted());
  }

  // A claim that is withdrawn takes its links along, and so does a row that is left out.
  Values Without(const std::set<std::string>& ids) {
    ++folds_;
    FoldInput rest;
    rest.key = input_.key;
    rest.dependencies = input_.dependencies;
    for (const Claim& row : input_.rows) {
      if (!ids.contains(row.event_id())) rest.rows.push_back(row);
    }
    return ValuesOf(Fold(rest, names_));
  }

  const FoldInput& input_;
  const NamesAt& names_;
  std::set<std::string> rows_;
  int folds_ = 0;
};

// Which gates must open before an order is clear.
void AddGates(const Values& values, const pb::ExplainedValue& value, pb::WouldChange* change) {
  for (const pb::ExplainedValue& gate : values) {
    if (!gate.of().has_gate() || gate.valid().from() != value.valid().from()) continue;
    const pb::GateState state = gate.figure().gate();
    if (state == pb::GATE_STATE_SATISFIED || state == pb::GATE_STATE_NOT_REQUIRED) continue;
    pb::ReasonGate& closed = *change->add_gates();
    closed = gate.of().gate();
    closed.set_state(state);
    *closed.mutable_event_ids() = gate.grounds().event_ids();
    closed.set_event_ids_omitted(gate.grounds().event_ids_omitted());
  }
}

}  // namespace

void AddWouldChange(const FoldInput& input, const NamesAt& names, Values* values) {
  Ends ends(input, names);
  // The last first: they are of the present and what is to come.
  for (size_t i = values->size(); i-- > 0;) {
    pb::ExplainedValue& value = (*values)[i];
    AddDay(*values, i, &value);
    ends.Add(&value);
    pb::WouldChange& claim = *value.add_would_change();
    claim.set_kind(pb::WOULD_CHANGE_KIND_CLAIM);
    const bool state = value.figure().has_order();
    claim.set_rule(state ? std::string(rules::kGatesCombined) : value.grounds().rule());
    if (state) AddGates(*values, value, &claim);
    for (pb::WouldChange& change : *value.mutable_would_change()) {
      change.set_words(ChangeInWords(change, PlainWording()));
    }
  }
}

}  // namespace chipline::timeline
