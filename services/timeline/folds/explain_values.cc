#include "services/timeline/folds/explain_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "services/values/decimal.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Ids = std::vector<std::string>;

std::string Number(const pb::Decimal& number) {
  const auto decimal = Decimal::FromProto(number);
  return decimal.ok() ? decimal->ToString() : "";
}
std::string Number(int64_t number) { return fmt::format("{}", number); }

// Of an Amount or a Quantity.
template <typename Figure>
std::string Says(const Figure& figure, std::string_view unit) {
  const std::string_view about = figure.approximate() ? "about " : "";
  std::string number;
  if (figure.has_value()) {
    number = fmt::format("{}{}", about, Number(figure.value()));
  } else if (figure.has_low() && figure.has_high()) {
    number = fmt::format("{}{} to {}", about, Number(figure.low()), Number(figure.high()));
  } else if (figure.has_low()) {
    number = fmt::format("at least {}{}", about, Number(figure.low()));
  } else if (figure.has_high()) {
    number = fmt::format("at most {}{}", about, Number(figure.high()));
  } else {
    return "";
  }
  return fmt::format("{} {}", number, unit);
}
std::string Says(const pb::AmountFigure& figure) {
  return Says(figure.amount(), figure.amount().currency());
}
std::string Says(const pb::QuantityFigure& figure) {
  return Says(figure.quantity(), ShortName(pb::Unit_Name, figure.quantity().unit(), "UNIT_"));
}

