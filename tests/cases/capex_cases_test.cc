// Cases 1 to 11 and 23: what is spent.
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

constexpr char kInfra2026[] = "capex/bytedance/ai-infrastructure/2026/capex/forward";
constexpr char kChips2026[] = "capex/bytedance/ai-chips/2026/capex/forward";

Report Infra(std::string_view year = "2026") {
  return Capex("bytedance").Scope(pb::CAPEX_SCOPE_AI_INFRASTRUCTURE).Period(year);
}
Report Chips(std::string_view year = "2026") {
  return Capex("bytedance").Scope(pb::CAPEX_SCOPE_AI_CHIPS).Period(year);
}

TEST(Case01, OneFigureInYuanThatFourOutletsConvertIsOneClaimWithFourConversions) {
  Story story;
  story.Tell(Infra().Cny("160bn").Converted("USD", "23bn").From("ft").On("2025-12-23"));
  story.Tell(Infra().Cny("160bn").Converted("USD", "22.7bn").From("ft").Via("digitimes"));
  story.Tell(Infra().Cny("160bn").Converted("USD", "22.74bn").From("ft").Via("pls48"));
  story.Tell(Infra().Cny("160bn").Converted("USD", "22.2bn").From("ft").Via("biggo"));
  const pb::CapexEntry entry = story.CapexEntry(kInfra2026);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(Text(entry.selected().amount()), "160000000000 CNY");
  EXPECT_EQ(entry.alternatives_size(), 0);
  ASSERT_EQ(entry.conversions_size(), 4);
  EXPECT_EQ(Text(entry.conversions(0).rate()), "6.956521739");
  EXPECT_EQ(Text(entry.conversions(3).rate()), "7.207207207");
  EXPECT_THAT(EventsOf(entry.selected()), ElementsAre("e1", "e2", "e3", "e4"));
}

TEST(Case02, AHeadlineTenTimesItsOwnBodyIsFlaggedAndOutsideTheEnvelope) {
  Story story;
  story.Tell(Infra().Id("headline").Usd("220bn").RetoldBy("biggo").On("2025-12-23"));
  story.Tell(Infra().Id("body").Usd("22.2bn").RetoldBy("biggo").On("2025-12-23"));
  const pb::CapexEntry entry = story.CapexEntry(kInfra2026);
  EXPECT_EQ(entry.selected().claim().event_id(), "body");
  ASSERT_EQ(entry.alternatives_size(), 1);
  EXPECT_TRUE(entry.alternatives(0).claim().flagged());
  EXPECT_EQ(Text(entry.envelope().high()), "22200000000");
}

TEST(Case03, FourOutletsQuotingOneNewspaperAreOneRoot) {
  Story story;
  for (const char* outlet : {"pls48", "khaberni", "digitimes", "trendforce"}) {
    story.Tell(Infra().Cny("160bn").From("ft").Via(outlet).On("2025-12-23"));
  }
  EXPECT_EQ(story.CapexEntry(kInfra2026).independent_roots(), 1u);
  EXPECT_EQ(story.CapexEntry(kInfra2026).agreement(), pb::AGREEMENT_SINGLE);
}

TEST(Case03, ARetellingWithUnnamedSourcesHasNoRootAndIsNotASecondOne) {
  Story story;
  story.Tell(Infra().Cny("160bn").From("ft").On("2025-12-23"));
  story.Tell(Infra()
                 .Id("retold")
                 .Cny("160bn")
                 .RetoldBy("albayan")
                 .On("2025-12-24")
                 .Origin(pb::ORIGIN_KIND_UNNAMED));
  const pb::CapexEntry entry = story.CapexEntry(kInfra2026);
  EXPECT_EQ(entry.independent_roots(), 1u);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_AGREEING);
  EXPECT_EQ(entry.selected().claim().event_id(), "retold") << "the later of two that agree";
  EXPECT_THAT(entry.selected().claim().root(), IsEmpty());
}

