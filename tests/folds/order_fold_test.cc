#include "services/timeline/folds/order_fold.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"
#include "tests/folds/rules.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::Chips;
using testing::EdgeLines;
using testing::InWords;
using testing::Lines;
using testing::RuleLog;
using testing::Tiles;

using ::testing::ElementsAre;

constexpr pb::GateKind kExport = pb::GATE_KIND_EXPORT;
constexpr pb::GateKind kImport = pb::GATE_KIND_IMPORT;

// The last interval: how things stand now.
std::string Now(const pb::ChipOrderEntry& entry) {
  const std::string line = Lines(entry).back();
  return line.substr(line.find(' ') + 1);
}

std::string NowBecause(const pb::ChipOrderEntry& entry) {
  return entry.intervals(entry.intervals_size() - 1).gates(0).grounds().rule();
}

// What the reports say of ByteDance's trial order.
RuleLog TrialOrder() {
  RuleLog log;
  log.Rule("000-07", pb::RULE_EFFECT_LICENSED).Approved().Effective("2025-12~");
  log.Order("000-10")
      .By("ft", "2025-12-23")
      .DestinationInferred()
      .Count(Chips(20'000, /*about=*/true))
      .UnitPriceUsd(20'000, /*about=*/true)
      .Condition("sales being allowed to proceed");
  log.Rule("002-04", pb::RULE_EFFECT_PENDING)
      .CnImport()
      .Status()
      .By("scmp", "2025-12-31/2026-01-15");
  return log;
}

TEST(OrderFoldTest, TrialOrderWaitsForImportApproval) {
  const pb::ChipOrderEntry entry = TrialOrder().FoldOrder();
  EXPECT_THAT(Lines(entry),
              ElementsAre("..2025-12-01 UNKNOWN cn/IMPORT=UNKNOWN us/EXPORT=UNKNOWN",
                          "2025-12-01..2025-12-31 UNKNOWN cn/IMPORT=UNKNOWN us/EXPORT=UNKNOWN",
                          "2025-12-31..2026-01-15 UNKNOWN cn/IMPORT=UNKNOWN us/EXPORT=CONDITIONAL",
                          "2026-01-15.. WAITING cn/IMPORT=PENDING us/EXPORT=CONDITIONAL"));
  EXPECT_TRUE(entry.destination_inferred());
  EXPECT_THAT(entry.conditions(), ElementsAre("sales being allowed to proceed"));
}

TEST(OrderFoldTest, ValueOfTheTrialOrderIsComputedAndStaysApproximate) {
  const pb::ChipOrderEntry entry = TrialOrder().FoldOrder();
  EXPECT_EQ(entry.value().amount().value().units(), 400'000'000);
  EXPECT_EQ(entry.value().amount().currency(), "USD");
  EXPECT_TRUE(entry.value().amount().approximate());
  EXPECT_TRUE(entry.value().grounds().derived());
  EXPECT_THAT(entry.value().grounds().event_ids(), ElementsAre("000-10"));
}

TEST(OrderFoldTest, RuleThatDoesNotSayWhomItCoversLeavesPlacedOrdersUnknown) {
  RuleLog log;
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED).On("2025-12-20");
  log.Rule("customs", pb::RULE_EFFECT_PROHIBITED).CnImport().Effective("2026-01-14");
  EXPECT_EQ(Now(log.FoldOrder()), "UNKNOWN cn/IMPORT=UNKNOWN");
  EXPECT_EQ(NowBecause(log.FoldOrder()), rules::kCoverageUnknown);
}

TEST(OrderFoldTest, RuleForNewOrdersLeavesAnOrderOfUnknownDateUnknown) {
  RuleLog log;
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED).Published("2026-02-01");
  log.Rule("customs", pb::RULE_EFFECT_PROHIBITED)
      .CnImport()
      .Effective("2026-01-14")
      .Covers(pb::APPLIES_TO_NEW);
  EXPECT_EQ(Now(log.FoldOrder()), "UNKNOWN cn/IMPORT=UNKNOWN");
}

TEST(OrderFoldTest, RuleForAllOrdersBlocksOneOfUnknownDate) {
  RuleLog log;
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED);
  log.Rule("customs", pb::RULE_EFFECT_PROHIBITED)
      .CnImport()
      .Effective("2026-01-14")
      .Covers(pb::APPLIES_TO_ALL);
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED cn/IMPORT=DENIED");
}

