#include "services/timeline/folds/rule_fold.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "tests/folds/rules.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Lines;
using testing::RuleLog;
using testing::Tiles;

const pb::RuleInterval& On(const pb::ExportRuleEntry& entry, const std::string& day) {
  for (const pb::RuleInterval& each : entry.intervals()) {
    if (each.valid().from() <= day && (each.valid().to().empty() || day < each.valid().to())) {
      return each;
    }
  }
  ADD_FAILURE() << "no interval holds " << day;
  return pb::RuleInterval::default_instance();
}

TEST(RuleFoldTest, NoClaimIsUnknownForAllOfTime) {
  const pb::ExportRuleEntry entry = RuleLog().FoldRule();
  EXPECT_THAT(Lines(entry), ElementsAre(".. UNKNOWN"));
  EXPECT_EQ(entry.intervals(0).agreement(), pb::AGREEMENT_NO_VALUE);
}

TEST(RuleFoldTest, BetweenAnnouncementAndEffectTheOldRuleHolds) {
  RuleLog log;
  log.Rule("denial", pb::RULE_EFFECT_PRESUMPTION_OF_DENIAL).Effective("2025-04-09");
  log.Rule("case-by-case", pb::RULE_EFFECT_CASE_BY_CASE)
      .Announced("2026-01-13")
      .Effective("2026-01-15");
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_THAT(Lines(entry), ElementsAre("..2025-04-09 UNKNOWN", "2025-04-09..2026-01-15 DENIED",
                                        "2026-01-15.. PENDING"));
  EXPECT_EQ(On(entry, "2026-01-14").general().grounds().event_ids(0), "denial");
  EXPECT_EQ(On(entry, "2026-01-15").general().grounds().rule(), rules::kLatestEffective);
}

TEST(RuleFoldTest, EffectiveDayToComeIsAlreadyAnInterval) {
  RuleLog log;
  log.Rule("allowed", pb::RULE_EFFECT_ALLOWED).Effective("2020-01-01");
  log.Rule("to-come", pb::RULE_EFFECT_PROHIBITED).Effective("2031-07-01");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2020-01-01 UNKNOWN", "2020-01-01..2031-07-01 NOT_REQUIRED",
                          "2031-07-01.. DENIED"));
}

TEST(RuleFoldTest, NoticeCountsFromItsDayOnceItIsPublic) {
  RuleLog log;
  log.Rule("allowed", pb::RULE_EFFECT_ALLOWED).Effective("2023-10-17").Published("2023-10-17");
  log.Rule("notice", pb::RULE_EFFECT_LICENSE_REQUIRED)
      .Effective("2025-04-09")
      .Published("2025-04-15");
  const auto known_on = [&](std::string_view day) {
    return RuleLog::FoldRuleOf(PublishedBy(log.RuleRows(), *CivilDay::Parse(day)));
  };
  EXPECT_EQ(On(known_on("2025-04-12"), "2025-04-10").general().gate(), pb::GATE_STATE_NOT_REQUIRED);
  EXPECT_EQ(On(known_on("2025-04-16"), "2025-04-10").general().gate(), pb::GATE_STATE_PENDING);
}

TEST(RuleFoldTest, StatementGivesAtMostConditional) {
  RuleLog log;
  log.Rule("said", pb::RULE_EFFECT_ALLOWED)
      .Instrument(pb::RULE_INSTRUMENT_STATEMENT)
      .Condition("a quarter of the revenue")
      .Effective("2025-12-08");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2025-12-08 UNKNOWN", "2025-12-08.. CONDITIONAL"));
}

TEST(RuleFoldTest, LicenseForApprovedCustomersIsConditionalForAnybody) {
  RuleLog log;
  log.Rule("licensed", pb::RULE_EFFECT_LICENSED).Approved().Effective("2025-12-08");
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_EQ(On(entry, "2026-01-01").general().gate(), pb::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(entry.intervals(1).scoped_size(), 0);
}

TEST(RuleFoldTest, BetweenEarliestAndLatestItIsUnknown) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2023-10-17");
  log.Rule("licensed", pb::RULE_EFFECT_LICENSED).Effective("2025-12~");
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_THAT(Lines(entry),
              ElementsAre("..2023-10-17 UNKNOWN", "2023-10-17..2025-12-01 DENIED",
                          "2025-12-01..2025-12-31 UNKNOWN?", "2025-12-31.. CONDITIONAL"));
  EXPECT_THAT(On(entry, "2025-12-10").general().grounds().event_ids(),
              ElementsAre("ban", "licensed"));
}