TEST(Case04, TheSameNumberUnderAnotherKeyIsNoConflict) {
  Story story;
  story.Tell(Chips("2026").Cny("about 85bn").From("ft").On("2025-12-23"));
  story.Tell(Chips("2025").Suppliers("nvidia").Cny("85bn").From("scmp").On("2025-12-31"));
  EXPECT_THAT(
      story.EntryIds(),
      ElementsAre("capex/bytedance/ai-chips/2025/capex/forward/suppliers=nvidia", kChips2026));
  for (const std::string& id : story.EntryIds()) {
    EXPECT_EQ(story.CapexEntry(id).agreement(), pb::AGREEMENT_SINGLE) << id;
    EXPECT_THAT(story.CapexEntry(id).growth(), IsEmpty()) << id;
  }
}

TEST(Case05, ARetellingThatNarrowsTheScopeKeepsItsClaimAndLeavesTheRootsAlone) {
  Story story;
  story.Tell(Chips().Id("root").Cny("85bn").From("ft").On("2025-12-23"));
  const std::string before = story.Entry(kChips2026).SerializeAsString();
  story.Tell(
      Chips().Id("narrow").Suppliers("nvidia").Cny("85bn").From("ft").Via("csrqoa").On("2025-12"));
  EXPECT_EQ(story.Entry(kChips2026).SerializeAsString(), before);
  const pb::CapexEntry narrow =
      story.CapexEntry("capex/bytedance/ai-chips/2026/capex/forward/suppliers=nvidia");
  EXPECT_THAT(EventsOf(narrow.selected()), ElementsAre("narrow"));
}

TEST(Case06, WhatIsCalledSpentBeforeTheYearIsOverIsAnEstimate) {
  Story story;
  const Report said = Infra("2025").Cny("about 150bn").From("ft").On("2025-12-23");
  const absl::Status refused = story.Refused(Report(said).Basis(pb::CAPEX_BASIS_ACTUAL).event());
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("CAPEX_BASIS_ESTIMATE"));
  EXPECT_THAT(story.EntryIds(), IsEmpty()) << "nothing of what was refused is in the log";

  story.Tell(Report(said).Basis(pb::CAPEX_BASIS_ESTIMATE));
  EXPECT_EQ(
      story.CapexEntry("capex/bytedance/ai-infrastructure/2025/capex/forward").selected().basis(),
      pb::CAPEX_BASIS_ESTIMATE);
  story.Tell(Infra("2025").Cny("120bn").From("ft").On("2026-03").Basis(pb::CAPEX_BASIS_ACTUAL));
  EXPECT_EQ(story.CapexEntry("capex/bytedance/ai-infrastructure/2025/capex/actual").agreement(),
            pb::AGREEMENT_SINGLE);
}

TEST(Case07, APlanInTwoCurrenciesAtHomeAndAbroadIsTwoEntriesAndNoSum) {
  Story story;
  story.Append({Infra("2025").Region("cn").Cny("40bn").From("ft").On("2025-01").event(),
                Infra("2025").Region("overseas").Usd("6.8bn").From("ft").On("2025-01").event()});
  ASSERT_THAT(story.EntryIds(),
              ElementsAre("capex/bytedance/ai-infrastructure/2025/capex/forward/region=cn",
                          "capex/bytedance/ai-infrastructure/2025/capex/forward/region=overseas"));
  EXPECT_EQ(Text(story.CapexEntry(story.EntryIds()[0]).selected().amount()), "40000000000 CNY");
  EXPECT_EQ(Text(story.CapexEntry(story.EntryIds()[1]).selected().amount()), "6800000000 USD");
  for (const std::string& id : story.EntryIds()) {
    EXPECT_FALSE(story.CapexEntry(id).selected().grounds().derived()) << id;
  }
}

