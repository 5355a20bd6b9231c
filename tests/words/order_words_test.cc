#include "services/words/order_words.h"

#include <string>

#include "gtest/gtest.h"

namespace chipline {
namespace {

void AddInterval(v1::ChipOrderEntry& order, const std::string& from, const std::string& to,
                 v1::OrderState state) {
  v1::OrderInterval& interval = *order.add_intervals();
  interval.mutable_valid()->set_from(from);
  interval.mutable_valid()->set_to(to);
  interval.set_state(state);
}

TEST(OrderStateOnTest, AStateThatIsYetToComeIsNotTheStateOfTheDay) {
  v1::ChipOrderEntry order;
  AddInterval(order, "", "2026-01-15", v1::ORDER_STATE_UNKNOWN);
  AddInterval(order, "2026-01-15", "2027-06-01", v1::ORDER_STATE_WAITING);
  AddInterval(order, "2027-06-01", "", v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(OrderStateOn(order, "2026-01-14").state, v1::ORDER_STATE_UNKNOWN);
  EXPECT_EQ(OrderStateOn(order, "2026-01-15").state, v1::ORDER_STATE_WAITING);
  EXPECT_EQ(OrderStateOn(order, "2027-05-31").state, v1::ORDER_STATE_WAITING);
  EXPECT_EQ(OrderStateOn(order, "2027-06-01").state, v1::ORDER_STATE_BLOCKED);
}

TEST(OrderStateOnTest, WhereOnlyAPartIsShownTheNearestIntervalCounts) {
  v1::ChipOrderEntry order;
  EXPECT_EQ(OrderStateOn(order, "2026-01-15").state, v1::ORDER_STATE_UNSPECIFIED);
  AddInterval(order, "2027-06-01", "2027-07-01", v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(OrderStateOn(order, "2026-01-15").state, v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(OrderStateOn(order, "2028-01-15").state, v1::ORDER_STATE_BLOCKED);
}

TEST(OrderStateOnTest, NeighboursOfOneStateAreOneSpan) {
  v1::ChipOrderEntry order;
  AddInterval(order, "", "2025-04-14", v1::ORDER_STATE_CLEARED);
  AddInterval(order, "2025-04-14", "2025-06-01", v1::ORDER_STATE_BLOCKED);
  AddInterval(order, "2025-06-01", "2027-06-01", v1::ORDER_STATE_BLOCKED);
  AddInterval(order, "2027-06-01", "", v1::ORDER_STATE_CLEARED);
  const auto found = OrderStateOn(order, "2026-11-29");
  EXPECT_EQ(found.state, v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(found.valid.from(), "2025-04-14");
  EXPECT_EQ(found.valid.to(), "2027-06-01");
}

TEST(GateStateOnTest, WhereTheDayOfAChangeIsNotKnownTheGateIsUnknown) {
  v1::ExportRuleEntry rule;
  rule.add_intervals()->mutable_valid()->set_to("2026-01-01");
  v1::RuleInterval& denied = *rule.add_intervals();
  denied.mutable_valid()->set_from("2026-01-01");
  denied.set_certain(true);
  denied.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  EXPECT_EQ(GateStateOn(rule, "2025-12-31").state, v1::GATE_STATE_UNKNOWN);
  EXPECT_EQ(GateStateOn(rule, "2026-01-01").state, v1::GATE_STATE_DENIED);
}

TEST(WhenWordsTest, SaysTheDayAndSinceWhen) {
  v1::ValidInterval valid;
  EXPECT_EQ(WhenWords(valid, "2026-11-29"), "on 2026-11-29");
  valid.set_from("2025-04-14");
  EXPECT_EQ(WhenWords(valid, "2026-11-29"), "on 2026-11-29, since 2025-04-14");
  EXPECT_EQ(WhenWords(valid, "2025-04-14"), "on 2025-04-14, since 2025-04-14");
}

TEST(WhenWordsTest, ASpanWithoutTheDaySaysWhichDaysItHas) {
  v1::ValidInterval valid;
  valid.set_from("2025-04-14");
  EXPECT_EQ(WhenWords(valid, "2025-04-13"), "from 2025-04-14");
  valid.set_to("2026-01-01");
  EXPECT_EQ(WhenWords(valid, "2026-01-01"), "until 2026-01-01");
}

}  // namespace
}  // namespace chipline
