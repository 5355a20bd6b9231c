#include "services/timeline/folds/capex_fold.h"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/capex_figures.h"
#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/group_comparison.h"
#include "services/timeline/folds/policy.h"
#include "services/values/edtf.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

const pb::CapexAnnouncement& CapexOf(const Claim& claim) {
  return claim.event.event().capex_announcement();
}

// A claim that gives no figure to weigh, as it stands.
pb::AmountFigure PlainFigure(const Claim& claim, const Effect& effect, pb::Grounds grounds) {
  pb::AmountFigure figure;
  if (CapexOf(claim).has_amount()) *figure.mutable_amount() = CapexOf(claim).amount();
  *figure.mutable_grounds() = std::move(grounds);
  *figure.mutable_claim() = SummaryOf(claim, effect);
  figure.set_basis(CapexOf(claim).basis());
  return figure;
}

// The one number that a stated amount consists of, be it a figure or a bound.
std::optional<Decimal> SingleNumber(const pb::Amount& amount) {
  const std::optional<Range> range = RangeOf(amount);
  if (!range || (range->low && range->high && !range->exact_number())) return std::nullopt;
  return range->low ? range->low : range->high;
}

// What the selected sum and a growth on it say of the year before.
std::optional<pb::AmountFigure> YearBeforeOf(const Ranked& selected, const Claim& claim) {
  const std::optional<Range> growth = RangeOf(CapexOf(claim).growth_on_year());
  const std::optional<Range> factor = growth ? GrowthFactor(*growth) : std::nullopt;
  if (!factor) return std::nullopt;
  const std::optional<Range> before = Quotient(selected.lead().range, *factor);
  if (!before) return std::nullopt;
  pb::AmountFigure figure;
  *figure.mutable_amount() = AmountOf(*before, selected.lead().unit);
  const std::string& selected_id = selected.lead().claim->event_id();
  std::vector<std::string> ids = {selected_id};
  if (claim.event_id() != selected_id) ids.push_back(claim.event_id());
  pb::Reason reason = ReasonOf(pb::REASON_KIND_YEAR_BEFORE);
  *reason.add_amounts() = AmountOf(selected.lead().range, selected.lead().unit);
  *reason.mutable_ratio() = RatioOf(*factor);
  *figure.mutable_grounds() = GroundsOf(ids, rules::kYearBefore, std::move(reason), true);
  return figure;
}

// The place of a claim that states no sum.
constexpr size_t kNoSum = std::numeric_limits<size_t>::max();

bool StatesDays(const Claim& claim) {
  const pb::Period& period = CapexOf(claim).period();
  return claim.own && !period.start().empty() && !period.end().empty();
}

}  // namespace

CapexFold::CapexFold(const pb::EntryKey& key, const Rows& rows, const Effects& effects)
    : key_(key), rows_(rows), effects_(effects), revisions_(rows, effects) {
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row);
}

bool CapexFold::Add() {
  if (missing_.contains(rows_.back().event_id())) return false;
  TakeUp(rows_.size() - 1);
  return true;
}

void CapexFold::TakeUp(size_t row) {
  const Claim& claim = rows_[row];
  if (period_ == nullptr && StatesDays(claim)) period_ = &claim;
  if (!claim.own) return;
  if (effects_[row].standing != pb::STANDING_STANDING) {
    const auto said = CandidateOf(claim, effects_[row], CapexOf(claim).amount());
    if (said) selector_.AddEnded(*said);
    return;
  }
  CapexReading reading = ReadCapexClaim(row, rows_, effects_);
  if (!reading.missing.empty()) missing_.insert(std::move(reading.missing));
  size_t place = kNoSum;
  if (reading.candidate) {
    place = selector_.Add(*std::move(reading.candidate));
    NoteConversions(claim, place);
  } else {
    unquantified_.push_back({row, std::move(reading.why_not)});
  }
  NoteGrowth(claim, place);
}

void CapexFold::NoteGrowth(const Claim& claim, size_t place) {
  if (!CapexOf(claim).has_growth_on_year()) return;
  if (!claim.root.empty()) {
    std::string said = fmt::format("{}/{}/", place, claim.root);
    CapexOf(claim).growth_on_year().AppendToString(&said);
    if (!seen_growths_.insert(std::move(said)).second) return;
  }
  grown_.push_back({&claim, place});
}

