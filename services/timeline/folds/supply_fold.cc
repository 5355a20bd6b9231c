#include "services/timeline/folds/supply_fold.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

const pb::ChipSupply& SupplyOf(const Claim& claim) { return claim.event.event().chip_supply(); }

std::string DayOf(const Claim& claim) {
  const std::string& stated = SupplyOf(claim).as_of().latest();
  return stated.empty() ? claim.published.Format() : stated;
}

// What the claim says besides its count.
void Describe(const Claim& claim, pb::HolderSupply* supply) {
  const pb::ChipSupply& said = SupplyOf(claim);
  if (said.has_as_of()) *supply->mutable_as_of() = said.as_of();
  supply->set_modality(said.modality());
  *supply->mutable_conditions() = said.conditions();
  supply->set_scope_text(said.scope_text());
}

// The largest single quantity placed: of the named buyers together, or of an open group, which may
// have them in it. What is only expected is not placed.
const pb::QuantityFigure* LargestPlaced(const std::vector<pb::OrderedQuantity>& ordered) {
  const pb::QuantityFigure* largest = nullptr;
  Decimal most;
  const auto consider = [&](const pb::QuantityFigure& figure) {
    const std::optional<Range> chips = InChips(figure.quantity());
    if (!chips) return;
    const Decimal size = chips->low.value_or(Decimal());
    if (largest != nullptr && size <= most) return;
    largest = &figure;
    most = size;
  };
  for (const pb::OrderedQuantity& stage : ordered) {
    if (stage.stage() != pb::ORDER_STAGE_PLACED) continue;
    if (stage.modality() == pb::MODALITY_EXPECTED) continue;
    if (stage.has_named()) consider(stage.named());
    for (const pb::QuantityFigure& group : stage.open_groups()) consider(group);
  }
  return largest;
}

}  // namespace

SupplyFold::SupplyFold(const Rows& rows, const Effects& effects, const NamesAt& names)
    : rows_(rows), effects_(effects) {
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row, names);
}

void SupplyFold::TakeUp(size_t row, const NamesAt& names) {
  const Claim& claim = rows_[row];
  const bool stands = effects_[row].standing == pb::STANDING_STANDING;
  if (claim.own && stands && claim.event.event().has_chip_order()) {
    ordered_.Add({&claim, &effects_[row]}, names);
  }
  if (!claim.own || !claim.event.event().has_chip_supply()) return;
  const pb::ChipSupply& supply = SupplyOf(claim);
  HolderKey key(names.Company(supply.holder()), supply.metric(),
                supply.has_customer() ? names.Company(supply.customer()) : "");
  const auto at = holders_.try_emplace(std::move(key)).first;
  Holder& holder = at->second;
  if (!holder.rows.empty()) by_latest_row_.erase(holder.rows.back());
  by_latest_row_.emplace_hint(by_latest_row_.end(), row, at);
  holder.rows.push_back(row);
  if (holder.rows.size() > size_t{kMaxShown}) {
    holder.rows.pop_front();
    ++holder.earlier_rows;
  }
  if (stands) Weigh(claim, effects_[row], names.Chips(supply.chips()).size(), &holder);
  if (!holder.stale) stale_.push_back(at);
  holder.stale = true;
}

void SupplyFold::Weigh(const Claim& claim, const Effect& effect, size_t chips, Holder* holder) {
  const std::string day = DayOf(claim);
  const bool later =
      holder->latest == nullptr || day > DayOf(*holder->latest) ||
      (day == DayOf(*holder->latest) && PrecedesBy(claim, *holder->latest).has_value());
  if (later) holder->latest = &claim;
  std::optional<Candidate> candidate = CandidateOf(claim, effect, SupplyOf(claim).quantity());
  if (candidate) candidate = OfOneChip(*std::move(candidate), chips);
  if (!candidate || day < holder->latest_day) return;
  if (day > holder->latest_day) holder->candidates = Selector();
  holder->latest_day = day;
  holder->candidates.Add(*std::move(candidate));
}

