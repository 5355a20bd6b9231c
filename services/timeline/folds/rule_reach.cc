#include "services/timeline/folds/rule_reach.h"

#include <algorithm>
#include <utility>

#include "services/timeline/folds/gates.h"
#include "services/values/fold_key.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Texts = google::protobuf::RepeatedPtrField<std::string>;

bool Has(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Gathers what the dimensions say, until one of them says no.
class Dimensions {
 public:
  void No() { reach_.verdict = Verdict::kNo; }
  // It may apply; it does if this holds, too. The rest of the condition is set by the caller.
  pb::ReachCondition& May(pb::ReachKind kind) {
    if (reach_.verdict == Verdict::kYes) reach_.verdict = Verdict::kMay;
    pb::ReachCondition& condition = reach_.doubts.emplace_back();
    condition.set_kind(kind);
    return condition;
  }
  bool no() const { return reach_.verdict == Verdict::kNo; }
  Reach Take() {
    if (no()) reach_.doubts.clear();
    return std::move(reach_);
  }

 private:
  Reach reach_;
};

// Whether the rule holds up, as against one that lets pass.
bool Restricts(const pb::RuleState& state) { return !LetsPass(state.gate()); }

void CompareChip(const pb::TimelineEntry& entry, const pb::RuleState& state,
                 const OrderFacts& order, const std::string& chip, bool names_buyer,
                 Dimensions* dimensions) {
  const pb::ExportRuleKey& key = entry.key().export_rule();
  if (Has(state.chips_except(), chip)) return dimensions->No();
  if (key.chip().empty()) {
    if (names_buyer && Restricts(state)) return;
    const auto& texts = entry.export_rule().chips_texts();
    const bool one = texts.size() == 1;
    pb::ReachCondition& condition =
        dimensions->May(one ? pb::REACH_KIND_CHIP_IS_MEANT : pb::REACH_KIND_CHIP_IS_WORDED);
    condition.set_chip(chip);
    if (one) condition.set_words(texts[0]);
    return;
  }
  if (key.chip() == chip) return;
  if (!key.chip_group() && !order.chip_groups.contains(chip)) return dimensions->No();
  pb::ReachCondition& condition =
      dimensions->May(key.chip_group() ? pb::REACH_KIND_CHIP_IS_OF : pb::REACH_KIND_CHIP_INCLUDES);
  condition.set_chip(chip);
  condition.set_of_chip(key.chip());
}

// Where the rule is of: its jurisdiction itself, if it controls what happens there.
const std::string& PlaceOf(const pb::ExportRuleKey& key) {
  const bool at_home = key.gate() == pb::GATE_KIND_IMPORT || key.gate() == pb::GATE_KIND_USE;
  return key.destination().empty() && at_home ? key.jurisdiction() : key.destination();
}

void CompareDestination(const pb::ExportRuleKey& key, const pb::RuleState& state,
                        const OrderFacts& order, Dimensions* dimensions) {
  const std::string& destination = order.destination;
  const std::string& place = PlaceOf(key);
  if (destination.empty()) {
    const bool worded = place.empty();
    dimensions->May(worded ? pb::REACH_KIND_PLACES_ARE_WORDED : pb::REACH_KIND_GOES_TO)
        .set_place(place);
    return;
  }
  if (Has(state.destinations_except(), destination)) return dimensions->No();
  if (place.empty()) {
    const std::string& words = state.claim().scope_text();
    pb::ReachCondition& condition = dimensions->May(words.empty() ? pb::REACH_KIND_PLACE_IS_WORDED
                                                                  : pb::REACH_KIND_PLACE_IS_MEANT);
    condition.set_place(destination);
    condition.set_words(words);
    return;
  }
  if (place == destination) return;
  if (!key.destination_group() && !order.destination_group) return dimensions->No();
  pb::ReachCondition& condition = dimensions->May(pb::REACH_KIND_PLACE_IS_IN);
  condition.set_place(key.destination_group() ? destination : place);
  condition.set_of_place(key.destination_group() ? place : destination);
}

// Whether it is known to name the buyer.
bool CompareBuyer(const pb::RuleState& state, const OrderFacts& order, const std::string* buyer,
                  Dimensions* dimensions) {
  if (state.buyers().empty()) return false;
  const std::string& first = state.buyers(0);
  const bool others = state.buyers_size() + static_cast<int>(state.buyers_omitted()) > 1;
  const auto may = [&](pb::ReachKind kind, const std::string& of, bool or_others) {
    pb::ReachCondition& condition = dimensions->May(kind);
    if (buyer != nullptr) condition.set_company(*buyer);
    condition.set_of_company(of);
    condition.set_or_others(or_others);
  };
  if (buyer == nullptr) {
    may(pb::REACH_KIND_BUYER_IS, first, others);
    return false;
  }
  const bool open = order.open_buyers.contains(*buyer);
  if (Has(state.buyers(), *buyer) && !open && !Has(state.open_buyers(), *buyer)) return true;
  if (open) {
    may(pb::REACH_KIND_BUYER_INCLUDES, first, others);
  } else if (!state.open_buyers().empty()) {
    may(pb::REACH_KIND_BUYER_IS_ONE_OF, state.open_buyers(0), false);
  } else if (state.buyers_omitted() > 0) {
    pb::ReachCondition& condition = dimensions->May(pb::REACH_KIND_BUYER_IS_LEFT_OUT);
    condition.set_company(*buyer);
    condition.set_count(state.buyers_omitted());
  } else {
    dimensions->No();
  }
  return false;
}

void CompareSeat(const pb::RuleState& state, const OrderFacts& order, const std::string* buyer,
                 Dimensions* dimensions) {
  if (state.buyer_seat().empty() || state.buyer_seat() == order.seat) return;
  if (!order.seat.empty() && !state.buyer_seat_group()) return dimensions->No();
  pb::ReachCondition& condition = dimensions->May(pb::REACH_KIND_SEAT_IS_IN);
  if (buyer != nullptr) condition.set_company(*buyer);
  condition.set_place(state.buyer_seat());
}

void ComparePurpose(const pb::RuleState& state, const OrderFacts& order, Dimensions* dimensions) {
  if (state.purpose().empty()) return;
  if (!order.purpose.empty() && FoldKey(state.purpose()) == FoldKey(order.purpose)) return;
  dimensions->May(pb::REACH_KIND_PURPOSE_IS).set_words(state.purpose());
}

}  // namespace

Reach ReachOf(const pb::TimelineEntry& entry, const pb::RuleState& state, const OrderFacts& order,
              const std::string& chip, const std::string* buyer) {
  Dimensions dimensions;
  const bool names_buyer = CompareBuyer(state, order, buyer, &dimensions);
  if (!dimensions.no()) CompareChip(entry, state, order, chip, names_buyer, &dimensions);
  if (!dimensions.no()) {
    CompareDestination(entry.key().export_rule(), state, order, &dimensions);
  }
  if (!dimensions.no()) CompareSeat(state, order, buyer, &dimensions);
  if (!dimensions.no()) ComparePurpose(state, order, &dimensions);
  return dimensions.Take();
}

bool IsOfExactly(const pb::ExportRuleKey& key, const OrderFacts& order, const std::string& chip) {
  return !chip.empty() && !order.destination.empty() && key.chip() == chip &&
         key.destination() == order.destination &&
         key.chip_group() == order.chip_groups.contains(chip) &&
         key.destination_group() == order.destination_group;
}

}  // namespace chipline::timeline
