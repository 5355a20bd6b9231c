#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/selector.h"
#include "services/values/figures.h"
#include "services/words/change_words.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr char kKey[] = "capex/bytedance/total/2026/capex/forward";

Report Plan(std::string_view figure) { return Capex("bytedance").Period("2026").Cny(figure); }

Decimal Units(int64_t units) { return Decimal::FromUnits(units); }
Range Exactly(int64_t value) { return {Units(value), Units(value), false}; }
Range About(int64_t value) { return {Units(value), Units(value), true}; }
Range AtLeast(int64_t low) { return {Units(low), std::nullopt, false}; }
Range AtMost(int64_t high) { return {std::nullopt, Units(high), false}; }

TEST(Agree, ExactFiguresWithinTwoPercentOfEach) {
  EXPECT_TRUE(Agree(Exactly(50'000), Exactly(50'200)));
  EXPECT_TRUE(Agree(Exactly(10'000), Exactly(10'400)));
  EXPECT_FALSE(Agree(Exactly(10'000), Exactly(10'500)));
}

TEST(Agree, ApproximateFiguresWithinFivePercentOfEach) {
  EXPECT_TRUE(Agree(About(80), About(85)));
  EXPECT_FALSE(Agree(About(85), Exactly(100)));
  EXPECT_FALSE(Agree(About(80), About(89)));
}

