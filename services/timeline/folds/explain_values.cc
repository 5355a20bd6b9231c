#include "services/timeline/folds/explain_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "services/words/change_words.h"
#include "services/words/reason_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Ids = std::vector<std::string>;

// Those that a value of an order or a rule has.
pb::ExplainedFigure Says(pb::GateState gate, pb::RuleEffect effect = pb::RULE_EFFECT_UNSPECIFIED) {
  pb::ExplainedFigure figure;
  figure.set_gate(gate);
  figure.set_effect(effect);
  return figure;
}
pb::ExplainedFigure Says(const pb::RuleState& state) { return Says(state.gate(), state.effect()); }

// Nothing for a figure without a number.
template <typename Figure>
bool HasNumber(const Figure& figure) {
  return figure.has_value() || figure.has_low() || figure.has_high();
}
pb::ExplainedFigure Says(const pb::AmountFigure& of) {
  pb::ExplainedFigure figure;
  if (!HasNumber(of.amount())) return figure;
  *figure.mutable_amount() = of.amount();
  figure.mutable_amount()->clear_stated_conversions();
  return figure;
}
pb::ExplainedFigure Says(const pb::QuantityFigure& of) {
  pb::ExplainedFigure figure;
  if (HasNumber(of.quantity())) *figure.mutable_quantity() = of.quantity();
  return figure;
}

// The part of a field's text that stands in brackets.
std::string Bracketed(const pb::ExplainedField& of) {
  if (of.has_scope()) return ScopeInWords(of.scope(), PlainWording());
  if (of.has_gate()) return GateInWords(of.gate(), PlainWording());
  if (of.stage() != pb::ORDER_STAGE_UNSPECIFIED) {
    return fmt::format("{} {}", ShortName(pb::OrderStage_Name, of.stage(), "ORDER_STAGE_"),
                       ShortName(pb::Modality_Name, of.modality(), "MODALITY_"));
  }
  const std::string& as_of = of.as_of().edtf();
  if (of.holder().empty()) {
    return of.has_as_of() ? as_of : of.event_id().empty() ? of.comparison() : of.event_id();
  }
  return fmt::format(
      "{} {}{}{}{}{}", of.holder(), ShortName(pb::SupplyMetric_Name, of.metric(), "SUPPLY_METRIC_"),
      of.customer().empty() ? "" : " for ", of.customer(), as_of.empty() ? "" : " as of ", as_of);
}

std::string InWords(const pb::ExplainedField& of) {
  std::string words = of.field();
  const std::string bracketed = Bracketed(of);
  // A reading without a day has brackets, too.
  if (!bracketed.empty() || of.has_scope() || of.has_as_of()) words += "[" + bracketed + "]";
  return of.within().empty() ? words : words + "." + of.within();
}

pb::ExplainedField FieldOf(std::string_view field) {
  pb::ExplainedField of;
  of.set_field(std::string(field));
  return of;
}

pb::Date DayAlone(const pb::Date& date) {
  pb::Date alone = date;
  alone.clear_verbatim();
  return alone;
}

class Values {
 public:
  std::vector<pb::ExplainedValue> Run(const pb::TimelineEntry& entry) {
    switch (entry.state_case()) {
      case pb::TimelineEntry::kCapex:
        Capex(entry.capex());
        break;
      case pb::TimelineEntry::kExportRule:
        Rule(entry.export_rule());
        break;
      case pb::TimelineEntry::kChipOrder:
        Order(entry.chip_order());
        break;
      case pb::TimelineEntry::kChipSupply:
        Supply(entry.chip_supply());
        break;
      case pb::TimelineEntry::kUsage:
        Readings(entry.usage());
        break;
      case pb::TimelineEntry::kPrice:
        Readings(entry.price());
        break;
      case pb::TimelineEntry::STATE_NOT_SET:
        break;
    }
    if (values_.size() > kMaxExplainedValues) values_.resize(kMaxExplainedValues);
    return std::move(values_);
  }