void CapexFold::NoteConversions(const Claim& claim, size_t place) {
  for (const pb::StatedConversion& conversion : CapexOf(claim).amount().stated_conversions()) {
    Conversions& known = conversions_[place];
    const auto [found, first] =
        known.seen.try_emplace(conversion.SerializeAsString(), known.all.size());
    if (first) {
      known.all.push_back({&claim, &conversion});
    } else {
      known.all[found->second].again |= known.all[found->second].claim != &claim;
    }
  }
}

// What was replaced converts nothing more, and says nothing more of growth.
void CapexFold::ForgetReplaced() {
  std::set<size_t> converted;
  bool grown = false;
  for (const Selector::Replaced& each : revisions_.TakeFrom(&selector_)) {
    const Claim& claim = *each.candidate.claim;
    if (CapexOf(claim).amount().stated_conversions_size() > 0) converted.insert(each.place);
    grown |= CapexOf(claim).has_growth_on_year();
  }
  for (const size_t place : converted) {
    conversions_.erase(place);
    if (!selector_.stands(place)) continue;
    const Said& said = selector_.said(place);
    std::map<uint64_t, const Claim*> left = {{said.lead.claim->position(), said.lead.claim}};
    for (const Candidate& echo : said.echoes) left[echo.claim->position()] = echo.claim;
    for (const auto& [position, claim] : left) NoteConversions(*claim, place);
  }
  if (grown) NoteGrowthsAgain();
}

// From the rest: of a growth that several states, another one may be the first.
void CapexFold::NoteGrowthsAgain() {
  std::map<uint64_t, Grown> left;
  for (const Grown& each : grown_) {
    if (each.place == kNoSum) left[each.claim->position()] = each;
  }
  const auto note = [&](const Candidate& candidate, size_t place) {
    const Claim& claim = *candidate.claim;
    if (CapexOf(claim).has_growth_on_year()) left[claim.position()] = {&claim, place};
  };
  for (size_t place = 0; place < selector_.size(); ++place) {
    if (!selector_.stands(place)) continue;
    note(selector_.said(place).lead, place);
    for (const Candidate& echo : selector_.said(place).echoes) note(echo, place);
  }
  grown_.clear();
  seen_growths_.clear();
  for (const auto& [position, each] : left) NoteGrowth(*each.claim, each.place);
}

// With what its echoes convert where it does not.
pb::AmountFigure CapexFold::FigureOf(const Ranked& ranked) const {
  const Claim& lead = *ranked.lead().claim;
  pb::AmountFigure figure = AmountFigureOf(ranked, CapexOf(lead).amount());
  const auto found = conversions_.find(ranked.said->place);
  if (found == conversions_.end()) return figure;
  absl::flat_hash_set<std::string> own;
  for (const pb::StatedConversion& each : figure.amount().stated_conversions()) {
    own.insert(each.SerializeAsString());
  }
  for (const Converted& each : found->second.all) {
    if (figure.amount().stated_conversions_size() >= kMaxShown) break;
    const bool of_echo = each.claim != &lead || each.again;
    if (!of_echo || own.contains(each.conversion->SerializeAsString())) continue;
    *figure.mutable_amount()->add_stated_conversions() = *each.conversion;
  }
  return figure;
}

void CapexFold::AddSelection(const Selection& selection, pb::CapexEntry* entry) const {
  entry->set_agreement(selection.agreement);
  if (selection.empty()) return;
  *entry->mutable_selected() = FigureOf(selection.selected());
  *entry->mutable_envelope() = *selection.envelope;
  entry->set_independent_roots(selection.selected().roots);
  for (size_t i = 1; i < selection.ranked.size(); ++i) {
    *entry->add_alternatives() = FigureOf(selection.ranked[i]);
  }
  entry->set_alternatives_omitted(selection.omitted);
}

void CapexFold::AddRevisions(pb::CapexEntry* entry) const {
  uint32_t omitted = 0;
  for (const Revisions::Revision& each : revisions_.Latest(&omitted)) {
    *entry->add_revisions() =
        PlainFigure(*each.claim, each.effect, EndedGrounds(*each.claim, each.effect));
  }
  entry->set_revisions_omitted(omitted);
}

