#include "services/timeline/folds/capex_fold.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
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

pb::AmountFigure FigureOf(const Ranked& ranked) {
  return AmountFigureOf(ranked, CapexOf(*ranked.lead.claim).amount());
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

void AddSelection(const Selection& selection, pb::CapexEntry* entry) {
  entry->set_agreement(selection.agreement);
  if (selection.empty()) return;
  *entry->mutable_selected() = FigureOf(selection.selected());
  *entry->mutable_envelope() = *selection.envelope;
  entry->set_independent_roots(selection.selected().roots);
  for (size_t i = 1; i < selection.ranked.size() && i <= size_t{kMaxShown}; ++i) {
    *entry->add_alternatives() = FigureOf(selection.ranked[i]);
  }
}

void AddRevisions(const std::vector<Claim>& rows, const CapexClaims& claims,
                  pb::CapexEntry* entry) {
  for (const size_t row : EndedRows(rows, claims.effects)) {
    const Claim& claim = rows[row];
    const Effect& effect = claims.effects[row];
    *entry->add_revisions() = PlainFigure(claim, effect, EndedGrounds(claim, effect));
  }
}

void AddUnquantified(const std::vector<Claim>& rows, const CapexClaims& claims,
                     pb::CapexEntry* entry) {
  for (const Unquantified& each : claims.unquantified) {
    if (entry->unquantified_size() >= kMaxShown) return;
    const Claim& claim = rows[each.row];
    *entry->add_unquantified() =
        PlainFigure(claim, claims.effects[each.row],
                    GroundsOf({claim.event_id()}, rules::kNoFigure, each.reason, false));
  }
}

// The one number that a stated amount consists of, be it a figure or a bound.
std::optional<Decimal> SingleNumber(const pb::Amount& amount) {
  const std::optional<Range> range = RangeOf(amount);
  if (!range || (range->low && range->high && !range->exact_number())) return std::nullopt;
  return range->low ? range->low : range->high;
}

void AddConversions(const Ranked& selected, pb::CapexEntry* entry) {
  std::vector<const Claim*> claims = {selected.lead.claim};
  for (const Candidate& echo : selected.echoes) claims.push_back(echo.claim);
  std::sort(claims.begin(), claims.end(),
            [](const Claim* a, const Claim* b) { return a->position() < b->position(); });
  std::set<std::pair<std::string, Decimal>> seen;
  for (const Claim* claim : claims) {
    const std::optional<Decimal> number = SingleNumber(CapexOf(*claim).amount());
    for (const pb::StatedConversion& conversion : CapexOf(*claim).amount().stated_conversions()) {
      const auto value = Decimal::FromProto(conversion.value());
      if (!value.ok() || !seen.insert({conversion.currency(), *value}).second) continue;
      if (entry->conversions_size() >= kMaxShown) return;
      pb::ImpliedRate& implied = *entry->add_conversions();
      *implied.mutable_conversion() = conversion;
      implied.set_event_id(claim->event_id());
      if (!number) continue;
      const std::optional<Decimal> rate = Divide(*number, *value);
      if (rate) *implied.mutable_rate() = rate->ToProto();
    }
  }
}

// What the selected sum and a growth on it say of the year before.
std::optional<pb::AmountFigure> YearBeforeOf(const Ranked& selected, const Claim& claim) {
  const std::optional<Range> growth = RangeOf(CapexOf(claim).growth_on_year());
  const std::optional<Range> factor = growth ? GrowthFactor(*growth) : std::nullopt;
  if (!factor) return std::nullopt;
  const std::optional<Range> before = Quotient(selected.lead.range, *factor);
  if (!before) return std::nullopt;
  pb::AmountFigure figure;
  *figure.mutable_amount() = AmountOf(*before, selected.lead.unit);
  const std::string& selected_id = selected.lead.claim->event_id();
  std::vector<std::string> ids = {selected_id};
  if (claim.event_id() != selected_id) ids.push_back(claim.event_id());
  *figure.mutable_grounds() =
      GroundsOf(std::move(ids), rules::kYearBefore,
                fmt::format("Computed: {} {} divided by {}.", InWords(selected.lead.range),
                            selected.lead.unit, InWords(*factor)),
                true);
  return figure;
}

// Growths that go with the selected figure: its own first, then of claims that agree with it or
// state no sum. That of a claim in conflict is shown, and nothing follows from it.
void AddStatedGrowth(const std::vector<Claim>& rows, const CapexClaims& claims,
                     const Selection& selection, pb::CapexEntry* entry) {
  struct Stated {
    const Claim* claim;
    int distance;
  };
  std::vector<Stated> stated;
  const auto add = [&](const Claim* claim, int distance) {
    if (CapexOf(*claim).has_growth_on_year()) stated.push_back({claim, distance});
  };
  for (size_t i = 0; i < selection.ranked.size(); ++i) {
    const Ranked& ranked = selection.ranked[i];
    const int distance = i == 0 ? 0 : (ranked.agrees ? 1 : 2);
    add(ranked.lead.claim, distance);
    for (const Candidate& echo : ranked.echoes) add(echo.claim, distance);
  }
  for (const Unquantified& each : claims.unquantified) add(&rows[each.row], 1);
  std::sort(stated.begin(), stated.end(), [](const Stated& a, const Stated& b) {
    return std::make_tuple(a.distance, a.claim->position()) <
           std::make_tuple(b.distance, b.claim->position());
  });
  std::set<std::pair<std::string, std::string>> seen;
  for (const Stated& each : stated) {
    if (entry->growth_size() >= kMaxShown) return;
    const pb::Ratio& ratio = CapexOf(*each.claim).growth_on_year();
    const std::string& root = each.claim->root;
    if (!root.empty() && !seen.insert({root, ratio.SerializeAsString()}).second) continue;
    pb::Growth& growth = *entry->add_growth();
    *growth.mutable_stated() = ratio;
    growth.set_event_id(each.claim->event_id());
    if (selection.empty() || each.distance > 1) continue;
    std::optional<pb::AmountFigure> before = YearBeforeOf(selection.selected(), *each.claim);
    if (before) *growth.mutable_implied_year_before() = *std::move(before);
  }
}

void AddComputedGrowth(const pb::EntryKey& key, const std::vector<pb::TimelineEntry>& dependencies,
                       pb::CapexEntry* entry) {
  const std::optional<pb::EntryKey> before_key = YearBeforeKey(key);
  if (!before_key || !entry->has_selected()) return;
  const pb::CapexEntry* before = FindCapex(dependencies, *before_key);
  if (before == nullptr || !before->has_selected()) return;
  const pb::Amount& now = entry->selected().amount();
  const pb::Amount& then = before->selected().amount();
  const std::optional<Range> now_range = RangeOf(now);
  const std::optional<Range> then_range = RangeOf(then);
  if (now.currency() != then.currency() || !now_range || !then_range) return;
  const std::optional<Range> change = GrowthBetween(*now_range, *then_range);
  if (!change) return;
  pb::Growth& growth = *entry->add_growth();
  *growth.mutable_computed() = RatioOf(*change);
  const auto& now_ids = entry->selected().grounds().event_ids();
  const auto& then_ids = before->selected().grounds().event_ids();
  std::vector<std::string> ids(then_ids.begin(), then_ids.end());
  ids.insert(ids.end(), now_ids.begin(), now_ids.end());
  *growth.mutable_computed_grounds() =
      GroundsOf(std::move(ids), rules::kGrowthComputed,
                fmt::format("Computed: {} against {} {} in {}.", InWords(*now_range),
                            InWords(*then_range), then.currency(), before_key->capex().period()),
                true);
}

void SetPeriod(const pb::EntryKey& key, const std::vector<Claim>& rows, pb::CapexEntry* entry) {
  if (key.capex().period_kind() == pb::PERIOD_KIND_CALENDAR) {
    const auto range = ParsePeriod(key.capex().period());
    if (!range.ok()) return;
    entry->set_valid_from(range->start.Format());
    entry->set_valid_to(range->end.Format());
    return;
  }
  for (const Claim& claim : rows) {
    const pb::Period& period = CapexOf(claim).period();
    if (!claim.own || period.start().empty() || period.end().empty()) continue;
    entry->set_valid_from(period.start());
    entry->set_valid_to(period.end());
    return;
  }
}

}  // namespace

pb::CapexEntry FoldCapex(const pb::EntryKey& key, const std::vector<Claim>& rows) {
  const CapexClaims claims = ReadCapexClaims(rows);
  const Selection selection = Select(claims.candidates);
  pb::CapexEntry entry;
  AddSelection(selection, &entry);
  AddRevisions(rows, claims, &entry);
  if (!selection.empty()) AddConversions(selection.selected(), &entry);
  AddStatedGrowth(rows, claims, selection, &entry);
  SetPeriod(key, rows, &entry);
  AddUnquantified(rows, claims, &entry);
  return entry;
}

void AddCapexDependencies(const pb::EntryKey& key,
                          const std::vector<pb::TimelineEntry>& dependencies,
                          pb::CapexEntry* entry) {
  AddComputedGrowth(key, dependencies, entry);
  const pb::AmountFigure* selected = entry->has_selected() ? &entry->selected() : nullptr;
  for (pb::GroupComparison& comparison : CompareWithMembers(key, selected, dependencies)) {
    *entry->add_comparisons() = std::move(comparison);
  }
}

}  // namespace chipline::timeline