 private:
  pb::ExplainedValue& Add(pb::ExplainedField of, pb::ExplainedFigure figure,
                          const pb::Grounds* grounds) {
    pb::ExplainedValue& value = values_.emplace_back();
    value.set_field(InWords(of));
    value.set_says(FigureInWords(figure, PlainWording()));
    *value.mutable_of() = std::move(of);
    if (figure.says_case() != pb::ExplainedFigure::SAYS_NOT_SET) {
      *value.mutable_figure() = std::move(figure);
    }
    if (grounds != nullptr) *value.mutable_grounds() = *grounds;
    return value;
  }

  template <typename Alternative>
  static void AddAlternatives(const google::protobuf::RepeatedPtrField<Alternative>& alternatives,
                              const std::string& by, pb::ExplainedValue* value) {
    for (const Alternative& alternative : alternatives) {
      SetAsideOnce(alternative.claim().event_id(), alternative.grounds(),
                   by.empty() ? Ids{} : Ids{by}, value);
    }
  }

  // Of what has a selected figure and alternatives.
  template <typename Holder>
  pb::ExplainedValue& Figure(pb::ExplainedField of, const Holder& holder) {
    const bool has = holder.has_selected();
    pb::ExplainedValue& value =
        Add(std::move(of), has ? Says(holder.selected()) : pb::ExplainedFigure(),
            has ? &holder.selected().grounds() : nullptr);
    AddAlternatives(holder.alternatives(), holder.selected().claim().event_id(), &value);
    return value;
  }

  template <typename Entry>
  void Readings(const Entry& entry) {
    for (const auto& reading : entry.readings()) {
      pb::ExplainedField of = FieldOf("readings");
      *of.mutable_as_of() = DayAlone(reading.as_of());
      Figure(std::move(of), reading);
    }
  }

  void Capex(const pb::CapexEntry& capex) {
    pb::ExplainedValue& selected = Figure(FieldOf("selected"), capex);
    AddAlternatives(capex.unquantified(), "", &selected);
    for (const pb::Growth& growth : capex.growth()) {
      const auto add = [&](std::string_view what, const pb::AmountFigure& implied) {
        pb::ExplainedField of = FieldOf("growth");
        of.set_event_id(growth.event_id());
        of.set_within(std::string(what));
        Add(std::move(of), Says(implied), &implied.grounds());
      };
      if (growth.has_implied_year_before()) {
        add("implied_year_before", growth.implied_year_before());
      }
      if (growth.has_implied_amount()) add("implied_amount", growth.implied_amount());
    }
    for (const pb::GroupComparison& comparison : capex.comparisons()) {
      if (!comparison.has_sum()) continue;
      pb::ExplainedField of = FieldOf("comparisons");
      of.set_comparison(comparison.kind());
      of.set_within("sum");
      Add(std::move(of), Says(comparison.sum()), &comparison.sum().grounds());
    }
  }

  void Rule(const pb::ExportRuleEntry& rule) {
    const int count = rule.intervals_size();
    for (int i = std::max(0, count - kMaxExplainedIntervals); i < count; ++i) {
      const pb::RuleInterval& interval = rule.intervals(i);
      const pb::RuleState& general = interval.general();
      pb::ExplainedValue& value = Add(FieldOf("general"), Says(general), &general.grounds());
      *value.mutable_valid() = interval.valid();
      AddAlternatives(interval.alternatives(), general.claim().event_id(), &value);
      for (const pb::RuleState& scoped : interval.scoped()) {
        pb::ExplainedField of = FieldOf("scoped");
        *of.mutable_scope() = ScopeOf(scoped);
        *Add(std::move(of), Says(scoped), &scoped.grounds()).mutable_valid() = interval.valid();
      }
    }
  }

