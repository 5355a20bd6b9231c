#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/policy.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kChips2026[] = "capex/bytedance/ai-chips/2026/capex/forward";
constexpr char kInfra2026[] = "capex/bytedance/ai-infrastructure/2026/capex/forward";

Report Chips(std::string_view year) {
  return Capex("bytedance").Scope(pb::CAPEX_SCOPE_AI_CHIPS).Period(year);
}

Report Infra(std::string_view year) {
  return Capex("bytedance").Scope(pb::CAPEX_SCOPE_AI_INFRASTRUCTURE).Period(year);
}

Report FirstHalf(std::string_view company, std::string_view period = "2024-40") {
  return Capex(company).Period(period).Basis(pb::CAPEX_BASIS_ACTUAL);
}

// The figures that the reports of December 2025 and January 2026 state.
Log SeedLog() {
  Log log;
  log.Add(Infra("2026")
              .Id("whole")
              .Cny("160bn")
              .Converted("USD", "22.74bn")
              .From("ft")
              .Via("pls48")
              .On("2025-12-23")
              .Origin(pb::ORIGIN_KIND_UNNAMED));
  log.Add(Chips("2026")
              .Id("half")
              .ShareOf("about 0.5", "whole")
              .From("ft")
              .On("2025-12-23")
              .Origin(pb::ORIGIN_KIND_UNNAMED));
  log.Add(Chips("2026")
              .Id("ft85")
              .Cny("about 85bn")
              .From("ft")
              .Via("pls48")
              .On("2025-12-23")
              .Origin(pb::ORIGIN_KIND_UNNAMED));
  log.Add(Chips("2026")
              .Id("scmp100")
              .Cny("100bn")
              .Converted("USD", "about 14bn")
              .From("scmp")
              .Via("scenari")
              .On("2025-12-31/2026-01-15"));
  log.Add(Chips("2025").Id("scmp85").Cny("85bn").From("scmp").Via("scenari").On(
      "2025-12-31/2026-01-15"));
  return log;
}

TEST(CapexFold, TheLaterReportOf100bnIsSelectedOverAbout85bnAndHalfOf160bn) {
  const pb::CapexEntry entry = SeedLog().Entry(kChips2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_CONFLICTING);
  EXPECT_EQ(Text(entry.selected().amount()), "100000000000 CNY");
  EXPECT_EQ(entry.selected().claim().root(), "scmp");
  EXPECT_EQ(entry.selected().claim().publisher(), "scenari");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kLaterPublication);
  EXPECT_EQ(entry.selected().grounds().reason(),
            "scmp100 was published later (2026-01-15) than ft85 (2025-12-23).");
  EXPECT_THAT(entry.selected().grounds().event_ids(), ElementsAre("scmp100"));
  EXPECT_EQ(entry.independent_roots(), 1u);
  EXPECT_EQ(entry.valid_from(), "2026-01-01");
  EXPECT_EQ(entry.valid_to(), "2027-01-01");

  ASSERT_EQ(entry.alternatives_size(), 2);
  EXPECT_EQ(Text(entry.alternatives(0).amount()), "about 85000000000 CNY");
  EXPECT_EQ(entry.alternatives(0).claim().root(), "ft");
  EXPECT_EQ(entry.alternatives(0).grounds().rule(), rules::kLaterPublication);
  EXPECT_FALSE(entry.alternatives(0).agrees());

  const pb::AmountFigure& half = entry.alternatives(1);
  EXPECT_EQ(Text(half.amount()), "about 80000000000 CNY");
  EXPECT_TRUE(half.grounds().derived());
  EXPECT_THAT(half.grounds().event_ids(), ElementsAre("half", "whole"));
  EXPECT_THAT(half.grounds().reason(),
              HasSubstr("Computed: about 0.5 of 160,000,000,000 CNY (whole)."));
  EXPECT_EQ(Text(entry.envelope().low()), "80000000000");
  EXPECT_EQ(Text(entry.envelope().high()), "100000000000");
  EXPECT_TRUE(entry.envelope().approximate());
}

