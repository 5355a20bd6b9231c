#ifndef CHIPLINE_TESTS_FOLDS_RULE_REPORTS_H_
#define CHIPLINE_TESTS_FOLDS_RULE_REPORTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chipline/v1/event.pb.h"

// Reports on rules and orders, told as a reader would.
namespace chipline::timeline::testing {

// What the two builders share. Of an event in a log, which it points into, so build one event
// before the next; or of an event of its own.
template <typename Builder>
class EventBuilder {
 public:
  explicit EventBuilder(v1::Event& event) : event_(event) {}
  explicit EventBuilder(std::string_view id) : own_(std::make_shared<v1::Event>()), event_(*own_) {
    event_.set_event_id(std::string(id));
  }

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
  const v1::Event& event() const { return event_; }

 protected:
  Builder& self() { return static_cast<Builder&>(*this); }
  // Null if the event is in a log.
  std::shared_ptr<v1::Event> own_;
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
  RuleBuilder(v1::Event& event, v1::RuleEffect effect) : EventBuilder(event) { Begin(effect); }
  RuleBuilder(std::string_view id, v1::RuleEffect effect) : EventBuilder(id) { Begin(effect); }

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
  // In words alone.
  RuleBuilder& ChipsInWords(std::string_view text) {
    rule().clear_chips();
    return rule().set_chips_text(std::string(text)), *this;
  }
  // A family whose members nobody listed.
  RuleBuilder& Family(std::string_view id) {
    Chips({std::string(id)});
    return rule().mutable_chips(0)->set_open_group(true), *this;
  }
  RuleBuilder& ChipsExcept(std::vector<std::string> ids) {
    SetRefs(std::move(ids), rule().mutable_chips_except());
    return *this;
  }
  RuleBuilder& Places(std::vector<std::string> ids) {
    SetRefs(std::move(ids), rule().mutable_destinations());
    return *this;
  }
  RuleBuilder& PlaceInWords(std::string_view text) {
    rule().clear_destinations();
    return rule().set_scope_text(std::string(text)), *this;
  }
  // A group of places whose members nobody listed.
  RuleBuilder& PlaceGroup(std::string_view id) {
    Places({std::string(id)});
    return rule().mutable_destinations(0)->set_open_group(true), *this;
  }
  RuleBuilder& Seat(std::string_view id) {
    return rule().mutable_buyer_seat()->set_id(std::string(id)), *this;
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
  void Begin(v1::RuleEffect effect) {
    rule().set_nature(v1::RULE_NATURE_CHANGE);
    rule().set_effect(effect);
    rule().set_status(v1::RULE_STATUS_IN_FORCE);
    rule().add_chips()->set_id("h200");
    rule().add_destinations()->set_id("cn");
    At("us", v1::GATE_KIND_EXPORT);
  }
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

inline v1::Quantity InWords(std::string_view words) {
  v1::Quantity quantity;
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(v1::BOUND_UNSTATED);
  quantity.set_verbatim(std::string(words));
  return quantity;
}

// An order of h200 by bytedance, planned, for cn, unless the test says otherwise.
class OrderBuilder : public EventBuilder<OrderBuilder> {
 public:
  explicit OrderBuilder(v1::Event& event) : EventBuilder(event) { Begin(); }
  explicit OrderBuilder(std::string_view id) : EventBuilder(id) { Begin(); }

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
  void Begin() {
    order().set_order_id("trial");
    order().add_buyers()->set_id("bytedance");
    order().mutable_supplier()->set_id("nvidia");
    order().add_chips()->set_id("h200");
    order().mutable_destination()->set_id("cn");
    Stage(v1::ORDER_STAGE_PLANNED);
  }
  v1::ChipOrder& order() { return *event_.mutable_chip_order(); }
};

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_RULE_REPORTS_H_
