#include "services/timeline/folds/ordered_quantity.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/entry_key.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/ledger.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// One order, with the claims on it that stand.
struct Order {
  std::set<std::string> buyers;
  bool open_group = false;
  std::vector<OrderClaim> claims;
};

// An order's count at one stage, in chips of this kind.
struct Count {
  const std::string* subject = nullptr;
  const Order* order = nullptr;
  pb::QuantityFigure figure;
  Range chips;
};

// What one line of the order's ledger says of this chip: its count, or, where the report counts
// several chips together, no more than that.
std::optional<Count> CountOf(const std::string& subject, const Order& order,
                             const pb::StageLedger& line, const NamesAt& names) {
  std::optional<Range> chips = InChips(line.chips().quantity());
  if (!line.has_chips() || !chips) return std::nullopt;
  Count count{&subject, &order, line.chips(), *chips};
  size_t kinds = 1;
  for (const OrderClaim& each : order.claims) {
    if (each.claim->event_id() == line.chips().claim().event_id()) {
      kinds = names.Chips(each.order().chips()).size();
    }
  }
  if (kinds <= 1) return count;
  count.chips.low.reset();
  if (!count.chips.high) return std::nullopt;
  *count.figure.mutable_quantity() = QuantityOf(count.chips, pb::UNIT_CHIP);
  pb::Grounds& grounds = *count.figure.mutable_grounds();
  grounds.set_rule(std::string(rules::kSeveralChips));
  grounds.set_reason(fmt::format("Computed: the report counts {} chips together.", kinds));
  grounds.set_derived(true);
  return count;
}

// The larger first, by what it is at least; then by subject.
bool Larger(const Count& a, const Count& b) {
  const auto size = [](const Count& count) { return count.chips.low.value_or(Decimal()); };
  return std::make_tuple(size(b), *a.subject) < std::make_tuple(size(a), *b.subject);
}

bool Overlap(const std::set<std::string>& all, const std::set<std::string>& few) {
  return std::any_of(few.begin(), few.end(),
                     [&](const std::string& buyer) { return all.contains(buyer); });
}

// Orders of buyers that no larger one shares, added.
std::optional<pb::QuantityFigure> AddNamed(const std::vector<Count>& counts) {
  std::set<std::string> buyers;
  std::vector<const Count*> added;
  for (const Count& count : counts) {
    if (count.order->open_group || Overlap(buyers, count.order->buyers)) continue;
    buyers.insert(count.order->buyers.begin(), count.order->buyers.end());
    added.push_back(&count);
  }
  if (added.empty()) return std::nullopt;
  if (added.size() == 1) return added.front()->figure;
  std::optional<Range> sum = Range{Decimal(), Decimal(), false};
  std::vector<std::string> ids;
  for (const Count* count : added) {
    sum = Sum(*sum, count->chips);
    if (!sum) return std::nullopt;
    const auto& events = count->figure.grounds().event_ids();
    ids.insert(ids.end(), events.begin(), events.end());
  }
  pb::QuantityFigure figure;
  *figure.mutable_quantity() = QuantityOf(*sum, pb::UNIT_CHIP);
  *figure.mutable_grounds() = GroundsOf(
      std::move(ids), rules::kDisjointBuyers,
      fmt::format("Computed: {} orders that share no buyer, together.", added.size()), true);
  return figure;
}

pb::OrderedQuantity StageOf(std::vector<Count> counts) {
  pb::OrderedQuantity stage;
  std::sort(counts.begin(), counts.end(), Larger);
  if (std::optional<pb::QuantityFigure> named = AddNamed(counts)) {
    *stage.mutable_named() = *std::move(named);
  }
  for (const Count& count : counts) {
    if (!count.order->open_group || stage.open_groups_size() >= kMaxShown) continue;
    *stage.add_open_groups() = count.figure;
  }
  return stage;
}

std::map<std::string, Order> OrdersOf(const std::vector<Claim>& rows,
                                      const std::vector<Effect>& effects, const NamesAt& names) {
  std::map<std::string, Order> orders;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool counts = rows[i].own && rows[i].event.event().has_chip_order() &&
                        effects[i].standing == pb::STANDING_STANDING;
    if (!counts) continue;
    const OrderClaim claim{&rows[i], &effects[i]};
    Order& order = orders[OrderSubject(rows[i].event, names)];
    for (std::string& buyer : names.Companies(claim.order().buyers())) {
      order.buyers.insert(std::move(buyer));
    }
    for (const pb::Ref& buyer : claim.order().buyers()) order.open_group |= buyer.open_group();
    order.claims.push_back(claim);
  }
  return orders;
}

}  // namespace

std::vector<pb::OrderedQuantity> OrderedQuantities(const std::vector<Claim>& rows,
                                                   const std::vector<Effect>& effects,
                                                   const NamesAt& names) {
  struct Stage {
    std::vector<std::string> subjects;
    std::vector<Count> counts;
  };
  const std::map<std::string, Order> orders = OrdersOf(rows, effects, names);
  std::map<std::pair<pb::OrderStage, pb::Modality>, Stage> stages;
  for (const auto& [subject, order] : orders) {
    for (const pb::StageLedger& line : FoldStages(order.claims)) {
      Stage& stage = stages[{line.stage(), line.modality()}];
      if (stage.subjects.size() < size_t{kMaxOrders}) stage.subjects.push_back(subject);
      std::optional<Count> count = CountOf(subject, order, line, names);
      if (count) stage.counts.push_back(*std::move(count));
    }
  }
  std::vector<pb::OrderedQuantity> ordered;
  for (auto& [key, stage] : stages) {
    pb::OrderedQuantity& quantity = ordered.emplace_back(StageOf(std::move(stage.counts)));
    quantity.mutable_orders()->Assign(stage.subjects.begin(), stage.subjects.end());
    quantity.set_stage(key.first);
    quantity.set_modality(key.second);
  }
  return ordered;
}

}  // namespace chipline::timeline
