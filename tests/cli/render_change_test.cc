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
