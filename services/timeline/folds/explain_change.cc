#include "services/timeline/folds/explain_change.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Values = std::vector<pb::ExplainedValue>;

// Entries are folded again so many times at most, and only if they have no more claims than this.
constexpr int kMaxFolds = 8;
constexpr size_t kMaxFoldedRows = 1000;

pb::WouldChange& Add(pb::WouldChangeKind kind, std::string words, pb::ExplainedValue* value) {
  pb::WouldChange& change = *value->add_would_change();
  change.set_kind(kind);
  change.set_words(std::move(words));
  return change;
}

std::string OrNothing(const std::string& says) { return says.empty() ? "without a value" : says; }

void AddDay(const Values& values, size_t at, pb::ExplainedValue* value) {
  if (!value->has_valid()) return;
  for (size_t i = at + 1; i < values.size(); ++i) {
    const pb::ExplainedValue& later = values[i];
    if (later.field() != value->field() || later.says() == value->says()) continue;
    const auto& ids = later.grounds().event_ids();
    pb::WouldChange& change =
        Add(pb::WOULD_CHANGE_KIND_DAY,
            ids.empty() ? fmt::format("From {} it is {}.", later.valid().from(), later.says())
                        : fmt::format("From {} it is {}, by {}.", later.valid().from(),
                                      later.says(), fmt::join(ids, ", ")),
            value);
    change.set_day(later.valid().from());
    *change.mutable_event_ids() = ids;
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
    std::string words;
    if (!own) {
      words = fmt::format("The end of {}; what would hold instead is explained in {}.",
                          fmt::join(ids, ", "), RulesOf(*value));
    } else if (folds_ < kMaxFolds && input_.rows.size() <= kMaxFoldedRows) {
      const Values without = Without(ids);
      const pb::ExplainedValue* same = Same(*value, without);
      const std::string says = same == nullptr ? "" : same->says();
      if (says == value->says()) {
        words = fmt::format("Not the end of {} alone: it would still be {}", fmt::join(ids, ", "),
                            OrNothing(says));
      } else {
        words = fmt::format("If {} ended it would be {}", fmt::join(ids, ", "), OrNothing(says));
      }
      if (same != nullptr && same->grounds().event_ids_size() > 0) {
        words += fmt::format(", by {}", fmt::join(same->grounds().event_ids(), ", "));
      }
      words += ".";
    } else {
      words = fmt::format("The end of {}.", fmt::join(ids, ", "));
    }
    pb::WouldChange& change = timeline::Add(pb::WOULD_CHANGE_KIND_END, std::move(words), value);
    for (const std::string& id : ids) change.add_event_ids(id);
  }

 private:
  // The entries of the rules for the gates that the value is of.
  std::string RulesOf(const pb::ExplainedValue& value) const {
    std::vector<std::string_view> rules;
    for (const pb::TimelineEntry& entry : input_.dependencies) {
      const pb::ExportRuleKey& key = entry.key().export_rule();
      const std::string gate = GateName(key.jurisdiction(), key.gate(), "");
      const bool of = value.field().find(gate) != std::string::npos ||
                      value.grounds().reason().find(gate) != std::string::npos;
      if (entry.has_export_rule() && of) rules.push_back(entry.entry_id());
    }
    if (rules.empty()) return "the entries that it follows from";
    return fmt::format("{}", fmt::join(rules, ", "));
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
void AddGates(const Values& values, pb::ExplainedValue* value) {
  std::string closed;
  for (const pb::ExplainedValue& gate : values) {
    if (!gate.field().starts_with("gates[") || gate.valid().from() != value->valid().from())
      continue;
    if (gate.says() == "SATISFIED" || gate.says() == "NOT_REQUIRED") continue;
    closed += fmt::format("{}{} ({}{}{})", closed.empty() ? "" : ", ", gate.field(), gate.says(),
                          gate.grounds().event_ids().empty() ? "" : " by ",
                          fmt::join(gate.grounds().event_ids(), ", "));
  }
  Add(pb::WOULD_CHANGE_KIND_CLAIM,
      closed.empty() ? "Any claim that closes a gate would change it."
                     : fmt::format("It is cleared when each of these lets pass: {}.", closed),
      value);
}

}  // namespace

void AddWouldChange(const FoldInput& input, const NamesAt& names, Values* values) {
  Ends ends(input, names);
  // The last first: they are of the present and what is to come.
  for (size_t i = values->size(); i-- > 0;) {
    pb::ExplainedValue& value = (*values)[i];
    AddDay(*values, i, &value);
    ends.Add(&value);
    if (value.field() == "state") {
      AddGates(*values, &value);
    } else {
      Add(pb::WOULD_CHANGE_KIND_CLAIM, std::string(WhatClaimWouldChange(value.grounds().rule())),
          &value);
    }
  }
}

std::string_view WhatClaimWouldChange(std::string_view rule) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"", "Any standing claim with a figure would give a value."},
      {rules::kLatestEffective,
       "A claim in force that begins later, on these days or before, would take its place; so "
       "would "
       "one of the same day from a higher rank of origin."},
      {rules::kStrictestRule,
       "A stricter rule beside it, or a later claim under its own number, would change it."},
      {rules::kSameDay, "A claim in force that begins later would take the place of both."},
      {rules::kDayUncertain,
       "A claim that says on which day the change took effect would settle it."},
      {rules::kNobodySaid, "Any claim in force for these days would say what holds."},
      {rules::kGeneralRule,
       "A later rule for anybody, or one that names the buyer, would change it."},
      {rules::kNamesBuyer,
       "A later rule for anybody, or a later one that names the buyer, would "
       "change it."},
      {rules::kLicensedToOthers,
       "A rule for anybody, or a licence that names this buyer, would "
       "change it."},
      {rules::kMayApply,
       "A claim that says whether the rule reaches the order, of the buyer, its seat, the place, "
       "the "
       "chip or the purpose, would settle it."},
      {rules::kScopeHolds, "A later rule for anybody, or of the same scope, would change it."},
      {rules::kLicenceGoesOn,
       "A claim that ends the licence, or says that it stays in force, would settle it."},
      {rules::kEnding, "A claim that says on which day the licence ends would settle it."},
      {rules::kEarlierOrder,
       "A rule that covers orders placed or shipped before it would change "
       "it."},
      {rules::kCoverageUnknown,
       "A claim that says which orders the rule covers, or when this one "
       "was placed or shipped, would settle it."},
      {rules::kOrderSays, "A later rule, or a later report on the order, would change it."},
      {rules::kQuantityTimesPrice,
       "A stated value of the whole, or another quantity or price, "
       "would change it."},
      {rules::kLeftOut, "Nothing shown here tells; the claims themselves do."},
  };
  for (const auto& [word, sentence] : kWords) {
    if (word == rule) return sentence;
  }
  return WhatWouldChange(rule);
}

}  // namespace chipline::timeline