TEST(CapexFold, GrowthOnTheYearBeforeIsComputedFromBothEntries) {
  const pb::CapexEntry entry = SeedLog().Entry(kChips2026).capex();
  ASSERT_EQ(entry.growth_size(), 1);
  EXPECT_FALSE(entry.growth(0).has_stated());
  EXPECT_EQ(Text(entry.growth(0).computed()), "0.176470588");
  EXPECT_THAT(entry.growth(0).computed_grounds().event_ids(), ElementsAre("scmp85", "scmp100"));
  EXPECT_TRUE(entry.growth(0).computed_grounds().derived());
}

TEST(CapexFold, EachStatedConversionImpliesARateHalfEvenToNinePlaces) {
  Log log = SeedLog();
  log.Add(FirstHalf("alibaba")
              .With("tencent")
              .With("baidu")
              .Cny("50bn")
              .Converted("USD", "7bn")
              .From("ft")
              .On("2024-08"));
  const pb::CapexEntry infra = log.Entry(kInfra2026).capex();
  ASSERT_EQ(infra.conversions_size(), 1);
  EXPECT_EQ(Text(infra.conversions(0).rate()), "7.036059807");
  const pb::CapexEntry chips = log.Entry(kChips2026).capex();
  ASSERT_EQ(chips.conversions_size(), 1);
  EXPECT_EQ(Text(chips.conversions(0).rate()), "7.142857143");
  EXPECT_TRUE(chips.conversions(0).conversion().approximate());
  const pb::CapexEntry half =
      log.Entry("capex/alibaba+baidu+tencent/total/2024-40/capex/actual").capex();
  ASSERT_EQ(half.conversions_size(), 1);
  EXPECT_EQ(Text(half.conversions(0).rate()), "7.142857143");
}

TEST(CapexFold, EchoesWithFourConversionsAreOneClaimOfOneRoot) {
  Log log;
  log.Add(Infra("2026").Cny("160bn").Converted("USD", "23bn").From("ft").On("2025-12-23"));
  log.Add(Infra("2026").Cny("160bn").Converted("USD", "22.7bn").From("ft").Via("digitimes"));
  log.Add(Infra("2026").Cny("160bn").Converted("USD", "22.74bn").From("ft").Via("pls48"));
  log.Add(Infra("2026").Cny("160bn").Converted("USD", "22.2bn").From("ft").Via("biggo"));
  const pb::CapexEntry entry = log.Entry(kInfra2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(entry.alternatives_size(), 0);
  EXPECT_EQ(entry.conversions_size(), 4);
  EXPECT_EQ(entry.selected().amount().stated_conversions_size(), 4);
  EXPECT_EQ(entry.independent_roots(), 1u);
  EXPECT_THAT(entry.selected().grounds().event_ids(), ElementsAre("e1", "e2", "e3", "e4"));
  EXPECT_THAT(entry.selected().claim().echoes(), ElementsAre("e2", "e3", "e4"));
  EXPECT_THAT(entry.selected().claim().publishers(),
              ElementsAre("biggo", "digitimes", "ft", "pls48"));
  EXPECT_EQ(entry.selected().claim().published(), "2025-12-23");
}

TEST(CapexFold, AHeadlineTenTimesItsBodyIsFlaggedAndOutsideTheEnvelope) {
  Log log;
  log.Add(Infra("2026").Id("headline").Usd("220bn").RetoldBy("biggo").On("2025-12-22"));
  log.Add(Infra("2026").Id("body").Usd("22.2bn").RetoldBy("biggo").On("2025-12-23"));
  const pb::CapexEntry entry = log.Entry(kInfra2026).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "body");
  ASSERT_EQ(entry.alternatives_size(), 1);
  EXPECT_TRUE(entry.alternatives(0).claim().flagged());
  EXPECT_FALSE(entry.selected().claim().flagged());
  EXPECT_EQ(Text(entry.envelope().high()), "22200000000");
}

TEST(CapexFold, NineTimesTheSelectedFigureIsNotFlagged) {
  Log log;
  log.Add(Infra("2026").Usd("198bn").From("a").On("2025-12-22"));
  log.Add(Infra("2026").Usd("22bn").From("b").On("2025-12-23"));
  EXPECT_FALSE(log.Entry(kInfra2026).capex().alternatives(0).claim().flagged());
}

