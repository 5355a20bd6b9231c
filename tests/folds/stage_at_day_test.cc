// What had reached the stages of an order by a day.
#include "services/timeline/folds/stage_at_day.h"

#include <string>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr char kOrder[] = "order/order.xai.colossus";

Report InUse(std::string_view count) {
  return Order("colossus", "xai", "h100").Stage(pb::ORDER_STAGE_IN_USE).Count(count);
}

pb::ChipOrderEntry Now(const Log& log) { return log.Entry(kOrder).chip_order(); }

pb::ChipOrderEntry By(std::string_view day, const Log& log) {
  pb::ChipOrderEntry order = Now(log);
  KeepStagesReachedBy(*CivilDay::Parse(day), &order);
  return order;
}

// "100000 on 2024-09-02, SINGLE" of the only stage; "nothing" without one.
std::string InWords(const pb::ChipOrderEntry& order) {
  if (order.stages().empty()) return "nothing";
  const pb::StageLedger& stage = order.stages(0);
  return fmt::format("{} on {}, {}",
                     stage.has_selected() ? Text(stage.selected().quantity()) : "no count",
                     stage.stage_date().edtf().empty() ? "no day" : stage.stage_date().edtf(),
                     pb::Agreement_Name(stage.agreement()).substr(10));
}

Log Growing() {
  Log log;
  log.Add(InUse("100000").StageDate("2024-09-02").From("reuters").On("2024-09-03"));
  log.Add(InUse("200000").StageDate("2025-02-17").From("reuters").On("2025-02-18"));
  log.Add(InUse("100000").StageDate("2024-09").From("blog").On("2025-06-01"));
  return log;
}

TEST(StageAtDay, ALedgerHasAReadingForEachStatedDay) {
  const pb::StageLedger stage = Now(Growing()).stages(0);
  EXPECT_EQ(Text(stage.selected().quantity()), "200000");
  ASSERT_EQ(stage.readings_size(), 3);
  EXPECT_EQ(stage.readings(0).stage_date().edtf(), "2024-09-02");
  EXPECT_EQ(stage.readings(1).stage_date().edtf(), "2024-09");
  EXPECT_EQ(Text(stage.readings(1).selected().quantity()), "100000");
  EXPECT_EQ(stage.readings(2).agreement(), pb::AGREEMENT_SINGLE);
}

TEST(StageAtDay, TheLastReadingThatSurelyLiesByTheDayIsShown) {
  const Log log = Growing();
  EXPECT_EQ(InWords(By("2024-09-01", log)), "nothing");
  EXPECT_EQ(InWords(By("2024-09-02", log)), "100000 on 2024-09-02, SINGLE");
  EXPECT_EQ(InWords(By("2024-10-01", log)), "100000 on 2024-09, AGREEING");
  EXPECT_EQ(InWords(By("2025-02-16", log)), "100000 on 2024-09, AGREEING");
  EXPECT_EQ(InWords(By("2025-02-17", log)), "200000 on 2025-02-17, SINGLE");
  const pb::StageLedger stage = By("2025-02-17", log).stages(0);
  EXPECT_EQ(Text(stage.chips().quantity()), "200000");
  ASSERT_EQ(stage.alternatives_size(), 2);
  EXPECT_EQ(stage.alternatives(0).grounds().rule(), rules::kEarlierReading);
  EXPECT_TRUE(stage.alternatives(0).agrees());
}

TEST(StageAtDay, CountsOfOneDayAreWeighedAndBothShown) {
  Log log = Growing();
  log.Add(InUse("150000").StageDate("2024-09-02").From("wsj").On("2024-09-04"));
  const pb::StageLedger stage = By("2024-09-10", log).stages(0);
  EXPECT_EQ(Text(stage.selected().quantity()), "150000");
  EXPECT_EQ(stage.agreement(), pb::AGREEMENT_CONFLICTING);
  ASSERT_EQ(stage.alternatives_size(), 1);
  EXPECT_EQ(Text(stage.alternatives(0).quantity()), "100000");
}

TEST(StageAtDay, AnEarlierCountThatIsLargerConflicts) {
  Log log;
  log.Add(InUse("400").StageDate("2024-09-02").From("a").On("2024-09-03"));
  log.Add(InUse("100").StageDate("2024-10-02").From("a").On("2024-10-03"));
  EXPECT_EQ(InWords(By("2024-12-01", log)), "100 on 2024-10-02, CONFLICTING");
}

TEST(StageAtDay, ADayWithoutANumberDoesNotHideWhatHadBeenCounted) {
  Log log;
  log.Add(InUse("400").StageDate("2024-09-02").From("a").On("2024-09-03"));
  log.Add(InUse("many").StageDate("2024-10-02").From("a").On("2024-10-03"));
  EXPECT_EQ(InWords(By("2024-12-01", log)), "400 on 2024-09-02, SINGLE");
}

TEST(StageAtDay, WhatStatesNoDayIsLeftOutBesideWhatDoes) {
  Log log = Growing();
  log.Add(InUse("300000").From("wsj").On("2024-01-01").Origin(pb::ORIGIN_KIND_FILING));
  EXPECT_EQ(InWords(By("2024-10-01", log)), "100000 on 2024-09, AGREEING");
}

TEST(StageAtDay, AStageWithoutAnyDayCountsFromThePublicationOn) {
  Log log;
  log.Add(InUse("100").Id("old").From("a").On("2024-09-03"));
  log.Add(InUse("300").Id("new").From("b").On("2025-09-03"));
  EXPECT_EQ(InWords(By("2024-09-02", log)), "nothing");
  EXPECT_EQ(InWords(By("2024-10-01", log)), "100 on no day, SINGLE");
  EXPECT_EQ(By("2024-10-01", log).stages(0).chips().claim().event_id(), "old");
  EXPECT_EQ(InWords(By("2025-10-01", log)), InWords(Now(log)));
}

TEST(StageAtDay, OfManyDaysTheLatestAreKeptAndTheRestIsSaidToBeLeftOut) {
  Log log;
  for (int i = 0; i < kMaxShown + 4; ++i) {
    log.Add(InUse(std::to_string(100 * (i + 1)))
                .StageDate(CivilDay::FromDays(20'000 + i).Format())
                .From("a")
                .On("2026-01"));
  }
  EXPECT_EQ(Now(log).stages(0).readings_size(), kMaxShown);
  EXPECT_EQ(Now(log).stages(0).readings_omitted(), 4u);
  const std::string kept = CivilDay::FromDays(20'004).Format();
  EXPECT_EQ(InWords(By(kept, log)), fmt::format("500 on {}, SINGLE", kept));
  const pb::ChipOrderEntry before = By(CivilDay::FromDays(20'003).Format(), log);
  EXPECT_EQ(InWords(before), "no count on no day, NO_VALUE") << "and not that nothing was there";
  EXPECT_EQ(before.stages(0).readings_omitted(), 4u);
}

}  // namespace
}  // namespace chipline::timeline
