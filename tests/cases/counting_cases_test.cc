// Cases 34 to 37 and 39: what is ordered, in stock, missing and in use, and of when.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/count_words.h"
#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using timeline::Order;

Report Stage(v1::OrderStage stage, std::string_view order, std::string_view buyer,
             std::string_view chip, std::string_view count, std::string_view root = "reuters") {
  return Order(order, buyer, chip).Stage(stage).Count(count).From(root);
}

Report Placed(std::string_view order, std::string_view buyer, std::string_view chip,
              std::string_view count) {
  return Stage(v1::ORDER_STAGE_PLACED, order, buyer, chip, count);
}

Report Stock(std::string_view chip, std::string_view count) {
  return Supply("nvidia", chip, v1::SUPPLY_METRIC_INVENTORY).Count(count).From("reuters");
}

v1::ChipSupplyEntry SupplyOf(Story& story, std::string_view chip) {
  return story.Entry("supply/" + std::string(chip)).chip_supply();
}

// What GetTimeline answers for a day of valid time; without state if it answers nothing.
v1::TimelineEntry On(std::string_view day, v1::TimelineQuery query, Story& story) {
  v1::GetTimelineRequest request;
  *request.mutable_query() = std::move(query);
  request.mutable_valid()->set_day(std::string(day));
  const v1::GetTimelineResponse response = story.Get(request);
  return response.entries().empty() ? v1::TimelineEntry() : response.entries(0);
}

v1::TimelineQuery OrdersOf(std::string_view buyer) {
  v1::TimelineQuery query;
  query.mutable_chip_order()->set_buyer(std::string(buyer));
  return query;
}

v1::TimelineQuery SupplyQuery(std::string_view chip) {
  v1::TimelineQuery query;
  query.mutable_chip_supply()->set_chip(std::string(chip));
  return query;
}

TEST(Case34, WhatIsDeliveredIsNotMissing) {
  Story story;
  story.Tell(Placed("meta-2024", "meta", "h100", "350000").StageDate("2024-01").On("2024-03-01"));
  story.Tell(Stock("h100", "20000").AsOf("2025-05").On("2025-06-01"));
  EXPECT_EQ(Text(SupplyOf(story, "h100").shortfall().quantity()), "330000");
  story.Tell(Stage(v1::ORDER_STAGE_DELIVERED, "meta-2024", "meta", "h100", "350000")
                 .StageDate("2024-12")
                 .On("2025-02-01"));
  const v1::ChipSupplyEntry entry = SupplyOf(story, "h100");
  EXPECT_FALSE(entry.has_shortfall());
  EXPECT_EQ(Text(entry.shortfall_parts().placed().quantity()), "350000");
  EXPECT_EQ(Text(entry.shortfall_parts().delivered().quantity()), "350000");
  EXPECT_EQ(Text(entry.shortfall_parts().open().quantity()), "0");
  EXPECT_EQ(Text(entry.shortfall_parts().stock().quantity()), "20000");
}

TEST(Case34, OfWhatIsCancelledOnlyTheRestIsSetAgainstTheStock) {
  Story story;
  story.Tell(Placed("o", "meta", "h100", "50000").On("2024-03-01"));
  story.Tell(Stage(v1::ORDER_STAGE_CANCELLED, "o", "meta", "h100", "30000").On("2024-06-01"));
  story.Tell(Stock("h100", "25000").AsOf("2024-06").On("2024-07-01"));
  EXPECT_FALSE(SupplyOf(story, "h100").has_shortfall());
  EXPECT_EQ(Text(SupplyOf(story, "h100").shortfall_parts().open().quantity()), "20000");
}

Report Made(std::string_view year, std::string_view count, v1::Modality modality) {
  Report report = Supply("huawei", "ascend", v1::SUPPLY_METRIC_PRODUCTION).AsOf(year).Count(count);
  report.event().mutable_chip_supply()->set_modality(modality);
  return report;
}

TEST(Case35, ForecastsOfThreeYearsAndAReportOfTheFirstAreThreeReadings) {
  Story story;
  for (const char* year : {"2024", "2025", "2026"}) {
    story.Tell(
        Made(year, "about 900000", v1::MODALITY_EXPECTED).From("semianalysis").On("2024-02"));
  }
  story.Tell(Made("2024", "about 507000", v1::MODALITY_REPORTED)
                 .Id("report")
                 .From("semianalysis")
                 .On("2025-09-08"));
  const v1::ChipSupplyEntry entry = SupplyOf(story, "ascend");
  ASSERT_EQ(entry.holders_size(), 3);
  EXPECT_EQ(entry.holders(0).selected().claim().event_id(), "report");
  EXPECT_EQ(entry.holders(0).modality(), v1::MODALITY_REPORTED);
  EXPECT_EQ(entry.holders(2).as_of().edtf(), "2026");
  const v1::TimelineEntry first = On("2024-06-30", SupplyQuery("ascend"), story);
  ASSERT_EQ(first.chip_supply().holders_size(), 1);
  EXPECT_EQ(Text(first.chip_supply().holders(0).selected().quantity()), "about 507000");
}