TEST(OrderFoldTest, RuleThatCoversNothingSaidBlocksAnOrderNotYetPlaced) {
  RuleLog log;
  log.Order("planned");
  log.Rule("customs", pb::RULE_EFFECT_PROHIBITED).CnImport().Effective("2026-01-14");
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED cn/IMPORT=DENIED");
}

TEST(OrderFoldTest, RuleForNewOrdersSparesAnEarlierOne) {
  RuleLog log;
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED).On("2025-12-20");
  log.Rule("open", pb::RULE_EFFECT_ALLOWED)
      .CnImport()
      .Effective("2020-01-01")
      .Covers(pb::APPLIES_TO_ALL);
  log.Rule("customs", pb::RULE_EFFECT_PROHIBITED)
      .CnImport()
      .Effective("2026-01")
      .Covers(pb::APPLIES_TO_NEW);
  EXPECT_THAT(Lines(log.FoldOrder()),
              ElementsAre("..2020-01-01 UNKNOWN cn/IMPORT=UNKNOWN",
                          "2020-01-01..2026-01-01 CLEARED cn/IMPORT=NOT_REQUIRED",
                          "2026-01-01.. CLEARED cn/IMPORT=NOT_REQUIRED"));
  EXPECT_EQ(NowBecause(log.FoldOrder()), rules::kEarlierOrder);
}

