// Counts over several orders of one chip, what of them is open, and what is missing.
#include "services/timeline/folds/ordered_quantity.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/count_words.h"
#include "services/timeline/folds/policy.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;

Report Placed(std::string_view order, std::string_view buyer, std::string_view count) {
  return Order(order, buyer, "h200").Count(count).From("ft").On("2026-01");
}

Report At(pb::OrderStage stage, std::string_view order, std::string_view buyer,
          std::string_view count) {
  return Placed(order, buyer, count).Stage(stage);
}

Report Stock(std::string_view count) {
  return Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY)
      .Count(count)
      .AsOf("2026-01")
      .From("ft")
      .On("2026-01");
}

pb::ChipSupplyEntry H200(const Log& log) { return log.Entry("supply/h200").chip_supply(); }

std::string Named(const Log& log) { return Text(H200(log).ordered(0).named().quantity()); }

std::string Short(const Log& log) {
  const pb::ChipSupplyEntry entry = H200(log);
  return entry.has_shortfall() ? Text(entry.shortfall().quantity()) : "nothing";
}

TEST(OrderedQuantity, TwoOrdersOfOneBuyerWithIdsAreAdded) {
  Log log;
  log.Add(Placed("louisiana", "meta", "100000"));
  log.Add(Placed("ohio", "meta", "60000"));
  EXPECT_EQ(Named(log), "160000");
  EXPECT_EQ(H200(log).ordered(0).named().grounds().rule(), rules::kOrdersAdded);
}

TEST(OrderedQuantity, OrdersWithoutIdsLieBetweenTheLargestAndTheSum) {
  Log log;
  log.Add(Placed("", "meta", "100000"));
  log.Add(Placed("", "meta", "60000"));
  EXPECT_EQ(Named(log), "100000 to 160000");
  EXPECT_EQ(H200(log).ordered(0).named().grounds().rule(), rules::kOrdersMayBeOne);
  log.Add(Placed("", "google", "5000"));
  EXPECT_EQ(Named(log), "105000 to 165000") << "who shares no buyer is another order";
  log.Add(Placed("", "meta", "more than 20000"));
  EXPECT_EQ(Named(log), "at least 105000");
}

TEST(OrderedQuantity, AnOrderWithoutAnIdMayBeOneOfThoseThatHaveOne) {
  Log log;
  log.Add(Placed("louisiana", "meta", "60000"));
  log.Add(Placed("ohio", "meta", "60000"));
  log.Add(Placed("", "meta", "100000"));
  EXPECT_EQ(Named(log), "120000 to 220000");
  log.Add(Placed("", "meta", "500000"));
  EXPECT_EQ(Named(log), "500000 to 720000");
}

TEST(OrderedQuantity, WhatIsSureStaysBesideWhatIsBoundedFromAboveOnly) {
  Log log;
  log.Add(At(pb::ORDER_STAGE_IN_USE, "colossus", "xai", "200000"));
  log.Add(At(pb::ORDER_STAGE_IN_USE, "uae", "microsoft", "21500").And("h20").And("a100"));
  EXPECT_EQ(Named(log), "200000 to 221500");
}

TEST(OrderedQuantity, CountsThatAreAllBoundedFromAboveSayNothingOfTheLeast) {
  Log log;
  log.Add(Placed("a", "xai", "at most 200"));
  log.Add(Placed("b", "meta", "at most 100"));
  EXPECT_EQ(Named(log), "at most 300");
}

TEST(Shortfall, WhatIsDeliveredIsNotMissing) {
  Log log;
  log.Add(Placed("o", "meta", "350000").Id("placed"));
  log.Add(Stock("20000").Id("stock"));
  EXPECT_EQ(Short(log), "330000");
  log.Add(At(pb::ORDER_STAGE_DELIVERED, "o", "meta", "350000").Id("delivered"));
  EXPECT_EQ(Short(log), "nothing");
  const pb::ShortfallParts parts = H200(log).shortfall_parts();
  EXPECT_EQ(Text(parts.placed().quantity()), "350000");
  EXPECT_EQ(Text(parts.delivered().quantity()), "350000");
  EXPECT_FALSE(parts.has_cancelled());
  EXPECT_EQ(Text(parts.open().quantity()), "0");
  EXPECT_EQ(Text(parts.stock().quantity()), "20000");
  EXPECT_THAT(parts.open().grounds().event_ids(), ElementsAre("placed", "delivered"));
  EXPECT_EQ(parts.open().grounds().rule(), rules::kOpen);
}

