#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/picture/picture.h"

// What a picture says of days: today, the day that a headline is for, and what is to come.
namespace chipline::picture {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kToday[] = "2026-11-29";

std::string DrawOn(const v1::TimelineEntry& entry, const std::string& day = "") {
  return Draw({"Title", "as of position 1", {entry}, {}, kToday, day});
}

void SetSpan(v1::ValidInterval& valid, const std::string& from, const std::string& to) {
  valid.set_from(from);
  valid.set_to(to);
}

v1::TimelineEntry Order() {
  v1::TimelineEntry entry;
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  v1::OrderInterval& before = *order.add_intervals();
  SetSpan(*before.mutable_valid(), "", "2025-04-14");
  before.set_state(v1::ORDER_STATE_CLEARED);
  v1::OrderInterval& after = *order.add_intervals();
  SetSpan(*after.mutable_valid(), "2025-04-14", "");
  after.set_state(v1::ORDER_STATE_BLOCKED);
  after.set_reason("The licence is refused.");
  return entry;
}

v1::TimelineEntry Rule() {
  v1::TimelineEntry entry;
  v1::RuleInterval& interval = *entry.mutable_export_rule()->add_intervals();
  SetSpan(*interval.mutable_valid(), "2025-04-14", "");
  interval.set_certain(true);
  interval.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  interval.mutable_general()->set_effect(v1::RULE_EFFECT_PROHIBITED);
  return entry;
}

void SetCount(v1::QuantityFigure& figure, int64_t chips) {
  figure.mutable_quantity()->set_unit(v1::UNIT_CHIP);
  figure.mutable_quantity()->set_bound(v1::BOUND_EXACT);
  figure.mutable_quantity()->set_value(chips);
}

TEST(DaysTest, AStateSaysTheDayThatItIsFor) {
  EXPECT_THAT(DrawOn(Order()), HasSubstr(">BLOCKED on 29 Nov 2026, since 14 Apr 2025</text>"));
  EXPECT_THAT(DrawOn(Order(), "2024-10-01"), HasSubstr(">CLEARED on 1 Oct 2024</text>"));
  EXPECT_THAT(DrawOn(Rule()), HasSubstr(">DENIED on 29 Nov 2026, since 14 Apr 2025</text>"));
}

TEST(DaysTest, AnOrderOfWhichNoGateIsKnownSaysSo) {
  v1::TimelineEntry entry;
  entry.mutable_chip_order()->add_intervals()->set_state(v1::ORDER_STATE_UNKNOWN);
  EXPECT_THAT(DrawOn(entry), HasSubstr("unknown: No gate of the order is known."));
}

TEST(DaysTest, TheLineOfTodayCrossesNoWord) {
  const std::string svg = DrawOn(Order());
  EXPECT_LT(svg.rfind("<line class=\"today\""), svg.find(">BLOCKED</text>"));
}

TEST(DaysTest, AnOrderSaysWhyItIsHeldUp) {
  EXPECT_THAT(DrawOn(Order()), HasSubstr("blocked: The licence is refused."));
}

TEST(DaysTest, TodayIsALineWithItsDate) {
  EXPECT_THAT(DrawOn(Order()), HasSubstr("<line class=\"today\""));
  EXPECT_THAT(DrawOn(Order()), HasSubstr(">today, 29 Nov 2026</text>"));
  // Without a scale of days there is no place for it.
  v1::TimelineEntry supply;
  SetCount(*supply.mutable_chip_supply()->add_holders()->mutable_selected(), 5);
  EXPECT_THAT(DrawOn(supply), Not(HasSubstr("<line class=\"today\"")));
}

TEST(DaysTest, WhatIsExpectedIsPaleAndDashedAndExplained) {
  v1::TimelineEntry supply;
  v1::HolderSupply& holder = *supply.mutable_chip_supply()->add_holders();
  SetCount(*holder.mutable_selected(), 5);
  holder.set_modality(v1::MODALITY_REPORTED);
  EXPECT_THAT(DrawOn(supply), Not(HasSubstr("class=\"b-forecast\"")));
  holder.set_modality(v1::MODALITY_EXPECTED);
  EXPECT_THAT(DrawOn(supply), HasSubstr("class=\"b-forecast\""));
  // Not even in the legend, since nothing is there yet.
  EXPECT_THAT(DrawOn(supply), Not(HasSubstr("class=\"b-count\"")));
  EXPECT_THAT(DrawOn(supply), HasSubstr(">forecast</text>"));
}

TEST(DaysTest, AForecastOfAtMostLooksLikeAForecastToo) {
  v1::TimelineEntry supply;
  v1::HolderSupply& holder = *supply.mutable_chip_supply()->add_holders();
  holder.set_modality(v1::MODALITY_EXPECTED);
  holder.mutable_selected()->mutable_quantity()->set_bound(v1::BOUND_AT_MOST);
  holder.mutable_selected()->mutable_quantity()->set_high(5);
  const std::string svg = DrawOn(supply);
  EXPECT_THAT(svg.substr(svg.find("<g transform")), HasSubstr("class=\"b-forecast\""));
}

TEST(DaysTest, AYearThatHasBegunIsNotToCome) {
  v1::TimelineEntry usage;
  v1::UsageReading& reading = *usage.mutable_usage()->add_readings();
  SetCount(*reading.mutable_selected(), 5);
  reading.mutable_as_of()->set_edtf("2026");
  reading.mutable_as_of()->set_earliest("2026-01-01");
  reading.mutable_as_of()->set_latest("2026-12-31");
  EXPECT_THAT(DrawOn(usage), Not(HasSubstr("class=\"f-chosen\"")));
}

TEST(DaysTest, AReadingOfADayToComeIsAForecastWhateverItsReportCallsIt) {
  v1::TimelineEntry supply;
  v1::HolderSupply& holder = *supply.mutable_chip_supply()->add_holders();
  SetCount(*holder.mutable_selected(), 5);
  holder.mutable_as_of()->set_edtf("2027");
  holder.mutable_as_of()->set_earliest("2027-01-01");
  holder.mutable_as_of()->set_latest("2027-12-31");
  EXPECT_THAT(DrawOn(supply), HasSubstr("class=\"b-forecast\""));
  v1::TimelineEntry usage;
  v1::UsageReading& reading = *usage.mutable_usage()->add_readings();
  SetCount(*reading.mutable_selected(), 5);
  *reading.mutable_as_of() = holder.as_of();
  EXPECT_THAT(DrawOn(usage), HasSubstr("class=\"f-chosen\""));
  EXPECT_THAT(DrawOn(usage), HasSubstr(">today, 29 Nov 2026</text>"));
}

TEST(DaysTest, SpendingToComeIsHollowAndActualSpendingIsNot) {
  v1::TimelineEntry capex;
  v1::AmountFigure& selected = *capex.mutable_capex()->mutable_selected();
  selected.mutable_amount()->set_currency("USD");
  selected.mutable_amount()->set_bound(v1::BOUND_EXACT);
  selected.mutable_amount()->mutable_value()->set_units(5);
  selected.mutable_claim()->set_published("2026-01-15");
  capex.mutable_key()->mutable_capex()->set_basis_class(v1::BASIS_CLASS_FORWARD);
  EXPECT_THAT(DrawOn(capex), HasSubstr("class=\"f-chosen\""));
  EXPECT_THAT(DrawOn(capex), HasSubstr(">forecast</text>"));
  capex.mutable_key()->mutable_capex()->set_basis_class(v1::BASIS_CLASS_ACTUAL);
  EXPECT_THAT(DrawOn(capex), Not(HasSubstr("class=\"f-chosen\"")));
  EXPECT_THAT(DrawOn(capex), HasSubstr("class=\"m-chosen\""));
}

TEST(DaysTest, HowAGateStandsForWhoAsksComesFirst) {
  v1::TimelineEntry entry = Rule();
  v1::AskedInterval& asked = *entry.mutable_export_rule()->add_asked();
  asked.mutable_gate()->set_state(v1::GATE_STATE_CONDITIONAL);
  v1::PossibleRule& rule = *asked.mutable_gate()->add_possible_rules();
  v1::ReachCondition& seat = *rule.add_applies_if()->add_all();
  seat.set_kind(v1::REACH_KIND_SEAT_IS_IN);
  seat.set_company("nettrix");
  seat.set_place("cn");
  rule.set_gate(v1::GATE_STATE_DENIED);
  rule.add_event_ids("e-1");
  const std::string svg = DrawOn(entry);
  EXPECT_THAT(svg, HasSubstr(">CONDITIONAL on 29 Nov 2026</text>"));
  EXPECT_LT(svg.find(">as asked</text>"), svg.find(">anybody</text>"));
  EXPECT_THAT(svg, HasSubstr("if nettrix has its seat in cn: denied (e-1)"));
}

TEST(DaysTest, ARuleThatIsNotInForceSaysItsStatus) {
  v1::TimelineEntry entry = Rule();
  v1::RuleState& state = *entry.mutable_export_rule()->add_not_in_force();
  state.set_gate(v1::GATE_STATE_DENIED);
  state.set_effect(v1::RULE_EFFECT_PROHIBITED);
  state.set_status(v1::RULE_STATUS_OPPOSED);
  EXPECT_THAT(DrawOn(entry), HasSubstr("denied: prohibited (opposed)"));
}

TEST(DaysTest, AShortageShowsItsParts) {
  v1::TimelineEntry entry;
  v1::ChipSupplyEntry& supply = *entry.mutable_chip_supply();
  SetCount(*supply.mutable_shortfall_parts()->mutable_placed(), 50'000);
  SetCount(*supply.mutable_shortfall_parts()->mutable_cancelled(), 30'000);
  SetCount(*supply.mutable_shortfall_parts()->mutable_open(), 20'000);
  SetCount(*supply.mutable_shortfall_parts()->mutable_stock(), 25'000);
  const std::string svg = DrawOn(entry);
  EXPECT_THAT(svg, HasSubstr("placed 50,000 chips, delivered not stated, cancelled 30,000 chips"));
  EXPECT_THAT(svg, HasSubstr("so open 20,000 chips"));
  EXPECT_THAT(svg, ContainsRegex("nothing[^<]*"));
}

}  // namespace
}  // namespace chipline::picture
