#include "tests/folds/plain_reach.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"

namespace chipline::timeline::testing {
namespace {

namespace pb = chipline::v1;

using Refs = google::protobuf::RepeatedPtrField<pb::Ref>;

constexpr std::string_view kGoesTo = "the order goes to ";
constexpr std::string_view kGoesToOneOf = "the order goes to one of ";
constexpr std::string_view kSeatOf = "the seat of ";

bool Lists(const Refs& refs, const std::string& id) {
  return std::any_of(refs.begin(), refs.end(),
                     [&](const pb::Ref& ref) { return ref.id() == id && !ref.open_group(); });
}

// A group in the list; null if there is none.
const pb::Ref* GroupIn(const Refs& refs) {
  for (const pb::Ref& ref : refs) {
    if (ref.open_group()) return &ref;
  }
  return nullptr;
}

void OfChip(const pb::ExportRuleChange& rule, const pb::Ref& chip, bool names_buyer,
            PlainReach* reach) {
  if (Lists(rule.chips_except(), chip.id())) {
    reach->no = true;
  } else if (rule.chips().empty()) {
    if (names_buyer && !LetsPass(GateOf(rule, Reader::kAnyone))) return;
    reach->unknown.push_back(fmt::format("{} is meant by {}", chip.id(), rule.chips_text()));
  } else if (chip.open_group()) {
    if (const pb::Ref* group = GroupIn(rule.chips());
        group != nullptr && group->id() == chip.id()) {
      return;
    }
    reach->unknown.push_back(fmt::format("{} has {} in it", chip.id(), rule.chips(0).id()));
  } else if (!Lists(rule.chips(), chip.id())) {
    const pb::Ref* group = GroupIn(rule.chips());
    reach->no = reach->no || group == nullptr;
    if (group != nullptr)
      reach->unknown.push_back(fmt::format("{} is a {}", chip.id(), group->id()));
  }
}

void OfPlace(const pb::ExportRuleChange& rule, const pb::ChipOrder& order, PlainReach* reach) {
  const bool at_home = rule.gate() == pb::GATE_KIND_IMPORT || rule.gate() == pb::GATE_KIND_USE;
  Refs places = rule.destinations();
  if (places.empty() && at_home) *places.Add() = rule.jurisdiction();
  const std::string meant = places.empty() ? rule.scope_text() : places[0].id();
  if (!order.has_destination()) {
    const bool one = !places.empty() && !places[0].open_group();
    reach->unknown.push_back(fmt::format("{}{}", one ? kGoesTo : kGoesToOneOf, meant));
    return;
  }
  const std::string& place = order.destination().id();
  if (Lists(rule.destinations_except(), place)) {
    reach->no = true;
  } else if (places.empty() || GroupIn(places) != nullptr) {
    reach->unknown.push_back(fmt::format("{} is of {}", place, meant));
  } else {
    reach->no = reach->no || !Lists(places, place);
  }
}

// Whether the rule is known to name the buyer.
bool OfBuyer(const pb::ExportRuleChange& rule, const pb::Ref& buyer, PlainReach* reach) {
  if (rule.buyers().empty()) return false;
  const pb::Ref* group = GroupIn(rule.buyers());
  if (buyer.open_group()) {
    reach->unknown.push_back(fmt::format("{} includes {}", buyer.id(), rule.buyers(0).id()));
  } else if (Lists(rule.buyers(), buyer.id())) {
    return true;
  } else if (group != nullptr) {
    reach->unknown.push_back(fmt::format("{} is one of {}", buyer.id(), group->id()));
  } else {
    reach->no = true;
  }
  return false;
}

// The seat is not known, so that it may be in any group of places.
std::string SeatStatement(const pb::ExportRuleChange& rule, const pb::Ref& buyer) {
  return fmt::format("{}{} is {}{}", kSeatOf, buyer.id(),
                     rule.buyer_seat().open_group() ? "in " : "", rule.buyer_seat().id());
}

bool IsForAnybody(const pb::ExportRuleChange& rule) {
  return rule.buyers().empty() && !rule.has_buyer_seat() && rule.purpose().empty();
}

// What nobody is, but keeps claims apart that were for different people.
std::string NobodyOf(const pb::ExportRuleChange& rule) {
  std::string name = "nobody";
  for (const pb::Ref& buyer : rule.buyers()) absl::StrAppend(&name, "-", buyer.id());
  return absl::StrCat(name, "-", rule.buyer_seat().id(), "-", rule.purpose());
}

// The rule as it is for one chip and these buyers.
pb::ExportRuleChange Exactly(pb::ExportRuleChange rule, const pb::Ref& chip, const pb::Ref& place,
                             const std::vector<std::string>& buyers) {
  // A licence for a seat or a purpose never clears by itself.
  const bool limited = rule.has_buyer_seat() || !rule.purpose().empty();
  const std::string nobody = NobodyOf(rule);
  const bool anybody = IsForAnybody(rule);
  // What words the places is no limit to what it lets pass, once these are known.
  if (rule.destinations().empty() && rule.gate() == pb::GATE_KIND_EXPORT) rule.clear_scope_text();
  rule.clear_chips();
  rule.clear_chips_except();
  rule.clear_destinations();
  rule.clear_destinations_except();
  rule.clear_buyers();
  rule.clear_buyer_seat();
  rule.clear_purpose();
  *rule.add_chips() = chip;
  *rule.add_destinations() = place;
  if (anybody) return rule;
  if (limited && rule.effect() == pb::RULE_EFFECT_LICENSED) rule.add_conditions("as it is limited");
  rule.set_end_users(pb::END_USERS_NAMED);
  for (const std::string& buyer : buyers) rule.add_buyers()->set_id(buyer);
  rule.add_buyers()->set_id(nobody);
  return rule;
}

}  // namespace

PlainReach PlainReachOf(const pb::ExportRuleChange& rule, const pb::ChipOrder& order,
                        const pb::Ref& chip, const pb::Ref& buyer) {
  PlainReach reach;
  const bool names_buyer = OfBuyer(rule, buyer, &reach);
  OfChip(rule, chip, names_buyer, &reach);
  OfPlace(rule, order, &reach);
  if (rule.has_buyer_seat()) reach.unknown.push_back(SeatStatement(rule, buyer));
  if (!rule.purpose().empty()) {
    reach.unknown.push_back(fmt::format("the purpose is {}", rule.purpose()));
  }
  if (reach.no) reach.unknown.clear();
  return reach;
}

bool Exclude(const std::string& a, const std::string& b) {
  if (a == b) return false;
  const auto one_place = [](const std::string& text) {
    return text.starts_with(kGoesTo) && !text.starts_with(kGoesToOneOf);
  };
  if (one_place(a) && one_place(b)) return true;
  const auto one_seat = [](const std::string& text) {
    return text.starts_with(kSeatOf) && !absl::StrContains(text, " is in ");
  };
  return one_seat(a) && one_seat(b) && a.substr(0, a.find(" is ")) == b.substr(0, b.find(" is "));
}

CompletedLog Complete(const SmallLog& log, const Holds& holds) {
  CompletedLog completed;
  completed.log.order = log.order;
  pb::ChipOrder& order = *completed.log.order.mutable_event()->mutable_chip_order();
  if (!order.has_destination()) order.mutable_destination()->set_id("there");
  for (size_t at = 0; at < log.rules.size(); ++at) {
    const pb::ExportRuleChange& rule = log.rules[at].event().export_rule_change();
    for (const pb::Ref& chip : log.ordered().chips()) {
      std::vector<std::string> buyers;
      for (const pb::Ref& buyer : log.ordered().buyers()) {
        const PlainReach reach = PlainReachOf(rule, log.ordered(), chip, buyer);
        const bool all = std::all_of(reach.unknown.begin(), reach.unknown.end(),
                                     [&](const std::string& each) { return holds(at, each); });
        if (reach.no || !all) continue;
        buyers.push_back(buyer.id());
        if (reach.may()) completed.decided.insert(at);
      }
      // What others have of the very chip and place stays theirs.
      const bool names_one =
          std::any_of(log.ordered().buyers().begin(), log.ordered().buyers().end(),
                      [&](const pb::Ref& buyer) { return Lists(rule.buyers(), buyer.id()); });
      const bool of_others = !rule.buyers().empty() && !names_one &&
                             Lists(rule.chips(), chip.id()) &&
                             Lists(rule.destinations(), order.destination().id());
      if (buyers.empty() && !of_others) continue;
      pb::RecordedEvent& event = completed.log.rules.emplace_back(log.rules[at]);
      event.set_position(completed.log.rules.size());
      event.mutable_event()->set_event_id(
          absl::StrCat(log.rules[at].event().event_id(), ".", chip.id()));
      *event.mutable_event()->mutable_export_rule_change() =
          Exactly(rule, chip, order.destination(), buyers);
    }
  }
  completed.log.order.set_position(completed.log.rules.size() + 1);
  return completed;
}

std::vector<std::string> OpenStatements(const SmallLog& log) {
  std::set<std::string> open;
  for (const pb::RecordedEvent& event : log.rules) {
    for (const pb::Ref& chip : log.ordered().chips()) {
      for (const pb::Ref& buyer : log.ordered().buyers()) {
        const PlainReach reach =
            PlainReachOf(event.event().export_rule_change(), log.ordered(), chip, buyer);
        open.insert(reach.unknown.begin(), reach.unknown.end());
      }
    }
  }
  return {open.begin(), open.end()};
}

}  // namespace chipline::timeline::testing