TEST(RuleFoldTest, BeforeAugust2024IsCertainFromTheLastDayOfAugust) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("../2024-08");
  EXPECT_THAT(Lines(log.FoldRule()), ElementsAre("..2024-08-31 UNKNOWN?", "2024-08-31.. DENIED"));
}

TEST(RuleFoldTest, UncertainDayOfTheSameEffectCastsNoDoubt) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2023-10-17");
  log.Rule("again", pb::RULE_EFFECT_PROHIBITED).Effective("../2024-08");
  EXPECT_THAT(
      Lines(log.FoldRule()),
      ElementsAre("..2023-10-17 UNKNOWN?", "2023-10-17..2024-08-31 DENIED", "2024-08-31.. DENIED"));
}

TEST(RuleFoldTest, StatusWithoutADayHoldsFromItsPublication) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("status", pb::RULE_EFFECT_PENDING).Status().Published("2026-01-15");
  EXPECT_THAT(
      Lines(log.FoldRule()),
      ElementsAre("..2025-01-01 UNKNOWN", "2025-01-01..2026-01-15 DENIED", "2026-01-15.. PENDING"));
}

TEST(RuleFoldTest, BindingDayGoesBeforeTheEffectiveOne) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-13").Binding("2025-05-15");
  EXPECT_THAT(Lines(log.FoldRule()), ElementsAre("..2025-05-15 UNKNOWN", "2025-05-15.. DENIED"));
}

TEST(RuleFoldTest, WhatHeldBeforeReturnsOnTheDayItExpires) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2024-01-01");
  log.Rule("waiver", pb::RULE_EFFECT_ALLOWED).Effective("2025-01-01").Expires("2025-06-01");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2024-01-01 UNKNOWN", "2024-01-01..2025-01-01 DENIED",
                          "2025-01-01..2025-06-01 NOT_REQUIRED", "2025-06-01.. DENIED"));
}

TEST(RuleFoldTest, NothingBeforeAnExpiredRuleIsUnknown) {
  RuleLog log;
  log.Rule("waiver", pb::RULE_EFFECT_ALLOWED).Effective("2025-01-01").Expires("2025-06");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2025-01-01 UNKNOWN", "2025-01-01..2025-06-01 NOT_REQUIRED",
                          "2025-06-01..2025-06-30 UNKNOWN?", "2025-06-30.. UNKNOWN"));
}

TEST(RuleFoldTest, OfOneDayTheOfficialClaimStandsAndTheOtherIsShown) {
  RuleLog log;
  log.Rule("register", pb::RULE_EFFECT_CASE_BY_CASE)
      .Effective("2026-01-15")
      .Origin(pb::ORIGIN_KIND_OFFICIAL);
  log.Rule("paper", pb::RULE_EFFECT_ALLOWED).Effective("2026-01-15");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-02-01");
  EXPECT_EQ(interval.general().grounds().event_ids(0), "register");
  EXPECT_EQ(interval.general().grounds().rule(), rules::kOneConcerned);
  ASSERT_EQ(interval.alternatives_size(), 1);
  EXPECT_EQ(interval.alternatives(0).grounds().event_ids(0), "paper");
  EXPECT_EQ(interval.agreement(), pb::AGREEMENT_CONFLICTING);
}

TEST(RuleFoldTest, OfOneDayMoreIndependentRootsWin) {
  RuleLog log;
  log.Rule("a", pb::RULE_EFFECT_PROHIBITED).Effective("2026-01-15").By("ft", "2026-01-15");
  log.Rule("b", pb::RULE_EFFECT_PROHIBITED).Effective("2026-01-15").By("scmp", "2026-01-15");
  log.Rule("c", pb::RULE_EFFECT_PENDING).Effective("2026-01-15").By("reuters", "2026-01-20");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-02-01");
  EXPECT_EQ(interval.general().gate(), pb::GATE_STATE_DENIED);
  EXPECT_EQ(interval.general().grounds().rule(), rules::kMoreRoots);
}

TEST(RuleFoldTest, EchoOfOneRootIsNoClaimOfItsOwn) {
  RuleLog log;
  log.Rule("ft", pb::RULE_EFFECT_PENDING).Status().By("ft", "2026-01-05");
  log.Rule("echo", pb::RULE_EFFECT_PENDING).Status().By("ft", "");
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_THAT(Lines(entry), ElementsAre("..2026-01-05 UNKNOWN", "2026-01-05.. PENDING"));
  EXPECT_THAT(entry.intervals(1).general().grounds().event_ids(), ElementsAre("ft", "echo"));
}

