#include "services/timeline/folds/order_facts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

bool Happened(const pb::ChipOrder& order) { return order.modality() != pb::MODALITY_EXPECTED; }

// Who speaks of one of these stages speaks of an order that has been placed.
bool ImpliesPlaced(pb::OrderStage stage) {
  switch (stage) {
    case pb::ORDER_STAGE_PLACED:
    case pb::ORDER_STAGE_PRODUCED:
    case pb::ORDER_STAGE_SHIPPED:
    case pb::ORDER_STAGE_DELIVERED:
    case pb::ORDER_STAGE_IN_USE:
    case pb::ORDER_STAGE_HALTED:
    case pb::ORDER_STAGE_CANCELLED:
      return true;
    default:
      return false;
  }
}

bool ImpliesShipped(pb::OrderStage stage) {
  return stage == pb::ORDER_STAGE_SHIPPED || stage == pb::ORDER_STAGE_DELIVERED ||
         stage == pb::ORDER_STAGE_IN_USE;
}

// When the stage was reached: on its stated day, else at the latest when it was reported. What is
// going on is not over.
DaySpan ReachedOn(const OrderClaim& each) {
  DaySpan span = SpanOf(each.order().stage_date()).value_or(DaySpan{kDawn, each.claim->published});
  if (each.order().modality() == pb::MODALITY_ONGOING) return {span.earliest, kNever};
  span.latest = std::max(span.earliest, std::min(span.latest, each.claim->published));
  return span;
}

// The days that the claims of `stage` state, from the first to the last; where none states any, all
// days up to the first report of that stage or of one that comes after it.
template <typename Implies>
std::optional<DaySpan> SpanOfStage(const std::vector<OrderClaim>& standing, pb::OrderStage stage,
                                   Implies implies) {
  std::optional<DaySpan> stated;
  std::optional<DaySpan> implied;
  for (const OrderClaim& each : standing) {
    if (!Happened(each.order()) || !implies(each.order().stage())) continue;
    const DaySpan reached = ReachedOn(each);
    const DaySpan by = {kDawn, reached.latest};
    implied = implied ? Sooner(*implied, by) : by;
    if (each.order().stage() != stage || !each.order().has_stage_date()) continue;
    stated = stated ? DaySpan{std::min(stated->earliest, reached.earliest),
                              std::max(stated->latest, reached.latest)}
                    : reached;
  }
  return stated ? stated : implied;
}

// True if more was surely placed than can have been shipped.
bool PartlyShipped(const std::vector<OrderClaim>& standing) {
  std::optional<Decimal> placed;
  std::optional<Decimal> shipped;
  for (const OrderClaim& each : standing) {
    if (!Happened(each.order())) continue;
    const bool is_shipped = ImpliesShipped(each.order().stage());
    if (!is_shipped && each.order().stage() != pb::ORDER_STAGE_PLACED) continue;
    const auto range = InChips(each.order().quantity());
    if (is_shipped) {
      if (!range || !range->high) return false;
      shipped = std::max(shipped.value_or(*range->high), *range->high);
    } else if (range && range->low) {
      placed = std::max(placed.value_or(*range->low), *range->low);
    }
  }
  return placed && shipped && *shipped < *placed;
}

CivilDay GateDay(const OrderClaim& each) {
  const pb::ChipOrder& order = each.order();
  if (order.stage() == pb::ORDER_STAGE_APPROVED && order.modality() == pb::MODALITY_REPORTED) {
    const auto span = SpanOf(order.stage_date());
    if (span && span->latest != kNever) return std::min(span->latest, each.claim->published);
  }
  return each.claim->published;
}

