#include "services/timeline/folds/supply_fold.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/ordered_quantity.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Holder, metric, customer.
using HolderKey = std::tuple<std::string, pb::SupplyMetric, std::string>;

const pb::ChipSupply& SupplyOf(const Claim& claim) { return claim.event.event().chip_supply(); }

std::string DayOf(const Claim& claim) {
  const std::string& stated = SupplyOf(claim).as_of().latest();
  return stated.empty() ? claim.published.Format() : stated;
}

struct Holder {
  pb::HolderSupply supply;
  // The selected count in chips, if it has one.
  std::optional<Range> chips;
};

// The claims of the latest day that has any with a count.
std::vector<Candidate> LatestCandidates(const std::vector<size_t>& group,
                                        const std::vector<Claim>& rows,
                                        const std::vector<Effect>& effects, const NamesAt& names) {
  std::string latest;
  std::vector<Candidate> candidates;
  for (const size_t row : group) {
    if (effects[row].standing != pb::STANDING_STANDING) continue;
    const pb::ChipSupply& supply = SupplyOf(rows[row]);
    std::optional<Candidate> candidate = CandidateOf(rows[row], effects[row], supply.quantity());
    if (candidate) candidate = OfOneChip(*std::move(candidate), names.Chips(supply.chips()).size());
    if (!candidate || DayOf(rows[row]) < latest) continue;
    if (DayOf(rows[row]) > latest) candidates.clear();
    latest = DayOf(rows[row]);
    candidates.push_back(*std::move(candidate));
  }
  return candidates;
}

// What the claim says besides its count.
void Describe(const Claim& claim, pb::HolderSupply* supply) {
  const pb::ChipSupply& said = SupplyOf(claim);
  if (said.has_as_of()) *supply->mutable_as_of() = said.as_of();
  supply->set_modality(said.modality());
  *supply->mutable_conditions() = said.conditions();
  supply->set_scope_text(said.scope_text());
}

// The latest standing claim, by day, then by policy; null if none stands.
const Claim* LatestStanding(const std::vector<size_t>& group, const std::vector<Claim>& rows,
                            const std::vector<Effect>& effects) {
  const Claim* latest = nullptr;
  for (const size_t row : group) {
    if (effects[row].standing != pb::STANDING_STANDING) continue;
    const Claim& claim = rows[row];
    const bool later = latest == nullptr || DayOf(claim) > DayOf(*latest) ||
                       (DayOf(claim) == DayOf(*latest) && PrecedesBy(claim, *latest));
    if (later) latest = &claim;
  }
  return latest;
}

Holder HolderOf(const HolderKey& key, const std::vector<size_t>& group,
                const std::vector<Claim>& rows, const std::vector<Effect>& effects,
                const NamesAt& names) {
  Holder holder;
  pb::HolderSupply& supply = holder.supply;
  supply.set_holder(std::get<0>(key));
  supply.set_metric(std::get<1>(key));
  supply.set_customer(std::get<2>(key));
  const Selection selection = Select(LatestCandidates(group, rows, effects, names));
  supply.set_agreement(selection.agreement);
  for (size_t i = 0; i < selection.ranked.size() && i <= size_t{kMaxShown}; ++i) {
    const Ranked& ranked = selection.ranked[i];
    pb::QuantityFigure& figure = i == 0 ? *supply.mutable_selected() : *supply.add_alternatives();
    figure = QuantityFigureOf(ranked, SupplyOf(*ranked.lead.claim).quantity());
  }
  if (!selection.empty()) {
    const Candidate& lead = selection.selected().lead;
    Describe(*lead.claim, &supply);
    if (lead.unit == pb::Unit_Name(pb::UNIT_CHIP)) holder.chips = lead.range;
  } else if (const Claim* latest = LatestStanding(group, rows, effects)) {
    Describe(*latest, &supply);
  }
  const size_t first = group.size() - std::min(group.size(), size_t{kMaxShown});
  for (size_t i = first; i < group.size(); ++i) {
    *supply.add_claims() = SummaryOf(rows[group[i]], effects[group[i]]);
  }
  return holder;
}

std::vector<Holder> HoldersOf(const std::vector<Claim>& rows, const std::vector<Effect>& effects,
                              const NamesAt& names) {
  std::map<HolderKey, std::vector<size_t>> groups;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].own || !rows[i].event.event().has_chip_supply()) continue;
    const pb::ChipSupply& supply = SupplyOf(rows[i]);
    groups[{names.Company(supply.holder()), supply.metric(),
            supply.has_customer() ? names.Company(supply.customer()) : ""}]
        .push_back(i);
  }
  std::vector<Holder> holders;
  for (const auto& [key, group] : groups) {
    holders.push_back(HolderOf(key, group, rows, effects, names));
  }
  return holders;
}

// A count in chips and the events it rests on.
struct ChipCount {
  Range chips;
  std::vector<std::string> event_ids;
};

