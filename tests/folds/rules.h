#ifndef CHIPLINE_TESTS_FOLDS_RULES_H_
#define CHIPLINE_TESTS_FOLDS_RULES_H_

#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/order_fold.h"
#include "services/timeline/folds/rule_fold.h"
#include "services/timeline/folds/valid_axis.h"

// Small logs of rules and orders, and their folds as text that a test can compare at a glance.
namespace chipline::timeline::testing {

// What the two builders share. Points into the log, so build one event before the next.
template <typename Builder>
class EventBuilder {
 public:
  explicit EventBuilder(v1::Event& event) : event_(event) {}

  // The root, which published it that day; the empty day: not known.
  Builder& By(std::string_view publisher, std::string_view day) {
    event_.mutable_source()->clear_hops();
    v1::Hop& hop = *event_.mutable_source()->add_hops();
    hop.mutable_publisher()->set_id(std::string(publisher));
    hop.set_relation(v1::HOP_RELATION_PRIMARY);
    if (!day.empty()) hop.mutable_published()->set_edtf(std::string(day));
    return self();
  }
  Builder& Published(std::string_view day) { return By(event_.event_id(), day); }
  Builder& Origin(v1::OriginKind kind) {
    event_.mutable_source()->mutable_origin()->set_kind(kind);
    return self();
  }
  Builder& Link(v1::LinkRelation relation, std::string_view target) {
    v1::Link& link = *event_.add_links();
    link.set_relation(relation);
    link.set_event_id(std::string(target));
    return self();
  }

 protected:
  Builder& self() { return static_cast<Builder&>(*this); }
  v1::Event& event_;
};

inline void SetRefs(std::vector<std::string> ids,
                    google::protobuf::RepeatedPtrField<v1::Ref>* refs) {
  refs->Clear();
  for (std::string& id : ids) refs->Add()->set_id(std::move(id));
}

// A rule that is in force: us, export, for h200 to cn, unless the test says otherwise.
class RuleBuilder : public EventBuilder<RuleBuilder> {
 public:
  RuleBuilder(v1::Event& event, v1::RuleEffect effect) : EventBuilder(event) {
    rule().set_nature(v1::RULE_NATURE_CHANGE);
    rule().set_effect(effect);
    rule().set_status(v1::RULE_STATUS_IN_FORCE);
    rule().add_chips()->set_id("h200");
    rule().add_destinations()->set_id("cn");
    At("us", v1::GATE_KIND_EXPORT);
  }

  RuleBuilder& At(std::string_view jurisdiction, v1::GateKind gate) {
    rule().mutable_jurisdiction()->set_id(std::string(jurisdiction));
    rule().set_gate(gate);
    return *this;
  }
  RuleBuilder& CnImport() { return At("cn", v1::GATE_KIND_IMPORT); }
  RuleBuilder& Chips(std::vector<std::string> ids) {
    SetRefs(std::move(ids), rule().mutable_chips());
    return *this;
  }
  RuleBuilder& Id(std::string_view id) { return rule().set_rule_id(std::string(id)), *this; }
  RuleBuilder& Status() { return rule().set_nature(v1::RULE_NATURE_STATUS), *this; }
  RuleBuilder& Standing(v1::RuleStatus status) { return rule().set_status(status), *this; }
  RuleBuilder& Instrument(v1::RuleInstrument instrument) {
    return rule().set_instrument(instrument), *this;
  }
  RuleBuilder& Announced(std::string_view edtf) { return Set(rule().mutable_announced(), edtf); }
  RuleBuilder& Effective(std::string_view edtf) { return Set(rule().mutable_effective(), edtf); }
  RuleBuilder& Binding(std::string_view edtf) { return Set(rule().mutable_binding(), edtf); }
  RuleBuilder& Expires(std::string_view edtf) { return Set(rule().mutable_expires(), edtf); }
  RuleBuilder& Covers(v1::AppliesTo which) { return rule().set_applies_to(which), *this; }
  RuleBuilder& Approved() { return rule().set_end_users(v1::END_USERS_APPROVED), *this; }
  RuleBuilder& Buyers(std::vector<std::string> ids) {
    rule().set_end_users(v1::END_USERS_NAMED);
    SetRefs(std::move(ids), rule().mutable_buyers());
    return *this;
  }
  RuleBuilder& Purpose(std::string_view text) {
    return rule().set_purpose(std::string(text)), *this;
  }
  RuleBuilder& Condition(std::string_view text) {
    return rule().add_conditions(std::string(text)), *this;
  }
  RuleBuilder& CapAtLeast(int64_t count) {
    rule().mutable_quantity_cap()->set_unit(v1::UNIT_CHIP);
    rule().mutable_quantity_cap()->set_bound(v1::BOUND_AT_LEAST);
    rule().mutable_quantity_cap()->set_low(count);
    return *this;
  }