TEST(Shortfall, WhatIsCancelledIsNotMissing) {
  Log log;
  log.Add(Placed("o", "meta", "50000"));
  log.Add(At(pb::ORDER_STAGE_CANCELLED, "o", "meta", "30000"));
  log.Add(Stock("25000"));
  EXPECT_EQ(Short(log), "nothing");
  EXPECT_EQ(Text(H200(log).shortfall_parts().open().quantity()), "20000");
}

TEST(Shortfall, OfDeliveredAndInUseTheLargerCountsAndNeverTheSum) {
  Log log;
  log.Add(Placed("o", "meta", "1000"));
  log.Add(At(pb::ORDER_STAGE_DELIVERED, "o", "meta", "300"));
  log.Add(At(pb::ORDER_STAGE_IN_USE, "o", "meta", "200"));
  log.Add(At(pb::ORDER_STAGE_SHIPPED, "o", "meta", "900"));
  log.Add(Stock("100"));
  EXPECT_EQ(Short(log), "600");
  EXPECT_EQ(H200(log).shortfall().grounds().reason(),
            "Computed: 1,000 placed, less 300 delivered or in use, less 100 in stock.");
}

TEST(Shortfall, WhatIsExpectedToBeDeliveredIsStillOpen) {
  Log log;
  log.Add(Placed("o", "meta", "1000"));
  log.Add(Placed("o", "meta", "700").Stage(pb::ORDER_STAGE_DELIVERED, pb::MODALITY_EXPECTED));
  log.Add(Stock("100"));
  EXPECT_EQ(Short(log), "900");
  log.Add(Placed("o", "meta", "400").Stage(pb::ORDER_STAGE_DELIVERED, pb::MODALITY_ONGOING));
  EXPECT_EQ(Short(log), "500");
}

TEST(Shortfall, DeliveriesWithoutANumberLeaveOpenFromNothingToAll) {
  Log log;
  log.Add(Placed("o", "meta", "1000"));
  log.Add(At(pb::ORDER_STAGE_DELIVERED, "o", "meta", "thousands"));
  log.Add(Stock("100"));
  EXPECT_EQ(Text(H200(log).shortfall_parts().open().quantity()), "at most 1000");
  EXPECT_EQ(Short(log), "at most 900");
}

TEST(Shortfall, WhatIsOpenIsAddedOrderByOrder) {
  Log log;
  log.Add(Placed("a", "meta", "100"));
  log.Add(At(pb::ORDER_STAGE_DELIVERED, "a", "meta", "150"));
  log.Add(Placed("b", "meta", "80"));
  log.Add(Stock("30"));
  EXPECT_EQ(Text(H200(log).shortfall_parts().placed().quantity()), "180");
  EXPECT_EQ(Short(log), "50") << "that 50 more of the one came does not cover the other";
}

TEST(Shortfall, TheNamedBuyersOrAnOpenGroupCountAndNeverTheirSum) {
  Log log;
  log.Add(Placed("a", "meta", "500"));
  log.Add(Placed("b", "Chinese companies", "800"));
  log.Add(Stock("100"));
  EXPECT_EQ(Short(log), "700");
  log.Add(At(pb::ORDER_STAGE_DELIVERED, "b", "Chinese companies", "600"));
  EXPECT_EQ(Short(log), "400");
  EXPECT_EQ(Text(H200(log).shortfall_parts().placed().quantity()), "500");
}

TEST(Shortfall, WithoutAStockTheRestIsShown) {
  Log log;
  log.Add(Placed("a", "meta", "500"));
  EXPECT_EQ(Short(log), "nothing");
  EXPECT_EQ(Text(H200(log).shortfall_parts().open().quantity()), "500");
  EXPECT_FALSE(H200(log).shortfall_parts().has_stock());
}

}  // namespace
}  // namespace chipline::timeline