TEST(OrderFoldTest, RuleForUnshippedOrdersSparesAShippedOne) {
  RuleLog log;
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED)
      .Effective("2026-03-01")
      .Covers(pb::APPLIES_TO_UNSHIPPED);
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED).On("2025-11-01").Count(Chips(10'000));
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED us/EXPORT=DENIED");
  log.Order("part").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01-10").Count(Chips(4'000));
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED us/EXPORT=DENIED") << "6,000 have not been shipped";
  log.Order("rest").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-02-10").Count(Chips(10'000));
  EXPECT_EQ(Now(log.FoldOrder()), "UNKNOWN us/EXPORT=UNKNOWN");
  EXPECT_EQ(NowBecause(log.FoldOrder()), rules::kEarlierOrder);
}

TEST(OrderFoldTest, OneApprovalForThreeBuyersIsNotSplit) {
  RuleLog log;
  log.Order("planned").Count(Chips(20'000));
  log.Rule("pending", pb::RULE_EFFECT_PENDING).CnImport().Status().Published("2026-01-10");
  log.Rule("approval", pb::RULE_EFFECT_LICENSED)
      .CnImport()
      .Buyers({"bytedance", "alibaba", "tencent"})
      .CapAtLeast(400'000)
      .Effective("2026-01-28");
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(Now(entry), "CLEARED_IF cn/IMPORT=CONDITIONAL");
  const pb::GateStatus& gate = entry.intervals(entry.intervals_size() - 1).gates(0);
  EXPECT_EQ(gate.quantity().low(), 400'000);
  EXPECT_FALSE(gate.grounds().derived());
  EXPECT_EQ(gate.grounds().rule(), rules::kNamesBuyer);
}

TEST(OrderFoldTest, ApprovalForOthersLeavesTheGeneralState) {
  RuleLog log;
  log.Order("planned").Buyers({"baidu"});
  log.Rule("pending", pb::RULE_EFFECT_PENDING).CnImport().Status().Published("2026-01-10");
  log.Rule("approval", pb::RULE_EFFECT_LICENSED)
      .CnImport()
      .Buyers({"bytedance"})
      .Effective("2026-01-28");
  EXPECT_EQ(Now(log.FoldOrder()), "WAITING cn/IMPORT=PENDING");
}

TEST(OrderFoldTest, LicenseForOthersAloneIsConditional) {
  RuleLog log;
  log.Order("planned").Buyers({"baidu"});
  log.Rule("approval", pb::RULE_EFFECT_LICENSED).Buyers({"bytedance"}).Effective("2026-01-28");
  EXPECT_EQ(Now(log.FoldOrder()), "CLEARED_IF us/EXPORT=CONDITIONAL");
  EXPECT_EQ(NowBecause(log.FoldOrder()), rules::kLicensedToOthers);
}

TEST(OrderFoldTest, TheStrictestOfSeveralBuyersCounts) {
  RuleLog log;
  log.Order("joint").Buyers({"bytedance", "baidu"});
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("license", pb::RULE_EFFECT_LICENSED).Buyers({"bytedance"}).Effective("2026-01-28");
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED us/EXPORT=DENIED");
}

TEST(OrderFoldTest, LicenseForOneUseOpensNothingAsLongAsTheUseIsNotKnown) {
  RuleLog log;
  log.Order("planned");
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("license", pb::RULE_EFFECT_LICENSED)
      .Buyers({"bytedance"})
      .Purpose("research")
      .Effective("2026-01-28");
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED us/EXPORT=DENIED");
}

TEST(OrderFoldTest, ImportApprovedWhileTheLicenseIsPendingLiftsOneGate) {
  RuleLog log;
  log.Order("planned");
  log.Rule("review", pb::RULE_EFFECT_CASE_BY_CASE).Effective("2026-01-15");
  log.Rule("pending", pb::RULE_EFFECT_PENDING).CnImport().Status().Published("2026-01-20");
  log.Rule("approval", pb::RULE_EFFECT_LICENSED)
      .CnImport()
      .Buyers({"bytedance"})
      .Effective("2026-01-28");
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(Now(entry), "WAITING cn/IMPORT=SATISFIED us/EXPORT=PENDING");
  EXPECT_THAT(EdgeLines(entry), ElementsAre("2026-01-15 BLOCKS us/EXPORT by review",
                                            "2026-01-20 BLOCKS cn/IMPORT by pending",
                                            "2026-01-28 LIFTS cn/IMPORT by approval"));
}

TEST(OrderFoldTest, TheLastGateThatGoesUnblocks) {
  RuleLog log;
  log.Order("planned");
  log.Rule("review", pb::RULE_EFFECT_CASE_BY_CASE).Effective("2026-01-15");
  log.Rule("import", pb::RULE_EFFECT_LICENSED)
      .CnImport()
      .Buyers({"bytedance"})
      .Effective("2026-01-28");
  log.Rule("license", pb::RULE_EFFECT_LICENSED).Buyers({"bytedance"}).Effective("2026-03-02");
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(Now(entry), "CLEARED cn/IMPORT=SATISFIED us/EXPORT=SATISFIED");
  EXPECT_THAT(EdgeLines(entry), ElementsAre("2026-01-15 BLOCKS us/EXPORT by review",
                                            "2026-01-28 LIFTS cn/IMPORT by import",
                                            "2026-03-02 UNBLOCKS us/EXPORT by license"));
}

TEST(OrderFoldTest, ExpiryNamesTheRuleThatEnded) {
  RuleLog log;
  log.Order("planned");
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("waiver", pb::RULE_EFFECT_ALLOWED).Effective("2025-06-01").Expires("2025-09-01");
  EXPECT_THAT(EdgeLines(log.FoldOrder()), ElementsAre("2025-01-01 BLOCKS us/EXPORT by ban",
                                                      "2025-06-01 UNBLOCKS us/EXPORT by waiver",
                                                      "2025-09-01 BLOCKS us/EXPORT by ban waiver"));
}

TEST(OrderFoldTest, ClearedNeverMeansPlaced) {
  RuleLog log;
  log.Order("planned").Count(Chips(20'000));
  const std::string ledger = log.FoldOrder().stages(0).SerializeAsString();
  log.Rule("open", pb::RULE_EFFECT_ALLOWED).Effective("2026-01-01");
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(Now(entry), "CLEARED us/EXPORT=NOT_REQUIRED");
  ASSERT_EQ(entry.stages_size(), 1);
  EXPECT_EQ(entry.stages(0).stage(), pb::ORDER_STAGE_PLANNED);
  EXPECT_EQ(entry.stages(0).SerializeAsString(), ledger);
}

TEST(OrderFoldTest, RetractedApprovalReturnsTheOrderToWhatItWas) {
  RuleLog log = TrialOrder();
  const pb::ChipOrderEntry before = log.FoldOrder();
  log.Rule("approval", pb::RULE_EFFECT_LICENSED)
      .CnImport()
      .Buyers({"bytedance"})
      .By("paper", "2026-01-28");
  EXPECT_EQ(Now(log.FoldOrder()), "CLEARED_IF cn/IMPORT=SATISFIED us/EXPORT=CONDITIONAL");
  log.Retract("withdrawn", "approval");
  EXPECT_EQ(log.FoldOrder().SerializeAsString(), before.SerializeAsString());
}

TEST(OrderFoldTest, DayToComeIsAlreadyInTheIntervals) {
  RuleLog log;
  log.Order("planned");
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2025-01-01");
  log.Rule("open", pb::RULE_EFFECT_ALLOWED).Effective("2031-07-01");
  EXPECT_THAT(Lines(log.FoldOrder()), ElementsAre("..2025-01-01 UNKNOWN us/EXPORT=UNKNOWN",
                                                  "2025-01-01..2031-07-01 BLOCKED us/EXPORT=DENIED",
                                                  "2031-07-01.. CLEARED us/EXPORT=NOT_REQUIRED"));
}

TEST(OrderFoldTest, ModulesOfEightAreCountedInChips) {
  RuleLog log;
  pb::Quantity modules;
  modules.set_unit(pb::UNIT_MODULE);
  modules.set_units_per(8);
  modules.set_bound(pb::BOUND_RANGE);
  modules.set_low(5'000);
  modules.set_high(10'000);
  log.Order("placed").Stage(pb::ORDER_STAGE_PLACED).Count(modules).UnitPriceUsd(160'000);
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(entry.stages(0).chips().quantity().low(), 40'000);
  EXPECT_EQ(entry.stages(0).chips().quantity().high(), 80'000);
  EXPECT_TRUE(entry.stages(0).chips().grounds().derived());
  EXPECT_EQ(entry.stages(0).selected().quantity().low(), 5'000) << "as stated";
  EXPECT_FALSE(entry.has_value()) << "whether the price is of a chip or a module is not known";
}

TEST(OrderFoldTest, CountsOfAStageAreCumulativeAndNeverAdded) {
  RuleLog log;
  log.Order("first").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01-10").Count(Chips(4'000));
  log.Order("second").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-02-10").Count(Chips(10'000));
  const pb::StageLedger shipped = log.FoldOrder().stages(0);
  EXPECT_EQ(shipped.selected().quantity().value(), 10'000);
  EXPECT_EQ(shipped.agreement(), pb::AGREEMENT_SINGLE);
  ASSERT_EQ(shipped.alternatives_size(), 1);
  EXPECT_EQ(shipped.alternatives(0).grounds().rule(), rules::kEarlierReading);
  EXPECT_TRUE(shipped.alternatives(0).agrees());
}

TEST(OrderFoldTest, CountInWordsIsShownAndDecidesNothing) {
  RuleLog log;
  log.Order("vague").Stage(pb::ORDER_STAGE_PLACED).Count(InWords("hundreds of thousands"));
  const pb::StageLedger alone = log.FoldOrder().stages(0);
  EXPECT_FALSE(alone.has_selected());
  EXPECT_EQ(alone.agreement(), pb::AGREEMENT_NO_VALUE);
  ASSERT_EQ(alone.alternatives_size(), 1);
  EXPECT_EQ(alone.alternatives(0).quantity().verbatim(), "hundreds of thousands");
  EXPECT_EQ(alone.alternatives(0).claim().event_id(), "vague");
  EXPECT_EQ(alone.alternatives(0).grounds().rule(), rules::kNoFigure);

  log.Order("silent").Stage(pb::ORDER_STAGE_PLACED);
  log.Order("exact").Stage(pb::ORDER_STAGE_PLACED).Count(Chips(20'000));
  const pb::StageLedger beside = log.FoldOrder().stages(0);
  EXPECT_EQ(beside.selected().quantity().value(), 20'000);
  EXPECT_EQ(beside.agreement(), pb::AGREEMENT_SINGLE);
  ASSERT_EQ(beside.alternatives_size(), 1) << "a claim without any count is none";
  EXPECT_EQ(beside.alternatives(0).claim().event_id(), "vague");
}

TEST(OrderFoldTest, CountsInWordsAreBoundedAndComeAfterThoseWithANumber) {
  RuleLog log;
  for (int i = 0; i < 20; ++i) {
    const std::string id = std::to_string(i);
    log.Order("vague-" + id).Stage(pb::ORDER_STAGE_PLACED).Count(InWords("many " + id));
  }
  log.Order("one").Stage(pb::ORDER_STAGE_PLACED).Count(Chips(20'000));
  log.Order("two").Stage(pb::ORDER_STAGE_PLACED).Count(Chips(50'000));
  const pb::StageLedger stage = log.FoldOrder().stages(0);
  ASSERT_EQ(stage.alternatives_size(), kMaxShown);
  EXPECT_TRUE(stage.alternatives(0).quantity().has_value());
  EXPECT_EQ(stage.alternatives(kMaxShown - 1).quantity().bound(), pb::BOUND_UNSTATED);
}

TEST(OrderFoldTest, EarlierCountThatIsLargerConflicts) {
  RuleLog log;
  log.Order("first").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01-10").Count(Chips(40'000));
  log.Order("second").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-02-10").Count(Chips(10'000));
  EXPECT_EQ(log.FoldOrder().stages(0).agreement(), pb::AGREEMENT_CONFLICTING);
}

TEST(OrderFoldTest, WhatIsExpectedIsKeptApartFromWhatHappened) {
  RuleLog log;
  log.Order("hope")
      .Stage(pb::ORDER_STAGE_SHIPPED, pb::MODALITY_EXPECTED)
      .On("2026-02-17")
      .Count(Chips(40'000));
  log.Order("fact").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-02-01").Count(Chips(1'000));
  const pb::ChipOrderEntry entry = log.FoldOrder();
  ASSERT_EQ(entry.stages_size(), 2);
  EXPECT_EQ(entry.stages(0).modality(), pb::MODALITY_REPORTED);
  EXPECT_EQ(entry.stages(0).selected().quantity().value(), 1'000);
  EXPECT_EQ(entry.stages(1).selected().quantity().value(), 40'000);
}

TEST(OrderFoldTest, ClaimsOfOneStageThatDisagreeAreDecidedByPolicy) {
  RuleLog log;
  log.Order("filing").Count(Chips(20'000)).Origin(pb::ORIGIN_KIND_FILING);
  log.Order("paper").Count(Chips(50'000));
  const pb::StageLedger planned = log.FoldOrder().stages(0);
  EXPECT_EQ(planned.selected().quantity().value(), 20'000);
  EXPECT_EQ(planned.selected().grounds().rule(), rules::kOriginRank);
  EXPECT_EQ(planned.agreement(), pb::AGREEMENT_CONFLICTING);
}

TEST(OrderFoldTest, GateThatTheOrderNamesCountsUntilARuleIsNewer) {
  RuleLog log;
  log.Order("approved").Published("2026-01-28").Gate("cn", kImport, pb::GATE_STATE_SATISFIED);
  EXPECT_EQ(Now(log.FoldOrder()), "CLEARED cn/IMPORT=SATISFIED");
  log.Rule("older", pb::RULE_EFFECT_PENDING).CnImport().Effective("2026-01-10");
  EXPECT_EQ(Now(log.FoldOrder()), "CLEARED cn/IMPORT=SATISFIED");
  log.Rule("newer", pb::RULE_EFFECT_PROHIBITED).CnImport().Effective("2026-02-10");
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED cn/IMPORT=DENIED");
}

TEST(OrderFoldTest, GateCalledUnknownIsNamedAndStaysOpen) {
  RuleLog log;
  log.Order("planned").Gate("cn", kImport, pb::GATE_STATE_UNKNOWN);
  log.Rule("open", pb::RULE_EFFECT_ALLOWED).Effective("2025-01-01");
  EXPECT_EQ(Now(log.FoldOrder()), "UNKNOWN cn/IMPORT=UNKNOWN us/EXPORT=NOT_REQUIRED");
}

TEST(OrderFoldTest, ChipsAtWhichAGateDiffersAreListedEach) {
  RuleLog log;
  log.Order("mixed").Chips({"h20", "h200"});
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2024-01-01");
  log.Rule("open", pb::RULE_EFFECT_ALLOWED).Chips({"h20"}).Effective("2024-01-01");
  EXPECT_EQ(Now(log.FoldOrder()), "BLOCKED us/EXPORT/h20=NOT_REQUIRED us/EXPORT/h200=DENIED");
  log.Rule("both", pb::RULE_EFFECT_LICENSED).Chips({"h20", "h200"}).Effective("2025-01-01");
  EXPECT_EQ(Now(log.FoldOrder()), "CLEARED_IF us/EXPORT=CONDITIONAL");
}

TEST(OrderFoldTest, OrderWithoutDestinationMayMeetARuleOfAnyPlace) {
  RuleLog log;
  log.Order("planned").NoDestination();
  log.Rule("ban", pb::RULE_EFFECT_PROHIBITED).Effective("2024-01-01");
  EXPECT_THAT(Lines(log.FoldOrder()), ElementsAre("..2024-01-01 UNKNOWN us/EXPORT=UNKNOWN",
                                                  "2024-01-01.. UNKNOWN us/EXPORT=UNKNOWN"));
}

TEST(OrderFoldTest, RuleThatIsOnlyProposedNamesNoGate) {
  RuleLog log;
  log.Order("planned");
  log.Rule("bill", pb::RULE_EFFECT_PROHIBITED).Standing(pb::RULE_STATUS_PROPOSED);
  EXPECT_THAT(Lines(log.FoldOrder()), ElementsAre(".. UNKNOWN"));
}

TEST(OrderFoldTest, RetractedOrderKeepsItsClaimsAndNothingElse) {
  RuleLog log;
  log.Order("planned").Count(Chips(20'000)).UnitPriceUsd(20'000);
  log.Retract("withdrawn", "planned");
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(entry.claims_size(), 1);
  EXPECT_EQ(entry.stages_size(), 0);
  EXPECT_FALSE(entry.has_value());
  EXPECT_TRUE(Tiles(entry.intervals()));
}

TEST(OrderFoldTest, CountsAreWeighedAnewWhereADayMakesThemEarlier) {
  RuleLog log;
  log.Order("undated").Stage(pb::ORDER_STAGE_SHIPPED).Count(Chips(9'000));
  log.Order("january").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01").Count(Chips(4'000));
  log.Order("again").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01-20").Count(Chips(4'100));
  pb::StageLedger shipped = log.FoldOrder().stages(0);
  EXPECT_EQ(shipped.agreement(), pb::AGREEMENT_CONFLICTING);
  log.Order("middle").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-01-25").Count(Chips(8'900));
  shipped = log.FoldOrder().stages(0);
  // "january" may be of a later day than the 25th.
  EXPECT_EQ(shipped.agreement(), pb::AGREEMENT_CONFLICTING);
  log.Order("february").Stage(pb::ORDER_STAGE_SHIPPED).On("2026-02-10").Count(Chips(9'100));
  shipped = log.FoldOrder().stages(0);
  EXPECT_EQ(shipped.agreement(), pb::AGREEMENT_AGREEING);
  EXPECT_EQ(shipped.selected().quantity().value(), 9'100);
  ASSERT_EQ(shipped.alternatives_size(), 4);
  EXPECT_EQ(shipped.alternatives(0).claim().event_id(), "undated");
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(shipped.alternatives(i).grounds().rule(), rules::kEarlierReading) << i;
  }
}

TEST(OrderFoldTest, OfManyDaysOnlyTheLatestAreLookedAt) {
  const auto day = [](size_t i) {
    return CivilDay::FromDays(15'000 + static_cast<int32_t>(i)).Format();
  };
  RuleLog log;
  log.Order("approved").Published(day(0)).Gate("cn", kImport, pb::GATE_STATE_SATISFIED);
  // The days before all reports are a piece, too.
  for (size_t i = 1; i + 1 < kMaxPieces; ++i) {
    log.Order(fmt::format("o{}", i)).Published(day(i)).Gate("cn", kImport, pb::GATE_STATE_UNKNOWN);
  }
  EXPECT_THAT(Lines(log.FoldOrder()),
              ElementsAre(fmt::format("..{} UNKNOWN cn/IMPORT=UNKNOWN", day(0)),
                          fmt::format("{}.. CLEARED cn/IMPORT=SATISFIED", day(0))));
  EXPECT_EQ(log.FoldOrder().omitted_before(), "");
  log.Order("next").Published(day(kMaxPieces)).Gate("us", kExport, pb::GATE_STATE_UNKNOWN);
  const pb::ChipOrderEntry entry = log.FoldOrder();
  EXPECT_EQ(entry.omitted_before(), day(0));
  EXPECT_THAT(
      Lines(entry),
      ElementsAre(fmt::format("..{} UNKNOWN", day(0)),
                  fmt::format("{}.. UNKNOWN cn/IMPORT=SATISFIED us/EXPORT=UNKNOWN", day(0))));
  EXPECT_THAT(EdgeLines(entry), ElementsAre(fmt::format("{} LIFTS cn/IMPORT by approved", day(0))));
}

TEST(OrderFoldTest, WhatASupersededReportSaidOfAGateEndsWithItsSuccessor) {
  RuleLog log;
  log.Order("denied").By("ft", "2026-01-10").Gate("cn", kImport, pb::GATE_STATE_DENIED);
  log.Order("open").By("ft", "2026-02-10").Link(pb::LINK_RELATION_SUPERSEDES, "denied");
  log.Order("later").By("wsj", "2026-03-10").Gate("cn", kImport, pb::GATE_STATE_SATISFIED);
  EXPECT_THAT(Lines(log.FoldOrder()),
              ElementsAre("..2026-01-10 UNKNOWN cn/IMPORT=UNKNOWN",
                          "2026-01-10..2026-02-10 BLOCKED cn/IMPORT=DENIED",
                          "2026-02-10..2026-03-10 UNKNOWN cn/IMPORT=UNKNOWN",
                          "2026-03-10.. CLEARED cn/IMPORT=SATISFIED"));
}

TEST(OrderFoldTest, AStatedDestinationGoesBeforeAConcludedOne) {
  RuleLog log;
  log.Order("concluded").Origin(pb::ORIGIN_KIND_FILING).DestinationInferred();
  log.Order("stated").NoDestination();
  EXPECT_TRUE(log.FoldOrder().destination_inferred());
  log.Order("said");
  EXPECT_FALSE(log.FoldOrder().destination_inferred());
  log.Order("again").Origin(pb::ORIGIN_KIND_FILING).DestinationInferred();
  EXPECT_FALSE(log.FoldOrder().destination_inferred());
}

}  // namespace
}  // namespace chipline::timeline
