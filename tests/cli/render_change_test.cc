#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/render.h"

namespace chipline::cli {
namespace {

v1::TimelineEntry Capex(int64_t units) {
  v1::TimelineEntry entry;
  v1::CapexEntry& capex = *entry.mutable_capex();
  capex.set_agreement(v1::AGREEMENT_SINGLE);
  capex.mutable_selected()->mutable_amount()->set_currency("CNY");
  capex.mutable_selected()->mutable_amount()->set_bound(v1::BOUND_EXACT);
  capex.mutable_selected()->mutable_amount()->mutable_value()->set_units(units);
  return entry;
}

std::string Render(const v1::TimelineChange& change) {
  Block block(Palette(false), 0);
  RenderChange(change, block);
  return block.text();
}

TEST(RenderChangeTest, ShowsBeforeAndAfterWithTheCause) {
  v1::TimelineChange change;
  change.set_entry_id("capex/x");
  *change.mutable_before() = Capex(85'000'000'000);
  *change.mutable_after() = Capex(100'000'000'000);
  change.set_reason(v1::CHANGE_REASON_REVISION);
  change.add_cause_event_ids("e-2");
  EXPECT_EQ(Render(change),
            "capex/x   revision\n"
            "  before        85bn CNY, single\n"
            "  → after       100bn CNY, single\n"
            "  because of    e-2\n");
}

TEST(RenderChangeTest, NewAndGoneEntriesAreSaid) {
  v1::TimelineChange change;
  change.set_entry_id("capex/x");
  *change.mutable_after() = Capex(1);
  EXPECT_THAT(Render(change), ::testing::HasSubstr("before        nothing"));
  change.clear_after();
  *change.mutable_before() = Capex(1);
  EXPECT_THAT(Render(change), ::testing::HasSubstr("→ after       gone"));
}

TEST(RenderChangeTest, WhatTheHeadlineDoesNotShowIsStillAChange) {
  v1::TimelineChange change;
  *change.mutable_before() = Capex(1'000'000);
  *change.mutable_after() = Capex(1'000'000);
  EXPECT_THAT(Render(change), ::testing::HasSubstr("still         1m CNY"));
}

TEST(RenderChangeTest, AStateThatGoesOnForOtherReasonsIsToldOnce) {
  v1::TimelineEntry entry;
  const auto add = [&entry](v1::OrderState state, const std::string& from) {
    v1::OrderInterval& interval = *entry.mutable_chip_order()->add_intervals();
    interval.set_state(state);
    interval.mutable_valid()->set_from(from);
  };
  add(v1::ORDER_STATE_UNKNOWN, "");
  add(v1::ORDER_STATE_UNKNOWN, "2024-01-01");
  add(v1::ORDER_STATE_BLOCKED, "2024-11-30");
  add(v1::ORDER_STATE_BLOCKED, "2024-12-31");
  EXPECT_EQ(EntryHeadline(entry), "; UNKNOWN; BLOCKED from 2024-11-30");
  for (int day = 10; day < 14; ++day) {
    add(v1::ORDER_STATE_WAITING, "2025-01-" + std::to_string(day));
    add(v1::ORDER_STATE_UNKNOWN, "2025-02-" + std::to_string(day));
  }
  EXPECT_TRUE(EntryHeadline(entry).starts_with("; 2 earlier states; WAITING from 2025-01-10"));
}

TEST(RenderChangeTest, ADayThatPassedSaysWhichAndWhatHoldsFromThenOn) {
  v1::TimelineChange change;
  change.set_entry_id("rule/h200/cn/us/export");
  change.set_reason(v1::CHANGE_REASON_RULE_EFFECTIVE);
  change.add_cause_event_ids("e-7");
  // The whole entry is there too, and is not told.
  *change.mutable_before() = Capex(1);
  *change.mutable_after() = Capex(1);
  v1::DayPassed& passed = *change.mutable_passed();
  passed.set_day("2026-03-01");
  passed.mutable_rule_before()->set_certain(true);
  passed.mutable_rule_before()->mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  v1::RuleInterval& after = *passed.mutable_rule_after();
  after.set_certain(true);
  after.mutable_general()->set_gate(v1::GATE_STATE_CONDITIONAL);
  after.mutable_general()->set_effect(v1::RULE_EFFECT_LICENSED);
  after.mutable_general()->add_conditions("approved customers only");
  after.add_scoped()->set_gate(v1::GATE_STATE_SATISFIED);
  after.mutable_scoped(0)->add_buyers("acme");
  EXPECT_EQ(
      Render(change),
      "rule/h200/cn/us/export   2026-03-01 has come\n"
      "  until then    denied\n"
      "  → since then  conditional: licensed; if approved customers only; satisfied for acme\n"
      "  because of    e-7\n");
}

TEST(RenderChangeTest, ADayThatPassedSaysHowAnOrderStands) {
  v1::TimelineChange change;
  change.set_entry_id("order/o");
  v1::DayPassed& passed = *change.mutable_passed();
  passed.set_day("2026-03-01");
  passed.mutable_order_before()->set_state(v1::ORDER_STATE_WAITING);
  v1::GateStatus& gate = *passed.mutable_order_before()->add_gates();
  gate.set_jurisdiction("cn");
  gate.set_gate(v1::GATE_KIND_IMPORT);
  gate.set_state(v1::GATE_STATE_PENDING);
  passed.mutable_order_after()->set_state(v1::ORDER_STATE_CLEARED);
  EXPECT_EQ(Render(change),
            "order/o   2026-03-01 has come\n"
            "  until then    WAITING; open: cn import pending\n"
            "  → since then  CLEARED\n");
}

TEST(EntryHeadlineTest, OnlyTheLatestStatesAreListed) {
  v1::TimelineEntry entry;
  for (int i = 0; i < 11; ++i) {
    v1::RuleInterval& interval = *entry.mutable_export_rule()->add_intervals();
    interval.set_certain(true);
    interval.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
    interval.mutable_valid()->set_from("day-" + std::to_string(i));
  }
  EXPECT_THAT(EntryHeadline(entry), ::testing::StartsWith("3 earlier states; denied from day-3; "));
  entry.mutable_export_rule()->set_omitted_before("day-1");
  EXPECT_THAT(EntryHeadline(entry), ::testing::StartsWith("more than 3 earlier states; "));
}

TEST(EntryHeadlineTest, RulesListTheirStatesWithTheirDays) {
  v1::TimelineEntry entry;
  v1::RuleInterval& first = *entry.mutable_export_rule()->add_intervals();
  first.set_certain(true);
  first.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  v1::RuleInterval& second = *entry.mutable_export_rule()->add_intervals();
  second.mutable_valid()->set_from("2026-01-15");
  second.set_certain(true);
  second.mutable_general()->set_gate(v1::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(EntryHeadline(entry), "denied; conditional from 2026-01-15");
}

}  // namespace
}  // namespace chipline::cli
