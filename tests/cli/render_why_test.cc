#include <clocale>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/render.h"

// Why a gate or an order stands so, and on which day, in the answer itself.
namespace chipline::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class RenderWhyTest : public ::testing::Test {
 protected:
  void SetUp() override { std::setlocale(LC_CTYPE, "C.UTF-8"); }

  static std::string Render(const v1::TimelineEntry& entry, size_t width = 0,
                            const std::string& day = "2026-11-29") {
    Block block(Palette(false), width);
    RenderEntry(entry, day, block);
    return block.text();
  }
};

void AddPossible(v1::GateStatus& gate) {
  v1::PossibleRule& rule = *gate.add_possible_rules();
  v1::ReachCondition& seat = *rule.add_applies_if()->add_all();
  seat.set_kind(v1::REACH_KIND_SEAT_IS_IN);
  seat.set_company("nettrix");
  seat.set_place("cn");
  rule.set_condition("the seat of nettrix is not cn");
  rule.set_gate(v1::GATE_STATE_DENIED);
  rule.set_effect(v1::RULE_EFFECT_PROHIBITED);
  rule.set_rule_id("88 FR 73458");
  rule.add_event_ids("e-1");
}

v1::TimelineEntry Order() {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_order()->set_order("order.nettrix.h20");
  v1::OrderInterval& before = *entry.mutable_chip_order()->add_intervals();
  before.mutable_valid()->set_to("2025-04-14");
  before.set_state(v1::ORDER_STATE_UNKNOWN);
  v1::OrderInterval& after = *entry.mutable_chip_order()->add_intervals();
  after.mutable_valid()->set_from("2025-04-14");
  after.set_state(v1::ORDER_STATE_CLEARED_IF);
  after.set_reason("A stricter rule may apply.");
  v1::GateStatus& gate = *after.add_gates();
  gate.set_jurisdiction("us");
  gate.set_gate(v1::GATE_KIND_EXPORT);
  gate.set_state(v1::GATE_STATE_CONDITIONAL);
  gate.mutable_grounds()->set_reason("The only claim; it began on 2023-11-17.");
  gate.mutable_grounds()->add_event_ids("e-2");
  // The condition of a rule that may apply is said once, by that rule.
  gate.add_conditions("the seat of nettrix is not cn");
  gate.add_conditions("unless licences are stopped");
  AddPossible(gate);
  v1::GateEdge& edge = *after.add_edges();
  edge.set_kind(v1::EDGE_KIND_CHANGES);
  edge.set_jurisdiction("us");
  edge.set_gate(v1::GATE_KIND_EXPORT);
  edge.add_event_ids("e-2");
  edge.set_event_ids_omitted(3);
  return entry;
}

TEST_F(RenderWhyTest, AnOrderSaysWhyGateByGate) {
  const std::string text = Render(Order());
  EXPECT_THAT(text, HasSubstr("→ us export changes (e-2 and 3 more)"));
  EXPECT_THAT(text, HasSubstr("A stricter rule may apply."));
  EXPECT_THAT(text, HasSubstr("us export conditional (e-2): The only claim; it began on"));
  EXPECT_THAT(text, HasSubstr("  unless licences are stopped"));
  EXPECT_THAT(text, HasSubstr("  if nettrix has its seat in cn: denied (prohibited) by 88 FR 73458 "
                              "(e-1)"));
  EXPECT_THAT(text, Not(HasSubstr("seat of nettrix")));
}

TEST_F(RenderWhyTest, AConditionInTheReasonIsNotSaidAgainBelowIt) {
  v1::TimelineEntry entry = Order();
  v1::GateStatus& gate = *entry.mutable_chip_order()->mutable_intervals(1)->mutable_gates(0);
  v1::Reason& latest = *gate.mutable_grounds()->add_reasons();
  latest.set_kind(v1::REASON_KIND_LATEST_TO_BEGIN);
  latest.mutable_days()->set_latest("2023-11-17");
  v1::Reason& stricter = *gate.mutable_grounds()->add_reasons();
  stricter.set_kind(v1::REASON_KIND_STRICTER_RULE_MAY_APPLY);
  *stricter.mutable_applies_if() = gate.possible_rules(0).applies_if();
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("by 2023-11-17. But a stricter rule may apply:\n"));
  EXPECT_EQ(text.find("nettrix has its seat"), text.rfind("nettrix has its seat"));
  EXPECT_THAT(text, Not(HasSubstr("seat of nettrix")));
}