  void Order(const pb::ChipOrderEntry& order) {
    for (const pb::StageLedger& stage : order.stages()) {
      pb::ExplainedField of = FieldOf("stages");
      of.set_stage(stage.stage());
      of.set_modality(stage.modality());
      Figure(std::move(of), stage);
    }
    if (order.has_unit_price()) {
      pb::ExplainedValue& price =
          Add(FieldOf("unit_price"), Says(order.unit_price()), &order.unit_price().grounds());
      AddAlternatives(order.unit_price_alternatives(), order.unit_price().claim().event_id(),
                      &price);
    }
    if (order.has_value()) {
      pb::ExplainedValue& value =
          Add(FieldOf("value"), Says(order.value()), &order.value().grounds());
      AddAlternatives(order.value_alternatives(), order.value().claim().event_id(), &value);
    }
    const int count = order.intervals_size();
    for (int i = std::max(0, count - kMaxExplainedIntervals); i < count; ++i) {
      OrderState(order.intervals(i));
    }
  }

  // The state of an interval, which the strictest of its gates decide, and each gate.
  void OrderState(const pb::OrderInterval& interval) {
    int strictest = -1;
    for (const pb::GateStatus& gate : interval.gates()) {
      strictest = std::max(strictest, Strictness(gate.state()));
    }
    pb::Reason decided = ReasonOf(pb::REASON_KIND_GATES_DECIDE);
    pb::Grounds grounds;
    for (const pb::GateStatus& gate : interval.gates()) {
      if (Strictness(gate.state()) != strictest) continue;
      pb::ReasonGate& of = *decided.add_gates();
      of = GateOf(gate.jurisdiction(), gate.gate(), gate.chip());
      of.set_state(gate.state());
      for (const std::string& id : gate.grounds().event_ids()) {
        const auto& ids = grounds.event_ids();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) grounds.add_event_ids(id);
      }
    }
    const bool any = !decided.gates().empty();
    grounds.set_rule(std::string(any ? rules::kGatesCombined : rules::kNobodySaid));
    if (any) AddReason(decided, &grounds);
    for (const pb::Reason& reason : interval.reasons()) {
      // The reasons of gates are told with each gate.
      if (reason.kind() != pb::REASON_KIND_GATE_DECIDES) AddReason(reason, &grounds);
    }
    // An interval that stands for those that were left out says nothing of gates.
    if (grounds.reasons().empty()) {
      pb::Reason left_out = ReasonOf(pb::REASON_KIND_LEFT_OUT_BEFORE);
      left_out.mutable_days()->set_latest(interval.valid().to());
      SetReason(left_out, &grounds);
    }
    pb::ExplainedFigure state;
    state.set_order(interval.state());
    *Add(FieldOf("state"), std::move(state), &grounds).mutable_valid() = interval.valid();
    for (const pb::GateStatus& gate : interval.gates()) {
      pb::ExplainedField of = FieldOf("gates");
      *of.mutable_gate() = GateOf(gate.jurisdiction(), gate.gate(), gate.chip());
      pb::ExplainedValue& value = Add(std::move(of), Says(gate.state()), &gate.grounds());
      *value.mutable_valid() = interval.valid();
      AddPossible(gate, &value);
    }
  }

  // Rules that may apply: each would decide the gate if it does. Their claims are those of other
  // entries, and mostly among those that the gate rests on.
  static void AddPossible(const pb::GateStatus& gate, pb::ExplainedValue* value) {
    for (const pb::PossibleRule& rule : gate.possible_rules()) {
      pb::Reason reason = ReasonOf(pb::REASON_KIND_POSSIBLE_RULE);
      reason.add_entry_ids(rule.entry_id());
      reason.add_gates()->set_state(rule.gate());
      *reason.mutable_applies_if() = rule.applies_if();
      for (const std::string& id : rule.event_ids()) {
        SetAsideOnce(id, rules::kMayApply, reason, {}, value);
      }
      const int named = std::min(rule.event_ids_size(), kMaxShown);
      reason.mutable_event_ids()->Add(rule.event_ids().begin(), rule.event_ids().begin() + named);
      reason.set_count(static_cast<uint32_t>(rule.event_ids_size() - named) +
                       rule.event_ids_omitted());
      AddReason(reason, value->mutable_grounds());
    }
  }

  void Supply(const pb::ChipSupplyEntry& supply) {
    for (const pb::HolderSupply& holder : supply.holders()) {
      // A holder has a reading for each day or period.
      pb::ExplainedField of = FieldOf("holders");
      of.set_holder(holder.holder());
      of.set_metric(holder.metric());
      of.set_customer(holder.customer());
      if (!holder.as_of().edtf().empty()) *of.mutable_as_of() = DayAlone(holder.as_of());
      Figure(std::move(of), holder);
    }
    for (const pb::OrderedQuantity& ordered : supply.ordered()) {
      pb::ExplainedField of = FieldOf("ordered");
      of.set_stage(ordered.stage());
      of.set_modality(ordered.modality());
      if (ordered.has_named()) Add(of, Says(ordered.named()), &ordered.named().grounds());
      of.set_within("open_groups");
      for (const pb::QuantityFigure& group : ordered.open_groups()) {
        Add(of, Says(group), &group.grounds());
      }
    }
    if (supply.has_shortfall()) {
      Add(FieldOf("shortfall"), Says(supply.shortfall()), &supply.shortfall().grounds());
    }
  }

  std::vector<pb::ExplainedValue> values_;
};

}  // namespace

