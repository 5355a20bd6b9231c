// Cases 20, 21 and 33: what ends a claim, and what does not.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTotal2026[] = "capex/bytedance/total/2026/capex/forward";

// A plan that the FT published on the 10th.
Report Plan(std::string_view id, std::string_view figure = "100bn") {
  return Capex("bytedance").Period("2026").Id(id).Cny(figure).From("ft").On("2026-01-10");
}

std::vector<std::string> Standing(const v1::CapexEntry& entry) {
  std::vector<std::string> ids;
  if (entry.has_selected()) ids.push_back(entry.selected().claim().event_id());
  for (const v1::AmountFigure& other : entry.alternatives())
    ids.push_back(other.claim().event_id());
  return ids;
}

std::vector<std::string> Ended(const v1::CapexEntry& entry) {
  std::vector<std::string> ids;
  for (const v1::AmountFigure& other : entry.revisions()) {
    ids.push_back(other.claim().event_id() + " by " + other.claim().ended_by());
  }
  return ids;
}

TEST(Case20, ARetractionThatArrivesBeforeItsTargetActsWhenThatLands) {
  Story story;
  story.Tell(Notice().Id("gone").Retracts("plan").From("ft").On("2026-01-12"));
  story.Tell(Plan("plan"));
  const v1::CapexEntry entry = story.CapexEntry(kTotal2026);
  EXPECT_EQ(entry.agreement(), v1::AGREEMENT_NO_VALUE);
  EXPECT_THAT(Ended(entry), ElementsAre("plan by gone"));
}

TEST(Case20, ARetractionByAnotherPublisherIsADenial) {
  Story story;
  story.Tell(Plan("plan"));
  story.Tell(Notice().Id("other").Retracts("plan").From("scmp").On("2026-01-12"));
  const v1::CapexEntry entry = story.CapexEntry(kTotal2026);
  EXPECT_THAT(Standing(entry), ElementsAre("plan"));
  EXPECT_THAT(entry.selected().claim().denied_by(), ElementsAre("other"));
}

TEST(Case20, InARingOfSupersessionTheHighestPositionStands) {
  Story story;
  story.Tell(Plan("a", "1bn").Supersedes("c"));
  story.Tell(Plan("b", "2bn").Supersedes("a"));
  EXPECT_THAT(Standing(story.CapexEntry(kTotal2026)), ElementsAre("b"));
  story.Tell(Plan("c", "3bn").Supersedes("b"));
  EXPECT_THAT(Standing(story.CapexEntry(kTotal2026)), ElementsAre("c"));
  EXPECT_THAT(Ended(story.CapexEntry(kTotal2026)), ElementsAre("a by b", "b by c"));
}

TEST(Case20, TwoSuccessorsOfOnePlanBothStandAndConflict) {
  Story story;
  story.Tell(Plan("plan"));
  story.Tell(Plan("up", "150bn").Supersedes("plan"));
  story.Tell(Plan("down", "50bn").Supersedes("plan"));
  const v1::CapexEntry entry = story.CapexEntry(kTotal2026);
  EXPECT_THAT(Standing(entry), ElementsAre("down", "up"));
  EXPECT_EQ(entry.agreement(), v1::AGREEMENT_CONFLICTING);
}

TEST(Case20, ACorrectionThatIsItselfCorrectedDoesNotAct) {
  Story story;
  story.Tell(Plan("plan"));
  story.Tell(Plan("wrong", "90bn").Corrects("plan"));
  EXPECT_THAT(Standing(story.CapexEntry(kTotal2026)), ElementsAre("wrong"));
  story.Tell(Notice().Id("back").Corrects("wrong").From("ft").On("2026-01-14"));
  EXPECT_THAT(Standing(story.CapexEntry(kTotal2026)), ElementsAre("plan"));
  EXPECT_THAT(Ended(story.CapexEntry(kTotal2026)), ElementsAre("wrong by back"));
}