void CapexFold::AddUnquantified(pb::CapexEntry* entry) const {
  for (const Unquantified& each : unquantified_) {
    if (entry->unquantified_size() >= kMaxShown) break;
    const Claim& claim = rows_[each.row];
    *entry->add_unquantified() =
        PlainFigure(claim, effects_[each.row],
                    GroundsOf({claim.event_id()}, rules::kNoFigure, each.why, false));
  }
  entry->set_unquantified_omitted(static_cast<uint32_t>(unquantified_.size()) -
                                  static_cast<uint32_t>(entry->unquantified_size()));
}

void CapexFold::AddConversions(const Selection& selection, pb::CapexEntry* entry) const {
  if (selection.empty()) return;
  const auto found = conversions_.find(selection.selected().said->place);
  if (found == conversions_.end()) return;
  std::set<std::pair<std::string, Decimal>> seen;
  for (const auto& [claim, conversion, again] : found->second.all) {
    const auto value = Decimal::FromProto(conversion->value());
    if (!value.ok() || !seen.insert({conversion->currency(), *value}).second) continue;
    if (entry->conversions_size() >= kMaxShown) return;
    pb::ImpliedRate& implied = *entry->add_conversions();
    *implied.mutable_conversion() = *conversion;
    implied.set_event_id(claim->event_id());
    const std::optional<Decimal> number = SingleNumber(CapexOf(*claim).amount());
    if (!number) continue;
    const std::optional<Decimal> rate = Divide(*number, *value);
    if (rate) *implied.mutable_rate() = rate->ToProto();
  }
}

// Growths that go with the selected figure: its own first, then of claims that agree with it or
// state no sum. That of a claim in conflict is shown, and nothing follows from it.
void CapexFold::AddStatedGrowth(const Selection& selection, pb::CapexEntry* entry) const {
  const auto distance = [&](size_t place) {
    if (place == kNoSum) return 1;
    // What was replaced says nothing any more.
    if (selection.empty() || !selector_.stands(place)) return 3;
    const Candidate& lead = selector_.said(place).lead;
    const Candidate& selected = selection.selected().lead();
    if (&lead == &selected) return 0;
    return lead.unit == selected.unit && Agree(lead.range, selected.range) ? 1 : 2;
  };
  std::set<std::pair<std::string, std::string>> seen;
  for (int wanted = 0; wanted <= 2; ++wanted) {
    for (const auto& [claim, place] : grown_) {
      if (distance(place) != wanted) continue;
      const pb::Ratio& ratio = CapexOf(*claim).growth_on_year();
      const std::string& root = claim->root;
      if (!root.empty() && !seen.insert({root, ratio.SerializeAsString()}).second) continue;
      if (entry->growth_size() >= kMaxShown) {
        entry->set_growth_omitted(entry->growth_omitted() + 1);
        continue;
      }
      pb::Growth& growth = *entry->add_growth();
      *growth.mutable_stated() = ratio;
      growth.set_event_id(claim->event_id());
      if (selection.empty() || wanted > 1) continue;
      std::optional<pb::AmountFigure> before = YearBeforeOf(selection.selected(), *claim);
      if (before) *growth.mutable_implied_year_before() = *std::move(before);
    }
  }
}

void CapexFold::SetPeriod(pb::CapexEntry* entry) const {
  if (key_.capex().period_kind() == pb::PERIOD_KIND_CALENDAR) {
    const auto range = ParsePeriod(key_.capex().period());
    if (!range.ok()) return;
    entry->set_valid_from(range->start.Format());
    entry->set_valid_to(range->end.Format());
  } else if (period_ != nullptr) {
    entry->set_valid_from(CapexOf(*period_).period().start());
    entry->set_valid_to(CapexOf(*period_).period().end());
  }
}

pb::CapexEntry CapexFold::Entry() {
  const Selection selection = selector_.Select();
  ForgetReplaced();
  pb::CapexEntry entry;
  AddSelection(selection, &entry);
  AddRevisions(&entry);
  AddConversions(selection, &entry);
  AddStatedGrowth(selection, &entry);
  SetPeriod(&entry);
  AddUnquantified(&entry);
  return entry;
}

}  // namespace chipline::timeline
