#include "services/timeline/folds/ordered_quantity.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/timeline/folds/entry_key.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {

namespace pb = chipline::v1;

void OrderedQuantities::Add(const OrderClaim& claim, const NamesAt& names) {
  const auto at = orders_.try_emplace(OrderSubject(claim.claim->event, names)).first;
  Order& order = at->second;
  for (std::string& buyer : names.Companies(claim.order().buyers())) {
    order.buyers.insert(std::move(buyer));
  }
  for (const pb::Ref& buyer : claim.order().buyers()) order.open_group |= buyer.open_group();
  order.lines[StageOf(claim)].Add(claim);
  if (!order.stale) stale_.push_back(at);
  order.stale = true;
}

std::vector<pb::OrderedQuantity> OrderedQuantities::Fold(const NamesAt& names) {
  for (const auto& at : stale_) {
    Remove(at->first, &at->second);
    Place(at->first, &at->second, names);
    at->second.stale = false;
  }
  stale_.clear();
  std::vector<pb::OrderedQuantity> ordered;
  for (const auto& [key, stage] : stages_) {
    if (stage.subjects.empty()) continue;
    pb::OrderedQuantity& quantity = ordered.emplace_back();
    quantity.set_stage(key.first);
    quantity.set_modality(key.second);
    for (const std::string_view subject : stage.subjects) {
      if (quantity.orders_size() >= kMaxOrders) break;
      quantity.add_orders(std::string(subject));
    }
    quantity.set_orders_omitted(static_cast<uint32_t>(stage.subjects.size()) -
                                static_cast<uint32_t>(quantity.orders_size()));
    if (std::optional<pb::QuantityFigure> named = AddNamed(stage)) {
      *quantity.mutable_named() = *std::move(named);
    }
    for (const auto& [rank, count] : stage.counts) {
      if (!count.open_group) continue;
      if (quantity.open_groups_size() < kMaxShown) {
        *quantity.add_open_groups() = *count.figure;
      } else {
        quantity.set_open_groups_omitted(quantity.open_groups_omitted() + 1);
      }
    }
  }
  return ordered;
}

void OrderedQuantities::Remove(std::string_view subject, Order* order) {
  for (const auto& [key, size] : order->standing) {
    Stage& stage = stages_[key];
    stage.subjects.erase(subject);
    stage.counts.erase(Rank{size, subject});
  }
  order->standing.clear();
}

void OrderedQuantities::Place(std::string_view subject, Order* order, const NamesAt& names) {
  for (auto& [key, line] : order->lines) {
    Stage& stage = stages_[key];
    stage.subjects.insert(subject);
    std::optional<Count> count = CountOf(*order, &line, names);
    const Decimal size = count ? count->chips.low.value_or(Decimal()) : Decimal();
    if (count) stage.counts.emplace(Rank{size, subject}, *std::move(count));
    order->standing.emplace_back(key, size);
  }
}

// What one line of the order's ledger says of this chip: its count, or, where the report counts
// several chips together, no more than that.
std::optional<OrderedQuantities::Count> OrderedQuantities::CountOf(const Order& order,
                                                                   StageLine* line,
                                                                   const NamesAt& names) {
  const Selection selection = line->Select();
  if (selection.empty()) return std::nullopt;
  const pb::ChipOrder& said = selection.selected().lead().claim->event.event().chip_order();
  std::optional<pb::QuantityFigure> stated = ChipsFigureOf(selection.selected(), said.quantity());
  if (!stated) return std::nullopt;
  std::optional<Range> chips = InChips(stated->quantity());
  if (!chips) return std::nullopt;
  const size_t kinds = names.Chips(said.chips()).size();
  auto figure = std::make_unique<pb::QuantityFigure>(*std::move(stated));
  if (kinds > 1) {
    chips->low.reset();
    if (!chips->high) return std::nullopt;
    *figure->mutable_quantity() = QuantityOf(*chips, pb::UNIT_CHIP);
    pb::Grounds& grounds = *figure->mutable_grounds();
    grounds.set_rule(std::string(rules::kSeveralChips));
    grounds.set_reason(fmt::format("Computed: the report counts {} chips together.", kinds));
    grounds.set_derived(true);
  }
  Count count;
  count.chips = *chips;
  count.open_group = order.open_group;
  for (const std::string& buyer : order.buyers) {
    count.buyers.push_back(buyers_.try_emplace(buyer, buyers_.size()).first->second);
  }
  count.event_ids = figure->grounds().event_ids_size();
  count.figure = std::move(figure);
  return count;
}

// Orders of buyers that no larger one shares, added.
std::optional<pb::QuantityFigure> OrderedQuantities::AddNamed(const Stage& stage) const {
  std::vector<bool> seen(buyers_.size(), false);
  const Count* first = nullptr;
  size_t added = 0;
  std::optional<Range> sum = Range{Decimal(), Decimal(), false};
  pb::QuantityFigure figure;
  pb::Grounds& grounds = *figure.mutable_grounds();
  for (const auto& [rank, count] : stage.counts) {
    const bool shared = std::any_of(count.buyers.begin(), count.buyers.end(),
                                    [&](size_t buyer) { return seen[buyer]; });
    if (count.open_group || shared) continue;
    for (const size_t buyer : count.buyers) seen[buyer] = true;
    if (first == nullptr) first = &count;
    ++added;
    if (sum) sum = Sum(*sum, count.chips);
    if (grounds.event_ids_size() < kMaxIds) {
      for (const std::string& id : count.figure->grounds().event_ids()) AddEventId(id, &grounds);
    } else {
      grounds.set_event_ids_omitted(grounds.event_ids_omitted() +
                                    static_cast<uint32_t>(count.event_ids));
    }
  }
  if (added == 0) return std::nullopt;
  if (added == 1) return *first->figure;
  if (!sum) return std::nullopt;
  *figure.mutable_quantity() = QuantityOf(*sum, pb::UNIT_CHIP);
  grounds.set_rule(std::string(rules::kDisjointBuyers));
  grounds.set_reason(fmt::format("Computed: {} orders that share no buyer, together.", added));
  grounds.set_derived(true);
  return figure;
}

}  // namespace chipline::timeline
