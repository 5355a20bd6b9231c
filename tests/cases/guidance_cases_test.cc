// Case 32, and what follows from guidance: one speaker has one view, and who speaks decides.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/policy.h"
#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char k2025[] = "capex/coreweave/total/2025/capex/forward";

Report Spending(std::string_view id, std::string_view figure, std::string_view year = "2025") {
  return Capex("coreweave").Period(year).Id(id).Usd(figure).Basis(pb::CAPEX_BASIS_GUIDANCE);
}
// As the company files it.
Report Filed(std::string_view id, std::string_view figure, std::string_view day) {
  return Spending(id, figure).From("coreweave").On(day).Origin(pb::ORIGIN_KIND_FILING, "CoreWeave");
}
Report Estimated(std::string_view id, std::string_view bank, std::string_view figure) {
  return Spending(id, figure)
      .Basis(pb::CAPEX_BASIS_ESTIMATE)
      .From(bank)
      .On("2025-08-13")
      .Origin(pb::ORIGIN_KIND_ANALYST);
}
Report LatePage(std::string_view id) {
  return Spending(id, "20bn to 23bn").From("econotimes").On("2025-12-04");
}

void ExpectLowered(Story& story) {
  const pb::CapexEntry entry = story.CapexEntry(k2025);
  EXPECT_EQ(Text(entry.selected().amount()), "12000000000 to 14000000000 USD");
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().event_id(), "raised");
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "lowered");
  EXPECT_EQ(entry.revisions(0).claim().standing(), pb::STANDING_SUPERSEDED);
}

TEST(Case32, ALoweredGuidanceIsSelectedThoughOthersRepeatTheOldOne) {
  Story story;
  story.Tell(Filed("raised", "20bn to 23bn", "2025-05-14"));
  story.Tell(Estimated("one", "jpmorgan", "21bn"));
  story.Tell(Estimated("two", "goldman", "22bn"));
  story.Tell(Filed("lowered", "12bn to 14bn", "2025-11-10"));
  story.Tell(LatePage("late"));
  ExpectLowered(story);
  const pb::CapexEntry entry = story.CapexEntry(k2025);
  EXPECT_EQ(entry.revisions(0).grounds().rule(), timeline::rules::kReplaced);
  EXPECT_EQ(entry.selected().grounds().rule(), timeline::rules::kOneConcerned);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_CONFLICTING);
}

TEST(Case32, ALoweredGuidanceThatTheCompanySaysReplacesWhatItFiled) {
  Story story;
  story.Tell(Filed("filed", "65bn", "2025-05-14"));
  story.Tell(Spending("said", "50bn")
                 .From("coreweave")
                 .On("2025-11-10")
                 .Origin(pb::ORIGIN_KIND_NAMED, "CoreWeave"));
  story.Tell(Estimated("repeats", "jpmorgan", "65bn"));
  const pb::CapexEntry entry = story.CapexEntry(k2025);
  EXPECT_EQ(Text(entry.selected().amount()), "50000000000 USD");
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "said");
}

TEST(Case32, ALoweredGuidanceThatANewspaperQuotesIsTheCompanysWord) {
  Story story;
  story.Tell(Filed("raised", "20bn to 23bn", "2025-05-14"));
  story.Tell(Estimated("one", "jpmorgan", "21bn"));
  story.Tell(Spending("lowered", "12bn to 14bn")
                 .From("ft")
                 .On("2025-11-10")
                 .Origin(pb::ORIGIN_KIND_FILING, "CoreWeave"));
  story.Tell(LatePage("late"));
  ExpectLowered(story);
  EXPECT_EQ(story.CapexEntry(k2025).selected().claim().speaker(), "coreweave");
}

TEST(Case32, WithALinkItIsTheSame) {
  Story story;
  story.Tell(Filed("raised", "20bn to 23bn", "2025-05-14"));
  story.Tell(Filed("lowered", "12bn to 14bn", "2025-11-10").Supersedes("raised"));
  story.Tell(LatePage("late"));
  ExpectLowered(story);
  EXPECT_EQ(story.CapexEntry(k2025).revisions(0).grounds().rule(), timeline::rules::kSuperseded);
}