TEST(RuleFoldTest, OfDifferentRulesTheStrictestStands) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Id("IFR-2022").Effective("2022-10-07");
  log.Rule("license", pb::RULE_EFFECT_LICENSED).Id("IFR-2026").Effective("2026-01-15");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-02-01");
  EXPECT_EQ(interval.general().gate(), pb::GATE_STATE_DENIED);
  EXPECT_EQ(interval.general().grounds().rule(), rules::kStrictestRule);
  ASSERT_EQ(interval.alternatives_size(), 1);
  EXPECT_EQ(interval.alternatives(0).grounds().rule(), rules::kLessStrict);
}

TEST(RuleFoldTest, LaterClaimOfTheSameRuleTakesItsPlace) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Id("IFR").Effective("2022-10-07");
  log.Rule("eased", pb::RULE_EFFECT_CASE_BY_CASE).Id("IFR").Effective("2026-01-15");
  EXPECT_EQ(On(log.FoldRule(), "2026-02-01").general().gate(), pb::GATE_STATE_PENDING);
}

TEST(RuleFoldTest, ClaimWithoutRuleIdSpeaksOfTheWholeKey) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Id("IFR").Effective("2022-10-07");
  log.Rule("status", pb::RULE_EFFECT_LICENSED).Status().Effective("2025-12-31");
  log.Rule("new", pb::RULE_EFFECT_CASE_BY_CASE).Id("FR-1").Effective("2026-01-15");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2022-10-07 UNKNOWN", "2022-10-07..2025-12-31 DENIED",
                          "2025-12-31..2026-01-15 CONDITIONAL", "2026-01-15.. PENDING"));
}

TEST(RuleFoldTest, TwoRulesThatMayBothHaveBeenLiftedLeaveADoubt) {
  RuleLog log;
  for (const std::string id : {"one", "two"}) {
    log.Rule(id, pb::RULE_EFFECT_PROHIBITED).Id(id).Effective("2022-01-01");
    log.Rule(id + "-lifted", pb::RULE_EFFECT_ALLOWED).Id(id).Effective("2026-03");
  }
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2022-01-01 UNKNOWN", "2022-01-01..2026-03-01 DENIED",
                          "2026-03-01..2026-03-31 UNKNOWN?", "2026-03-31.. NOT_REQUIRED"));
}

TEST(RuleFoldTest, OneRuleThatMayHaveBeenLiftedDoesNotMatterWhileAnotherForbids) {
  RuleLog log;
  log.Rule("one", pb::RULE_EFFECT_PROHIBITED).Id("one").Effective("2022-01-01");
  log.Rule("two", pb::RULE_EFFECT_PROHIBITED).Id("two").Effective("2022-01-01");
  log.Rule("lifted", pb::RULE_EFFECT_ALLOWED).Id("two").Effective("2026-03");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-03-15");
  EXPECT_TRUE(interval.certain());
  EXPECT_EQ(interval.general().gate(), pb::GATE_STATE_DENIED);
}

TEST(RuleFoldTest, ScopedClaimStandsBesideTheGeneralOne) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("license", pb::RULE_EFFECT_LICENSED).Buyers({"tencent"}).Effective("2026-01-01");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-02-01");
  EXPECT_EQ(interval.general().gate(), pb::GATE_STATE_DENIED);
  ASSERT_EQ(interval.scoped_size(), 1);
  EXPECT_EQ(interval.scoped(0).gate(), pb::GATE_STATE_SATISFIED);
  EXPECT_FALSE(interval.scoped(0).behind_general());
}

TEST(RuleFoldTest, OlderScopedClaimIsBehindTheGeneralOne) {
  RuleLog log;
  log.Rule("license", pb::RULE_EFFECT_LICENSED).Buyers({"tencent"}).Effective("2025-01-01");
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2026-01-01");
  const pb::RuleInterval interval = On(log.FoldRule(), "2026-02-01");
  ASSERT_EQ(interval.scoped_size(), 1);
  EXPECT_TRUE(interval.scoped(0).behind_general());
}

