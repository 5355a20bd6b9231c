#include "services/timeline/folds/capex_beside.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "google/protobuf/util/message_differencer.h"

#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/group_comparison.h"
#include "services/timeline/folds/policy.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Entries = std::vector<pb::TimelineEntry>;

// What a growth is on: the sum, what it rests on, and how it is known.
struct Base {
  Range range;
  const pb::AmountFigure* figure;
  std::string period;
  bool actual;

  const std::string& currency() const { return figure->amount().currency(); }
};

std::optional<Base> BaseAt(const pb::EntryKey& key, const Entries& dependencies) {
  const pb::CapexEntry* const entry = FindCapex(dependencies, key);
  if (entry == nullptr || !entry->has_selected()) return std::nullopt;
  const std::optional<Range> range = RangeOf(entry->selected().amount());
  if (!range) return std::nullopt;
  return Base{*range, &entry->selected(), key.capex().period(),
              key.capex().basis_class() == pb::BASIS_CLASS_ACTUAL};
}

// What was spent rather than what was to be spent.
std::optional<Base> BaseOf(const pb::EntryKey& key, const Entries& dependencies) {
  const std::optional<pb::EntryKey> actual = YearBeforeActualKey(key);
  if (!actual) return std::nullopt;
  const std::optional<Base> spent = BaseAt(*actual, dependencies);
  return spent ? spent : BaseAt(*YearBeforeKey(key), dependencies);
}

void AddComputedGrowth(const Base& base, pb::CapexEntry* entry) {
  if (!entry->has_selected()) return;
  const pb::Amount& now = entry->selected().amount();
  const std::optional<Range> now_range = RangeOf(now);
  if (now.currency() != base.currency() || !now_range) return;
  const std::optional<Range> change = GrowthBetween(*now_range, base.range);
  if (!change) return;
  pb::Growth& growth = *entry->add_growth();
  *growth.mutable_computed() = RatioOf(*change);
  const auto& now_ids = entry->selected().grounds().event_ids();
  const auto& then_ids = base.figure->grounds().event_ids();
  std::vector<std::string> ids(then_ids.begin(), then_ids.end());
  ids.insert(ids.end(), now_ids.begin(), now_ids.end());
  pb::Reason reason = ReasonOf(pb::REASON_KIND_GROWTH_ON_YEAR_BEFORE);
  *reason.add_amounts() = AmountOf(*now_range, now.currency());
  *reason.add_amounts() = AmountOf(base.range, base.currency());
  reason.set_period(base.period);
  *growth.mutable_computed_grounds() =
      GroundsOf(ids, rules::kGrowthComputed, std::move(reason), true);
}

// The claim that states the growth, if it states no amount at all.
const pb::ClaimSummary* ClaimWithoutSum(const pb::Growth& growth, const pb::CapexEntry& entry) {
  for (const pb::AmountFigure& each : entry.unquantified()) {
    if (each.claim().event_id() == growth.event_id()) {
      return each.has_amount() ? nullptr : &each.claim();
    }
  }
  return nullptr;
}

std::optional<pb::AmountFigure> ImpliedBy(const pb::Growth& growth, const Base& base) {
  const std::optional<Range> stated = RangeOf(growth.stated());
  const std::optional<Range> factor = stated ? GrowthFactor(*stated) : std::nullopt;
  const std::optional<Range> implied = factor ? Product(base.range, *factor) : std::nullopt;
  if (!implied) return std::nullopt;
  pb::AmountFigure figure;
  *figure.mutable_amount() = AmountOf(*implied, base.currency());
  std::vector<std::string> ids = {growth.event_id()};
  const auto& base_ids = base.figure->grounds().event_ids();
  ids.insert(ids.end(), base_ids.begin(), base_ids.end());
  pb::Reason reason = ReasonOf(base.actual ? pb::REASON_KIND_GROWTH_IMPLIED
                                           : pb::REASON_KIND_GROWTH_IMPLIED_AS_IT_STANDS);
  *reason.add_amounts() = AmountOf(base.range, base.currency());
  reason.set_period(base.period);
  *reason.mutable_ratio() = RatioOf(*factor);
  *figure.mutable_grounds() = GroundsOf(ids, rules::kGrowthImplied, std::move(reason), true);
  return figure;
}

