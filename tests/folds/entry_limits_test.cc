// An entry stays small however many claims it has, and says what it leaves out.
#include "services/timeline/folds/entry_limits.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/rule_words.h"
#include "tests/folds/claims.h"
#include "tests/folds/rules.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::RuleLog;
using testing::Tiles;

constexpr int kMany = 800;
// Two of them fit into a message of gRPC, the one before a change and the one after it.
constexpr size_t kLargest = 1'500'000;

std::string Day(int number) { return CivilDay::FromDays(15'000 + number).Format(); }

TEST(EntryLimits, OfTooManyIntervalsOfARuleTheEarliestAreLeftOut) {
  RuleLog log;
  for (int i = 0; i < kMany; ++i) {
    log.Rule(fmt::format("r{}", i), i % 2 == 0 ? pb::RULE_EFFECT_ALLOWED : pb::RULE_EFFECT_PENDING)
        .Effective(Day(i));
  }
  const pb::ExportRuleEntry entry = log.FoldRule();
  ASSERT_TRUE(Tiles(entry.intervals()));
  EXPECT_EQ(static_cast<size_t>(entry.intervals_size()), kMaxIntervals);
  EXPECT_EQ(entry.intervals().rbegin()->valid().from(), Day(kMany - 1));
  EXPECT_EQ(entry.intervals(0).valid().to(), entry.omitted_before());
  EXPECT_EQ(entry.intervals(0).general().gate(), pb::GATE_STATE_UNKNOWN);
  EXPECT_EQ(entry.intervals(0).general().grounds().rule(), rules::kLeftOut);
}

TEST(EntryLimits, AsManyIntervalsAsThereIsRoomForLeaveNothingOut) {
  RuleLog log;
  const int fits = static_cast<int>(kMaxIntervals) - 1;
  const auto tell = [&](int i) {
    log.Rule(fmt::format("r{}", i), pb::RULE_EFFECT_ALLOWED).Effective(Day(i));
  };
  for (int i = 0; i < fits; ++i) tell(i);
  EXPECT_EQ(log.FoldRule().omitted_before(), "");
  EXPECT_EQ(static_cast<size_t>(log.FoldRule().intervals_size()), kMaxIntervals);
  tell(fits);
  EXPECT_EQ(log.FoldRule().omitted_before(), Day(1));
  EXPECT_EQ(static_cast<size_t>(log.FoldRule().intervals_size()), kMaxIntervals);
}

TEST(EntryLimits, RulesThatStandSideBySideStayWithinTheBytes) {
  RuleLog log;
  for (int i = 0; i < kMany; ++i) {
    log.Rule(fmt::format("r{}", i), static_cast<pb::RuleEffect>(1 + i % 10))
        .Id(fmt::format("rule {}", i))
        .Effective(Day(i));
  }
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_TRUE(Tiles(entry.intervals()));
  EXPECT_LT(entry.ByteSizeLong(), kLargest);
}

TEST(EntryLimits, OfTooManyScopesTheOldestAreLeftOutAndAnOrderOfTheirsIsUnknown) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective(Day(0));
  for (int i = 1; i < 100; ++i) {
    log.Rule(fmt::format("r{}", i), pb::RULE_EFFECT_LICENSED)
        .Buyers({fmt::format("b{}", i)})
        .Effective(Day(i));
  }
  const pb::ExportRuleEntry entry = log.FoldRule();
  EXPECT_EQ(entry.scopes_omitted(), 99 - kMaxScopes);
  EXPECT_EQ(static_cast<size_t>(entry.intervals().rbegin()->scoped_size()), kMaxScopes);
  EXPECT_LT(entry.ByteSizeLong(), kLargest);
  log.Order("order").Buyers({"b2"});
  const pb::GateStatus gate = log.FoldOrder().intervals().rbegin()->gates(0);
  EXPECT_EQ(gate.state(), pb::GATE_STATE_UNKNOWN) << "b2 has a license that is left out";
  EXPECT_EQ(gate.grounds().rule(), rules::kLeftOut);
}

TEST(EntryLimits, OfTooManyIntervalsOfAnOrderTheEarliestAreLeftOut) {
  RuleLog log;
  for (int i = 0; i < kMany; ++i) {
    log.Order(fmt::format("o{}", i))
        .Published(Day(i))
        .Gate("cn", pb::GATE_KIND_IMPORT,
              i % 2 == 0 ? pb::GATE_STATE_SATISFIED : pb::GATE_STATE_DENIED);
  }
  const pb::ChipOrderEntry entry = log.FoldOrder();
  ASSERT_TRUE(Tiles(entry.intervals()));
  EXPECT_LE(static_cast<size_t>(entry.intervals_size()), kMaxIntervals);
  EXPECT_EQ(entry.intervals(0).valid().to(), entry.omitted_before());
  EXPECT_EQ(entry.intervals(0).state(), pb::ORDER_STATE_UNKNOWN);
  EXPECT_EQ(entry.intervals(0).gates_size(), 0);
  EXPECT_EQ(entry.intervals().rbegin()->valid().from(), Day(kMany - 1));
  EXPECT_LT(entry.ByteSizeLong(), kLargest);
}

TEST(EntryLimits, AnOrderOfTooManyBuyersIsNeverClear) {
  RuleLog log;
  log.Rule("open", pb::RULE_EFFECT_ALLOWED).Effective(Day(0));
  for (int i = 0; i < 70; ++i) log.Order(fmt::format("o{}", i)).Buyers({fmt::format("b{:02}", i)});
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(static_cast<size_t>(entry.buyers_size()), kMaxParties);
  EXPECT_EQ(entry.buyers_omitted(), 70 - kMaxParties);
  EXPECT_EQ(entry.intervals().rbegin()->state(), pb::ORDER_STATE_UNKNOWN);
}

TEST(EntryLimits, OfTooManyHoldersThoseWithTheOldestClaimsAreLeftOutAndCount) {
  Log log;
  for (int i = 0; i < 100; ++i) {
    log.Add(Supply(fmt::format("h{}", i), "h200", pb::SUPPLY_METRIC_INVENTORY)
                .Count("10")
                .From("ft")
                .On("2026-01"));
  }
  log.Add(Order("o", "bytedance", "h200").Count("1500").From("ft").On("2026-01"));
  const pb::ChipSupplyEntry entry = log.Entry("supply/h200").chip_supply();
  EXPECT_EQ(static_cast<size_t>(entry.holders_size()), kMaxHolders);
  EXPECT_EQ(entry.holders_omitted(), 100 - kMaxHolders);
  EXPECT_EQ(Text(entry.shortfall().quantity()), "500") << "1,500 less 100 times 10";
}

TEST(EntryLimits, TooManyEchoesAndDenialsAreCounted) {
  Log log;
  for (int i = 0; i < 100; ++i) {
    log.Add(Capex("bytedance")
                .Period("2026")
                .Cny("160bn")
                .From("ft")
                .Via(fmt::format("outlet-{}", i))
                .On("2025-12-23"));
    log.Add(Notice().Denies("e1").From("nvidia").On("2026-01"));
  }
  const pb::AmountFigure selected =
      log.Entry("capex/bytedance/total/2026/capex/forward").capex().selected();
  EXPECT_EQ(selected.grounds().event_ids_size(), kMaxIds);
  EXPECT_EQ(selected.grounds().event_ids_omitted(), 100u - kMaxIds);
  EXPECT_EQ(selected.claim().echoes_size(), kMaxIds);
  EXPECT_EQ(selected.claim().echoes_omitted(), 99u - kMaxIds);
  EXPECT_EQ(selected.claim().denied_by_size(), kMaxIds);
  EXPECT_EQ(selected.claim().denied_by_omitted(), 100u - kMaxIds);
  EXPECT_EQ(selected.claim().publishers_size(), kMaxIds);
}

}  // namespace
}  // namespace chipline::timeline