TEST(RuleFoldTest, WhatIsNotInForceFormsNoState) {
  RuleLog log;
  log.Rule("bill", pb::RULE_EFFECT_PROHIBITED)
      .Standing(pb::RULE_STATUS_PROPOSED)
      .Effective("2025-06-01");
  log.Rule("senators", pb::RULE_EFFECT_PROHIBITED).Standing(pb::RULE_STATUS_OPPOSED);
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_THAT(Lines(entry), ElementsAre(".. UNKNOWN"));
  EXPECT_EQ(entry.not_in_force_size(), 2);
}

TEST(RuleFoldTest, RescissionEndsTheRuleItNames) {
  RuleLog log;
  log.Rule("base", pb::RULE_EFFECT_CASE_BY_CASE).Id("IFR").Effective("2023-10-17");
  log.Rule("diffusion", pb::RULE_EFFECT_PROHIBITED).Id("AIDR").Effective("2025-01-13");
  log.Rule("gone", pb::RULE_EFFECT_PROHIBITED)
      .Id("AIDR")
      .Standing(pb::RULE_STATUS_RESCINDED)
      .Effective("2025-05-13");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2023-10-17 UNKNOWN", "2023-10-17..2025-01-13 PENDING",
                          "2025-01-13..2025-05-13 DENIED", "2025-05-13.. PENDING"));
}

TEST(RuleFoldTest, RescissionOfLessAuthorityEndsNothing) {
  for (const auto effect : {pb::RULE_EFFECT_PROHIBITED, pb::RULE_EFFECT_ALLOWED}) {
    RuleLog log;
    log.Rule("rule", effect)
        .Id("AIDR")
        .By("bis", "2025-01-13")
        .Origin(pb::ORIGIN_KIND_OFFICIAL)
        .Effective("2025-01-13");
    log.Rule("gone", effect)
        .Id("AIDR")
        .By("blog", "2025-05-01")
        .Standing(pb::RULE_STATUS_RESCINDED)
        .Effective("2025-05-13");
    const pb::ExportRuleEntry entry = log.FoldRule();
    const bool bans = effect == pb::RULE_EFFECT_PROHIBITED;
    EXPECT_THAT(
        Lines(entry),
        ElementsAre("..2025-01-13 UNKNOWN",
                    bans ? "2025-01-13..2025-05-13 DENIED" : "2025-01-13..2025-05-13 NOT_REQUIRED",
                    bans ? "2025-05-13.. DENIED" : "2025-05-13.. CONDITIONAL"));
    const pb::RuleState& state = On(entry, "2025-06-01").general();
    EXPECT_THAT(state.grounds().reason(),
                HasSubstr("reported rescinded by blog (gone), not by the authority"));
    EXPECT_EQ(state.conditions_size(), bans ? 0 : 1);
    EXPECT_EQ(entry.not_in_force_size(), 1);
  }
}

TEST(RuleFoldTest, OfficialRescissionEndsWhatAnybodySaid) {
  RuleLog log;
  log.Rule("rule", pb::RULE_EFFECT_PROHIBITED).Id("AIDR").Effective("2025-01-13");
  log.Rule("gone", pb::RULE_EFFECT_PROHIBITED)
      .Id("AIDR")
      .Origin(pb::ORIGIN_KIND_OFFICIAL)
      .Standing(pb::RULE_STATUS_RESCINDED)
      .Effective("2025-05-13");
  EXPECT_EQ(Lines(log.FoldRule()).back(), "2025-05-13.. UNKNOWN");
}

TEST(RuleFoldTest, StatementDoesNotRescindWhatStandsInWriting) {
  RuleLog log;
  log.Rule("rule", pb::RULE_EFFECT_PROHIBITED).Id("AIDR").Effective("2025-01-13");
  log.Rule("gone", pb::RULE_EFFECT_PROHIBITED)
      .Id("AIDR")
      .Instrument(pb::RULE_INSTRUMENT_STATEMENT)
      .Standing(pb::RULE_STATUS_RESCINDED)
      .Effective("2025-05-13");
  EXPECT_EQ(Lines(log.FoldRule()).back(), "2025-05-13.. DENIED");
}