TEST(Agree, StatedBoundsAllowTenTimesAsMuchOrATenth) {
  EXPECT_TRUE(Agree(AtLeast(100), Exactly(99)));
  EXPECT_FALSE(Agree(AtLeast(100), Exactly(97)));
  EXPECT_TRUE(Agree(AtLeast(100), Exactly(1'000)));
  EXPECT_FALSE(Agree(AtLeast(100), Exactly(1'100)));
  EXPECT_TRUE(Agree(AtMost(100), Exactly(10)));
  EXPECT_FALSE(Agree(AtMost(100), Exactly(9)));
  EXPECT_FALSE(Agree(AtLeast(100), AtLeast(1'001)));
  EXPECT_TRUE(Agree(AtLeast(0), Exactly(100'000)));
  EXPECT_FALSE(Agree(AtLeast(101), AtMost(100)));
  EXPECT_TRUE(Agree(AtLeast(100), AtMost(100)));
}

TEST(Policy, AFilingGoesBeforeAnyNumberOfLaterPressReports) {
  Log log;
  log.Add(
      Plan("100bn").Id("filing").From("bytedance").Origin(pb::ORIGIN_KIND_FILING).On("2025-01"));
  log.Add(Plan("200bn").From("ft").On("2026-01"));
  log.Add(Plan("200bn").From("scmp").On("2026-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "filing");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kOneConcerned);
  EXPECT_EQ(entry.selected().claim().speaker(), "bytedance");
}

TEST(Policy, TheOneConcernedGoesBeforeFilingsOfOthers) {
  for (const bool on_own_page : {true, false}) {
    Log log;
    Report own = Plan("100bn").Id("own").From(on_own_page ? "bytedance" : "ft").On("2025-01");
    if (!on_own_page) own.Origin(pb::ORIGIN_KIND_NAMED, "ByteDance");
    log.Add(own);
    log.Add(Plan("200bn").Id("filing").From("nvidia").Origin(pb::ORIGIN_KIND_FILING).On("2026"));
    const pb::CapexEntry entry = log.Entry(kKey).capex();
    EXPECT_EQ(entry.selected().claim().event_id(), "own");
    EXPECT_EQ(entry.selected().grounds().rule(), rules::kOneConcerned);
  }
}

TEST(Policy, AMemberSpeaksForItsGroup) {
  Log log;
  log.Add(Plan("100bn").With("tencent").Id("member").From("tencent").On("2025-01"));
  log.Add(Plan("200bn").With("tencent").From("ft").Origin(pb::ORIGIN_KIND_FILING).On("2026"));
  const pb::CapexEntry entry =
      log.Entry("capex/bytedance+tencent/total/2026/capex/forward").capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "member");
}

TEST(Policy, UnnamedSourcesAndAnalystsDoNotSpeakForTheCompany) {
  for (const pb::OriginKind kind : {pb::ORIGIN_KIND_UNNAMED, pb::ORIGIN_KIND_ANALYST}) {
    Log log;
    log.Add(Plan("100bn").From("bytedance").Origin(kind).On("2026-01"));
    log.Add(Plan("200bn").Id("named").From("ft").Origin(pb::ORIGIN_KIND_NAMED).On("2025-01"));
    EXPECT_EQ(log.Entry(kKey).capex().selected().claim().event_id(), "named");
  }
}

TEST(Policy, SomebodyQuotedOnTheCompanysPageSpeaksForIt) {
  Log log;
  log.Add(Plan("100bn").Id("own").From("bytedance").Origin(pb::ORIGIN_KIND_NAMED, "Its CFO"));
  log.Add(Plan("200bn").Id("paper").From("ft").Origin(pb::ORIGIN_KIND_NAMED, "Its CFO"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "own");
  EXPECT_EQ(entry.selected().claim().speaker(), "bytedance");
  EXPECT_NE(entry.alternatives(0).claim().speaker(), "bytedance");
}

TEST(Policy, AnotherCompanyQuotedOnTheCompanysPageSpeaksForItself) {
  Log log;
  log.Alias(pb::ENTITY_KIND_COMPANY, "TSMC", "tsmc");
  log.Add(Plan("100bn").Id("quoted").From("bytedance").Origin(pb::ORIGIN_KIND_NAMED, "TSMC"));
  EXPECT_EQ(log.Entry(kKey).capex().selected().claim().speaker(), "tsmc");
}

TEST(Policy, AFirmerBasisGoesBeforeMoreRootsAndPlanIsAsGoodAsGuidance) {
  Log log;
  log.Add(Plan("100bn").Id("plan").From("ft").On("2026-01-02"));
  for (const char* root : {"a", "b"}) {
    log.Add(Plan("150bn").From(root).Basis(pb::CAPEX_BASIS_ESTIMATE).On("2026-01-03"));
  }
  pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "plan");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kFirmerBasis);
  log.Add(Plan("170bn").Id("guided").From("c").Basis(pb::CAPEX_BASIS_GUIDANCE).On("2026-01-04"));
  entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "guided");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kLaterPublication);
  log.Add(Plan("90bn").Id("signed").From("d").Basis(pb::CAPEX_BASIS_COMMITTED).On("2026-01-01"));
  EXPECT_EQ(log.Entry(kKey).capex().selected().claim().event_id(), "signed");
}

TEST(Policy, EveryRuleSaysWhatWouldChangeIt) {
  for (const std::string_view rule :
       {rules::kOneConcerned, rules::kOriginRank, rules::kFirmerBasis, rules::kMoreRoots,
        rules::kLaterPublication, rules::kHigherPosition, rules::kOnlyClaim}) {
    EXPECT_NE(ClaimThatWouldChange(rule), ClaimThatWouldChange("no such rule")) << rule;
  }
}

TEST(Policy, ANamedSourceGoesBeforeUnnamedOnesAnalystsAndThePress) {
  for (const pb::OriginKind kind :
       {pb::ORIGIN_KIND_UNNAMED, pb::ORIGIN_KIND_ANALYST, pb::ORIGIN_KIND_PRESS}) {
    Log log;
    log.Add(Plan("100bn").Id("named").From("ft").Origin(pb::ORIGIN_KIND_NAMED).On("2025-01"));
    log.Add(Plan("200bn").From("scmp").Origin(kind).On("2026-01"));
    EXPECT_EQ(log.Entry(kKey).capex().selected().claim().event_id(), "named");
  }
}

TEST(Policy, TwoRootsInAgreementGoBeforeALaterOne) {
  Log log;
  log.Add(Plan("100bn").Id("a").From("ft").On("2025-01"));
  log.Add(Plan("101bn").Id("b").From("scmp").On("2025-02"));
  log.Add(Plan("200bn").Id("c").From("reuters").On("2026-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "b");
  EXPECT_EQ(entry.independent_roots(), 2u);
  EXPECT_TRUE(entry.alternatives(0).agrees());
  EXPECT_EQ(entry.alternatives(1).grounds().rule(), rules::kMoreRoots);
}

TEST(Policy, AgreementIsNotPassedOnFromClaimToClaim) {
  Log log;
  log.Add(Plan("about 100bn").Id("low").From("a").On("2026-01-01"));
  log.Add(Plan("about 109bn").Id("middle").From("b").On("2026-01-02"));
  log.Add(Plan("about 119bn").Id("high").From("c").On("2026-01-03"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "middle");
  EXPECT_EQ(entry.independent_roots(), 3u);
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_AGREEING);
}

TEST(Policy, EchoesAddNoRootHoweverMany) {
  Log log;
  for (int i = 0; i < 5; ++i) log.Add(Plan("100bn").From("ft").Via("o" + std::to_string(i)));
  log.Add(Plan("200bn").Id("later").From("scmp").On("2027-01-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "later");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kLaterPublication);
}

TEST(Policy, OnOneDayTheHigherPositionDecides) {
  Log log;
  log.Add(Plan("100bn").From("ft").On("2026-01"));
  log.Add(Plan("200bn").Id("second").From("scmp").On("2026-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "second");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kHigherPosition);
}

TEST(Policy, ARootThatRepeatsItsFigureSaysItAnew) {
  Log log;
  log.Add(Plan("100bn").Id("first").From("ft").On("2026-01-01"));
  log.Add(Plan("120bn").Id("other").From("scmp").On("2026-01-02"));
  EXPECT_EQ(log.Entry(kKey).capex().selected().claim().event_id(), "other");
  log.Add(Plan("100bn").Id("again").From("ft").On("2026-01-03"));
  EXPECT_THAT(log.Entry(kKey).capex().selected().grounds().event_ids(),
              testing::ElementsAre("first", "again"));
}

TEST(Policy, AnEchoThatComesLateAndUndatedDoesNotMakeItsRootLater) {
  Log log;
  log.Add(Plan("100bn").From("ft").On("2026-01-01"));
  log.Add(Plan("120bn").Id("other").From("scmp").On("2026-01-02"));
  log.Add(Plan("100bn").From("ft").Via("pls48").SeenOn("2026-01-09"));
  EXPECT_EQ(log.Entry(kKey).capex().selected().claim().event_id(), "other");
}

TEST(Policy, TheRootsOwnReportLeadsItsEchoes) {
  Log log;
  log.Add(Plan("100bn").Id("echo").From("ft").Via("pls48").SeenOn("2025-12-01"));
  log.Add(Plan("100bn").Id("own").From("ft").On("2025-12-05"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.selected().claim().event_id(), "own");
  EXPECT_EQ(entry.selected().grounds().rule(), rules::kOnlyClaim);
}

TEST(Policy, AnOpenBoundBelowFitsAnyLargerFigure) {
  Log log;
  log.Add(Plan("more than 80bn").From("ft").On("2026-01-02"));
  log.Add(Plan("100bn").From("scmp").On("2026-01-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_AGREEING);
  EXPECT_EQ(Text(entry.envelope().low()), "80000000000");
  EXPECT_FALSE(entry.envelope().has_high());
}

TEST(Policy, NothingToSelectFromIsNoValue) {
  EXPECT_EQ(Select({}).agreement, pb::AGREEMENT_NO_VALUE);
  EXPECT_TRUE(Select({}).empty());
}

// Every two candidates have an order, and it does not depend on how they are handed over.
TEST(Policy, TheOrderOfCandidatesDoesNotMatter) {
  const NameTable table;
  const NamesAt names{table, NameTable::kHead};
  const std::mt19937::result_type seed = 7;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  Rows claims;
  for (uint64_t i = 1; i <= 12; ++i) {
    pb::RecordedEvent event;
    *event.mutable_event() = Plan(std::to_string(90 + random() % 30) + "bn")
                                 .From("r" + std::to_string(random() % 4))
                                 .On("2026-01-0" + std::to_string(1 + random() % 3))
                                 .event();
    event.mutable_event()->set_event_id("e" + std::to_string(i));
    event.set_position(i);
    claims.push_back(MakeClaim(event, true, names));
  }
  const Effect effect;
  std::vector<Candidate> candidates;
  for (const Claim& claim : claims) {
    Candidate candidate;
    candidate.claim = &claim;
    candidate.effect = &effect;
    candidate.range = *RangeOf(claim.event.event().capex_announcement().amount());
    candidate.unit = "CNY";
    candidates.push_back(candidate);
  }
  const auto order = [&] {
    std::string text;
    for (const Ranked& ranked : Select(candidates).ranked) {
      text += ranked.lead().claim->event_id() + " " + std::string(ranked.rule) + ";";
    }
    return text;
  };
  const std::string first = order();
  for (int round = 0; round < 30; ++round) {
    std::shuffle(candidates.begin(), candidates.end(), random);
    ASSERT_EQ(order(), first);
  }
}

}  // namespace
}  // namespace chipline::timeline
