#include "services/timeline/folds/rule_reach.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
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
  // It may apply; it does not if `unless` holds.
  void May(std::string unless) {
    if (reach_.verdict == Verdict::kYes) reach_.verdict = Verdict::kMay;
    reach_.doubts.push_back(std::move(unless));
  }
  bool no() const { return reach_.verdict == Verdict::kNo; }
  Reach Take() {
    if (no()) reach_.doubts.clear();
    return std::move(reach_);
  }

 private:
  Reach reach_;
};

// What was said in place of a list.
std::string Quoted(const std::string& words) { return fmt::format("\"{}\"", words); }

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
    return dimensions->May(texts.size() == 1
                               ? fmt::format("{} is not meant by {}", chip, Quoted(texts[0]))
                               : fmt::format("{} is not among the chips that it words", chip));
  }
  if (key.chip() == chip) return;
  if (key.chip_group()) return dimensions->May(fmt::format("{} is not {}", chip, key.chip()));
  if (!order.chip_groups.contains(chip)) return dimensions->No();
  dimensions->May(fmt::format("{} has no {} in it", chip, key.chip()));
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
    if (place.empty()) return dimensions->May("the places that it words are not where they go");
    return dimensions->May(fmt::format("they do not go to {}", place));
  }
  if (Has(state.destinations_except(), destination)) return dimensions->No();
  if (place.empty()) {
    const std::string& words = state.claim().scope_text();
    return dimensions->May(
        words.empty() ? fmt::format("{} is not among the places that it words", destination)
                      : fmt::format("{} is not meant by {}", destination, Quoted(words)));
  }
  if (place == destination) return;
  if (key.destination_group()) {
    return dimensions->May(fmt::format("{} is not in {}", destination, place));
  }
  if (!order.destination_group) return dimensions->No();
  dimensions->May(fmt::format("{} is not in {}", place, destination));
}

// Whether it is known to name the buyer.
bool CompareBuyer(const pb::RuleState& state, const OrderFacts& order, const std::string* buyer,
                  Dimensions* dimensions) {
  if (state.buyers().empty()) return false;
  const std::string& first = state.buyers(0);
  const std::string others = state.buyers_size() + static_cast<int>(state.buyers_omitted()) == 1
                                 ? first
                                 : fmt::format("{} or another buyer that it names", first);
  if (buyer == nullptr) {
    dimensions->May(fmt::format("the buyer is not {}", others));
    return false;
  }
  const bool open = order.open_buyers.contains(*buyer);
  if (Has(state.buyers(), *buyer) && !open && !Has(state.open_buyers(), *buyer)) return true;
  if (open) {
    dimensions->May(fmt::format("{} does not include {}", *buyer, others));
  } else if (!state.open_buyers().empty()) {
    dimensions->May(fmt::format("{} is not one of {}", *buyer, state.open_buyers(0)));
  } else if (state.buyers_omitted() > 0) {
    dimensions->May(fmt::format("{} is not among the {} buyers that are left out here", *buyer,
                                state.buyers_omitted()));
  } else {
    dimensions->No();
  }
  return false;
}

void CompareSeat(const pb::RuleState& state, const OrderFacts& order, const std::string* buyer,
                 Dimensions* dimensions) {
  if (state.buyer_seat().empty() || state.buyer_seat() == order.seat) return;
  if (!order.seat.empty() && !state.buyer_seat_group()) return dimensions->No();
  dimensions->May(fmt::format("the seat of {} is not {}", buyer == nullptr ? "the buyer" : *buyer,
                              state.buyer_seat()));
}

void ComparePurpose(const pb::RuleState& state, const OrderFacts& order, Dimensions* dimensions) {
  if (state.purpose().empty()) return;
  if (!order.purpose.empty() && FoldKey(state.purpose()) == FoldKey(order.purpose)) return;
  dimensions->May(fmt::format("the purpose is not {}", Quoted(state.purpose())));
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