pb::RuleScope ScopeOf(const pb::RuleState& state) {
  pb::RuleScope scope;
  *scope.mutable_buyers() = state.buyers();
  scope.set_buyers_omitted(state.buyers_omitted());
  scope.set_buyer_seat(state.buyer_seat());
  scope.set_purpose(state.purpose());
  return scope;
}

std::vector<pb::ExplainedValue> ValuesOf(const pb::TimelineEntry& entry) {
  return Values().Run(entry);
}

void SetAsideOnce(std::string_view event_id, const pb::Grounds& why,
                  const std::vector<std::string>& by, pb::ExplainedValue* value) {
  if (event_id.empty() || value->set_aside_size() >= kMaxSetAside) return;
  const auto& ids = value->grounds().event_ids();
  if (std::find(ids.begin(), ids.end(), event_id) != ids.end()) return;
  for (const pb::SetAside& known : value->set_aside()) {
    if (known.event_id() == event_id) return;
  }
  pb::SetAside& added = *value->add_set_aside();
  added.set_event_id(std::string(event_id));
  added.set_rule(why.rule());
  added.set_reason(why.reason());
  *added.mutable_reasons() = why.reasons();
  for (const std::string& id : by) {
    if (id.empty()) continue;
    if (added.by_event_ids_size() < kMaxSetAside) {
      added.add_by_event_ids(id);
    } else {
      added.set_by_event_ids_omitted(added.by_event_ids_omitted() + 1);
    }
  }
}

void SetAsideOnce(std::string_view event_id, std::string_view rule, pb::Reason reason,
                  const std::vector<std::string>& by, pb::ExplainedValue* value) {
  pb::Grounds why;
  why.set_rule(std::string(rule));
  SetReason(reason, &why);
  SetAsideOnce(event_id, why, by, value);
}

pb::ReasonGate GateOf(const std::string& jurisdiction, pb::GateKind gate, const std::string& chip) {
  pb::ReasonGate of;
  of.set_jurisdiction(jurisdiction);
  of.set_gate(gate);
  of.set_chip(chip);
  return of;
}

bool IsSameGate(const pb::ReasonGate& a, const pb::ReasonGate& b) {
  return a.jurisdiction() == b.jurisdiction() && a.gate() == b.gate() && a.chip() == b.chip();
}

}  // namespace chipline::timeline
