#include "services/timeline/folds/group_comparison.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/timeline/folds/capex_keys.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// What a member's entry of the period says.
const pb::AmountFigure* OwnFigure(const pb::CapexEntry& entry) {
  return entry.has_selected() ? &entry.selected() : nullptr;
}

// What a member's entry of the year after says of this one.
const pb::AmountFigure* FigureBeforeGrowth(const pb::CapexEntry& entry) {
  for (const pb::Growth& growth : entry.growth()) {
    if (growth.has_implied_year_before()) return &growth.implied_year_before();
  }
  return nullptr;
}

// The members' sum; nothing if one is missing, in another currency, or has lost every bound.
std::optional<pb::AmountFigure> SumOf(const pb::GroupComparison& comparison) {
  if (!comparison.missing().empty() || comparison.members().empty()) return std::nullopt;
  std::optional<Range> sum = Range{Decimal(), Decimal(), false};
  const std::string& currency = comparison.members(0).figure().amount().currency();
  std::vector<std::string> ids;
  for (const pb::MemberFigure& member : comparison.members()) {
    const std::optional<Range> part = RangeOf(member.figure().amount());
    if (!part || member.figure().amount().currency() != currency) return std::nullopt;
    sum = Sum(*sum, *part);
    if (!sum) return std::nullopt;
    for (const std::string& id : member.figure().grounds().event_ids()) ids.push_back(id);
  }
  pb::AmountFigure figure;
  *figure.mutable_amount() = AmountOf(*sum, currency);
  *figure.mutable_grounds() = GroundsOf(
      std::move(ids), rules::kMembersAdded,
      CountReason(pb::REASON_KIND_MEMBERS_ADDED, static_cast<size_t>(comparison.members_size())),
      true);
  return figure;
}

using Figure = const pb::AmountFigure* (*)(const pb::CapexEntry&);

pb::GroupComparison Compare(std::string_view kind, const pb::EntryKey& key, Figure figure_of,
                            const pb::AmountFigure* selected,
                            const std::vector<pb::TimelineEntry>& dependencies) {
  pb::GroupComparison comparison;
  comparison.set_kind(std::string(kind));
  for (const std::string& company : key.capex().companies()) {
    const pb::CapexEntry* entry = FindCapex(dependencies, MemberKey(key, company));
    const pb::AmountFigure* figure = entry == nullptr ? nullptr : figure_of(*entry);
    if (figure == nullptr) {
      comparison.add_missing(company);
      continue;
    }
    pb::MemberFigure& member = *comparison.add_members();
    member.set_company(company);
    *member.mutable_figure() = *figure;
  }
  std::optional<pb::AmountFigure> sum = SumOf(comparison);
  if (!sum) return comparison;
  if (selected != nullptr && selected->amount().currency() == sum->amount().currency()) {
    const std::optional<Range> group = RangeOf(selected->amount());
    const std::optional<Range> members = RangeOf(sum->amount());
    comparison.set_agrees(group && members && Agree(*group, *members));
    sum->set_agrees(comparison.agrees());
  }
  *comparison.mutable_sum() = *std::move(sum);
  return comparison;
}

}  // namespace

std::vector<pb::GroupComparison> CompareWithMembers(
    const pb::EntryKey& group, const pb::AmountFigure* selected,
    const std::vector<pb::TimelineEntry>& dependencies) {
  std::vector<pb::GroupComparison> comparisons;
  if (!IsGroup(group)) return comparisons;
  comparisons.push_back(Compare("members", group, OwnFigure, selected, dependencies));
  if (const std::optional<pb::EntryKey> after = YearAfterKey(group)) {
    comparisons.push_back(Compare("growth", *after, FigureBeforeGrowth, selected, dependencies));
  }
  std::erase_if(comparisons,
                [](const pb::GroupComparison& comparison) { return comparison.members().empty(); });
  return comparisons;
}

}  // namespace chipline::timeline
