#include "tests/picture/hard_entries.h"

namespace chipline::picture {
namespace {

constexpr int64_t kBillion = 1'000'000'000;

struct NameCase {
  std::string name;
  Names names;
};

std::vector<NameCase> NameCases() {
  std::vector<NameCase> cases;
  const auto add = [&](const std::string& name, const std::string& company, const std::string& chip,
                       const std::string& place) {
    Names names;
    for (const char* id : {"acme", "nvidia", "paper"}) {
      names.Set(v1::ENTITY_KIND_COMPANY, id, company);
    }
    names.Set(v1::ENTITY_KIND_CHIP, "h200", chip);
    names.Set(v1::ENTITY_KIND_PLACE, "us", place);
    names.Set(v1::ENTITY_KIND_PLACE, "cn", place);
    cases.push_back({name, names});
  };
  add("short", "Acme", "H200", "China");
  add("long",
      "The Extraordinarily Long Named Holding Company for Semiconductors and Other Purposes of the "
      "Northern Provinces Limited",
      "Hyper-Accelerated WWWWWWWW MMMMMMMM 9000-XXL (Export Compliant Variant, Second Revision)",
      "Democratic Federation of the United Northern Provinces and Dependent Territories");
  add("arabic", "الشركة القابضة ذات الاسم الطويل جدا لأشباه الموصلات والذكاء الاصطناعي والحوسبة",
      "وحدة معالجة الموترات فائقة السرعة الإصدار الثاني المتوافق مع ضوابط التصدير",
      "الاتحاد الديمقراطي للمقاطعات الشمالية المتحدة");
  add("chinese", "北方各省半导体人工智能云计算及其他用途超长名称控股集团有限责任公司第二分公司",
      "超高速张量处理模块九千型第二版（符合出口管制）", "中华人民共和国");
  return cases;
}

v1::ClaimSummary Claim(const std::string& event, const std::string& day) {
  v1::ClaimSummary claim;
  claim.set_event_id(event);
  claim.set_root("paper");
  claim.set_publisher("nvidia");
  claim.set_published(day);
  claim.set_standing(v1::STANDING_STANDING);
  return claim;
}

v1::AmountFigure Sum(int64_t units, int32_t nanos, const std::string& event,
                     const std::string& day) {
  v1::AmountFigure figure;
  figure.mutable_amount()->set_currency("CNY");
  figure.mutable_amount()->set_bound(v1::BOUND_EXACT);
  figure.mutable_amount()->mutable_value()->set_units(units);
  figure.mutable_amount()->mutable_value()->set_nanos(nanos);
  figure.set_basis(v1::CAPEX_BASIS_PLAN);
  *figure.mutable_claim() = Claim(event, day);
  return figure;
}

v1::TimelineEntry Capex(const v1::AmountFigure& selected, v1::BasisClass basis) {
  v1::TimelineEntry entry;
  v1::CapexKey& key = *entry.mutable_key()->mutable_capex();
  key.add_companies("acme");
  key.add_suppliers("nvidia");
  key.set_region("cn");
  key.set_scope(v1::CAPEX_SCOPE_AI_CHIPS);
  key.set_period_kind(v1::PERIOD_KIND_CALENDAR);
  key.set_period("2026");
  key.set_basis_class(basis);
  entry.mutable_capex()->set_agreement(v1::AGREEMENT_CONFLICTING);
  *entry.mutable_capex()->mutable_selected() = selected;
  return entry;
}

v1::TimelineEntry CapexOfOneDay() {
  v1::TimelineEntry entry =
      Capex(Sum(100 * kBillion, 0, "chosen", "2026-01-15"), v1::BASIS_CLASS_FORWARD);
  v1::CapexEntry& capex = *entry.mutable_capex();
  for (int i = 0; i < 16; ++i) {
    *capex.add_alternatives() = Sum(100 * kBillion, 0, "same" + std::to_string(i), "2026-01-15");
    capex.mutable_alternatives(i)->set_agrees(i % 2 == 0);
    *capex.add_unquantified() = Sum(0, 0, "none" + std::to_string(i), "2026-01-15");
    capex.mutable_unquantified(i)->mutable_amount()->set_bound(v1::BOUND_UNSTATED);
  }
  capex.mutable_alternatives(1)->mutable_claim()->set_flagged(true);
  v1::Amount& least = *capex.mutable_alternatives(2)->mutable_amount();
  least.set_bound(v1::BOUND_AT_LEAST);
  least.mutable_low()->set_units(90 * kBillion);
  v1::Amount& range = *capex.mutable_alternatives(3)->mutable_amount();
  range.set_bound(v1::BOUND_RANGE);
  range.set_approximate(true);
  range.mutable_low()->set_units(95 * kBillion);
  range.mutable_high()->set_units(110 * kBillion);
  *capex.add_revisions() = Sum(60 * kBillion, 0, "ended", "2026-01-14");
  capex.mutable_revisions(0)->mutable_claim()->set_standing(v1::STANDING_SUPERSEDED);
  capex.mutable_revisions(0)->mutable_claim()->set_ended_by("chosen");
  capex.mutable_envelope()->mutable_low()->set_units(90 * kBillion);
  capex.mutable_envelope()->mutable_high()->set_units(110 * kBillion);
  capex.set_alternatives_omitted(283);
  return entry;
}

v1::TimelineEntry CapexOf(int64_t low_units, int32_t low_nanos, int64_t high_units,
                          int32_t high_nanos, const std::string& day, v1::BasisClass basis) {
  v1::TimelineEntry entry = Capex(Sum(high_units, high_nanos, "high", day), basis);
  *entry.mutable_capex()->add_alternatives() = Sum(low_units, low_nanos, "low", "2026-11-29");
  return entry;
}

void SetDate(v1::Date& date, const std::string& day) {
  date.set_edtf(day);
  date.set_earliest(day);
  date.set_latest(day);
}

void SetCount(v1::QuantityFigure& figure, v1::Unit unit, int64_t count, const std::string& event) {
  figure.mutable_quantity()->set_unit(unit);
  figure.mutable_quantity()->set_bound(v1::BOUND_EXACT);
  figure.mutable_quantity()->set_value(count);
  *figure.mutable_claim() = Claim(event, "2026-01-15");
}

// Readings of one more each time, the last of them on the day given.
v1::TimelineEntry Prices() {
  v1::TimelineEntry entry;
  v1::PriceKey& key = *entry.mutable_key()->mutable_price();
  key.set_chip("h200");
  key.set_metric(v1::PRICE_METRIC_PURCHASE);
  key.set_per(v1::UNIT_CHIP);
  for (int i = 0; i < 6; ++i) {
    v1::PriceReading& reading = *entry.mutable_price()->add_readings();
    const std::string day = fmt::format("2026-{:02}-01", 1 + i);
    reading.mutable_as_of()->set_edtf(day);
    reading.mutable_as_of()->set_earliest(day);
    reading.mutable_as_of()->set_latest(day);
    v1::Amount& amount = *reading.mutable_selected()->mutable_amount();
    amount.set_currency(i == 3 ? "CNY" : "USD");
    amount.set_bound(v1::BOUND_EXACT);
    amount.mutable_value()->set_units(i == 3 ? 190'000 : 27'000 + 500 * i);
  }
  return entry;
}

v1::TimelineEntry Usage(int64_t first, int readings, const std::string& last) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_usage()->set_company("acme");
  entry.mutable_key()->mutable_usage()->set_metric(v1::USAGE_METRIC_MONTHLY_ACTIVE_USERS);
  for (int i = 0; i < readings; ++i) {
    v1::UsageReading& reading = *entry.mutable_usage()->add_readings();
    const std::string number = std::to_string(10 + i % 18);
    SetDate(*reading.mutable_as_of(), i + 1 == readings ? last : "2026-01-" + number);
    SetCount(*reading.mutable_selected(), v1::UNIT_USER, first + i, "u" + number);
  }
  return entry;
}

v1::TimelineEntry Supply() {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_supply()->set_chip("h200");
  v1::ChipSupplyEntry& supply = *entry.mutable_chip_supply();
  for (int i = 0; i < 6; ++i) {
    v1::HolderSupply& holder = *supply.add_holders();
    holder.set_holder("acme");
    holder.set_customer("nvidia");
    holder.set_metric(v1::SUPPLY_METRIC_PRODUCTION);
    holder.set_modality(i % 2 == 0 ? v1::MODALITY_REPORTED : v1::MODALITY_EXPECTED);
    SetDate(*holder.mutable_as_of(), i % 2 == 0 ? "2026-01-01" : "2090-01-01");
    SetCount(*holder.mutable_selected(), v1::UNIT_CHIP, i == 0 ? 1 : 9'000'000'000'000'000, "s");
    v1::Quantity& quantity = *holder.mutable_selected()->mutable_quantity();
    quantity.set_approximate(i > 2);
    if (i == 2) quantity.set_bound(v1::BOUND_AT_LEAST);
    if (i == 3) quantity.set_bound(v1::BOUND_AT_MOST);
    if (i == 4) quantity.set_bound(v1::BOUND_RANGE);
    quantity.set_low(1'000'000'000'000'000);
    quantity.set_high(8'000'000'000'000'000);
    SetCount(*holder.add_alternatives(), v1::UNIT_CHIP, 7, "other");
    holder.add_conditions("if the licence is issued, and the second one after it, and all others");
  }
  supply.add_holders()->set_holder("acme");
  SetCount(*supply.mutable_shortfall(), v1::UNIT_CHIP, 5'000'000'000'000'000, "");
  return entry;
}

v1::TimelineEntry Rule(int changes, const std::string& first, const std::string& last) {
  v1::TimelineEntry entry;
  v1::ExportRuleKey& key = *entry.mutable_key()->mutable_export_rule();
  key.set_jurisdiction("us");
  key.set_gate(v1::GATE_KIND_EXPORT);
  key.set_chip("h200");
  key.set_destination("cn");
  std::string from;
  for (int i = 0; i <= changes; ++i) {
    v1::RuleInterval& interval = *entry.mutable_export_rule()->add_intervals();
    std::string to = i == 0 ? first : "2026-01-" + std::to_string(10 + i % 18);
    if (i + 1 == changes) to = last;
    interval.mutable_valid()->set_from(from);
    interval.mutable_valid()->set_to(i == changes ? "" : to);
    from = to;
    interval.set_certain(i % 5 != 4);
    interval.set_agreement(i % 3 == 1 ? v1::AGREEMENT_CONFLICTING : v1::AGREEMENT_SINGLE);
    v1::RuleState& general = *interval.mutable_general();
    general.set_gate(static_cast<v1::GateState>(1 + i % 6));
    general.set_effect(v1::RULE_EFFECT_LICENSED);
    *general.mutable_claim() = Claim("r", "2026-01-15");
    *interval.add_alternatives() = general;
    v1::RuleState& scoped = *interval.add_scoped();
    scoped = general;
    scoped.add_buyers("acme");
    scoped.set_buyer_seat("cn");
    scoped.set_purpose("training of very large models for other purposes");
  }
  return entry;
}

// Asked for somebody to whom it changes, while it changes for nobody else.
v1::TimelineEntry RuleAsAsked() {
  v1::TimelineEntry entry = Rule(0, "", "");
  for (const bool second : {false, true}) {
    v1::AskedInterval& asked = *entry.mutable_export_rule()->add_asked();
    if (second) asked.mutable_valid()->set_from("2023-11-17");
    if (!second) asked.mutable_valid()->set_to("2023-11-17");
    asked.mutable_gate()->set_state(v1::GATE_STATE_UNKNOWN);
    asked.mutable_gate()->mutable_grounds()->set_reason("No rule says what holds for this chip.");
  }
  return entry;
}

v1::TimelineEntry Order() {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_order()->set_order("order.acme." + std::string(64, 'x'));
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  for (const char* buyer : {"acme", "nvidia", "paper"}) order.add_buyers(buyer);
  order.set_supplier("nvidia");
  order.add_chips("h200");
  order.set_destination("cn");
  v1::StageLedger& stage = *order.add_stages();
  stage.set_stage(v1::ORDER_STAGE_DELIVERED);
  stage.set_modality(v1::MODALITY_EXPECTED);
  SetCount(*stage.mutable_selected(), v1::UNIT_CHIP, 1'000'000, "o");
  for (int i = 0; i < 8; ++i) {
    SetCount(*stage.add_alternatives(), v1::UNIT_CHIP, 900'000 + i, "oo");
    SetCount(*stage.add_readings()->mutable_selected(), v1::UNIT_CHIP, 800'000, "ooo");
  }
  order.add_conditions(
      "the licence is issued, and the second one after it, and all the others too");
  std::string from;
  for (int i = 0; i < 5; ++i) {
    v1::OrderInterval& interval = *order.add_intervals();
    interval.mutable_valid()->set_from(from);
    from = i == 4 ? "" : "2026-01-1" + std::to_string(i);
    interval.mutable_valid()->set_to(from);
    interval.set_state(static_cast<v1::OrderState>(1 + i));
    interval.set_reason("The licence is refused " + std::to_string(i));
    for (const char* chip : {"h200", ""}) {
      v1::GateStatus& gate = *interval.add_gates();
      gate.set_jurisdiction("us");
      gate.set_gate(v1::GATE_KIND_EXPORT);
      gate.set_chip(chip);
      gate.set_state(static_cast<v1::GateState>(1 + i % 5));
      gate.mutable_grounds()->set_reason("A rule may apply, unless they do not go to cn.");
      v1::Reason& reason = *gate.mutable_grounds()->add_reasons();
      reason.set_kind(v1::REASON_KIND_RULE_MAY_APPLY);
      v1::ReachCondition& route = *reason.add_applies_if()->add_all();
      route.set_kind(v1::REACH_KIND_GOES_TO);
      route.set_place("cn");
    }
  }
  return entry;
}

}  // namespace

std::vector<HardCase> HardCases() {
  const v1::BasisClass forward = v1::BASIS_CLASS_FORWARD;
  v1::TimelineEntry none = Capex({}, forward);
  none.mutable_capex()->clear_selected();
  const std::vector<std::pair<std::string, v1::TimelineEntry>> entries = {
      {"capex without a claim", none},
      {"capex of one claim", Capex(Sum(5, 0, "one", "2026-01-15"), v1::BASIS_CLASS_ACTUAL)},
      {"capex of one day", CapexOfOneDay()},
      {"tiny capex", CapexOf(0, 1, 0, 3, "2026-11-28", forward)},
      {"huge capex", CapexOf(1, 0, 9'000'000'000 * kBillion, 0, "2026-11-28", forward)},
      {"old capex", CapexOf(98, 0, 100, 0, "1926-01-01", v1::BASIS_CLASS_ACTUAL)},
      {"capex that is alike", CapexOf(98, 0, 100, 0, "2026-11-28", forward)},
      {"usage of one day", Usage(1'000'000, 1, "2026-01-01")},
      {"usage that is alike", Usage(1'000'000, 24, "2026-02-01")},
      {"usage far ahead", Usage(1'000'000, 2, "2090-01-01")},
      {"prices in two currencies", Prices()},
      {"usage of zero", Usage(0, 2, "2026-12-01")},
      {"supply", Supply()},
      {"rule without a change", Rule(0, "", "")},
      {"rule as asked", RuleAsAsked()},
      {"rule of many changes", Rule(45, "2026-01-01", "2026-03-01")},
      {"rule of a century", Rule(3, "1950-01-01", "2090-01-01")},
      {"order", Order()},
  };
  std::vector<HardCase> cases;
  cases.push_back({"nothing", {"Title", "as of position 1", {}, {}, "2026-11-30", ""}});
  for (const NameCase& names : NameCases()) {
    Subject all{"All about " + names.names.Company("acme"),
                "as of position 1",
                {},
                names.names,
                "2026-11-30",
                ""};
    for (const auto& [name, entry] : entries) {
      Subject one = all;
      one.entries = {entry};
      cases.push_back({name + ", " + names.name + " names", std::move(one)});
      all.entries.push_back(entry);
    }
    cases.push_back({"company, " + names.name + " names", std::move(all)});
  }
  return cases;
}

}  // namespace chipline::picture