 private:
  v1::ExportRuleChange& rule() { return *event_.mutable_export_rule_change(); }
  RuleBuilder& Set(v1::Date* date, std::string_view edtf) {
    return date->set_edtf(std::string(edtf)), *this;
  }
};

inline v1::Quantity Chips(int64_t count, bool about = false) {
  v1::Quantity quantity;
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(v1::BOUND_EXACT);
  quantity.set_value(count);
  quantity.set_approximate(about);
  return quantity;
}

// An order of h200 by bytedance, planned, for cn, unless the test says otherwise.
class OrderBuilder : public EventBuilder<OrderBuilder> {
 public:
  explicit OrderBuilder(v1::Event& event) : EventBuilder(event) {
    order().set_order_id("trial");
    order().add_buyers()->set_id("bytedance");
    order().mutable_supplier()->set_id("nvidia");
    order().add_chips()->set_id("h200");
    order().mutable_destination()->set_id("cn");
    Stage(v1::ORDER_STAGE_PLANNED);
  }

  OrderBuilder& Buyers(std::vector<std::string> ids) {
    SetRefs(std::move(ids), order().mutable_buyers());
    return *this;
  }
  OrderBuilder& Chips(std::vector<std::string> ids) {
    SetRefs(std::move(ids), order().mutable_chips());
    return *this;
  }
  OrderBuilder& DestinationInferred() { return order().set_destination_inferred(true), *this; }
  OrderBuilder& NoDestination() { return order().clear_destination(), *this; }
  OrderBuilder& Stage(v1::OrderStage stage, v1::Modality modality = v1::MODALITY_REPORTED) {
    order().set_stage(stage);
    order().set_modality(modality);
    return *this;
  }
  OrderBuilder& On(std::string_view edtf) {
    return order().mutable_stage_date()->set_edtf(std::string(edtf)), *this;
  }
  OrderBuilder& Count(v1::Quantity quantity) {
    return *order().mutable_quantity() = std::move(quantity), *this;
  }
  OrderBuilder& UnitPriceUsd(int64_t dollars, bool about = false) {
    v1::Amount& price = *order().mutable_unit_price();
    price.set_currency("USD");
    price.set_bound(v1::BOUND_EXACT);
    price.mutable_value()->set_units(dollars);
    price.set_approximate(about);
    return *this;
  }
  OrderBuilder& Gate(std::string_view jurisdiction, v1::GateKind kind, v1::GateState state) {
    v1::OrderGate& gate = *order().add_gates();
    gate.mutable_jurisdiction()->set_id(std::string(jurisdiction));
    gate.set_gate(kind);
    gate.set_state(state);
    return *this;
  }
  OrderBuilder& Condition(std::string_view text) {
    return order().add_conditions(std::string(text)), *this;
  }

 private:
  v1::ChipOrder& order() { return *event_.mutable_chip_order(); }
};

// A log with one order and any rules. Each event takes the next position and, unless the test says
// otherwise, is the first-hand report of a publisher of its own on a day of its own.
class RuleLog {
 public:
  RuleBuilder Rule(std::string_view id, v1::RuleEffect effect) {
    return RuleBuilder(Append(id), effect);
  }
  OrderBuilder Order(std::string_view id) { return OrderBuilder(Append(id)); }

  // A notice by the publisher of the target that withdraws it.
  void Retract(std::string_view id, std::string_view target) {
    v1::Source source;
    for (const v1::RecordedEvent& each : events_) {
      if (each.event().event_id() == target) source = each.event().source();
    }
    v1::Event& event = Append(id);
    *event.mutable_source() = source;
    event.mutable_claim_notice()->set_text("withdrawn");
    v1::Link& link = *event.add_links();
    link.set_relation(v1::LINK_RELATION_RETRACTS);
    link.set_event_id(std::string(target));
  }

  std::vector<v1::RecordedEvent>& events() { return events_; }

  std::vector<Claim> RuleRows(std::string_view jurisdiction = "us",
                              v1::GateKind gate = v1::GATE_KIND_EXPORT,
                              std::string_view chip = "h200") const {
    return Rows([&](const v1::Event& event) {
      const v1::ExportRuleChange& rule = event.export_rule_change();
      bool of_chip = false;
      for (const v1::Ref& each : rule.chips()) of_chip |= each.id() == chip;
      return event.has_export_rule_change() && of_chip && rule.gate() == gate &&
             rule.jurisdiction().id() == jurisdiction;
    });
  }

  v1::ExportRuleEntry FoldRule(std::string_view jurisdiction = "us",
                               v1::GateKind gate = v1::GATE_KIND_EXPORT,
                               std::string_view chip = "h200") const {
    return FoldExportRule({}, RuleRows(jurisdiction, gate, chip), Names());
  }

  v1::ChipOrderEntry FoldOrder() const {
    const std::vector<Claim> rows =
        Rows([](const v1::Event& event) { return event.has_chip_order(); });
    return FoldChipOrder({}, rows, RuleEntries(), Names());
  }