TEST(Case21, ALateEchoOfARetractedReportDoesNotComeBackAndANewRootIsANewClaim) {
  Story story;
  story.Tell(Plan("seen"));
  story.Tell(Notice().Id("gone").Retracts("seen").From("ft").On("2026-01-12"));
  story.Tell(Capex("bytedance")
                 .Period("2026")
                 .Id("echo")
                 .Cny("100bn")
                 .From("ft")
                 .Via("pls48")
                 .SeenOn("2026-01-20"));
  EXPECT_THAT(Standing(story.CapexEntry(kTotal2026)), IsEmpty());
  story.Tell(
      Capex("bytedance").Period("2026").Id("anew").Cny("100bn").From("reuters").On("2026-01-21"));
  const v1::CapexEntry entry = story.CapexEntry(kTotal2026);
  EXPECT_THAT(Standing(entry), ElementsAre("anew"));
  EXPECT_EQ(entry.agreement(), v1::AGREEMENT_SINGLE);
  EXPECT_EQ(entry.independent_roots(), 1u);
}

TEST(Case21, TheHistoryKeepsTheTimeInBetween) {
  Story story;
  const Position seen = story.Tell(Plan("seen"));
  const Position gone =
      story.Tell(Notice().Id("gone").Retracts("seen").From("ft").On("2026-01-12"));
  const Position anew = story.Tell(
      Capex("bytedance").Period("2026").Id("anew").Cny("100bn").From("reuters").On("2026-01-21"));
  EXPECT_THAT(Standing(story.EntryAt(kTotal2026, seen).capex()), ElementsAre("seen"));
  EXPECT_THAT(Standing(story.EntryAt(kTotal2026, gone).capex()), IsEmpty());
  EXPECT_THAT(Standing(story.EntryAt(kTotal2026, anew).capex()), ElementsAre("anew"));
}

// Guidance for 2023 as a company files it.
Report Filed(std::string_view id, std::string_view figure, std::string_view day) {
  return Capex("meta")
      .Period("2023")
      .Basis(pb::CAPEX_BASIS_GUIDANCE)
      .Id(id)
      .Usd(figure)
      .From("meta")
      .On(day)
      .Origin(pb::ORIGIN_KIND_FILING);
}

constexpr char kMeta2023[] = "capex/meta/total/2023/capex/forward";

TEST(Case33, WhatSupersedesAnEchoSupersedesTheClaim) {
  Story story;
  story.Tell(Filed("g1", "50bn", "2022-10-26"));
  story.Tell(Filed("g2", "40bn", "2023-02-01").Supersedes("g1"));
  story.Tell(Filed("g3", "40bn", "2023-04-26"));
  story.Tell(Filed("g4", "30bn", "2023-07-26").Origin(pb::ORIGIN_KIND_NAMED).Supersedes("g3"));
  const v1::CapexEntry entry = story.CapexEntry(kMeta2023);
  EXPECT_THAT(Standing(entry), ElementsAre("g4"));
  EXPECT_EQ(entry.agreement(), v1::AGREEMENT_SINGLE);
}

TEST(Case33, ARetractedEchoLeavesNoValueAndBringsNoneBack) {
  Story story;
  story.Tell(Filed("g1", "50bn", "2022-10-26"));
  story.Tell(Filed("g2", "40bn", "2023-02-01").Supersedes("g1"));
  story.Tell(Filed("g3", "40bn", "2023-04-26"));
  story.Tell(Notice()
                 .Id("g4")
                 .Retracts("g3")
                 .From("meta")
                 .On("2023-07-26")
                 .Origin(pb::ORIGIN_KIND_FILING));
  const v1::CapexEntry entry = story.CapexEntry(kMeta2023);
  EXPECT_THAT(Standing(entry), IsEmpty());
  EXPECT_EQ(entry.agreement(), v1::AGREEMENT_NO_VALUE);
}

TEST(Case33, WithoutTheFirstItIsTheSame) {
  Story story;
  story.Tell(Filed("g2", "40bn", "2023-02-01"));
  story.Tell(Filed("g3", "40bn", "2023-04-26"));
  story.Tell(Filed("g4", "30bn", "2023-07-26").Origin(pb::ORIGIN_KIND_NAMED).Supersedes("g3"));
  EXPECT_THAT(Standing(story.CapexEntry(kMeta2023)), ElementsAre("g4"));
}

}  // namespace
}  // namespace chipline::cases