TEST(Case32, ALatePageThatSaysWhomItQuotesIsAnEchoOfTheOldWord) {
  Story story;
  story.Tell(Filed("raised", "20bn to 23bn", "2025-05-14"));
  story.Tell(Spending("late", "20bn to 23bn")
                 .From("coreweave")
                 .Via("econotimes")
                 .SeenOn("2025-12-04")
                 .Origin(pb::ORIGIN_KIND_FILING, "CoreWeave"));
  story.Tell(Filed("lowered", "12bn to 14bn", "2025-11-10"));
  ExpectLowered(story);
  EXPECT_EQ(story.CapexEntry(k2025).agreement(), pb::AGREEMENT_SINGLE);
}

TEST(Case32, TenThenTwelveThenTenAgainIsTen) {
  Story story;
  story.Tell(Filed("ten", "10bn", "2025-01-10"));
  story.Tell(Filed("twelve", "12bn", "2025-02-10"));
  story.Tell(Filed("again", "10bn", "2025-03-10"));
  const pb::CapexEntry entry = story.CapexEntry(k2025);
  EXPECT_EQ(Text(entry.selected().amount()), "10000000000 USD");
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_THAT(EventsOf(entry.selected()), ElementsAre("again"));
}

TEST(Case32, ANewspaperThatQuotesTwoBanksLosesNeither) {
  Story story;
  const auto quoted = [](std::string_view id, std::string_view bank, std::string_view figure,
                         std::string_view day) {
    return Spending(id, figure).From("ft").On(day).Origin(pb::ORIGIN_KIND_ANALYST, bank);
  };
  story.Tell(quoted("one", "JPMorgan", "21bn", "2025-08-13"));
  story.Tell(quoted("two", "Goldman Sachs", "30bn", "2025-09-13"));
  const pb::CapexEntry entry = story.CapexEntry(k2025);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_CONFLICTING);
  EXPECT_THAT(entry.revisions(), IsEmpty());
}

TEST(Case33, ACountThatWasWithdrawnLeavesNoneAndNotTheOneBefore) {
  const auto order = [](std::string_view id, std::string_view count, std::string_view day) {
    return timeline::Order("trial", "bytedance", "h200").Id(id).Count(count).From("ft").On(day);
  };
  Story story;
  story.Tell(order("first", "40000", "2025-01-10"));
  story.Tell(order("second", "50000", "2025-03-10"));
  EXPECT_EQ(Text(story.Trial().stages(0).selected().quantity()), "50000");
  story.Tell(Notice().Id("withdrawn").Retracts("second").From("ft").On("2025-04-01"));
  EXPECT_FALSE(story.Trial().stages(0).has_selected());
  const v1::ChipSupplyEntry supply = story.Entry("supply/h200").chip_supply();
  for (const v1::OrderedQuantity& stage : supply.ordered()) {
    EXPECT_FALSE(stage.has_named()) << stage.DebugString();
  }
  // A newspaper of its own is another speaker.
  story.Tell(timeline::Order("trial", "bytedance", "h200")
                 .Id("other")
                 .Count("45000")
                 .From("reuters")
                 .On("2025-02-01"));
  EXPECT_EQ(Text(story.Trial().stages(0).selected().quantity()), "45000");
}

TEST(Case33, AStockThatWasWithdrawnLeavesNoneAndNotTheOneBefore) {
  const auto stock = [](std::string_view id, std::string_view count, std::string_view day) {
    return Supply("nvidia", "h200", v1::SUPPLY_METRIC_INVENTORY)
        .Id(id)
        .Count(count)
        .AsOf("2025-01")
        .From("nvidia")
        .On(day);
  };
  Story story;
  story.Tell(stock("first", "400", "2025-02-10"));
  story.Tell(stock("second", "500", "2025-03-10"));
  story.Tell(Notice().Id("withdrawn").Retracts("second").From("nvidia").On("2025-04-01"));
  EXPECT_FALSE(story.Entry("supply/h200").chip_supply().holders(0).has_selected());
}

