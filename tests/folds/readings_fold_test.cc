#include "services/timeline/folds/readings_fold.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr char kKey[] = "usage/bytedance/tokens-per-day";

TEST(UsageFold, ReadingsAreInOrderOfTheDayTheyAreOf) {
  Log log;
  log.Add(Usage("bytedance").Count("more than 50tn").AsOf("2025-12~").From("scmp").On("2026-01"));
  log.Add(Usage("bytedance").Count("4tn").AsOf("2024-12").From("scmp").On("2026-01"));
  log.Add(Usage("bytedance").Count("more than 30tn").AsOf("2025-10").From("ft").On("2025-12"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), 3);
  EXPECT_EQ(Text(entry.readings(0).selected().quantity()), "4000000000000");
  EXPECT_EQ(Text(entry.readings(1).selected().quantity()), "at least 30000000000000");
  EXPECT_EQ(Text(entry.readings(2).selected().quantity()), "at least 50000000000000");
  for (const pb::UsageReading& reading : entry.readings()) {
    EXPECT_EQ(reading.agreement(), pb::AGREEMENT_SINGLE);
  }
}

TEST(UsageFold, OneDayInTwoWordingsIsOneReading) {
  Log log;
  log.Add(Usage("bytedance").Id("a").Count("50tn").AsOf("2025-12~").From("scmp").On("2026-01-01"));
  log.Add(Usage("bytedance").Id("b").Count("30tn").AsOf("2025-12").From("ft").On("2026-01-02"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), 1);
  EXPECT_EQ(entry.readings(0).agreement(), pb::AGREEMENT_CONFLICTING);
  EXPECT_EQ(entry.readings(0).selected().claim().event_id(), "b");
  EXPECT_EQ(entry.readings(0).alternatives(0).claim().event_id(), "a");
}

TEST(UsageFold, ACorrectedReadingIsARevision) {
  Log log;
  log.Add(Usage("bytedance").Id("a").Count("50tn").AsOf("2025-12").From("ft").On("2026-01-01"));
  log.Add(Usage("bytedance")
              .Id("b")
              .Count("5tn")
              .AsOf("2025-12")
              .From("ft")
              .On("2026-01-02")
              .Corrects("a"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  EXPECT_EQ(entry.readings(0).agreement(), pb::AGREEMENT_SINGLE);
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "b");
}

Report Used(std::string_view id, std::string_view count, std::string_view day) {
  return Usage("bytedance").Id(id).Count(count).AsOf("2025-12").From("ft").On(day);
}

TEST(UsageFold, ALaterWordOfTheSpeakerReplacesTheEarlierOfTheSameDay) {
  Log log;
  log.Add(Used("a", "50tn", "2026-01-01"));
  log.Add(Used("b", "5tn", "2026-01-02"));
  log.Add(Used("other", "5tn", "2026-01-03").AsOf("2026-01"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), 2);
  EXPECT_EQ(entry.readings(0).agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(entry.readings(0).selected().claim().event_id(), "b");
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "b");
}

TEST(UsageFold, ARetractedWordDoesNotBringTheEarlierBack) {
  Log log;
  log.Add(Used("a", "50tn", "2026-01-01"));
  log.Add(Used("b", "5tn", "2026-01-02"));
  log.Add(Notice().Id("gone").Retracts("b").From("ft").On("2026-01-04"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), 1);
  EXPECT_EQ(entry.readings(0).agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_TRUE(entry.readings(0).has_as_of());
  EXPECT_EQ(entry.revisions_size(), 2);
}

TEST(UsageFold, AReadingWithoutANumberHasNoValue) {
  Log log;
  log.Add(Usage("bytedance").Count("trillions").AsOf("2025-12").From("ft").On("2026-01-01"));
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), 1);
  EXPECT_EQ(entry.readings(0).agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_EQ(entry.readings(0).as_of().edtf(), "2025-12");
  EXPECT_EQ(entry.readings(0).alternatives(0).quantity().verbatim(), "trillions");
}

TEST(UsageFold, TheLatestReadingsAreKept) {
  Log log;
  for (int year = 1500; year < 1500 + kMaxReadings + 3; ++year) {
    log.Add(Usage("bytedance").Count("1").AsOf(std::to_string(year)).From("ft").On("2026"));
  }
  const pb::UsageEntry entry = log.Entry(kKey).usage();
  ASSERT_EQ(entry.readings_size(), kMaxReadings);
  EXPECT_EQ(entry.readings(0).as_of().edtf(), "1503");
}

constexpr char kPrice[] = "price/h200/purchase/chip/cn";

TEST(PriceFold, OneDayIsOneReadingAndAnotherCurrencyIsNotCompared) {
  Log log;
  log.Add(Price("h200")
              .Region("cn")
              .Usd("about 27000")
              .AsOf("2026-01")
              .From("ft")
              .Id("a")
              .On("2026-01-10"));
  log.Add(
      Price("h200").Region("cn").Usd("27500").AsOf("2026-01").From("wsj").Id("b").On("2026-01-11"));
  log.Add(Price("h200").Region("cn").Cny("200000").AsOf("2026-01").From("scmp").Id("c").On(
      "2026-01-12"));
  log.Add(
      Price("h200").Region("cn").Usd("30000").AsOf("2026-03").From("ft").Id("d").On("2026-03-02"));
  // Another place is another price.
  log.Add(
      Price("h200").Region("us").Usd("31000").AsOf("2026-01").From("ft").Id("e").On("2026-01-10"));
  const pb::PriceEntry entry = log.Entry(kPrice).price();
  ASSERT_EQ(entry.readings_size(), 2);
  const pb::PriceReading& january = entry.readings(0);
  EXPECT_EQ(january.selected().amount().currency(), "USD");
  EXPECT_EQ(january.alternatives_size(), 2);
  EXPECT_EQ(entry.readings(1).selected().claim().event_id(), "d");
  EXPECT_EQ(entry.readings(1).agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(log.Entry("price/h200/purchase/chip/us").claim_count(), 1u);
}

TEST(PriceFold, ACorrectedPriceIsARevision) {
  Log log;
  log.Add(
      Price("h200").Region("cn").Usd("27000").AsOf("2026-01").From("ft").Id("a").On("2026-01-10"));
  log.Add(Price("h200")
              .Region("cn")
              .Usd("21000")
              .AsOf("2026-01")
              .From("ft")
              .Id("b")
              .On("2026-01-11")
              .Corrects("a"));
  const pb::PriceEntry entry = log.Entry(kPrice).price();
  ASSERT_EQ(entry.readings_size(), 1);
  EXPECT_EQ(entry.readings(0).selected().claim().event_id(), "b");
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "b");
}

}  // namespace
}  // namespace chipline::timeline