Report Half(std::string_view company, std::string_view figure) {
  return Capex(company)
      .Period("2024-40")
      .Basis(pb::CAPEX_BASIS_ACTUAL)
      .Cny(figure)
      .From("ft")
      .On("2024-08-26");
}

TEST(Case08, AGroupIsComparedWithItsMembersAndNotAdded) {
  Story story;
  story.Tell(Half("alibaba", "50bn").With("tencent").With("baidu"));
  story.Tell(Half("alibaba", "23bn"));
  story.Tell(Half("tencent", "23bn"));
  const std::string group = "capex/alibaba+baidu+tencent/total/2024-40/capex/actual";
  ASSERT_EQ(story.CapexEntry(group).comparisons_size(), 1);
  EXPECT_FALSE(story.CapexEntry(group).comparisons(0).has_sum()) << "one is missing";
  EXPECT_THAT(story.CapexEntry(group).comparisons(0).missing(), ElementsAre("baidu"));
  story.Tell(Half("baidu", "4.2bn"));
  const pb::CapexEntry entry = story.CapexEntry(group);
  EXPECT_EQ(Text(entry.selected().amount()), "50000000000 CNY");
  ASSERT_EQ(entry.comparisons_size(), 1);
  EXPECT_EQ(Text(entry.comparisons(0).sum().amount()), "50200000000 CNY");
  EXPECT_TRUE(entry.comparisons(0).sum().grounds().derived());
  EXPECT_TRUE(entry.comparisons(0).agrees());
  EXPECT_EQ(story.EntryIds().size(), 4u);
}

TEST(Case08, MembersGrowthImpliesTheGroupsYearBefore) {
  Story story;
  story.Tell(Half("alibaba", "23bn").With("tencent").With("baidu").Period("2023-40"));
  story.Tell(Half("alibaba", "23bn").Growth("1.23"));
  story.Tell(Half("tencent", "23bn").Growth("1.76"));
  story.Tell(Half("baidu", "4.2bn").Growth("0.04"));
  const pb::CapexEntry before =
      story.CapexEntry("capex/alibaba+baidu+tencent/total/2023-40/capex/actual");
  ASSERT_EQ(before.comparisons_size(), 1);
  const pb::GroupComparison& growth = before.comparisons(0);
  EXPECT_EQ(growth.kind(), "growth");
  ASSERT_EQ(growth.members_size(), 3);
  EXPECT_THAT(Text(growth.members(0).figure().amount()), HasSubstr("10313901345."));
  EXPECT_THAT(Text(growth.members(1).figure().amount()), HasSubstr("4038461538."));
  EXPECT_THAT(Text(growth.members(2).figure().amount()), HasSubstr("8333333333."));
  EXPECT_TRUE(growth.agrees()) << "22.69 against 23";
}

// Each is of its own key, and no figure follows from another.
void ExpectUnrelated(Story& story, size_t entries) {
  EXPECT_EQ(story.EntryIds().size(), entries);
  for (const std::string& id : story.EntryIds()) {
    const pb::CapexEntry entry = story.CapexEntry(id);
    EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE) << id;
    EXPECT_FALSE(entry.selected().grounds().derived()) << id;
    EXPECT_THAT(entry.growth(), IsEmpty()) << id;
    EXPECT_THAT(entry.comparisons(), IsEmpty()) << id;
  }
}

TEST(Case09, AHalfAndOneOfItsQuartersAreNeverSummedIntoAYear) {
  Story story;
  story.Tell(Capex("alibaba").Period("2024-40").Cny("23bn").From("ft").On("2024-08"));
  story.Tell(Capex("alibaba").Period("2024-33").Cny("11bn").From("ft").On("2024-05"));
  ExpectUnrelated(story, 2);
}