void AddOwnGates(const OrderClaim& each, const NamesAt& names, std::optional<DaySpan> end,
                 std::vector<OwnGate>& gates) {
  for (const pb::OrderGate& stated : each.order().gates()) {
    OwnGate gate;
    gate.jurisdiction = names.Place(stated.jurisdiction());
    gate.gate = stated.gate();
    gate.state = stated.state();
    gate.text = stated.text();
    gate.course = {.start = DaySpan::On(GateDay(each)), .end = end};
    gate.claim = each.claim;
    if (stated.has_quantity()) {
      gate.quantity = stated.quantity();
      if (LetsPass(gate.state)) gate.state = pb::GATE_STATE_CONDITIONAL;
    }
    gates.push_back(std::move(gate));
  }
}

void ReadOwnGates(const std::vector<OrderClaim>& standing,
                  const std::vector<OrderClaim>& superseded, const Rows& rows, const NamesAt& names,
                  OrderFacts& facts) {
  for (const OrderClaim& each : standing) AddOwnGates(each, names, std::nullopt, facts.own_gates);
  absl::flat_hash_map<std::string_view, const Claim*> by_id;
  if (!superseded.empty()) {
    for (const Claim& row : rows) by_id[row.event_id()] = &row;
  }
  for (const OrderClaim& each : superseded) {
    const auto successor = by_id.find(each.effect->ended_by);
    if (successor == by_id.end()) continue;
    AddOwnGates(each, names, DaySpan::On(successor->second->published), facts.own_gates);
  }
  std::sort(facts.own_gates.begin(), facts.own_gates.end(), [](const OwnGate& a, const OwnGate& b) {
    if (a.course.start.latest != b.course.start.latest) {
      return a.course.start.latest < b.course.start.latest;
    }
    if (a.claim != b.claim) return PrecedesBy(*b.claim, *a.claim).has_value();
    // One report that states a gate twice: the strictest is taken.
    return Strictness(a.state) < Strictness(b.state);
  });
}

// How many are left.
size_t TakeFirst(const std::set<std::string>& all, std::vector<std::string>* first) {
  const size_t taken = std::min(all.size(), kMaxParties);
  first->assign(all.begin(), std::next(all.begin(), static_cast<std::ptrdiff_t>(taken)));
  return all.size() - taken;
}

}  // namespace

bool Preferred(const OrderClaim& a, const OrderClaim& b) {
  return a.claim != b.claim && PrecedesBy(*a.claim, *b.claim).has_value();
}

OrderFacts ReadOrderFacts(const std::vector<OrderClaim>& standing,
                          const std::vector<OrderClaim>& superseded, const Rows& rows,
                          const NamesAt& names) {
  OrderFacts facts;
  std::set<std::string> buyers;
  std::set<std::string> chips;
  std::vector<OrderClaim> preferred = standing;
  std::sort(preferred.begin(), preferred.end(), Preferred);
  for (const OrderClaim& each : preferred) {
    const pb::ChipOrder& order = each.order();
    for (std::string& buyer : names.Companies(order.buyers())) buyers.insert(std::move(buyer));
    for (std::string& chip : names.Chips(order.chips())) chips.insert(std::move(chip));
    for (const pb::Ref& buyer : order.buyers()) facts.open_group |= buyer.open_group();
    if (facts.supplier.empty()) facts.supplier = names.Company(order.supplier());
    const bool better =
        facts.destination.empty() || (facts.destination_inferred && !order.destination_inferred());
    if (order.has_destination() && better) {
      facts.destination = names.Place(order.destination());
      facts.destination_inferred = order.destination_inferred();
    }
  }
  facts.buyers_omitted = TakeFirst(buyers, &facts.buyers);
  facts.chips_omitted = TakeFirst(chips, &facts.chips);
  facts.placed = SpanOfStage(standing, pb::ORDER_STAGE_PLACED, ImpliesPlaced);
  if (!PartlyShipped(standing)) {
    facts.shipped = SpanOfStage(standing, pb::ORDER_STAGE_SHIPPED, ImpliesShipped);
  }
  ReadOwnGates(standing, superseded, rows, names, facts);
  return facts;
}

}  // namespace chipline::timeline