std::string Says(const pb::RuleState& state) {
  std::string says(ShortName(pb::GateState_Name, state.gate(), "GATE_STATE_"));
  if (state.effect() != pb::RULE_EFFECT_UNSPECIFIED) {
    says += fmt::format(" ({})", ShortName(pb::RuleEffect_Name, state.effect(), "RULE_EFFECT_"));
  }
  return says;
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
  pb::ExplainedValue& Add(std::string field, std::string says, const pb::Grounds* grounds) {
    pb::ExplainedValue& value = values_.emplace_back();
    value.set_field(std::move(field));
    value.set_says(std::move(says));
    if (grounds != nullptr) *value.mutable_grounds() = *grounds;
    return value;
  }

  template <typename Alternative>
  static void AddAlternatives(const google::protobuf::RepeatedPtrField<Alternative>& alternatives,
                              const std::string& by, pb::ExplainedValue* value) {
    for (const Alternative& alternative : alternatives) {
      SetAsideOnce(alternative.claim().event_id(), alternative.grounds().rule(),
                   alternative.grounds().reason(), by.empty() ? Ids{} : Ids{by}, value);
    }
  }

  // Of what has a selected figure and alternatives.
  template <typename Holder>
  pb::ExplainedValue& Figure(std::string field, const Holder& holder) {
    const bool has = holder.has_selected();
    pb::ExplainedValue& value = Add(std::move(field), has ? Says(holder.selected()) : "",
                                    has ? &holder.selected().grounds() : nullptr);
    AddAlternatives(holder.alternatives(), holder.selected().claim().event_id(), &value);
    return value;
  }

  template <typename Entry>
  void Readings(const Entry& entry) {
    for (const auto& reading : entry.readings()) {
      Figure(fmt::format("readings[{}]", reading.as_of().edtf()), reading);
    }
  }

  void Capex(const pb::CapexEntry& capex) {
    pb::ExplainedValue& selected = Figure("selected", capex);
    AddAlternatives(capex.unquantified(), "", &selected);
    for (const pb::Growth& growth : capex.growth()) {
      const auto add = [&](std::string_view what, const pb::AmountFigure& implied) {
        Add(fmt::format("growth[{}].{}", growth.event_id(), what), Says(implied),
            &implied.grounds());
      };
      if (growth.has_implied_year_before()) {
        add("implied_year_before", growth.implied_year_before());
      }
      if (growth.has_implied_amount()) add("implied_amount", growth.implied_amount());
    }
    for (const pb::GroupComparison& comparison : capex.comparisons()) {
      if (!comparison.has_sum()) continue;
      Add(fmt::format("comparisons[{}].sum", comparison.kind()), Says(comparison.sum()),
          &comparison.sum().grounds());
    }
  }

  void Rule(const pb::ExportRuleEntry& rule) {
    const int count = rule.intervals_size();
    for (int i = std::max(0, count - kMaxExplainedIntervals); i < count; ++i) {
      const pb::RuleInterval& interval = rule.intervals(i);
      const pb::RuleState& general = interval.general();
      pb::ExplainedValue& value = Add("general", Says(general), &general.grounds());
      *value.mutable_valid() = interval.valid();
      AddAlternatives(interval.alternatives(), general.claim().event_id(), &value);
      for (const pb::RuleState& scoped : interval.scoped()) {
        *Add(fmt::format("scoped[{}]", ScopeInWords(scoped)), Says(scoped), &scoped.grounds())
             .mutable_valid() = interval.valid();
      }
    }
  }

  void Order(const pb::ChipOrderEntry& order) {
    for (const pb::StageLedger& stage : order.stages()) {
      Figure(fmt::format("stages[{} {}]",
                         ShortName(pb::OrderStage_Name, stage.stage(), "ORDER_STAGE_"),
                         ShortName(pb::Modality_Name, stage.modality(), "MODALITY_")),
             stage);
    }
    if (order.has_unit_price()) {
      pb::ExplainedValue& price =
          Add("unit_price", Says(order.unit_price()), &order.unit_price().grounds());
      AddAlternatives(order.unit_price_alternatives(), order.unit_price().claim().event_id(),
                      &price);
    }
    if (order.has_value()) {
      pb::ExplainedValue& value = Add("value", Says(order.value()), &order.value().grounds());
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
    pb::Grounds grounds;
    grounds.set_rule(std::string(rules::kNobodySaid));
    std::string decided = "No gate is known of.";
    for (const pb::GateStatus& gate : interval.gates()) {
      if (Strictness(gate.state()) != strictest) continue;
      decided = grounds.rule() == rules::kGatesCombined ? decided + ", " : "Decided by ";
      grounds.set_rule(std::string(rules::kGatesCombined));
      decided += fmt::format("{} ({})", GateName(gate.jurisdiction(), gate.gate(), gate.chip()),
                             ShortName(pb::GateState_Name, gate.state(), "GATE_STATE_"));
      for (const std::string& id : gate.grounds().event_ids()) {
        const auto& ids = grounds.event_ids();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) grounds.add_event_ids(id);
      }
    }
    if (grounds.rule() == rules::kGatesCombined) decided += ".";
    const bool of_a_gate = std::any_of(
        interval.gates().begin(), interval.gates().end(), [&](const pb::GateStatus& gate) {
          const std::string& reason = gate.grounds().reason();
          return !reason.empty() && interval.reason().find(reason) != std::string::npos;
        });
    // The reasons of gates are told with each gate.
    if (!interval.reason().empty() && !of_a_gate) decided += " " + interval.reason();
    grounds.set_reason(decided);
    *Add("state", std::string(ShortName(pb::OrderState_Name, interval.state(), "ORDER_STATE_")),
         &grounds)
         .mutable_valid() = interval.valid();
    for (const pb::GateStatus& gate : interval.gates()) {
      pb::ExplainedValue& value = Add(
          fmt::format("gates[{}]", GateName(gate.jurisdiction(), gate.gate(), gate.chip())),
          std::string(ShortName(pb::GateState_Name, gate.state(), "GATE_STATE_")), &gate.grounds());
      *value.mutable_valid() = interval.valid();
      AddPossible(gate, &value);
    }
  }

  // Rules that may apply: each would decide the gate if it does. Their claims are those of other
  // entries, and mostly among those that the gate rests on.
  static void AddPossible(const pb::GateStatus& gate, pb::ExplainedValue* value) {
    for (const pb::PossibleRule& rule : gate.possible_rules()) {
      const std::string_view then = ShortName(pb::GateState_Name, rule.gate(), "GATE_STATE_");
      value->mutable_grounds()->set_reason(
          fmt::format("{} {} in {} makes it {}, unless {}.", value->grounds().reason(),
                      fmt::join(rule.event_ids(), ", "), rule.entry_id(), then, rule.condition()));
      for (const std::string& id : rule.event_ids()) {
        SetAsideOnce(id, rules::kMayApply,
                     fmt::format("It stands in {} and makes the gate {}, unless {}.",
                                 rule.entry_id(), then, rule.condition()),
                     {}, value);
      }
    }
  }

  void Supply(const pb::ChipSupplyEntry& supply) {
    for (const pb::HolderSupply& holder : supply.holders()) {
      // A holder has a reading for each day or period.
      Figure(fmt::format("holders[{} {}{}{}{}{}]", holder.holder(),
                         ShortName(pb::SupplyMetric_Name, holder.metric(), "SUPPLY_METRIC_"),
                         holder.customer().empty() ? "" : " for ", holder.customer(),
                         holder.as_of().edtf().empty() ? "" : " as of ", holder.as_of().edtf()),
             holder);
    }
    for (const pb::OrderedQuantity& ordered : supply.ordered()) {
      const std::string field = fmt::format(
          "ordered[{} {}]", ShortName(pb::OrderStage_Name, ordered.stage(), "ORDER_STAGE_"),
          ShortName(pb::Modality_Name, ordered.modality(), "MODALITY_"));
      if (ordered.has_named()) Add(field, Says(ordered.named()), &ordered.named().grounds());
      for (const pb::QuantityFigure& group : ordered.open_groups()) {
        Add(field + ".open_groups", Says(group), &group.grounds());
      }
    }
    if (supply.has_shortfall()) {
      Add("shortfall", Says(supply.shortfall()), &supply.shortfall().grounds());
    }
  }

  std::vector<pb::ExplainedValue> values_;
};

}  // namespace

