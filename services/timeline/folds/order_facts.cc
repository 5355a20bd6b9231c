#include "services/timeline/folds/order_facts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/policy.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

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

// The last day on which it surely was going on: that of the report, or the last that it states if
// that is earlier.
CivilDay OngoingOn(const OrderClaim& each) {
  const std::optional<DaySpan> stated = SpanOf(each.order().stage_date());
  if (!stated || stated->latest == kNever) return each.claim->published;
  return std::min(each.claim->published, stated->latest);
}

CivilDay GateDay(const OrderClaim& each) {
  const pb::ChipOrder& order = each.order();
  if (order.stage() == pb::ORDER_STAGE_APPROVED && order.modality() == pb::MODALITY_REPORTED) {
    const auto span = SpanOf(order.stage_date());
    if (span && span->latest != kNever) return std::min(span->latest, each.claim->published);
  }
  return each.claim->published;
}

// Of what it says of gates, which governments decide and not the buyer.
Authority AuthorityOfGates(const OrderClaim& each) {
  if (each.order().modality() == pb::MODALITY_EXPECTED) return Authority::kExpected;
  const Authority authority = AuthorityOf(each.claim->origin);
  const bool concerned = each.claim->voice == Voice::kConcerned;
  return concerned ? std::min(authority, Authority::kFiling) : authority;
}