TEST(Case10, AFiscalYearThatIsNotTheCalendarYearDoesNotConflictWithIt) {
  Story story;
  story.Tell(Capex("alibaba").Period("2024").Cny("60bn").From("ft").On("2024-05"));
  story.Tell(Capex("alibaba")
                 .FiscalYear("2024", "2023-04-01", "2024-04-01")
                 .Cny("32bn")
                 .From("ft")
                 .On("2024-05"));
  ExpectUnrelated(story, 2);
  const pb::CapexEntry fiscal =
      story.CapexEntry("capex/alibaba/total/2024/capex/forward/kind=fiscal");
  EXPECT_EQ(fiscal.valid_from(), "2023-04-01");
  EXPECT_EQ(fiscal.valid_to(), "2024-04-01");
}

TEST(Case11, AThreeYearFigureIsNotSplitByYear) {
  Story story;
  story.Tell(Capex("alibaba").Period("2025/2027").Cny("more than 380bn").From("ft").On("2025-02"));
  story.Tell(Capex("alibaba").Period("2026").Cny("120bn").From("ft").On("2025-02"));
  ExpectUnrelated(story, 2);
  const pb::CapexEntry whole = story.CapexEntry("capex/alibaba/total/2025%2F2027/capex/forward");
  EXPECT_EQ(Text(whole.selected().amount()), "at least 380000000000 CNY");
  EXPECT_EQ(whole.valid_from(), "2025-01-01");
  EXPECT_EQ(whole.valid_to(), "2028-01-01");
}

TEST(Case23, BillionsIsNoNumberAndNothingFollowsFromIt) {
  Story story;
  story.Tell(Infra().Id("words").Cny("billions").Growth("a lot").From("ft").On("2025-12"));
  const pb::CapexEntry entry = story.CapexEntry(kInfra2026);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_FALSE(entry.has_selected());
  EXPECT_FALSE(entry.has_envelope());
  ASSERT_EQ(entry.unquantified_size(), 1);
  EXPECT_EQ(entry.unquantified(0).amount().verbatim(), "billions");
  EXPECT_EQ(entry.unquantified(0).grounds().rule(), timeline::rules::kNoFigure);
}

TEST(Case23, AboutHalfOfItIsDerivedAndFollowsItsWhole) {
  Story story;
  story.Tell(Chips().Id("half").ShareOf("about 0.5", "whole").From("ft").On("2025-12-23"));
  EXPECT_EQ(story.CapexEntry(kChips2026).agreement(), pb::AGREEMENT_NO_VALUE);
  story.Tell(Infra().Id("whole").Cny("more than 160bn").From("ft").On("2025-12-23"));
  const pb::AmountFigure half = story.CapexEntry(kChips2026).selected();
  EXPECT_EQ(Text(half.amount()), "at least about 80000000000 CNY");
  EXPECT_TRUE(half.grounds().derived());
  EXPECT_THAT(EventsOf(half), ElementsAre("half", "whole"));
}

TEST(Case23, HundredsOfThousandsOrderedLeavesNoShortfall) {
  Story story;
  story.Tell(Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY)
                 .Count("about 700000")
                 .From("reuters")
                 .On("2026-01"));
  story.Tell(timeline::Order("china", "Chinese companies", "h200")
                 .Count("hundreds of thousands")
                 .From("reuters")
                 .On("2026-01"));
  const pb::ChipSupplyEntry vague = story.Entry("supply/h200").chip_supply();
  ASSERT_EQ(vague.ordered_size(), 1);
  EXPECT_FALSE(vague.ordered(0).has_named());
  EXPECT_FALSE(vague.has_shortfall());
  story.Tell(timeline::Order("china", "Chinese companies", "h200")
                 .Count("more than 2000000")
                 .From("reuters")
                 .On("2026-01"));
  const pb::ChipSupplyEntry entry = story.Entry("supply/h200").chip_supply();
  EXPECT_EQ(Text(entry.shortfall().quantity()), "at least about 1300000");
  EXPECT_TRUE(entry.shortfall().grounds().derived());
}

}  // namespace
}  // namespace chipline::cases
