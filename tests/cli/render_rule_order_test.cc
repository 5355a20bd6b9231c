#include <clocale>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/render.h"

namespace chipline::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class RenderTest : public ::testing::Test {
 protected:
  void SetUp() override { std::setlocale(LC_CTYPE, "C.UTF-8"); }

  static std::string Render(const v1::TimelineEntry& entry) {
    Block block(Palette(false), 0);
    RenderEntry(entry, "2026-11-29", block);
    return block.text();
  }
};
using RenderExportRuleTest = RenderTest;
using RenderChipOrderTest = RenderTest;

v1::TimelineEntry RuleEntry() {
  v1::TimelineEntry entry;
  entry.set_entry_id("rule/h200/cn/us/export");
  v1::ExportRuleKey& key = *entry.mutable_key()->mutable_export_rule();
  key.set_jurisdiction("us");
  key.set_gate(v1::GATE_KIND_EXPORT);
  key.set_chip("h200");
  key.set_destination("cn");
  v1::RuleInterval& before = *entry.mutable_export_rule()->add_intervals();
  before.mutable_valid()->set_to("2026-01-15");
  before.set_certain(true);
  before.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  before.mutable_general()->set_effect(v1::RULE_EFFECT_PROHIBITED);
  v1::RuleInterval& after = *entry.mutable_export_rule()->add_intervals();
  after.mutable_valid()->set_from("2026-01-15");
  after.set_certain(true);
  after.mutable_general()->set_gate(v1::GATE_STATE_CONDITIONAL);
  after.mutable_general()->set_effect(v1::RULE_EFFECT_LICENSED);
  after.mutable_general()->set_end_users(v1::END_USERS_APPROVED);
  after.mutable_general()->set_instrument(v1::RULE_INSTRUMENT_REGULATION);
  after.mutable_general()->mutable_claim()->set_publisher("bis");
  v1::RuleState& scoped = *after.add_scoped();
  scoped.set_gate(v1::GATE_STATE_SATISFIED);
  scoped.add_buyers("bytedance");
  return entry;
}

TEST_F(RenderExportRuleTest, IsATableOfIntervals) {
  const std::string text = Render(RuleEntry());
  EXPECT_THAT(text,
              HasSubstr("us export · h200 → cn   CONDITIONAL on 2026-11-29, since 2026-01-15\n"));
  EXPECT_THAT(text, HasSubstr("…           2026-01-15  anybody  denied: prohibited"));
  EXPECT_THAT(text, HasSubstr("conditional: licensed for approved customers"));
  EXPECT_THAT(text, HasSubstr("some     satisfied for bytedance"));
  EXPECT_THAT(text, HasSubstr("bis, regulation"));
}

TEST_F(RenderExportRuleTest, AnUncertainDayIsUnknown) {
  v1::TimelineEntry entry = RuleEntry();
  entry.mutable_export_rule()->mutable_intervals(0)->set_certain(false);
  EXPECT_THAT(Render(entry), HasSubstr("unknown: the day of the change is not known exactly"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("denied")));
}

TEST_F(RenderExportRuleTest, SaysWhatIsLeftOut) {
  v1::TimelineEntry entry = RuleEntry();
  entry.mutable_export_rule()->set_omitted_before("2026-01-15");
  entry.mutable_export_rule()->set_scopes_omitted(12);
  EXPECT_THAT(Render(entry),
              HasSubstr("…           2026-01-15           earlier intervals are left "
                        "out\n"));
  EXPECT_THAT(Render(entry), HasSubstr("12 more scopes (buyers, purposes, seats) than are shown"));
  EXPECT_THAT(Render(RuleEntry()), Not(HasSubstr("left out")));
}