TEST_F(RenderWhyTest, AnOrderOfWhichNoGateIsKnownSaysSo) {
  EXPECT_THAT(Render(Order()), HasSubstr("2025-04-14  UNKNOWN     No gate of the order is known."));
}

TEST_F(RenderWhyTest, EightyColumnsAreEnough) {
  std::istringstream lines(Render(Order(), 80));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(DisplayWidth(line), 80U) << line;
  }
}

TEST_F(RenderWhyTest, AHeadlineSaysTheDayThatItIsFor) {
  EXPECT_THAT(Render(Order()), HasSubstr("CLEARED IF on 2026-11-29, since 2025-04-14\n"));
  EXPECT_THAT(Render(Order(), 0, "2024-10-01"), HasSubstr("UNKNOWN on 2024-10-01\n"));
  // Where a question for another time has left the intervals of that time alone.
  v1::TimelineEntry entry = Order();
  entry.mutable_chip_order()->mutable_intervals()->RemoveLast();
  EXPECT_THAT(Render(entry), HasSubstr("UNKNOWN until 2025-04-14\n"));
}

v1::TimelineEntry Rule() {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_export_rule()->set_jurisdiction("us");
  v1::ExportRuleEntry& rule = *entry.mutable_export_rule();
  v1::RuleInterval& interval = *rule.add_intervals();
  interval.set_certain(true);
  interval.mutable_general()->set_gate(v1::GATE_STATE_NOT_REQUIRED);
  interval.mutable_general()->set_effect(v1::RULE_EFFECT_ALLOWED);
  return entry;
}

TEST_F(RenderWhyTest, WhatWasAskedComesFirstAndHeadsTheRule) {
  v1::TimelineEntry entry = Rule();
  v1::AskedInterval& asked = *entry.mutable_export_rule()->add_asked();
  asked.mutable_gate()->set_jurisdiction("us");
  asked.mutable_gate()->set_gate(v1::GATE_KIND_EXPORT);
  asked.mutable_gate()->set_state(v1::GATE_STATE_CONDITIONAL);
  AddPossible(*asked.mutable_gate());
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("CONDITIONAL on 2026-11-29\n"));
  EXPECT_LT(text.find("AS ASKED"), text.find("anybody"));
  EXPECT_THAT(text, HasSubstr("if nettrix has its seat in cn: denied (prohibited) by 88 FR"));
  EXPECT_THAT(Render(Rule()), Not(HasSubstr("AS ASKED")));
}

TEST_F(RenderWhyTest, WhatIsNotInForceSaysItsStatus) {
  v1::TimelineEntry entry = Rule();
  v1::RuleState state;
  state.set_gate(v1::GATE_STATE_DENIED);
  state.set_effect(v1::RULE_EFFECT_PROHIBITED);
  state.set_status(v1::RULE_STATUS_PROPOSED);
  *entry.mutable_export_rule()->add_not_in_force() = state;
  state.set_status(v1::RULE_STATUS_RESCINDED);
  state.mutable_claim()->set_standing(v1::STANDING_SUPERSEDED);
  *entry.mutable_export_rule()->add_revisions() = state;
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("not in force  denied: prohibited (proposed)\n"));
  EXPECT_THAT(text, HasSubstr("earlier       denied: prohibited (rescinded), superseded\n"));
}

TEST_F(RenderWhyTest, ARuleSaysGroupsExceptionsAndItsEnd) {
  v1::TimelineEntry entry = Rule();
  v1::RuleState& state = *entry.mutable_export_rule()->mutable_intervals(0)->add_scoped();
  state.set_gate(v1::GATE_STATE_DENIED);
  state.add_buyers("affiliates");
  state.add_open_buyers("affiliates");
  state.set_buyer_seat("d5");
  state.set_buyer_seat_group(true);
  state.add_chips_except("h20");
  state.set_expires("2027-01-01");
  EXPECT_THAT(Render(entry),
              HasSubstr("denied for affiliates (a group) for buyers seated in d5 (a group), except "
                        "h20, ends 2027-01-01"));
}

void SetCount(v1::QuantityFigure& figure, int64_t chips) {
  figure.mutable_quantity()->set_unit(v1::UNIT_CHIP);
  figure.mutable_quantity()->set_bound(v1::BOUND_EXACT);
  figure.mutable_quantity()->set_value(chips);
}