TEST(Guidance, MoreThanTwiceTheYearBeforeIsASumOnTheBaseThatStands) {
  Story story;
  const std::string next = "capex/coreweave/total/2026/capex/forward";
  Report twice = Capex("coreweave").Period("2026").Id("twice").Growth("at least 1");
  twice.Basis(pb::CAPEX_BASIS_GUIDANCE).From("coreweave").On("2025-11-10");
  story.Tell(twice);
  EXPECT_EQ(story.CapexEntry(next).agreement(), pb::AGREEMENT_NO_VALUE);
  story.Tell(Filed("raised", "20bn to 23bn", "2025-05-14"));
  story.Tell(Filed("lowered", "12bn to 14bn", "2025-11-10"));
  pb::CapexEntry entry = story.CapexEntry(next);
  EXPECT_EQ(Text(entry.selected().amount()), "at least 24000000000 USD");
  EXPECT_EQ(Text(entry.growth(0).implied_amount().amount()), "at least 24000000000 USD");
  EXPECT_TRUE(entry.selected().grounds().derived());
  EXPECT_THAT(EventsOf(entry.selected()), ElementsAre("twice", "lowered"));
  story.Tell(Capex("coreweave")
                 .Period("2025")
                 .Id("spent")
                 .Usd("about 14.9bn")
                 .Basis(pb::CAPEX_BASIS_ACTUAL)
                 .From("coreweave")
                 .On("2026-02-26"));
  entry = story.CapexEntry(next);
  EXPECT_EQ(Text(entry.selected().amount()), "at least about 29800000000 USD");
  EXPECT_THAT(EventsOf(entry.selected()), ElementsAre("twice", "spent"));
  EXPECT_THAT(entry.selected().grounds().reason(), HasSubstr("actual"));
}

TEST(Guidance, AGrowthBesideASumImpliesNoSecondSum) {
  Story story;
  story.Tell(Filed("base", "10bn", "2025-05-14"));
  Report sum = Spending("sum", "30bn", "2026").Growth("0.5").From("coreweave").On("2025-11-10");
  story.Tell(sum);
  const pb::CapexEntry entry = story.CapexEntry("capex/coreweave/total/2026/capex/forward");
  EXPECT_EQ(Text(entry.selected().amount()), "30000000000 USD");
  for (const pb::Growth& growth : entry.growth()) EXPECT_FALSE(growth.has_implied_amount());
}

Report Defined(std::string_view id, std::string_view definition) {
  Report report = Spending(id, "10bn").From("coreweave").On("2025-05-14");
  report.event().mutable_capex_announcement()->set_definition(std::string(definition));
  return report;
}

TEST(Guidance, ASpendingWithoutADefinitionBesideOnesThatHaveOneIsMarked) {
  Story story;
  story.Tell(Defined("unstated", ""));
  EXPECT_FALSE(story.CapexEntry(k2025).definition_unstated());
  story.Tell(Defined("stated", "leases"));
  EXPECT_TRUE(story.CapexEntry(k2025).definition_unstated());
  EXPECT_FALSE(story.CapexEntry(std::string(k2025) + "/definition=leases").definition_unstated());
}

TEST(Guidance, OnePartBesideTheWholeDoesNotMakeTheWholeVagueAndTwoDo) {
  Story story;
  story.Tell(Spending("whole", "10bn").From("coreweave").On("2025-05-14"));
  story.Tell(Spending("one", "4bn").Suppliers("nvidia").From("coreweave").On("2025-05-14"));
  EXPECT_FALSE(story.CapexEntry(k2025).definition_unstated());
  story.Tell(Spending("two", "3bn").Suppliers("amd").From("coreweave").On("2025-05-14"));
  EXPECT_TRUE(story.CapexEntry(k2025).definition_unstated());
}

}  // namespace
}  // namespace chipline::cases