TEST(Case35, TwoFiguresForOneYearConflict) {
  Story story;
  story.Tell(Made("2025", "about 805000", v1::MODALITY_EXPECTED)
                 .Id("analyst")
                 .Origin(v1::ORIGIN_KIND_ANALYST)
                 .From("semianalysis")
                 .On("2025-09-08"));
  story.Tell(Made("2025", "at most 200000", v1::MODALITY_EXPECTED)
                 .Id("official")
                 .Origin(v1::ORIGIN_KIND_OFFICIAL)
                 .From("reuters")
                 .On("2025-06-12"));
  const v1::ChipSupplyEntry entry = SupplyOf(story, "ascend");
  ASSERT_EQ(entry.holders_size(), 1);
  EXPECT_EQ(entry.holders(0).agreement(), v1::AGREEMENT_CONFLICTING);
  EXPECT_EQ(entry.holders(0).selected().claim().event_id(), "official");
  ASSERT_EQ(entry.holders(0).alternatives_size(), 1);
  EXPECT_EQ(entry.holders(0).alternatives(0).claim().event_id(), "analyst");
}

TEST(Case36, TwoOrdersOfOneBuyerWithIdsAreAdded) {
  Story story;
  story.Tell(Placed("louisiana", "meta", "gb200", "100000").On("2025-02-01"));
  story.Tell(Placed("ohio", "meta", "gb200", "60000").On("2025-05-01"));
  story.Tell(Stock("gb200", "110000").AsOf("2025-05").On("2025-05-01"));
  const v1::ChipSupplyEntry entry = SupplyOf(story, "gb200");
  EXPECT_EQ(Text(entry.ordered(0).named().quantity()), "160000");
  EXPECT_EQ(Text(entry.shortfall().quantity()), "50000");
}

TEST(Case36, OrdersWithoutIdsLieBetweenTheLargestAndTheSum) {
  Story story;
  story.Tell(Placed("", "meta", "gb200", "100000").On("2025-02-01"));
  story.Tell(Placed("", "meta", "gb200", "60000").On("2025-05-01"));
  const v1::QuantityFigure named = SupplyOf(story, "gb200").ordered(0).named();
  EXPECT_EQ(Text(named.quantity()), "100000 to 160000");
  EXPECT_EQ(named.grounds().rule(), timeline::rules::kOrdersMayBeOne);
}

TEST(Case36, TwoHundredThousandAndUpTo21500MoreKeepWhatIsSure) {
  Story story;
  story.Tell(Stage(v1::ORDER_STAGE_IN_USE, "colossus", "xai", "h100", "200000").On("2025-02-18"));
  story.Tell(Stage(v1::ORDER_STAGE_IN_USE, "ms-uae-2024", "microsoft", "h100", "21500")
                 .And("a100")
                 .And("h200")
                 .On("2025-11-03"));
  EXPECT_EQ(Text(SupplyOf(story, "h100").ordered(0).named().quantity()), "200000 to 221500");
  EXPECT_EQ(Text(SupplyOf(story, "a100").ordered(0).named().quantity()), "at most 21500");
}

TEST(Case37, ACountOfALaterDayHadNotReachedTheStageBefore) {
  Story story;
  const auto in_use = [](std::string_view count, std::string_view root = "reuters") {
    return Stage(v1::ORDER_STAGE_IN_USE, "colossus", "xai", "h100", count, root);
  };
  story.Tell(in_use("200000").StageDate("2025-02-17").On("2025-02-18"));
  EXPECT_TRUE(On("2024-10-01", OrdersOf("xai"), story).chip_order().stages().empty());
  story.Tell(in_use("100000").StageDate("2024-09-02").On("2024-09-03"));
  // A later look back changes nothing.
  story.Tell(in_use("100000", "blog").StageDate("2024-09").On("2025-06-01"));
  const v1::ChipOrderEntry then = On("2024-10-01", OrdersOf("xai"), story).chip_order();
  ASSERT_EQ(then.stages_size(), 1);
  EXPECT_EQ(Text(then.stages(0).selected().quantity()), "100000");
  EXPECT_NE(then.stages(0).agreement(), v1::AGREEMENT_CONFLICTING);
  const v1::ChipOrderEntry later = On("2025-02-17", OrdersOf("xai"), story).chip_order();
  EXPECT_EQ(Text(later.stages(0).selected().quantity()), "200000");
  EXPECT_EQ(later.stages(0).stage_date().edtf(), "2025-02-17");
}