  static NamesAt Names() {
    static const NameTable kNoNames;
    return {kNoNames, NameTable::kHead};
  }

 private:
  v1::Event& Append(std::string_view id) {
    v1::RecordedEvent& recorded = events_.emplace_back();
    recorded.set_position(events_.size());
    recorded.mutable_record_time()->set_seconds(1'790'000'000 + 60 * int64_t(events_.size()));
    v1::Event& event = *recorded.mutable_event();
    event.set_event_id(std::string(id));
    v1::Hop& hop = *event.mutable_source()->add_hops();
    hop.mutable_publisher()->set_id(fmt::format("paper-{}", id));
    hop.set_relation(v1::HOP_RELATION_PRIMARY);
    hop.mutable_published()->set_edtf("2026-06-01");
    return event;
  }

  template <typename IsOwn>
  std::vector<Claim> Rows(IsOwn is_own) const {
    std::vector<Claim> rows;
    for (const v1::RecordedEvent& each : events_) {
      const bool own = is_own(each.event());
      if (own || each.event().has_claim_notice()) rows.push_back(MakeClaim(each, own, Names()));
    }
    return rows;
  }

  std::vector<v1::TimelineEntry> RuleEntries() const {
    std::map<std::tuple<std::string, std::string, v1::GateKind>, v1::TimelineEntry> entries;
    for (const v1::RecordedEvent& each : events_) {
      const v1::ExportRuleChange& rule = each.event().export_rule_change();
      for (const v1::Ref& chip : rule.chips()) {
        v1::TimelineEntry& entry = entries[{chip.id(), rule.jurisdiction().id(), rule.gate()}];
        v1::ExportRuleKey& key = *entry.mutable_key()->mutable_export_rule();
        key.set_chip(chip.id());
        key.set_destination(rule.destinations(0).id());
        key.set_jurisdiction(rule.jurisdiction().id());
        key.set_gate(rule.gate());
        *entry.mutable_export_rule() = FoldRule(key.jurisdiction(), key.gate(), key.chip());
      }
    }
    std::vector<v1::TimelineEntry> sorted;
    for (auto& [key, entry] : entries) sorted.push_back(std::move(entry));
    return sorted;
  }

  std::vector<v1::RecordedEvent> events_;
};

inline std::string Word(v1::GateState state) {
  return v1::GateState_Name(state).substr(std::string_view("GATE_STATE_").size());
}
inline std::string Word(v1::OrderState state) {
  return v1::OrderState_Name(state).substr(std::string_view("ORDER_STATE_").size());
}
inline std::string Word(v1::EdgeKind kind) {
  return v1::EdgeKind_Name(kind).substr(std::string_view("EDGE_KIND_").size());
}
inline std::string Word(v1::GateKind kind) {
  return v1::GateKind_Name(kind).substr(std::string_view("GATE_KIND_").size());
}
inline std::string Word(const v1::ValidInterval& valid) {
  return fmt::format("{}..{}", valid.from(), valid.to());
}

// "..2026-01-15 DENIED": one line an interval, the general state; "?" marks an uncertain one.
inline std::vector<std::string> Lines(const v1::ExportRuleEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::RuleInterval& each : entry.intervals()) {
    lines.push_back(fmt::format("{} {}{}", Word(each.valid()), Word(each.general().gate()),
                                each.certain() ? "" : "?"));
  }
  return lines;
}

// "2026-01-15.. WAITING cn/IMPORT=PENDING us/EXPORT=CONDITIONAL"
inline std::vector<std::string> Lines(const v1::ChipOrderEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::OrderInterval& each : entry.intervals()) {
    std::string line = fmt::format("{} {}", Word(each.valid()), Word(each.state()));
    for (const v1::GateStatus& gate : each.gates()) {
      line += fmt::format(" {}/{}{}{}={}", gate.jurisdiction(), Word(gate.gate()),
                          gate.chip().empty() ? "" : "/", gate.chip(), Word(gate.state()));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// "2026-01-28 LIFTS cn/IMPORT by approval"
inline std::vector<std::string> EdgeLines(const v1::ChipOrderEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::OrderInterval& each : entry.intervals()) {
    for (const v1::GateEdge& edge : each.edges()) {
      std::string line = fmt::format("{} {} {}/{} by", edge.day(), Word(edge.kind()),
                                     edge.jurisdiction(), Word(edge.gate()));
      for (const std::string& id : edge.event_ids()) line += " " + id;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

// Whether the intervals cover all of valid time, in order and without gaps.
template <typename Intervals>
bool Tiles(const Intervals& intervals) {
  if (intervals.empty()) return false;
  std::string from;
  for (const auto& each : intervals) {
    if (each.valid().from() != from) return false;
    if (!each.valid().to().empty() && each.valid().to() <= from) return false;
    from = each.valid().to();
    if (from.empty() && &each != &*std::prev(intervals.end())) return false;
  }
  return from.empty();
}

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_RULES_H_
