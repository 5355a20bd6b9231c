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
using ::testing::IsEmpty;

Report Stock(std::string_view holder = "nvidia") {
  return Supply(holder, "h200", pb::SUPPLY_METRIC_INVENTORY);
}

pb::ChipSupplyEntry H200(const Log& log) { return log.Entry("supply/h200").chip_supply(); }

TEST(SupplyFold, MoreThanTwoMillionPlacedLessAbout700000InStockIsAtLeastAbout1300000Short) {
  Log log;
  log.Add(Stock().Id("stock").Count("about 700000").From("reuters").On("2026-01"));
  log.Add(Order("china-2026", "Chinese companies", "h200")
              .Id("orders")
              .Count("more than 2000000")
              .From("reuters")
              .On("2026-01"));
  log.Add(Supply("tsmc", "h200", pb::SUPPLY_METRIC_PRODUCTION)
              .Condition("political approval")
              .From("reuters")
              .On("2026-01"));
  const pb::ChipSupplyEntry entry = H200(log);
  EXPECT_EQ(Text(entry.shortfall().quantity()), "at least about 1300000");
  EXPECT_TRUE(entry.shortfall().grounds().derived());
  EXPECT_EQ(entry.shortfall().grounds().rule(), rules::kShortfall);
  EXPECT_THAT(entry.shortfall().grounds().event_ids(), ElementsAre("orders", "stock"));

  ASSERT_EQ(entry.holders_size(), 2);
  EXPECT_EQ(entry.holders(0).holder(), "nvidia");
  EXPECT_EQ(Text(entry.holders(0).selected().quantity()), "about 700000");
  EXPECT_EQ(entry.holders(1).holder(), "tsmc");
  EXPECT_EQ(entry.holders(1).agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_THAT(entry.holders(1).conditions(), ElementsAre("political approval"));

  ASSERT_EQ(entry.ordered_size(), 1);
  EXPECT_EQ(entry.ordered(0).stage(), pb::ORDER_STAGE_PLACED);
  EXPECT_FALSE(entry.ordered(0).has_named());
  ASSERT_EQ(entry.ordered(0).open_groups_size(), 1);
  EXPECT_EQ(Text(entry.ordered(0).open_groups(0).quantity()), "at least 2000000");
}

TEST(SupplyFold, NothingIsMissingWhereStockCoversTheOrders) {
  Log log;
  log.Add(Stock().Count("500").From("a").On("2026-01"));
  log.Add(Order("o", "bytedance", "h200").Count("500").From("a").On("2026-01"));
  EXPECT_FALSE(H200(log).has_shortfall());
}

TEST(SupplyFold, WhatIsOnlyExpectedIsNotPlaced) {
  Log log;
  log.Add(Stock().Count("500").From("a").On("2026-01"));
  log.Add(Order("o", "bytedance", "h200")
              .Count("900")
              .From("a")
              .On("2026-01")
              .Stage(pb::ORDER_STAGE_PLACED, pb::MODALITY_EXPECTED));
  EXPECT_FALSE(H200(log).has_shortfall());
  EXPECT_EQ(H200(log).ordered(0).modality(), pb::MODALITY_EXPECTED);
}

TEST(SupplyFold, EachDayIsAReadingTheSameDayIsWeighedAndTheLatestStockCounts) {
  Log log;
  log.Add(Stock().Id("new").Count("700").AsOf("2026-01").From("a").On("2026-01"));
  log.Add(Stock().Id("old").Count("900").AsOf("2025-12").From("a").On("2026-02"));
  log.Add(Stock().Id("other").Count("500").AsOf("2026-01").From("b").On("2025-12"));
  log.Add(Order("o", "bytedance", "h200").Count("1000").From("a").On("2026-01"));
  const pb::ChipSupplyEntry entry = H200(log);
  ASSERT_EQ(entry.holders_size(), 2);
  EXPECT_EQ(entry.holders(0).as_of().edtf(), "2025-12");
  EXPECT_EQ(entry.holders(0).selected().claim().event_id(), "old");
  EXPECT_EQ(entry.holders(0).agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(entry.holders(1).selected().claim().event_id(), "new");
  EXPECT_EQ(entry.holders(1).agreement(), pb::AGREEMENT_CONFLICTING);
  ASSERT_EQ(entry.holders(1).alternatives_size(), 1);
  EXPECT_EQ(entry.holders(1).alternatives(0).claim().event_id(), "other");
  EXPECT_EQ(entry.holders(1).claims_size(), 2);
  EXPECT_EQ(Text(entry.shortfall_parts().stock().quantity()), "700") << "not 700 and 900";
  EXPECT_EQ(Text(entry.shortfall().quantity()), "300");
}

Report Made(std::string_view year) {
  return Supply("huawei", "h200", pb::SUPPLY_METRIC_PRODUCTION).AsOf(year);
}

Report Expected(Report report) {
  report.event().mutable_chip_supply()->set_modality(pb::MODALITY_EXPECTED);
  return report;
}

TEST(SupplyFold, AForecastNeverTakesThePlaceOfWhatIsReported) {
  Log log;
  log.Add(Expected(Made("2024"))
              .Id("hope")
              .Count("900")
              .From("a")
              .On("2024-01")
              .Origin(pb::ORIGIN_KIND_FILING));
  log.Add(Made("2024").Id("fact").Count("507").From("b").On("2025-01"));
  log.Add(Expected(Made("2025")).Id("next").Count("800").From("b").On("2025-01"));
  const pb::ChipSupplyEntry entry = H200(log);
  ASSERT_EQ(entry.holders_size(), 2);
  const pb::HolderSupply& first = entry.holders(0);
  EXPECT_EQ(first.selected().claim().event_id(), "fact");
  EXPECT_EQ(first.modality(), pb::MODALITY_REPORTED);
  EXPECT_EQ(first.agreement(), pb::AGREEMENT_SINGLE) << "a forecast is no second report";
  ASSERT_EQ(first.alternatives_size(), 1);
  EXPECT_EQ(first.alternatives(0).grounds().rule(), rules::kForecast);
  EXPECT_FALSE(first.alternatives(0).agrees());
  EXPECT_EQ(entry.holders(1).selected().claim().event_id(), "next");
}

TEST(SupplyFold, TwoForecastsOfOneYearConflict) {
  Log log;
  log.Add(Expected(Made("2025")).Count("805").From("a").On("2025-09"));
  log.Add(Expected(Made("2025")).Count("at most 200").From("b").On("2025-06"));
  const pb::ChipSupplyEntry entry = H200(log);
  ASSERT_EQ(entry.holders_size(), 1);
  EXPECT_EQ(entry.holders(0).agreement(), pb::AGREEMENT_CONFLICTING);
  EXPECT_EQ(entry.holders(0).alternatives_size(), 1);
}

TEST(SupplyFold, MoreMadeThanCouldBeIsAConflictOfBothReadings) {
  Log log;
  const auto can = [](std::string_view year) {
    return Supply("huawei", "h200", pb::SUPPLY_METRIC_CAPACITY).AsOf(year);
  };
  log.Add(Expected(can("2025")).Id("can").Count("at most 200").From("a").On("2025-06"));
  log.Add(Expected(Made("2025")).Id("made").Count("about 805").From("b").On("2025-09"));
  log.Add(Expected(can("2026")).Count("900").From("a").On("2025-06"));
  log.Add(Expected(Made("2026")).Count("800").From("b").On("2025-09"));
  const pb::ChipSupplyEntry entry = H200(log);
  ASSERT_EQ(entry.holders_size(), 4);
  for (const int year : {0, 1}) {
    const bool conflict = year == 0;
    for (const pb::HolderSupply& reading : {entry.holders(year), entry.holders(2 + year)}) {
      EXPECT_EQ(reading.agreement(), conflict ? pb::AGREEMENT_CONFLICTING : pb::AGREEMENT_SINGLE);
      EXPECT_EQ(reading.alternatives_size(), conflict ? 1 : 0);
    }
  }
  EXPECT_EQ(Text(entry.holders(0).selected().quantity()), "at most 200");
  EXPECT_EQ(entry.holders(0).alternatives(0).claim().event_id(), "made");
  EXPECT_EQ(Text(entry.holders(2).selected().quantity()), "about 805");
  EXPECT_EQ(entry.holders(2).alternatives(0).claim().event_id(), "can");
  // What was expected to be possible is no bound of what was made.
  log.Add(Made("2025").Count("700").From("c").On("2026-01-10"));
  EXPECT_EQ(H200(log).holders(0).agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(H200(log).holders(2).agreement(), pb::AGREEMENT_SINGLE);
}

TEST(SupplyFold, WhatIsOnlyExpectedIsNoStock) {
  Log log;
  log.Add(Stock().Count("300").AsOf("2026-01").From("a").On("2026-02"));
  log.Add(Expected(Stock()).Count("900").AsOf("2026-12").From("a").On("2026-02"));
  log.Add(Order("o", "bytedance", "h200").Count("500").From("a").On("2026-01"));
  EXPECT_EQ(Text(H200(log).shortfall().quantity()), "200");
}

// A report of the year 2026, made in March, is of no later day than one as of May.
TEST(SupplyFold, AStockIsOfNoLaterDayThanItsReport) {
  Log log;
  log.Add(Stock().Count("300").AsOf("2026").From("a").On("2026-03-01"));
  log.Add(Stock().Count("100").AsOf("2026-05").From("a").On("2026-06-01"));
  log.Add(Order("o", "bytedance", "h200").Count("500").From("a").On("2026-01"));
  EXPECT_EQ(Text(H200(log).shortfall().quantity()), "400");
}

TEST(SupplyFold, ARetractedStockLeavesNoValue) {
  Log log;
  log.Add(Stock().Id("stock").Count("700").From("a").On("2026-01"));
  log.Add(Notice().Retracts("stock").From("a").On("2026-01"));
  ASSERT_EQ(H200(log).holders_size(), 1);
  EXPECT_EQ(H200(log).holders(0).agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_FALSE(H200(log).holders(0).has_selected());
}

TEST(SupplyFold, CustomersAndMetricsAreKeptApart) {
  Log log;
  log.Add(Stock().Count("700").From("a").On("2026-01"));
  log.Add(Stock().Count("100").Customer("bytedance").From("a").On("2026-01"));
  log.Add(Supply("nvidia", "h200", pb::SUPPLY_METRIC_CAPACITY).Count("9").From("a").On("2026-01"));
  log.Add(Order("o", "bytedance", "h200").Count("1000").From("a").On("2026-01"));
  EXPECT_EQ(H200(log).holders_size(), 3);
  EXPECT_EQ(Text(H200(log).shortfall().quantity()), "300");
}

TEST(SupplyFold, ACountOfSeveralChipsTogetherBoundsEachFromAbove) {
  Log log;
  log.Add(Stock().And("h20").Count("900").From("a").On("2026-01"));
  const pb::ChipSupplyEntry entry = log.Entry("supply/h20").chip_supply();
  EXPECT_EQ(Text(entry.holders(0).selected().quantity()), "at most 900");
  EXPECT_TRUE(entry.holders(0).selected().grounds().derived());
}

TEST(SupplyFold, OrdersOfNamedBuyersAreAddedAndOpenGroupsStandBeside) {
  Log log;
  log.Add(Order("a", "bytedance", "h200").Count("200").From("a").On("2026-01"));
  log.Add(Order("b", "alibaba", "h200").Count("100").From("a").On("2026-01"));
  EXPECT_EQ(H200(log).ordered(0).named().grounds().rule(), rules::kDisjointBuyers);
  log.Add(Order("c", "bytedance", "h200").Count("50").From("b").On("2026-01"));
  log.Add(Order("d", "Chinese companies", "h200").Count("400").From("b").On("2026-01"));
  const pb::ChipSupplyEntry entry = H200(log);
  ASSERT_EQ(entry.ordered_size(), 1);
  EXPECT_EQ(Text(entry.ordered(0).named().quantity()), "350");
  EXPECT_EQ(entry.ordered(0).named().grounds().rule(), rules::kOrdersAdded);
  EXPECT_THAT(entry.ordered(0).named().grounds().event_ids(), ElementsAre("e1", "e2", "e3"));
  ASSERT_EQ(entry.ordered(0).open_groups_size(), 1);
  EXPECT_EQ(Text(entry.ordered(0).open_groups(0).quantity()), "400");
  EXPECT_THAT(entry.ordered(0).orders(),
              ElementsAre("order.alibaba.b", "order.bytedance.a", "order.bytedance.c",
                          "order.chinesecompanies.d"));
}

TEST(SupplyFold, QuantitiesInsideAnOrderAreCumulativeAndNeverAdded) {
  Log log;
  log.Add(Order("a", "bytedance", "h200")
              .Stage(pb::ORDER_STAGE_SHIPPED)
              .StageDate("2026-01")
              .Count("4000")
              .From("a")
              .On("2026-01"));
  log.Add(Order("a", "bytedance", "h200")
              .Stage(pb::ORDER_STAGE_SHIPPED)
              .StageDate("2026-02")
              .Count("10000")
              .From("a")
              .On("2026-02"));
  ASSERT_EQ(H200(log).ordered_size(), 1);
  EXPECT_EQ(Text(H200(log).ordered(0).named().quantity()), "10000");
}

TEST(SupplyFold, ModulesOfEightAreCountedInChipsAndMarkedDerived) {
  Log log;
  log.Add(Order("a", "bytedance", "h200").Modules("5000 to 10000", 8).From("a").On("2026-01"));
  const pb::QuantityFigure named = H200(log).ordered(0).named();
  EXPECT_EQ(Text(named.quantity()), "40000 to 80000");
  EXPECT_EQ(named.quantity().unit(), pb::UNIT_CHIP);
  EXPECT_TRUE(named.grounds().derived());
  EXPECT_EQ(named.grounds().rule(), rules::kUnitsPer);
}

TEST(SupplyFold, HundredsOfThousandsIsNoNumber) {
  Log log;
  log.Add(Stock().Count("1").From("a").On("2026-01"));
  log.Add(Order("a", "bytedance", "h200").Count("hundreds of thousands").From("a").On("2026-01"));
  EXPECT_FALSE(H200(log).ordered(0).has_named());
  EXPECT_THAT(H200(log).ordered(0).open_groups(), IsEmpty());
  EXPECT_FALSE(H200(log).has_shortfall());
}

}  // namespace
}  // namespace chipline::timeline