TEST(Case37, ARangeSaysWhatHadReachedTheStageByItsLastDay) {
  Story story;
  story.Tell(Stage(v1::ORDER_STAGE_IN_USE, "colossus", "xai", "h100", "200000")
                 .StageDate("2025-02-17")
                 .On("2025-02-18"));
  v1::GetTimelineRequest request;
  *request.mutable_query() = OrdersOf("xai");
  request.mutable_valid()->mutable_range()->set_from("2024-01-01");
  request.mutable_valid()->mutable_range()->set_to("2025-02-17");
  EXPECT_TRUE(story.Get(request).entries(0).chip_order().stages().empty());
  request.mutable_valid()->mutable_range()->set_to("2025-02-18");
  EXPECT_EQ(story.Get(request).entries(0).chip_order().stages_size(), 1);
  request.mutable_valid()->mutable_range()->clear_to();
  EXPECT_EQ(story.Get(request).entries(0).chip_order().stages_size(), 1);
}

TEST(Case37, WhatIsOrderedOfAChipIsNotSaidOfADay) {
  Story story;
  story.Tell(Stock("h100", "20000").AsOf("2024-10").On("2024-11-01"));
  story.Tell(Placed("o", "xai", "h100", "200000").StageDate("2025-02-17").On("2025-02-18"));
  const v1::ChipSupplyEntry then = On("2024-10-15", SupplyQuery("h100"), story).chip_supply();
  EXPECT_EQ(then.holders_size(), 1);
  EXPECT_EQ(then.ordered_size(), 0);
  EXPECT_FALSE(then.has_shortfall());
  EXPECT_FALSE(then.has_shortfall_parts());
}

// A total as the report states it, in billions of dollars.
Report Total(std::string_view id, int64_t low, int64_t high) {
  Report report = Order("deal", "meta", "mi450").Id(id).From(id).On("2026-02-24");
  v1::Amount& total = *report.event().mutable_chip_order()->mutable_total();
  total.set_currency("USD");
  total.set_bound(low > 0 ? v1::BOUND_AT_LEAST : v1::BOUND_AT_MOST);
  if (low > 0) total.mutable_low()->set_units(low * 1'000'000'000);
  if (high > 0) total.mutable_high()->set_units(high * 1'000'000'000);
  return report;
}

TEST(Case39, TotalsOfAtLeast100bnAndAtMost60bnConflictAndBothAreShown) {
  Story story;
  story.Tell(Total("ap", 100, 0));
  EXPECT_EQ(story.Entry("order/order.meta.deal").chip_order().value_agreement(),
            v1::AGREEMENT_SINGLE);
  story.Tell(Total("guardian", 0, 60));
  const v1::ChipOrderEntry entry = story.Entry("order/order.meta.deal").chip_order();
  EXPECT_EQ(entry.value_agreement(), v1::AGREEMENT_CONFLICTING);
  EXPECT_EQ(entry.unit_price_agreement(), v1::AGREEMENT_NO_VALUE);
  ASSERT_EQ(entry.value_alternatives_size(), 1);
  EXPECT_FALSE(entry.value_alternatives(0).agrees());
  EXPECT_THAT(
      std::vector<std::string>(
          {Text(entry.value().amount()), Text(entry.value_alternatives(0).amount())}),
      ::testing::UnorderedElementsAre("at least 100000000000 USD", "at most 60000000000 USD"));
}

TEST(Case39, UnitPricesThatDifferConflict) {
  Story story;
  const auto priced = [](std::string_view id, int64_t dollars) {
    return OrderBuilder(id).By(id, "2025-12-23").UnitPriceUsd(dollars);
  };
  story.Tell(priced("ft", 20'000));
  story.Tell(priced("wsj", 30'000));
  EXPECT_EQ(story.Trial().unit_price_agreement(), v1::AGREEMENT_CONFLICTING);
  EXPECT_EQ(story.Trial().unit_price_alternatives_size(), 1);
}

}  // namespace
}  // namespace chipline::cases