TEST_F(RenderWhyTest, AShortageShowsItsParts) {
  v1::TimelineEntry entry;
  v1::ChipSupplyEntry& supply = *entry.mutable_chip_supply();
  v1::ShortfallParts& parts = *supply.mutable_shortfall_parts();
  SetCount(*parts.mutable_placed(), 50'000);
  SetCount(*parts.mutable_cancelled(), 30'000);
  SetCount(*parts.mutable_open(), 20'000);
  SetCount(*parts.mutable_stock(), 25'000);
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("  placed        50,000 chips\n"));
  EXPECT_THAT(text, HasSubstr("  delivered     not stated, counts as none\n"));
  EXPECT_THAT(text, HasSubstr("  cancelled     30,000 chips\n"));
  EXPECT_THAT(text, HasSubstr("  open          20,000 chips\n"));
  EXPECT_THAT(text, HasSubstr("  in stock      25,000 chips\n"));
  EXPECT_THAT(text, HasSubstr("  shortfall     nothing is missing\n"));
}

TEST_F(RenderWhyTest, EarlierReadingsOfAStageAreShown) {
  v1::TimelineEntry entry = Order();
  v1::StageLedger& stage = *entry.mutable_chip_order()->add_stages();
  stage.set_stage(v1::ORDER_STAGE_IN_USE);
  SetCount(*stage.mutable_selected(), 200'000);
  SetCount(*stage.add_readings()->mutable_selected(), 100'000);
  stage.mutable_readings(0)->mutable_stage_date()->set_edtf("2024-09-02");
  SetCount(*stage.add_readings()->mutable_selected(), 200'000);
  EXPECT_THAT(Render(entry), ContainsRegex("in use +200,000 chips"));
  EXPECT_THAT(Render(entry), ContainsRegex("earlier +100,000 chips +2 September 2024"));
}

v1::AmountFigure Sum(v1::Bound bound, int64_t billions) {
  v1::AmountFigure figure;
  figure.mutable_amount()->set_currency("USD");
  figure.mutable_amount()->set_bound(bound);
  const int64_t units = billions * 1'000'000'000;
  figure.mutable_amount()->mutable_low()->set_units(units);
  figure.mutable_amount()->mutable_high()->set_units(units);
  figure.mutable_amount()->mutable_value()->set_units(units);
  return figure;
}

TEST_F(RenderWhyTest, TotalsThatConflictAreBothShown) {
  v1::TimelineEntry entry = Order();
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  *order.mutable_value() = Sum(v1::BOUND_AT_MOST, 60);
  *order.add_value_alternatives() = Sum(v1::BOUND_AT_LEAST, 100);
  order.set_value_agreement(v1::AGREEMENT_CONFLICTING);
  EXPECT_THAT(Render(entry), HasSubstr("in all        up to 60bn USD, CONFLICTING\n"));
  EXPECT_THAT(Render(entry), HasSubstr("or in all     at least 100bn USD, does not agree\n"));
}

TEST_F(RenderWhyTest, SpendingSaysItsMissingDefinitionItsGrowthsBaseAndWhoReplacedIt) {
  v1::TimelineEntry entry;
  v1::CapexEntry& capex = *entry.mutable_capex();
  capex.set_definition_unstated(true);
  v1::Growth& growth = *capex.add_growth();
  growth.mutable_stated()->set_bound(v1::BOUND_AT_LEAST);
  growth.mutable_stated()->mutable_low()->set_units(1);
  *growth.mutable_implied_amount() = Sum(v1::BOUND_AT_LEAST, 30);
  v1::Grounds& implied = *growth.mutable_implied_amount()->mutable_grounds();
  implied.set_rule("growth_on_year_before");
  v1::Reason& reason = *implied.add_reasons();
  reason.set_kind(v1::REASON_KIND_GROWTH_IMPLIED);
  *reason.add_amounts() = Sum(v1::BOUND_EXACT, 15).amount();
  reason.set_period("2025");
  reason.mutable_ratio()->mutable_value()->set_units(2);
  v1::AmountFigure& earlier = *capex.add_revisions();
  earlier = Sum(v1::BOUND_EXACT, 20);
  earlier.mutable_grounds()->set_rule("replaced");
  earlier.mutable_claim()->set_ended_by("e-9");
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr(" · definition not stated"));
  EXPECT_THAT(text, HasSubstr("up at least 100 % on the year, as stated (event ); implies at least "
                              "30bn USD"));
  EXPECT_THAT(text, HasSubstr("why: Computed: 15bn USD in 2025 (actual), times 2."));
  EXPECT_THAT(text, HasSubstr("20bn USD, replaced by its own later word e-9"));
}

}  // namespace
}  // namespace chipline::cli
