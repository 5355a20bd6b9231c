#include "services/timeline/folds/ordered_quantity.h"

#include <initializer_list>

#include "services/kinds/entry_key.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// What has happened; the more certain first.
constexpr pb::Modality kHappened[] = {pb::MODALITY_REPORTED, pb::MODALITY_ONGOING};

// What one line of an order's ledger says of this chip: its count, or, where the report counts
// several chips together, no more than that.
std::optional<OrderCount> CountOf(StageLine* line, const NamesAt& names) {
  const Selection selection = line->Select();
  if (selection.empty()) return std::nullopt;
  const pb::ChipOrder& said = selection.selected().lead().claim->event.event().chip_order();
  std::optional<pb::QuantityFigure> stated = ChipsFigureOf(selection.selected(), said.quantity());
  if (!stated) return std::nullopt;
  std::optional<Range> chips = InChips(stated->quantity());
  if (!chips) return std::nullopt;
  const size_t kinds = names.Chips(said.chips()).size();
  if (kinds > 1) {
    chips->low.reset();
    if (!chips->high) return std::nullopt;
    *stated->mutable_quantity() = QuantityOf(*chips, pb::UNIT_CHIP);
    pb::Grounds& grounds = *stated->mutable_grounds();
    grounds.set_rule(std::string(rules::kSeveralChips));
    SetReason(CountReason(pb::REASON_KIND_COUNTED_TOGETHER, kinds), &grounds);
    grounds.set_derived(true);
  }
  return OrderCount{*chips, std::make_shared<const pb::QuantityFigure>(*std::move(stated))};
}

// Of a line that says nothing in numbers of this chip: 0 or more.
OrderCount Unnumbered(const StageLine& line) {
  const Range chips{Decimal(), std::nullopt, false};
  auto figure = std::make_shared<pb::QuantityFigure>();
  *figure->mutable_quantity() = QuantityOf(chips, pb::UNIT_CHIP);
  *figure->mutable_grounds() =
      GroundsOf({line.first().claim->event_id()}, rules::kNoFigure,
                ReasonOf(pb::REASON_KIND_REPORTED_WITHOUT_COUNT), /*derived=*/true);
  return {chips, std::move(figure)};
}

}  // namespace

void OrderedQuantities::AddEnded(const OrderClaim& claim, const NamesAt& names) {
  ended_[kinds::OrderSubject(claim.claim->event, names)].push_back(claim);
}

StageLine& OrderedQuantities::LineOf(const std::string& subject, const StageKey& key,
                                     Order* order) const {
  const auto [at, first] = order->lines.try_emplace(key);
  if (!first) return at->second;
  if (const auto ended = ended_.find(subject); ended != ended_.end()) {
    for (const OrderClaim& claim : ended->second) {
      if (StageOf(claim) == key) at->second.AddEnded(claim);
    }
  }
  return at->second;
}

void OrderedQuantities::Add(const OrderClaim& claim, const NamesAt& names) {
  const auto at = orders_.try_emplace(kinds::OrderSubject(claim.claim->event, names)).first;
  Order& order = at->second;
  for (std::string& buyer : names.Companies(claim.order().buyers())) {
    order.buyers.insert(std::move(buyer));
  }
  for (const pb::Ref& buyer : claim.order().buyers()) order.open_group |= buyer.open_group();
  order.has_id |= !claim.order().order_id().empty();
  LineOf(at->first, StageOf(claim), &order).Add(claim, SpanOf(claim.order().stage_date()));
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
    if (std::optional<pb::QuantityFigure> named = stage.named.Figure()) {
      *quantity.mutable_named() = *std::move(named);
    }
    for (const auto& [rank, figure] : stage.open_groups) {
      if (quantity.open_groups_size() >= kMaxShown) break;
      *quantity.add_open_groups() = *figure;
    }
    quantity.set_open_groups_omitted(static_cast<uint32_t>(stage.open_groups.size()) -
                                     static_cast<uint32_t>(quantity.open_groups_size()));
  }
  return ordered;
}

void OrderedQuantities::Remove(std::string_view subject, Order* order) {
  for (const auto& [key, chips] : order->standing) {
    Stage& stage = stages_[key];
    stage.subjects.erase(subject);
    // Since it was placed it may have come to be of an open group.
    if (chips && stage.open_groups.erase(OrderRank::Of(subject, *chips)) == 0) {
      stage.named.Remove(subject, *chips);
    }
  }
  order->standing.clear();
  open_.Remove(subject);
}

void OrderedQuantities::Place(std::string_view subject, Order* order, const NamesAt& names) {
  const Counts counts = CountsOf(order, names);
  const OrderShare who = ShareOf(*order);
  for (const auto& [key, line] : order->lines) {
    Stage& stage = stages_[key];
    stage.subjects.insert(subject);
    const auto count = counts.find(key);
    if (count == counts.end()) {
      order->standing.emplace_back(key, std::nullopt);
      continue;
    }
    const auto& [chips, figure] = count->second;
    order->standing.emplace_back(key, chips);
    if (order->open_group) {
      stage.open_groups.emplace(OrderRank::Of(subject, chips), figure);
    } else {
      stage.named.Add(subject, {chips, who.has_id, who.buyers, figure});
    }
  }
  if (std::optional<PlacedOrder> placed = PlacedOf(*order, counts)) {
    open_.Add(subject, order->open_group, who, *std::move(placed));
  }
}

OrderedQuantities::Counts OrderedQuantities::CountsOf(Order* order, const NamesAt& names) const {
  Counts counts;
  for (auto& [key, line] : order->lines) {
    if (std::optional<OrderCount> count = CountOf(&line, names)) counts[key] = *std::move(count);
  }
  return counts;
}

std::optional<PlacedOrder> OrderedQuantities::PlacedOf(const Order& order,
                                                       const Counts& counts) const {
  // The largest of what is reported of some stages; nothing if nobody speaks of them.
  const auto largest = [&](std::initializer_list<pb::OrderStage> stages) {
    std::optional<OrderCount> most;
    for (const pb::OrderStage stage : stages) {
      for (const pb::Modality modality : kHappened) {
        const auto line = order.lines.find({stage, modality});
        if (line == order.lines.end()) continue;
        const auto count = counts.find(line->first);
        OrderCount said = count != counts.end() ? count->second : Unnumbered(line->second);
        most = most ? LargerOf(*most, said) : std::move(said);
      }
    }
    return most;
  };
  for (const pb::Modality modality : kHappened) {
    const auto placed = counts.find({pb::ORDER_STAGE_PLACED, modality});
    if (placed == counts.end()) continue;
    return PlacedOrder{placed->second, largest({pb::ORDER_STAGE_DELIVERED, pb::ORDER_STAGE_IN_USE}),
                       largest({pb::ORDER_STAGE_CANCELLED})};
  }
  return std::nullopt;
}

// Without a count.
OrderShare OrderedQuantities::ShareOf(const Order& order) {
  OrderShare share;
  share.has_id = order.has_id;
  for (const std::string& buyer : order.buyers) {
    share.buyers.push_back(buyers_.try_emplace(buyer, buyers_.size()).first->second);
  }
  return share;
}

}  // namespace chipline::timeline