TEST(RuleFoldTest, RescissionUnderConditionsOrForATimeLeavesTheRuleInDoubt) {
  RuleLog log;
  log.Rule("rule", pb::RULE_EFFECT_PROHIBITED).Id("AIDR").Effective("2025-01-13");
  log.Rule("paused", pb::RULE_EFFECT_PROHIBITED)
      .Id("AIDR")
      .Standing(pb::RULE_STATUS_RESCINDED)
      .Effective("2025-05-13")
      .Expires("2026-05-13");
  EXPECT_THAT(Lines(log.FoldRule()),
              ElementsAre("..2025-01-13 UNKNOWN", "2025-01-13..2025-05-13 DENIED",
                          "2025-05-13..2026-05-13 UNKNOWN?", "2026-05-13.. DENIED"));
  log.Rule("given", pb::RULE_EFFECT_PROHIBITED)
      .Id("AIDR")
      .Standing(pb::RULE_STATUS_RESCINDED)
      .Effective("2025-06-13")
      .Condition("a bilateral deal");
  EXPECT_EQ(Lines(log.FoldRule()).back(), "2025-05-13.. UNKNOWN?");
}

TEST(RuleFoldTest, SupersededClaimStaysTrueOfItsTime) {
  RuleLog log;
  log.Rule("old", pb::RULE_EFFECT_PROHIBITED).Effective("2025-04-09").By("bis", "2025-04-09");
  log.Rule("new", pb::RULE_EFFECT_CASE_BY_CASE)
      .Effective("2026-01-15")
      .By("bis", "2026-01-13")
      .Link(pb::LINK_RELATION_SUPERSEDES, "old");
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_THAT(Lines(entry), ElementsAre("..2025-04-09 UNKNOWN", "2025-04-09..2026-01-15 DENIED",
                                        "2026-01-15.. PENDING"));
  EXPECT_EQ(entry.revisions_size(), 1);
}

TEST(RuleFoldTest, PlanChangedBeforeItsDayNeverHeld) {
  RuleLog log;
  log.Rule("plan", pb::RULE_EFFECT_PROHIBITED).Effective("2026-02-01").By("bis", "2026-01-10");
  log.Rule("later", pb::RULE_EFFECT_PROHIBITED)
      .Effective("2026-03-01")
      .By("bis", "2026-01-20")
      .Link(pb::LINK_RELATION_SUPERSEDES, "plan");
  EXPECT_THAT(Lines(log.FoldRule()), ElementsAre("..2026-03-01 UNKNOWN", "2026-03-01.. DENIED"));
}

TEST(RuleFoldTest, RetractedRuleLeavesWhatWasThereBefore) {
  RuleLog log;
  log.Rule("pending", pb::RULE_EFFECT_PENDING).Status().Published("2026-01-10");
  const std::vector<std::string> before = Lines(log.FoldRule());
  log.Rule("approval", pb::RULE_EFFECT_LICENSED).By("paper", "2026-01-28");
  EXPECT_NE(Lines(log.FoldRule()), before);
  log.Retract("withdrawn", "approval");
  EXPECT_EQ(Lines(log.FoldRule()), before);
  EXPECT_EQ(log.FoldRule().revisions(0).claim().standing(), pb::STANDING_RETRACTED);
}