ChipCount CountOf(const pb::QuantityFigure& figure, const Range& chips) {
  const auto& ids = figure.grounds().event_ids();
  return {chips, {ids.begin(), ids.end()}};
}

// What all holders have in stock for anybody; nothing if nobody's stock is known.
std::optional<ChipCount> Stock(const std::vector<Holder>& holders) {
  std::optional<ChipCount> stock;
  for (const Holder& holder : holders) {
    const bool counts = holder.supply.metric() == pb::SUPPLY_METRIC_INVENTORY &&
                        holder.supply.customer().empty() && holder.chips;
    if (!counts) continue;
    ChipCount count = CountOf(holder.supply.selected(), *holder.chips);
    if (!stock) {
      stock = std::move(count);
      continue;
    }
    const std::optional<Range> sum = Sum(stock->chips, count.chips);
    if (!sum) return std::nullopt;
    stock->chips = *sum;
    stock->event_ids.insert(stock->event_ids.end(), count.event_ids.begin(), count.event_ids.end());
  }
  return stock;
}

// The largest single quantity placed: of the named buyers together, or of an open group, which may
// have them in it. What is only expected is not placed.
std::optional<ChipCount> LargestPlaced(const std::vector<pb::OrderedQuantity>& ordered) {
  std::optional<ChipCount> largest;
  const auto size = [](const Range& range) { return range.low ? *range.low : Decimal(); };
  const auto consider = [&](const pb::QuantityFigure& figure) {
    const std::optional<Range> chips = InChips(figure.quantity());
    if (!chips || (largest && size(*chips) <= size(largest->chips))) return;
    largest = CountOf(figure, *chips);
  };
  for (const pb::OrderedQuantity& stage : ordered) {
    if (stage.stage() != pb::ORDER_STAGE_PLACED) continue;
    if (stage.modality() == pb::MODALITY_EXPECTED) continue;
    if (stage.has_named()) consider(stage.named());
    for (const pb::QuantityFigure& group : stage.open_groups()) consider(group);
  }
  return largest;
}

std::optional<pb::QuantityFigure> Shortfall(const std::vector<Holder>& holders,
                                            const std::vector<pb::OrderedQuantity>& ordered) {
  const std::optional<ChipCount> stock = Stock(holders);
  const std::optional<ChipCount> placed = LargestPlaced(ordered);
  if (!stock || !placed) return std::nullopt;
  std::optional<Range> missing = Difference(placed->chips, stock->chips);
  if (!missing) return std::nullopt;
  const Decimal none;
  if (missing->high && *missing->high <= none) return std::nullopt;
  // It may be that nothing is missing: what is left is the bound from above, if there is one.
  if (missing->low && *missing->low <= none) missing->low.reset();
  if (!missing->low && !missing->high) return std::nullopt;
  std::vector<std::string> ids = placed->event_ids;
  ids.insert(ids.end(), stock->event_ids.begin(), stock->event_ids.end());
  pb::QuantityFigure figure;
  *figure.mutable_quantity() = QuantityOf(*missing, pb::UNIT_CHIP);
  *figure.mutable_grounds() = GroundsOf(std::move(ids), rules::kShortfall,
                                        fmt::format("Computed: {} placed, less {} in stock.",
                                                    InWords(placed->chips), InWords(stock->chips)),
                                        true);
  return figure;
}

// Those that an entry has room for: with the latest claims; in order.
std::vector<size_t> Latest(const std::vector<Holder>& holders) {
  std::vector<size_t> latest(holders.size());
  std::iota(latest.begin(), latest.end(), size_t{0});
  if (latest.size() <= kMaxHolders) return latest;
  const auto newest = [&](size_t holder) {
    const auto& claims = holders[holder].supply.claims();
    return claims.rbegin()->position();
  };
  std::sort(latest.begin(), latest.end(),
            [&](size_t a, size_t b) { return newest(a) > newest(b); });
  latest.resize(kMaxHolders);
  std::sort(latest.begin(), latest.end());
  return latest;
}

}  // namespace

pb::ChipSupplyEntry FoldChipSupply(const std::vector<Claim>& rows, const NamesAt& names) {
  const std::vector<Effect> effects = ResolveLinks(rows);
  const std::vector<Holder> holders = HoldersOf(rows, effects, names);
  std::vector<pb::OrderedQuantity> ordered = OrderedQuantities(rows, effects, names);
  pb::ChipSupplyEntry entry;
  for (const size_t holder : Latest(holders)) *entry.add_holders() = holders[holder].supply;
  entry.set_holders_omitted(static_cast<uint32_t>(holders.size()) -
                            static_cast<uint32_t>(entry.holders_size()));
  if (std::optional<pb::QuantityFigure> shortfall = Shortfall(holders, ordered)) {
    *entry.mutable_shortfall() = *std::move(shortfall);
  }
  for (pb::OrderedQuantity& stage : ordered) *entry.add_ordered() = std::move(stage);
  return entry;
}

}  // namespace chipline::timeline
