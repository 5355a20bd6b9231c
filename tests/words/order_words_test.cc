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
  EXPECT_EQ(OrderStateOn(order, "2026-01-14"), v1::ORDER_STATE_UNKNOWN);
  EXPECT_EQ(OrderStateOn(order, "2026-01-15"), v1::ORDER_STATE_WAITING);
  EXPECT_EQ(OrderStateOn(order, "2027-05-31"), v1::ORDER_STATE_WAITING);
  EXPECT_EQ(OrderStateOn(order, "2027-06-01"), v1::ORDER_STATE_BLOCKED);
}

TEST(OrderStateOnTest, WhereOnlyAPartIsShownTheNearestIntervalCounts) {
  v1::ChipOrderEntry order;
  EXPECT_EQ(OrderStateOn(order, "2026-01-15"), v1::ORDER_STATE_UNSPECIFIED);
  AddInterval(order, "2027-06-01", "2027-07-01", v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(OrderStateOn(order, "2026-01-15"), v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(OrderStateOn(order, "2028-01-15"), v1::ORDER_STATE_BLOCKED);
}

}  // namespace
}  // namespace chipline