// A rule like any other: any effect, scope, status and days, certain or not.
void AppendRandomRule(std::mt19937& random, RuleLog& log) {
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const auto effect = static_cast<pb::RuleEffect>(1 + below(10));
  auto rule = log.Rule(fmt::format("e{}", log.events().size() + 1), effect);
  const auto day = [&] { return CivilDay::FromDays(19'000 + below(600)).Format(); };
  const auto date = [&]() -> std::string {
    switch (below(6)) {
      case 0:
        return day().substr(0, 7);
      case 1:
        return "../" + day();
      case 2:
        return day() + "/..";
      case 3:
        return day().substr(0, 4);
      default:
        return day();
    }
  };
  rule.By(fmt::format("root{}", below(4)), day());
  if (below(4) != 0) rule.Effective(date());
  if (below(6) == 0) rule.Binding(date());
  if (below(4) == 0) rule.Expires(date());
  if (below(3) == 0) rule.Id(below(2) == 0 ? "A" : "B");
  if (below(4) == 0) rule.Buyers({fmt::format("buyer{}", below(2))});
  if (below(10) == 0) rule.Purpose("research");
  if (below(8) == 0) rule.Standing(pb::RULE_STATUS_RESCINDED);
  if (below(6) == 0) rule.Origin(pb::ORIGIN_KIND_OFFICIAL);
  if (below(5) == 0 && log.events().size() > 1) {
    rule.Link(static_cast<pb::LinkRelation>(1 + below(5)),
              fmt::format("e{}", 1 + below(static_cast<int>(log.events().size()) - 1)));
  }
}

TEST(RuleFoldTest, IntervalsOfAnyLogTileValidTimeAndAdjacentOnesDiffer) {
  constexpr unsigned kSeed = 4711;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 300; ++round) {
    RuleLog log;
    for (int i = 0; i < 1 + round % 12; ++i) AppendRandomRule(random, log);
    const pb::ExportRuleEntry entry = log.FoldRule();
    ASSERT_TRUE(Tiles(entry.intervals())) << "round " << round;
    for (const pb::RuleInterval& each : entry.intervals()) {
      ASSERT_TRUE(each.certain() || each.general().gate() == pb::GATE_STATE_UNKNOWN)
          << "round " << round;
    }
    for (int i = 1; i < entry.intervals_size(); ++i) {
      pb::RuleInterval a = entry.intervals(i - 1);
      pb::RuleInterval b = entry.intervals(i);
      a.clear_valid();
      b.clear_valid();
      ASSERT_NE(a.SerializeAsString(), b.SerializeAsString()) << "round " << round;
    }
  }
}

// Rules of days that all differ, which makes the order of arrival meaningless.
TEST(RuleFoldTest, OrderOfArrivalDoesNotMatterIfTheDaysDiffer) {
  constexpr unsigned kSeed = 815;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 100; ++round) {
    RuleLog log;
    for (int i = 0; i < 8; ++i) {
      const std::string day = CivilDay::FromDays(19'000 + 40 * i + round % 20).Format();
      auto rule = log.Rule(fmt::format("e{}", i), static_cast<pb::RuleEffect>(1 + random() % 10));
      rule.Published(day);
      if (i % 2 == 0) rule.Effective(day);
      if (i % 5 == 0) rule.Buyers({"tencent"});
      if (i % 3 == 0) rule.Id("A");
    }
    const std::vector<std::string> expected = Lines(log.FoldRule());
    std::shuffle(log.events().begin(), log.events().end(), random);
    for (size_t i = 0; i < log.events().size(); ++i) log.events()[i].set_position(i + 1);
    ASSERT_EQ(Lines(log.FoldRule()), expected) << "round " << round;
  }
}

// The gate that a day must have, found from the claims by trying every way in which the uncertain
// days may have fallen. Only for general claims without rule_id, expiry or links.
TEST(RuleFoldTest, DoubtIsExactlyWhereTheUncertainDaysDecide) {
  constexpr unsigned kSeed = 99;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    RuleLog log;
    const CivilDay base = CivilDay::FromDays(19'000);
    struct Start {
      int earliest, latest;
      pb::GateState gate;
    };
    std::vector<Start> starts;
    for (int i = 0; i < 3; ++i) {
      const int earliest = static_cast<int>(random() % 20);
      const int latest = earliest + static_cast<int>(random() % 6);
      const bool denied = random() % 2 == 0;
      log.Rule(fmt::format("e{}", i), denied ? pb::RULE_EFFECT_PROHIBITED : pb::RULE_EFFECT_ALLOWED)
          .Effective(base.AddDays(earliest).Format() + "/" + base.AddDays(latest).Format());
      starts.push_back(
          {earliest, latest, denied ? pb::GATE_STATE_DENIED : pb::GATE_STATE_NOT_REQUIRED});
    }
    const pb::ExportRuleEntry entry = log.FoldRule();
    for (int day = -1; day < 27; ++day) {
      // Certain ones count from their latest day; any one that may have begun may be the newest.
      const Start* newest = nullptr;
      bool same_day = false;
      bool doubt = false;
      for (const Start& each : starts) {
        if (each.latest > day) continue;
        same_day |= newest != nullptr && newest->latest == each.latest;
        if (newest == nullptr || each.latest > newest->latest) newest = &each;
      }
      if (same_day) continue;
      for (const Start& each : starts) {
        const bool possible = each.earliest <= day && day < each.latest;
        doubt |= possible && (newest == nullptr || each.gate != newest->gate);
      }
      const pb::GateState expected =
          doubt || newest == nullptr ? pb::GATE_STATE_UNKNOWN : newest->gate;
      const pb::RuleInterval& interval = On(entry, base.AddDays(day).Format());
      ASSERT_EQ(interval.general().gate(), expected) << "round " << round << " day " << day;
      ASSERT_EQ(interval.certain(), !doubt) << "round " << round << " day " << day;
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