TEST(CapexFold, FourOutletsThatQuoteOneNewspaperAndARetellingWithoutSourceAreOneRoot) {
  Log log;
  for (const char* outlet : {"pls48", "khaberni", "digitimes", "trendforce"}) {
    log.Add(Infra("2026").Cny("160bn").From("ft").Via(outlet).On("2025-12-23"));
  }
  log.Add(Infra("2026").Cny("160bn").RetoldBy("albayan").On("2025-12-24"));
  const pb::CapexEntry entry = log.Entry(kInfra2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_AGREEING);
  EXPECT_EQ(entry.independent_roots(), 1u);
  log.Add(Infra("2026").Cny("160bn").From("scmp").On("2025-12-24"));
  EXPECT_EQ(log.Entry(kInfra2026).capex().independent_roots(), 2u);
}

TEST(CapexFold, TheSameNumberUnderAnotherKeyIsNoConflict) {
  Log log;
  log.Add(Chips("2026").Cny("about 85bn").From("ft").On("2025-12-23"));
  log.Add(Chips("2025").Suppliers("nvidia").Cny("85bn").From("scmp").On("2026-01"));
  EXPECT_EQ(log.Entry(kChips2026).capex().agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(
      log.Entry("capex/bytedance/ai-chips/2025/capex/forward/suppliers=nvidia").capex().agreement(),
      pb::AGREEMENT_SINGLE);
}

TEST(CapexFold, ARetellingThatNarrowsTheScopeKeepsItsOwnEntry) {
  Log log;
  log.Add(Chips("2026").Cny("85bn").From("ft").On("2025-12-23"));
  log.Add(Chips("2026").Suppliers("nvidia").Cny("85bn").From("ft").Via("csrqoa").On("2025-12-23"));
  const pb::CapexEntry root = log.Entry(kChips2026).capex();
  EXPECT_THAT(root.selected().grounds().event_ids(), ElementsAre("e1"));
  EXPECT_EQ(log.EntryIds().size(), 2u);
}

TEST(CapexFold, AnEstimateOfARunningYearNeverConflictsWithTheActual) {
  Log log;
  log.Add(
      Infra("2025").Basis(pb::CAPEX_BASIS_ESTIMATE).Cny("about 150bn").From("ft").On("2025-12"));
  log.Add(Infra("2025").Basis(pb::CAPEX_BASIS_ACTUAL).Cny("120bn").From("ft").On("2026-03"));
  const std::string key = "capex/bytedance/ai-infrastructure/2025/capex/";
  EXPECT_EQ(log.Entry(key + "forward").capex().agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(log.Entry(key + "actual").capex().agreement(), pb::AGREEMENT_SINGLE);
}

TEST(CapexFold, APlanInTwoCurrenciesAtHomeAndAbroadIsTwoEntries) {
  Log log;
  log.Add(Infra("2025").Region("cn").Cny("40bn").From("ft").On("2025-01"));
  log.Add(Infra("2025").Region("overseas").Usd("6.8bn").From("ft").On("2025-01"));
  EXPECT_THAT(log.EntryIds(),
              ElementsAre("capex/bytedance/ai-infrastructure/2025/capex/forward/region=cn",
                          "capex/bytedance/ai-infrastructure/2025/capex/forward/region=overseas"));
}

TEST(CapexFold, FiguresInOtherCurrenciesAreShownAndNotCompared) {
  Log log;
  log.Add(Infra("2026").Usd("1").From("a").On("2025-12-22"));
  log.Add(Infra("2026").Cny("160bn").From("b").On("2025-12-23"));
  const pb::CapexEntry entry = log.Entry(kInfra2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  ASSERT_EQ(entry.alternatives_size(), 1);
  EXPECT_FALSE(entry.alternatives(0).agrees());
  EXPECT_EQ(Text(entry.envelope().low()), "160000000000");
}

Log GroupLog() {
  Log log;
  log.Add(FirstHalf("alibaba").With("tencent").With("baidu").Cny("50bn").From("ft").On("2024-08"));
  log.Add(FirstHalf("alibaba", "2023-40")
              .With("tencent")
              .With("baidu")
              .Cny("23bn")
              .From("ft")
              .On("2024-08"));
  log.Add(FirstHalf("alibaba").Cny("23bn").Growth("1.23").From("ft").On("2024-08"));
  log.Add(FirstHalf("tencent").Cny("23bn").Growth("1.76").From("ft").On("2024-08"));
  log.Add(FirstHalf("baidu").Cny("4.2bn").Growth("0.04").From("ft").On("2024-08"));
  return log;
}

TEST(CapexFold, AGroupIsComparedWithItsMembersAndNeverAdded) {
  const pb::CapexEntry entry =
      GroupLog().Entry("capex/alibaba+baidu+tencent/total/2024-40/capex/actual").capex();
  EXPECT_EQ(Text(entry.selected().amount()), "50000000000 CNY");
  ASSERT_EQ(entry.comparisons_size(), 1);
  const pb::GroupComparison& members = entry.comparisons(0);
  EXPECT_EQ(members.kind(), "members");
  EXPECT_EQ(members.members_size(), 3);
  EXPECT_EQ(Text(members.sum().amount()), "50200000000 CNY");
  EXPECT_TRUE(members.sum().grounds().derived());
  EXPECT_THAT(members.sum().grounds().event_ids(), ElementsAre("e3", "e5", "e4"));
  EXPECT_TRUE(members.agrees());
  EXPECT_THAT(members.missing(), IsEmpty());
}

TEST(CapexFold, MembersGrowthImpliesTheGroupsYearBefore) {
  const pb::CapexEntry entry =
      GroupLog().Entry("capex/alibaba+baidu+tencent/total/2023-40/capex/actual").capex();
  ASSERT_EQ(entry.comparisons_size(), 1);
  const pb::GroupComparison& growth = entry.comparisons(0);
  EXPECT_EQ(growth.kind(), "growth");
  ASSERT_EQ(growth.members_size(), 3);
  EXPECT_EQ(Text(growth.members(0).figure().amount()), "10313901345.291479821 CNY");
  EXPECT_EQ(Text(growth.members(1).figure().amount()), "4038461538.461538462 CNY");
  EXPECT_EQ(Text(growth.members(2).figure().amount()), "8333333333.333333333 CNY");
  EXPECT_EQ(Text(growth.sum().amount()), "22685696217.086351616 CNY");
  EXPECT_TRUE(growth.agrees());
}

TEST(CapexFold, AGroupWithAMissingMemberHasNoSum) {
  Log log;
  log.Add(FirstHalf("alibaba").With("baidu").Cny("50bn").From("ft").On("2024-08"));
  log.Add(FirstHalf("baidu").Cny("4.2bn").From("ft").On("2024-08"));
  const pb::CapexEntry entry = log.Entry("capex/alibaba+baidu/total/2024-40/capex/actual").capex();
  ASSERT_EQ(entry.comparisons_size(), 1);
  EXPECT_FALSE(entry.comparisons(0).has_sum());
  EXPECT_FALSE(entry.comparisons(0).agrees());
  EXPECT_THAT(entry.comparisons(0).missing(), ElementsAre("alibaba"));
}

TEST(CapexFold, HalvesQuartersFiscalAndCalendarYearsAndThreeYearsAreOtherKeys) {
  Log log;
  log.Add(Capex("alibaba").Period("2024-40").Cny("23bn").From("a").On("2024-08"));
  log.Add(Capex("alibaba").Period("2024-33").Cny("11bn").From("a").On("2024-05"));
  log.Add(Capex("alibaba").Period("2024").Cny("60bn").From("a").On("2024-05"));
  log.Add(Capex("alibaba")
              .FiscalYear("2024", "2023-04-01", "2024-04-01")
              .Cny("32bn")
              .From("a")
              .On("2024-05"));
  log.Add(Capex("alibaba").Period("2025/2027").Cny("more than 380bn").From("a").On("2025-02"));
  EXPECT_THAT(log.EntryIds(), ElementsAre("capex/alibaba/total/2024-33/capex/forward",
                                          "capex/alibaba/total/2024-40/capex/forward",
                                          "capex/alibaba/total/2024/capex/forward",
                                          "capex/alibaba/total/2024/capex/forward/kind=fiscal",
                                          "capex/alibaba/total/2025%2F2027/capex/forward"));
  for (const std::string& id : log.EntryIds()) {
    const pb::CapexEntry entry = log.Entry(id).capex();
    EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE) << id;
    EXPECT_FALSE(entry.selected().grounds().derived()) << id;
  }
  const pb::CapexEntry fiscal =
      log.Entry("capex/alibaba/total/2024/capex/forward/kind=fiscal").capex();
  EXPECT_EQ(fiscal.valid_from(), "2023-04-01");
  EXPECT_EQ(fiscal.growth_size(), 0);
  EXPECT_EQ(
      Text(log.Entry("capex/alibaba/total/2025%2F2027/capex/forward").capex().selected().amount()),
      "at least 380000000000 CNY");
}

TEST(CapexFold, WordsWithoutANumberGiveNoValueAndNoArithmetic) {
  Log log;
  log.Add(Infra("2024").Id("words").Cny("billions").Growth("a lot").From("ft").On("2024-08"));
  const pb::CapexEntry entry =
      log.Entry("capex/bytedance/ai-infrastructure/2024/capex/forward").capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_FALSE(entry.has_selected());
  EXPECT_FALSE(entry.has_envelope());
  ASSERT_EQ(entry.unquantified_size(), 1);
  EXPECT_EQ(entry.unquantified(0).amount().verbatim(), "billions");
  EXPECT_EQ(entry.unquantified(0).grounds().rule(), rules::kNoFigure);
  ASSERT_EQ(entry.growth_size(), 1);
  EXPECT_FALSE(entry.growth(0).has_implied_year_before());
  EXPECT_EQ(entry.growth(0).stated().direction(), pb::DIRECTION_UP);
}

TEST(CapexFold, AGrowthOnAFigureInConflictImpliesNothingOfTheSelectedOne) {
  Log log;
  log.Add(Chips("2026").Id("other").Cny("50bn").Growth("0.25").From("ft").On("2025-12-23"));
  log.Add(Chips("2026").Id("chosen").Cny("100bn").From("scmp").On("2026-01-10"));
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  ASSERT_EQ(entry.growth_size(), 1);
  EXPECT_EQ(entry.growth(0).event_id(), "other");
  EXPECT_FALSE(entry.growth(0).has_implied_year_before());
}

TEST(CapexFold, AGrowthWithoutASumIsAppliedToTheSelectedOne) {
  Log log;
  log.Add(Chips("2026").Id("growth").Growth("more than 0.25").From("ft").On("2025-12-23"));
  log.Add(Chips("2026").Id("chosen").Cny("100bn").From("scmp").On("2026-01-10"));
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  ASSERT_EQ(entry.growth_size(), 1);
  const pb::AmountFigure& before = entry.growth(0).implied_year_before();
  EXPECT_EQ(Text(before.amount()), "at most 80000000000 CNY");
  EXPECT_THAT(before.grounds().event_ids(), ElementsAre("chosen", "growth"));
}

TEST(CapexFold, AClaimWithoutAPeriodConflictsWithNoOther) {
  Log log;
  log.Add(Capex("bytedance").Basis(pb::CAPEX_BASIS_ONGOING).Usd("1bn").From("ft").On("2024-12"));
  log.Add(Capex("bytedance").Basis(pb::CAPEX_BASIS_ONGOING).Usd("9bn").From("ft").On("2024-12"));
  EXPECT_THAT(log.EntryIds(), ElementsAre("capex/bytedance/total/-/capex/ongoing/claim=e1",
                                          "capex/bytedance/total/-/capex/ongoing/claim=e2"));
}

TEST(CapexFold, AShareFollowsItsWholeInAnyOrderOfArrival) {
  Log log;
  log.Add(Chips("2026").Id("half").ShareOf("about 0.5", "whole").From("ft").On("2025-12-23"));
  EXPECT_EQ(log.Entry(kChips2026).capex().agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_THAT(log.Entry(kChips2026).capex().unquantified(0).grounds().reason(),
              HasSubstr("not there"));
  log.Add(Infra("2026").Id("whole").Cny("160bn").From("ft").On("2025-12-23"));
  EXPECT_EQ(Text(log.Entry(kChips2026).capex().selected().amount()), "about 80000000000 CNY");
  log.Add(Notice().Retracts("whole").From("ft").On("2025-12-30"));
  EXPECT_EQ(log.Entry(kChips2026).capex().agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_EQ(log.Entry(kChips2026).claim_count(), 1u);
}

TEST(CapexFold, SharesInARingGiveNothing) {
  Log log;
  log.Add(Chips("2026").Id("a").ShareOf("0.5", "b").From("ft").On("2025-12-23"));
  log.Add(Infra("2026").Id("b").ShareOf("0.5", "a").From("ft").On("2025-12-23"));
  EXPECT_EQ(log.Entry(kChips2026).capex().agreement(), pb::AGREEMENT_NO_VALUE);
}

TEST(CapexFold, ARetractedFigureIsNeverFallenBackTo) {
  Log log;
  log.Add(Chips("2026").Id("plan").Cny("100bn").From("scmp").On("2026-01-10"));
  log.Add(Notice().Id("sorry").Retracts("plan").From("scmp").On("2026-01-12"));
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_FALSE(entry.has_selected());
  ASSERT_EQ(entry.revisions_size(), 1);
  EXPECT_EQ(entry.revisions(0).claim().ended_by(), "sorry");
  EXPECT_EQ(entry.revisions(0).grounds().rule(), rules::kRetracted);
}

TEST(CapexFold, ALateEchoOfARetractedReportStaysOutAndANewRootIsANewClaim) {
  Log log;
  log.Add(Chips("2026").Id("plan").Cny("100bn").From("scmp").On("2026-01-10"));
  log.Add(Notice().Retracts("plan").From("scmp").On("2026-01-12"));
  log.Add(
      Chips("2026").Id("late").Cny("about 100bn").From("scmp").Via("scenari").SeenOn("2026-01-20"));
  EXPECT_EQ(log.Entry(kChips2026).capex().agreement(), pb::AGREEMENT_NO_VALUE);
  log.Add(Chips("2026").Id("anew").Cny("100bn").From("reuters").On("2026-01-21"));
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(entry.selected().claim().event_id(), "anew");
  EXPECT_EQ(entry.independent_roots(), 1u);
}

TEST(CapexFold, TheSameRootReportingAnewAfterItsRetractionIsANewClaim) {
  Log log;
  log.Add(Chips("2026").Id("plan").Cny("100bn").From("scmp").On("2026-01-10"));
  log.Add(Notice().Retracts("plan").From("scmp").On("2026-01-12"));
  log.Add(Chips("2026").Id("anew").Cny("100bn").From("scmp").On("2026-02-01"));
  EXPECT_EQ(log.Entry(kChips2026).capex().selected().claim().event_id(), "anew");
}

TEST(CapexFold, RevisionsAreInOrderOfPublicationHoweverTheyArrived) {
  Log log;
  log.Add(Chips("2026").Id("third").Cny("120bn").From("ft").On("2025-12-03").Supersedes("second"));
  log.Add(Chips("2026").Id("second").Cny("110bn").From("ft").On("2025-12-02").Supersedes("first"));
  log.Add(Chips("2026").Id("first").Cny("100bn").From("ft").On("2025-12-01"));
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "third");
  ASSERT_EQ(entry.revisions_size(), 2);
  EXPECT_EQ(entry.revisions(0).claim().event_id(), "first");
  EXPECT_EQ(entry.revisions(1).claim().event_id(), "second");
  EXPECT_EQ(entry.revisions(1).claim().standing(), pb::STANDING_SUPERSEDED);
}

TEST(CapexFold, AnOldReportAppendedLateCountsFromItsPublication) {
  Log log;
  log.Add(Chips("2026").Id("new").Cny("100bn").From("scmp").On("2026-01-10"));
  log.Add(Chips("2026").Id("old").Cny("50bn").From("ft").On("2024-08-26"));
  EXPECT_EQ(log.Entry(kChips2026).capex().selected().claim().event_id(), "new");
  const pb::CapexEntry then = log.EntryPublishedBy(kChips2026, "2024-09-30").capex();
  EXPECT_EQ(then.selected().claim().event_id(), "old");
  EXPECT_EQ(then.agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_EQ(log.EntryPublishedBy(kChips2026, "2024-08-25").state_case(),
            pb::TimelineEntry::STATE_NOT_SET);
}

TEST(CapexFold, AnEntryWithoutOwnClaimsHasNoState) {
  FoldInput input;
  input.key.mutable_capex()->add_companies("bytedance");
  const NameTable table;
  const NamesAt names{table, NameTable::kHead};
  pb::RecordedEvent event;
  *event.mutable_event() = Notice().Retracts("x").event();
  input.rows.push_back(MakeClaim(event, /*own=*/false, names));
  EXPECT_EQ(Fold(input, names).state_case(), pb::TimelineEntry::STATE_NOT_SET);
}

TEST(CapexFold, AlternativesAreAtMostSixteenTheLikeliestFirst) {
  Log log;
  for (int i = 0; i < 30; ++i) {
    log.Add(Chips("2026")
                .Cny(std::to_string(int64_t{1} << i))
                .From("r" + std::to_string(i))
                .On(std::to_string(2001 + i)));
  }
  const pb::CapexEntry entry = log.Entry(kChips2026).capex();
  EXPECT_EQ(entry.selected().claim().root(), "r29");
  ASSERT_EQ(entry.alternatives_size(), 16);
  EXPECT_EQ(entry.alternatives(0).claim().root(), "r28");
  EXPECT_EQ(Text(entry.envelope().low()), "1");
}

// With all days of publication different, nothing depends on positions but the positions
// themselves.
TEST(CapexFold, WhatIsSelectedDoesNotDependOnTheOrderOfArrival) {
  std::vector<Report> reports;
  for (int day = 10; day < 22; ++day) {
    Report report = Chips("2026");
    report.Id("day" + std::to_string(day))
        .Cny(std::to_string(60 + day % 5 * 10) + "bn")
        .From("r" + std::to_string(day % 3))
        .On("2026-01-" + std::to_string(day));
    if (day % 4 == 0) report.Supersedes("day" + std::to_string(day - 3));
    if (day % 7 == 0) report.Denies("day" + std::to_string(day - 1));
    reports.push_back(report);
  }
  const auto answer = [&] {
    Log log;
    for (const Report& report : reports) log.Add(report);
    pb::CapexEntry entry = log.Entry(kChips2026).capex();
    std::string text = Text(entry.selected().amount()) + pb::Agreement_Name(entry.agreement());
    std::vector<std::string> events(entry.selected().grounds().event_ids().begin(),
                                    entry.selected().grounds().event_ids().end());
    std::sort(events.begin(), events.end());
    for (const std::string& event : events) text += " " + event;
    for (const pb::AmountFigure& other : entry.alternatives()) text += " " + Text(other.amount());
    for (const pb::AmountFigure& other : entry.revisions()) text += " " + other.claim().event_id();
    return text + entry.envelope().ShortDebugString();
  };
  const std::string first = answer();
  const std::mt19937::result_type seed = 20260101;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(reports.begin(), reports.end(), random);
    ASSERT_EQ(answer(), first) << "round " << round;
  }
}

TEST(CapexFold, TheSameInputGivesTheSameBytes) {
  const Log log = SeedLog();
  for (const std::string& id : log.EntryIds()) {
    EXPECT_EQ(log.Entry(id).SerializeAsString(), log.Entry(id).SerializeAsString());
    EXPECT_EQ(log.Explained(id).SerializeAsString(), log.Explained(id).SerializeAsString());
  }
}

}  // namespace
}  // namespace chipline::timeline