// A claim that concludes a destination gives way to any that states it.
bool PreferredForDestination(const OrderClaim& a, const OrderClaim& b) {
  const bool inferred = a.order().destination_inferred();
  if (inferred != b.order().destination_inferred()) return !inferred;
  return Preferred(a, b);
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

std::array<int32_t, 4> WithinOf(const pb::ChipOrder& order) {
  const std::optional<DaySpan> days = SpanOf(order.stage_date());
  return {order.stage(), order.modality(), days ? days->earliest.days() : kNever.days(),
          days ? days->latest.days() : kDawn.days()};
}

bool OwnGates::GoesBefore::operator()(const OwnGate& a, const OwnGate& b) const {
  if (a.since != b.since) return a.since < b.since;
  if (a.state != b.state) return Strictness(a.state) < Strictness(b.state);
  return a.claim != b.claim && PrecedesBy(*b.claim, *a.claim).has_value();
}

void RunningFacts::Add(const OrderClaim& claim, const NamesAt& names) {
  const pb::ChipOrder& order = claim.order();
  for (std::string& buyer : names.Companies(order.buyers())) buyers_.insert(std::move(buyer));
  for (std::string& chip : names.Chips(order.chips())) chips_.insert(std::move(chip));
  for (const pb::Ref& buyer : order.buyers()) {
    if (buyer.open_group()) facts_.open_buyers.insert(names.Company(buyer));
  }
  facts_.open_group = !facts_.open_buyers.empty();
  for (const pb::Ref& chip : order.chips()) {
    if (chip.open_group()) facts_.chip_groups.insert(names.Chip(chip));
  }
  if (of_supplier_.claim == nullptr || Preferred(claim, of_supplier_)) {
    facts_.supplier = names.Company(order.supplier());
    of_supplier_ = claim;
  }
  if (order.has_destination()) AddDestination(claim, names);
  if (order.modality() != pb::MODALITY_EXPECTED) AddStage(claim);
  AddGates(claim, kNever, names);
}

void RunningFacts::AddDestination(const OrderClaim& claim, const NamesAt& names) {
  const pb::ChipOrder& order = claim.order();
  const Destination place{names.Place(order.destination()), order.destination().open_group()};
  (order.destination_inferred() ? inferred_destinations_ : stated_destinations_).insert(place);
  if (of_destination_.claim == nullptr || PreferredForDestination(claim, of_destination_)) {
    facts_.destination = place.id;
    facts_.destination_group = place.group;
    facts_.destination_inferred = order.destination_inferred();
    of_destination_ = claim;
  }
}

void RunningFacts::SetOtherDestinations() {
  facts_.other_destinations.clear();
  const std::set<Destination>& all =
      stated_destinations_.empty() ? inferred_destinations_ : stated_destinations_;
  const Destination preferred{facts_.destination, facts_.destination_group};
  for (const Destination& place : all) {
    if (place == preferred) continue;
    if (facts_.other_destinations.size() == kMaxParties) break;
    facts_.other_destinations.push_back(place);
  }
  const size_t others = all.empty() ? 0 : all.size() - 1;
  facts_.other_destinations_omitted = others - facts_.other_destinations.size();
}

void RunningFacts::AddEnded(const OrderClaim& claim, CivilDay until, const NamesAt& names) {
  AddGates(claim, until, names);
}

void RunningFacts::Reached::Add(const DaySpan& days, bool stated_for_it) {
  const DaySpan by = {kDawn, days.latest};
  implied = implied ? Sooner(*implied, by) : by;
  if (!stated_for_it) return;
  stated = stated ? DaySpan{std::min(stated->earliest, days.earliest),
                            std::max(stated->latest, days.latest)}
                  : days;
}

void RunningFacts::AddStage(const OrderClaim& claim) {
  const pb::OrderStage stage = claim.order().stage();
  if (!ImpliesPlaced(stage)) return;
  const DaySpan days = ReachedOn(claim);
  const bool stated = claim.order().has_stage_date();
  placed_.Add(days, stated && stage == pb::ORDER_STAGE_PLACED);
  const bool shipped = ImpliesShipped(stage);
  if (shipped) shipped_.Add(days, stated && stage == pb::ORDER_STAGE_SHIPPED);
  const bool on_the_way = stage == pb::ORDER_STAGE_SHIPPED || stage == pb::ORDER_STAGE_DELIVERED;
  if (on_the_way && claim.order().modality() == pb::MODALITY_ONGOING) {
    facts_.delivering = std::max(facts_.delivering, OngoingOn(claim));
  }
  if (shipped) shipped_count_.Add(claim.order().quantity());
  // A report without a count says nothing of how many were placed, but that some were shipped.
  const bool counts_placed = stage == pb::ORDER_STAGE_PLACED && claim.order().has_quantity();
  if (counts_placed) placed_count_.Add(claim.order().quantity());
}

void RunningFacts::Count::Add(const pb::Quantity& quantity) {
  const std::optional<Range> chips = InChips(quantity);
  if (chips && chips->low) low = std::max(low.value_or(*chips->low), *chips->low);
  if (chips && chips->high) {
    high = std::max(high.value_or(*chips->high), *chips->high);
  } else {
    unbounded = true;
  }
}

void RunningFacts::AddGates(const OrderClaim& claim, CivilDay until, const NamesAt& names) {
  if (claim.order().gates().empty()) return;
  const CivilDay since = GateDay(claim);
  facts_.own_days.insert(since);
  if (until != kNever) facts_.own_days.insert(until);
  for (const pb::OrderGate& stated : claim.order().gates()) {
    OwnGates& gate = facts_.own_gates[{names.Place(stated.jurisdiction()), stated.gate()}];
    OwnGate own{claim.claim, &stated, AuthorityOfGates(claim), stated.state(), since, until};
    const bool open = stated.has_quantity() || own.authority == Authority::kExpected ||
                      !claim.effect->denied_by.empty();
    if (open && LetsPass(own.state)) own.state = pb::GATE_STATE_CONDITIONAL;
    if (own.state == pb::GATE_STATE_UNKNOWN) continue;
    gate.reports.insert(own);
    if (until != kNever) gate.ends.push_back(until);
  }
}

std::vector<OrderFacts> ByDestination(const OrderFacts& order) {
  OrderFacts one = order;
  one.own_gates.clear();
  one.own_days.clear();
  one.other_destinations.clear();
  std::vector<OrderFacts> all = {one};
  for (const Destination& place : order.other_destinations) {
    one.destination = place.id;
    one.destination_group = place.group;
    all.push_back(one);
  }
  return all;
}

const OrderFacts& RunningFacts::Facts() {
  SetOtherDestinations();
  if (buyers_.size() != facts_.buyers.size() + facts_.buyers_omitted) {
    facts_.buyers_omitted = TakeFirst(buyers_, &facts_.buyers);
  }
  if (chips_.size() != facts_.chips.size() + facts_.chips_omitted) {
    facts_.chips_omitted = TakeFirst(chips_, &facts_.chips);
  }
  facts_.placed = placed_.stated ? placed_.stated : placed_.implied;
  facts_.shipped = shipped_.stated ? shipped_.stated : shipped_.implied;
  const Count& placed_count = placed_count_;
  const Count& shipped_count = shipped_count_;
  const bool partly = placed_count.low && shipped_count.high && !shipped_count.unbounded &&
                      *shipped_count.high < *placed_count.low;
  if (partly) facts_.shipped.reset();
  facts_.all_shipped = placed_count.high && !placed_count.unbounded && shipped_count.low &&
                       *shipped_count.low >= *placed_count.high;
  // Nothing is shipped before it is placed.
  if (facts_.shipped && facts_.placed) {
    const CivilDay placed = std::min(facts_.placed->earliest, facts_.shipped->latest);
    facts_.shipped->earliest = std::max(facts_.shipped->earliest, placed);
  }
  return facts_;
}

}  // namespace chipline::timeline
