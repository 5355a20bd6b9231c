// Cases 15 to 19 and 22: orders, and the gates they meet.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/rule_words.h"
#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using timeline::testing::Chips;
using timeline::testing::EdgeLines;

// ByteDance's trial order of h200 for China, planned.
OrderBuilder Planned() {
  OrderBuilder order("order");
  order.By("ft", "2025-12-23").Count(Chips(20'000, /*about=*/true));
  return order;
}

// Chinese customs turn h200 away from the 14th on.
RuleBuilder Customs(std::string_view id = "customs") {
  RuleBuilder rule(id, v1::RULE_EFFECT_PROHIBITED);
  rule.CnImport().By("reuters", "2026-01-14").Effective("2026-01-14");
  return rule;
}

// One import approval of the 28th.
RuleBuilder Approval(std::string_view id, std::vector<std::string> buyers) {
  RuleBuilder rule(id, v1::RULE_EFFECT_LICENSED);
  rule.CnImport().By("reuters", "2026-01-28").Effective("2026-01-28").Buyers(std::move(buyers));
  return rule;
}

TEST(Case15, AnOrderPlacedBeforeARuleThatDoesNotSayWhomItCoversIsUnknownAndNotBlocked) {
  Story story;
  story.Tell(
      OrderBuilder("placed").By("ft", "2025-12-23").Stage(v1::ORDER_STAGE_PLACED).On("2025-12-20"));
  story.Tell(Customs());
  EXPECT_EQ(Finally(story.Trial()), "UNKNOWN cn/IMPORT=UNKNOWN");
  const v1::ChipOrderEntry entry = story.Trial();
  EXPECT_EQ(entry.intervals().rbegin()->gates(0).grounds().rule(),
            timeline::rules::kCoverageUnknown);
  // Once somebody says that it covers all orders, the same order is blocked.
  story.Tell(Customs("clear").By("reuters", "2026-01-20").Covers(v1::APPLIES_TO_ALL));
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED cn/IMPORT=DENIED");
}

TEST(Case15, AnOrderOfUnknownDateBesideARuleForNewOrdersIsUnknownAndNotBlocked) {
  Story story;
  story.Tell(OrderBuilder("placed").By("ft", "2026-02-01").Stage(v1::ORDER_STAGE_PLACED));
  story.Tell(Customs().Covers(v1::APPLIES_TO_NEW));
  EXPECT_EQ(Finally(story.Trial()), "UNKNOWN cn/IMPORT=UNKNOWN");
}

TEST(Case16, OneApprovalForThreeBuyersTogetherIsNotSplitBetweenThem) {
  Story story;
  story.Tell(Planned());
  story.Tell(Approval("approval", {"bytedance", "alibaba", "tencent"}).CapAtLeast(400'000));
  const v1::ChipOrderEntry entry = story.Trial();
  EXPECT_EQ(Finally(entry), "CLEARED_IF cn/IMPORT=CONDITIONAL");
  const v1::GateStatus& gate = entry.intervals().rbegin()->gates(0);
  EXPECT_EQ(gate.quantity().low(), 400'000) << "of all three together, as the report says";
  EXPECT_FALSE(gate.grounds().derived());
  const v1::RuleInterval rule = *story.CnImport().intervals().rbegin();
  ASSERT_EQ(rule.scoped_size(), 1);
  EXPECT_THAT(rule.scoped(0).buyers(), ElementsAre("alibaba", "bytedance", "tencent"));
}

TEST(Case17, ImportApprovedWhileTheExportLicenseIsPendingLiftsOneGateAndTheOrderWaits) {
  Story story;
  story.Tell(Planned());
  story.Tell(RuleBuilder("review", v1::RULE_EFFECT_CASE_BY_CASE)
                 .By("bis", "2026-01-13")
                 .Effective("2026-01-15"));
  story.Tell(
      RuleBuilder("wait", v1::RULE_EFFECT_PENDING).CnImport().Status().By("scmp", "2026-01-20"));
  story.Tell(Approval("approval", {"bytedance"}));
  EXPECT_EQ(Finally(story.Trial()), "WAITING cn/IMPORT=SATISFIED us/EXPORT=PENDING");
  EXPECT_THAT(EdgeLines(story.Trial()), Contains("2026-01-28 LIFTS cn/IMPORT by approval"));
  // The license is the last gate.
  story.Tell(RuleBuilder("license", v1::RULE_EFFECT_LICENSED)
                 .By("bis", "2026-03-02")
                 .Effective("2026-03-02")
                 .Buyers({"bytedance"}));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED cn/IMPORT=SATISFIED us/EXPORT=SATISFIED");
  EXPECT_THAT(EdgeLines(story.Trial()), Contains("2026-03-02 UNBLOCKS us/EXPORT by license"));
}

TEST(Case18, AnOrderThatIsClearedAndNeverPlacedKeepsItsLedger) {
  Story story;
  story.Tell(Planned());
  const std::string ledger = story.Trial().stages(0).SerializeAsString();
  story.Tell(
      RuleBuilder("open", v1::RULE_EFFECT_ALLOWED).By("bis", "2026-01-13").Effective("2026-01-15"));
  const v1::ChipOrderEntry entry = story.Trial();
  EXPECT_EQ(Finally(entry), "CLEARED us/EXPORT=NOT_REQUIRED");
  ASSERT_EQ(entry.stages_size(), 1);
  EXPECT_EQ(entry.stages(0).SerializeAsString(), ledger);
  EXPECT_EQ(story.Entry("supply/h200").chip_supply().ordered(0).stage(), v1::ORDER_STAGE_PLANNED);
}

TEST(Case19, AnApprovalRetractedReturnsTheOrderToItsStateBefore) {
  Story story;
  story.Tell(Planned());
  story.Tell(
      RuleBuilder("wait", v1::RULE_EFFECT_PENDING).CnImport().Status().By("scmp", "2026-01-20"));
  const v1::TimelineEntry before = story.Entry("order/order.bytedance.trial");
  EXPECT_EQ(Finally(before.chip_order()), "WAITING cn/IMPORT=PENDING");
  const Position approved = story.Tell(Approval("approval", {"bytedance"}));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED cn/IMPORT=SATISFIED");

  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_chip_order()->set_order("order.bytedance.trial");
  query::WatchClient watch(story.server().stub(), request);
  EXPECT_TRUE(watch.Next().has_started());
  EXPECT_EQ(watch.Next().position(), approved);
  EXPECT_TRUE(watch.Next().has_caught_up());
  story.Tell(Notice().Id("withdrawn").Retracts("approval").From("reuters").On("2026-01-30"));
  const auto told = watch.Next();
  ASSERT_EQ(told.changes().changes_size(), 1);
  const v1::TimelineChange& change = told.changes().changes(0);
  EXPECT_EQ(Finally(change.before().chip_order()), "CLEARED cn/IMPORT=SATISFIED");
  EXPECT_EQ(Finally(change.after().chip_order()), "WAITING cn/IMPORT=PENDING");
  EXPECT_THAT(change.cause_event_ids(), ElementsAre("withdrawn"));
  EXPECT_EQ(change.after().chip_order().SerializeAsString(),
            before.chip_order().SerializeAsString());
}

TEST(Case22, FiveToTenThousandModulesOfEightAreFortyToEightyThousandChipsAndMarkedDerived) {
  Story story;
  story.Tell(timeline::Order("trial", "bytedance", "h200")
                 .Id("order")
                 .Modules("5000 to 10000", 8)
                 .From("reuters")
                 .On("2025-12-22"));
  const v1::StageLedger placed = story.Trial().stages(0);
  EXPECT_EQ(Text(placed.selected().quantity()), "5000 to 10000") << "as stated";
  EXPECT_EQ(placed.selected().quantity().unit(), v1::UNIT_MODULE);
  EXPECT_FALSE(placed.selected().grounds().derived());
  EXPECT_EQ(Text(placed.chips().quantity()), "40000 to 80000");
  EXPECT_TRUE(placed.chips().grounds().derived());
  const v1::QuantityFigure named = story.Entry("supply/h200").chip_supply().ordered(0).named();
  EXPECT_EQ(Text(named.quantity()), "40000 to 80000");
  EXPECT_THAT(EventsOf(named), ElementsAre("order"));
}

}  // namespace
}  // namespace chipline::cases