void SupplyFold::Settle(const HolderKey& key, Holder* holder) const {
  pb::HolderSupply& supply = holder->supply;
  supply.Clear();
  holder->chips.reset();
  supply.set_holder(std::get<0>(key));
  supply.set_metric(std::get<1>(key));
  supply.set_customer(std::get<2>(key));
  const Selection selection = holder->candidates.Select();
  supply.set_agreement(selection.agreement);
  for (const Ranked& ranked : selection.ranked) {
    pb::QuantityFigure& figure =
        supply.has_selected() ? *supply.add_alternatives() : *supply.mutable_selected();
    figure = QuantityFigureOf(ranked, SupplyOf(*ranked.lead().claim).quantity());
  }
  if (!selection.empty()) {
    const Candidate& lead = selection.selected().lead();
    Describe(*lead.claim, &supply);
    if (lead.unit == pb::Unit_Name(pb::UNIT_CHIP)) holder->chips = lead.range;
  } else if (holder->latest != nullptr) {
    Describe(*holder->latest, &supply);
  }
  supply.set_alternatives_omitted(selection.omitted);
  for (const size_t row : holder->rows) *supply.add_claims() = SummaryOf(rows_[row], effects_[row]);
  supply.set_claims_omitted(holder->earlier_rows);
  holder->stale = false;
}

// As many as there is room for: those with the latest claims, in order.
void SupplyFold::AddLatest(pb::ChipSupplyEntry* entry) const {
  const size_t shown = std::min(by_latest_row_.size(), kMaxHolders);
  std::vector<Holders::const_iterator> latest;
  for (auto at = by_latest_row_.rbegin(); latest.size() < shown; ++at) latest.push_back(at->second);
  std::sort(latest.begin(), latest.end(),
            [](const auto& a, const auto& b) { return a->first < b->first; });
  for (const auto& at : latest) *entry->add_holders() = at->second.supply;
  entry->set_holders_omitted(static_cast<uint32_t>(by_latest_row_.size() - shown));
}

// The largest quantity placed less what all holders have in stock for anybody; nothing if either is
// not known.
std::optional<pb::QuantityFigure> SupplyFold::Shortfall(
    const std::vector<pb::OrderedQuantity>& ordered) const {
  const pb::QuantityFigure* placed = LargestPlaced(ordered);
  if (placed == nullptr) return std::nullopt;
  pb::QuantityFigure figure;
  const auto rest_on = [&](const pb::QuantityFigure& on) {
    for (const std::string& id : on.grounds().event_ids()) AddEventId(id, figure.mutable_grounds());
  };
  rest_on(*placed);
  std::optional<Range> stock;
  for (const auto& [key, holder] : holders_) {
    const bool counts = holder.supply.metric() == pb::SUPPLY_METRIC_INVENTORY &&
                        holder.supply.customer().empty() && holder.chips;
    if (!counts) continue;
    stock = stock ? Sum(*stock, *holder.chips) : holder.chips;
    if (!stock) return std::nullopt;
    rest_on(holder.supply.selected());
  }
  if (!stock) return std::nullopt;
  const Range chips = *InChips(placed->quantity());
  std::optional<Range> missing = Difference(chips, *stock);
  if (!missing) return std::nullopt;
  const Decimal none;
  if (missing->high && *missing->high <= none) return std::nullopt;
  // It may be that nothing is missing: what is left is the bound from above, if there is one.
  if (missing->low && *missing->low <= none) missing->low.reset();
  if (!missing->low && !missing->high) return std::nullopt;
  *figure.mutable_quantity() = QuantityOf(*missing, pb::UNIT_CHIP);
  pb::Grounds& grounds = *figure.mutable_grounds();
  grounds.set_rule(std::string(rules::kShortfall));
  grounds.set_reason(
      fmt::format("Computed: {} placed, less {} in stock.", InWords(chips), InWords(*stock)));
  grounds.set_derived(true);
  return figure;
}

pb::ChipSupplyEntry SupplyFold::Entry(const NamesAt& names) {
  pb::ChipSupplyEntry entry;
  for (const Holders::iterator& at : stale_) Settle(at->first, &at->second);
  stale_.clear();
  AddLatest(&entry);
  std::vector<pb::OrderedQuantity> ordered = ordered_.Fold(names);
  if (std::optional<pb::QuantityFigure> shortfall = Shortfall(ordered)) {
    *entry.mutable_shortfall() = *std::move(shortfall);
  }
  for (pb::OrderedQuantity& stage : ordered) *entry.add_ordered() = std::move(stage);
  return entry;
}

}  // namespace chipline::timeline