v1::TimelineEntry OrderEntry() {
  v1::TimelineEntry entry;
  entry.set_entry_id("order/order.bytedance.trial");
  entry.mutable_key()->mutable_chip_order()->set_order("order.bytedance.trial");
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  order.add_buyers("bytedance");
  order.set_supplier("nvidia");
  order.add_chips("h200");
  order.set_destination("cn");
  order.set_destination_inferred(true);
  v1::StageLedger& stage = *order.add_stages();
  stage.set_stage(v1::ORDER_STAGE_PLANNED);
  stage.set_modality(v1::MODALITY_EXPECTED);
  v1::Quantity& quantity = *stage.mutable_selected()->mutable_quantity();
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(v1::BOUND_EXACT);
  quantity.set_value(20'000);
  quantity.set_approximate(true);
  v1::OrderInterval& interval = *order.add_intervals();
  interval.mutable_valid()->set_from("2026-01-15");
  interval.set_state(v1::ORDER_STATE_WAITING);
  v1::GateStatus& open = *interval.add_gates();
  open.set_jurisdiction("cn");
  open.set_gate(v1::GATE_KIND_IMPORT);
  open.set_state(v1::GATE_STATE_PENDING);
  v1::GateStatus& passed = *interval.add_gates();
  passed.set_jurisdiction("us");
  passed.set_gate(v1::GATE_KIND_EXPORT);
  passed.set_state(v1::GATE_STATE_SATISFIED);
  v1::GateEdge& edge = *interval.add_edges();
  edge.set_kind(v1::EDGE_KIND_LIFTS);
  edge.set_jurisdiction("us");
  edge.set_gate(v1::GATE_KIND_EXPORT);
  edge.add_event_ids("e-7");
  return entry;
}

TEST_F(RenderChipOrderTest, ShowsLedgerAndOpenGates) {
  const std::string text = Render(OrderEntry());
  EXPECT_THAT(text, HasSubstr("order.bytedance.trial · bytedance from nvidia: h200 → cn "
                              "(inferred)   WAITING on 2026-11-29, since 2026-01-15\n"));
  EXPECT_THAT(text, HasSubstr("planned (expected)  about 20,000 chips"));
  EXPECT_THAT(text, HasSubstr("cn import pending"));
  EXPECT_THAT(text, Not(HasSubstr("us export satisfied")));
  EXPECT_THAT(text, HasSubstr("us export lifts (e-7)"));
}

TEST_F(RenderChipOrderTest, IntervalsThatSayTheSameAreOneRow) {
  v1::TimelineEntry entry = OrderEntry();
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  order.mutable_intervals(0)->mutable_valid()->set_to("2026-03-01");
  v1::OrderInterval& next = *order.add_intervals();
  next = order.intervals(0);
  next.clear_edges();
  next.mutable_valid()->set_from("2026-03-01");
  next.mutable_valid()->set_to("2026-04-01");
  EXPECT_THAT(Render(entry), HasSubstr("2026-01-15  2026-04-01  WAITING"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("2026-03-01")));
  // What changed something is a row of its own, even if the sum is the same.
  *next.add_edges() = order.intervals(0).edges(0);
  EXPECT_THAT(Render(entry), HasSubstr("2026-03-01"));
}

v1::QuantityFigure InWords(std::string_view words) {
  v1::QuantityFigure figure;
  figure.mutable_quantity()->set_unit(v1::UNIT_CHIP);
  figure.mutable_quantity()->set_bound(v1::BOUND_UNSTATED);
  figure.mutable_quantity()->set_verbatim(std::string(words));
  figure.mutable_claim()->set_publisher("ft");
  return figure;
}

TEST_F(RenderChipOrderTest, ACountInWordsStandsWhereThereIsNoNumber) {
  v1::TimelineEntry entry = OrderEntry();
  v1::StageLedger& stage = *entry.mutable_chip_order()->mutable_stages(0);
  *stage.add_alternatives() = InWords("large numbers");
  EXPECT_THAT(Render(entry), ContainsRegex("“large numbers” chips +no number +ft\n"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("does not agree")));
  stage.clear_selected();
  stage.set_agreement(v1::AGREEMENT_NO_VALUE);
  EXPECT_THAT(Render(entry), HasSubstr("planned (expected)  “large numbers” chips"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("not stated")));
  EXPECT_EQ(EntryHeadline(entry), "planned “large numbers” chips; WAITING from 2026-01-15");
}

TEST_F(RenderChipOrderTest, SaysWhatIsLeftOut) {
  v1::TimelineEntry entry = OrderEntry();
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  order.set_buyers_omitted(36);
  order.set_omitted_before("2026-01-15");
  v1::OrderInterval next = order.intervals(0);
  next.clear_edges();
  order.mutable_intervals(0)->Clear();
  order.mutable_intervals(0)->mutable_valid()->set_to("2026-01-15");
  *order.add_intervals() = next;
  EXPECT_THAT(Render(entry), HasSubstr("36 more buyers than are shown"));
  EXPECT_THAT(Render(entry),
              HasSubstr("…           2026-01-15           earlier intervals are left "
                        "out\n"));
  EXPECT_THAT(Render(entry), HasSubstr("2026-01-15  …           WAITING"));
}

TEST_F(RenderChipOrderTest, DerivedPricesSaySo) {
  v1::TimelineEntry entry = OrderEntry();
  v1::AmountFigure& value = *entry.mutable_chip_order()->mutable_value();
  value.mutable_amount()->set_currency("USD");
  value.mutable_amount()->set_bound(v1::BOUND_EXACT);
  value.mutable_amount()->set_approximate(true);
  value.mutable_amount()->mutable_value()->set_units(400'000'000);
  value.mutable_grounds()->set_derived(true);
  EXPECT_THAT(Render(entry), HasSubstr("in all        about 400m USD (derived)"));
}

}  // namespace
}  // namespace chipline::cli