std::string ScopeInWords(const pb::RuleState& state) {
  Ids parts(state.buyers().begin(), state.buyers().end());
  if (!state.buyer_seat().empty()) parts.push_back(fmt::format("seat {}", state.buyer_seat()));
  if (!state.purpose().empty()) parts.push_back(state.purpose());
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<pb::ExplainedValue> ValuesOf(const pb::TimelineEntry& entry) {
  return Values().Run(entry);
}

void SetAsideOnce(std::string_view event_id, std::string_view rule, std::string_view reason,
                  const std::vector<std::string>& by, pb::ExplainedValue* value) {
  if (event_id.empty() || value->set_aside_size() >= kMaxSetAside) return;
  const auto& ids = value->grounds().event_ids();
  if (std::find(ids.begin(), ids.end(), event_id) != ids.end()) return;
  for (const pb::SetAside& known : value->set_aside()) {
    if (known.event_id() == event_id) return;
  }
  pb::SetAside& added = *value->add_set_aside();
  added.set_event_id(std::string(event_id));
  added.set_rule(std::string(rule));
  added.set_reason(std::string(reason));
  for (const std::string& id : by) {
    if (id.empty()) continue;
    if (added.by_event_ids_size() < kMaxSetAside) {
      added.add_by_event_ids(id);
    } else {
      added.set_by_event_ids_omitted(added.by_event_ids_omitted() + 1);
    }
  }
}

std::string GateName(const std::string& jurisdiction, pb::GateKind gate, const std::string& chip) {
  std::string kind(ShortName(pb::GateKind_Name, gate, "GATE_KIND_"));
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return fmt::format("{}/{}{}{}", jurisdiction, kind, chip.empty() ? "" : "/", chip);
}

}  // namespace chipline::timeline