// By policy, as far as figures that all rest on one base have anything to weigh.
auto PreferenceOf(const pb::ClaimSummary& claim, const pb::EntryKey& key) {
  const auto& companies = key.capex().companies();
  const bool concerned =
      std::find(companies.begin(), companies.end(), claim.speaker()) != companies.end();
  const int rank =
      concerned                                                                                ? 3
      : claim.origin() == pb::ORIGIN_KIND_FILING || claim.origin() == pb::ORIGIN_KIND_OFFICIAL ? 2
      : claim.origin() == pb::ORIGIN_KIND_NAMED                                                ? 1
                                                                                               : 0;
  return std::make_tuple(rank, claim.published(), claim.position());
}

// Selects the most preferred of the sums that growths imply.
void SelectImplied(const pb::EntryKey& key, pb::CapexEntry* entry) {
  const pb::Growth* chosen = nullptr;
  const pb::ClaimSummary* claim = nullptr;
  for (const pb::Growth& growth : entry->growth()) {
    if (!growth.has_implied_amount()) continue;
    const pb::ClaimSummary* const other = ClaimWithoutSum(growth, *entry);
    if (chosen != nullptr && PreferenceOf(*other, key) < PreferenceOf(*claim, key)) continue;
    chosen = &growth;
    claim = other;
  }
  if (chosen == nullptr) return;
  entry->set_agreement(pb::AGREEMENT_SINGLE);
  const Range selected = *RangeOf(chosen->implied_amount().amount());
  for (const pb::Growth& growth : entry->growth()) {
    if (!growth.has_implied_amount() || &growth == chosen) continue;
    pb::AmountFigure figure = growth.implied_amount();
    figure.set_agrees(Agree(*RangeOf(figure.amount()), selected));
    if (!figure.agrees()) {
      entry->set_agreement(pb::AGREEMENT_CONFLICTING);
    } else if (entry->agreement() == pb::AGREEMENT_SINGLE) {
      entry->set_agreement(pb::AGREEMENT_AGREEING);
    }
    *entry->add_alternatives() = std::move(figure);
  }
  *entry->mutable_selected() = chosen->implied_amount();
  entry->mutable_selected()->set_agrees(true);
  entry->set_independent_roots(1);
}

void AddImpliedAmounts(const pb::EntryKey& key, const Base& base, pb::CapexEntry* entry) {
  for (pb::Growth& growth : *entry->mutable_growth()) {
    if (!growth.has_stated() || ClaimWithoutSum(growth, *entry) == nullptr) continue;
    std::optional<pb::AmountFigure> implied = ImpliedBy(growth, base);
    if (implied) *growth.mutable_implied_amount() = *std::move(implied);
  }
  if (!entry->has_selected()) SelectImplied(key, entry);
}

// Of the entries whose key says what this one's leaves out and is equal otherwise, whether there
// are as many as it takes.
bool LeavesUnsaid(const pb::EntryKey& key, const Entries& dependencies) {
  const auto beside = [&](auto says, auto leave_out) {
    if (says(key.capex())) return std::ptrdiff_t{0};
    return std::count_if(
        dependencies.begin(), dependencies.end(), [&](const pb::TimelineEntry& other) {
          if (!other.key().has_capex() || !says(other.key().capex())) return false;
          pb::CapexKey rest = other.key().capex();
          leave_out(&rest);
          return google::protobuf::util::MessageDifferencer::Equals(rest, key.capex());
        });
  };
  return beside([](const pb::CapexKey& of) { return !of.definition().empty(); },
                [](pb::CapexKey* of) { of->clear_definition(); }) > 0 ||
         beside([](const pb::CapexKey& of) { return !of.suppliers().empty(); },
                [](pb::CapexKey* of) { of->clear_suppliers(); }) > 1 ||
         beside([](const pb::CapexKey& of) { return !of.region().empty(); },
                [](pb::CapexKey* of) { of->clear_region(); }) > 1;
}

}  // namespace

void AddCapexDependencies(const pb::EntryKey& key, const Entries& dependencies,
                          pb::CapexEntry* entry) {
  const std::optional<Base> base = BaseOf(key, dependencies);
  if (base) AddComputedGrowth(*base, entry);
  const pb::AmountFigure* selected = entry->has_selected() ? &entry->selected() : nullptr;
  for (pb::GroupComparison& comparison : CompareWithMembers(key, selected, dependencies)) {
    *entry->add_comparisons() = std::move(comparison);
  }
  if (base) AddImpliedAmounts(key, *base, entry);
  if (LeavesUnsaid(key, dependencies)) entry->set_definition_unstated(true);
}

}  // namespace chipline::timeline
