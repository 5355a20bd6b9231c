// Small logs in which one rule hides, brings out or puts in doubt another one of an order, as
// random logs found them (order_completions_test.cc, order_plain_test.cc).
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/folds/rules.h"
#include "tests/folds/small_logs.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using testing::FoldOrder;
using testing::IntervalOn;
using testing::OrderBuilder;
using testing::RuleBuilder;
using testing::SmallLog;
using testing::Word;

// Rules for all orders, known since long ago, of H200 for China unless they are told otherwise; and
// a planned order of ByteDance of H200 for China.
class Told {
 public:
  Told() : order_(order_event_) { order_.Published("2024-10-01"); }

  RuleBuilder& Rule(pb::RuleEffect effect, std::string_view day) {
    pb::Event& event = events_.emplace_back();
    event.set_event_id("e" + std::to_string(events_.size()));
    RuleBuilder& rule = rules_.emplace_back(event, effect);
    return rule.Published("2024-01-01").Effective(day).Covers(pb::APPLIES_TO_ALL);
  }
  // Of the latest rule: its chips are given in words only, or as a family.
  void OfFastChips() {
    rule().clear_chips();
    rule().set_chips_text("fast chips");
  }
  void OfFamily() {
    rule().mutable_chips(0)->set_id("hopper");
    rule().mutable_chips(0)->set_open_group(true);
  }
  pb::ExportRuleChange& rule() { return *events_.back().mutable_export_rule_change(); }
  OrderBuilder& order() { return order_; }

  std::string On(std::string_view day) const {
    SmallLog log;
    for (const pb::Event& event : events_) {
      pb::RecordedEvent& recorded = log.rules.emplace_back();
      *recorded.mutable_event() = event;
      recorded.set_position(log.rules.size());
    }
    *log.order.mutable_event() = order_event_;
    log.order.set_position(log.rules.size() + 1);
    return Word(IntervalOn(FoldOrder(log), *CivilDay::Parse(day)).state());
  }

 private:
  std::deque<pb::Event> events_;
  std::deque<RuleBuilder> rules_;
  pb::Event order_event_;
  OrderBuilder order_;
};

TEST(OrderHiddenRulesTest, WhatMayHaveEndedDoesNotClear) {
  Told told;
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-21").Expires("2024-11");
  EXPECT_EQ(told.On("2024-10-31"), "CLEARED");
  EXPECT_EQ(told.On("2024-11-10"), "UNKNOWN");
}

TEST(OrderHiddenRulesTest, DoubtAboutOneOfTwoRulesForTheBuyerLeavesTheOrderUnknown) {
  Told told;
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10-10").Buyers({"bytedance", "baidu"});
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10").Buyers({"bytedance"});
  // It would be BLOCKED by the other one either way; UNKNOWN errs on the safe side.
  EXPECT_EQ(told.On("2024-10-20"), "UNKNOWN");
  EXPECT_EQ(told.On("2024-11-01"), "BLOCKED");
}

TEST(OrderHiddenRulesTest, ChipThatIsLeftOutIsSoOnDaysOfDoubt) {
  Told told;
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-01");
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-11");
  told.OfFamily();
  told.rule().add_chips_except()->set_id("h200");
  EXPECT_EQ(told.On("2024-11-10"), "CLEARED");
}

TEST(OrderHiddenRulesTest, LeaveInWordsIsUnknownOnDaysOfDoubt) {
  Told told;
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-05");
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-12").Buyers({"bytedance"});
  told.OfFastChips();
  // What may begin lets pass as well, which a doubtful state does not tell.
  EXPECT_EQ(told.On("2024-12-10"), "UNKNOWN");
  EXPECT_EQ(told.On("2025-01-01"), "CLEARED");
}

TEST(OrderHiddenRulesTest, LicenceLimitedToASeatIsConditional) {
  Told told;
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-05");
  told.Rule(pb::RULE_EFFECT_LICENSED, "2024-11-05").Buyers({"bytedance"});
  told.rule().mutable_buyer_seat()->set_id("cn");
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, RuleThatMayApplyAndPutsALicenceInDoubtIsNamed) {
  Told told;
  told.Rule(pb::RULE_EFFECT_LICENSED, "2024-10-05").Buyers({"bytedance"}).Expires("2025-10-05");
  EXPECT_EQ(told.On("2024-10-10"), "CLEARED");
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-11-05");
  told.OfFastChips();
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, RuleThatMayApplyAndBringsBackAStricterOneIsNamed) {
  Told told;
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10-10").Buyers({"bytedance"});
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-25").Buyers({"bytedance", "baidu"});
  told.Rule(pb::RULE_EFFECT_LICENSED, "2024-11-05");
  told.OfFastChips();
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, TwoRulesThatHoldUpOnlyTogetherAreNamed) {
  Told told;
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-11-03").Purpose("military");
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-11-14").Buyers({"bytedance"});
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-12-02");
  told.OfFastChips();
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, RulesOfOneScopeStandSideBySideIfTheyHaveOtherIds) {
  Told told;
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10-19").Id("x").Buyers({"bytedance"});
  told.OfFamily();
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-11-15").Id("y").Buyers({"bytedance"});
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, WhatMayApplyCountsUnderANewerRuleThatSparesTheOrder) {
  Told told;
  told.order().Stage(pb::ORDER_STAGE_PLACED).On("2024-11-01").Published("2024-11-02");
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2020-01-01");
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10-01");
  told.OfFastChips();
  EXPECT_EQ(told.On("2024-11-20"), "CLEARED_IF");
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-12-01").Covers(pb::APPLIES_TO_NEW);
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
}

TEST(OrderHiddenRulesTest, RuleThatSurelyCoversTheOrderCountsBesideAStricterOne) {
  Told told;
  told.order().Stage(pb::ORDER_STAGE_PLACED).Published("2024-12-01");
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-10-24").Id("x").Covers(pb::APPLIES_TO_UNSPECIFIED);
  told.Rule(pb::RULE_EFFECT_PRESUMPTION_OF_DENIAL, "2024-11-04").Id("y");
  EXPECT_EQ(told.On("2024-12-10"), "BLOCKED");
}

TEST(OrderHiddenRulesTest, RuleThatMayApplyAndLetsPassNamesItsGate) {
  Told told;
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-10-01");
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-11-01").CnImport();
  told.OfFastChips();
  EXPECT_EQ(told.On("2024-12-10"), "UNKNOWN");
}

TEST(OrderHiddenRulesTest, LeaveInOtherWordsDoesNotHideABan) {
  Told told;
  told.Rule(pb::RULE_EFFECT_LICENSED, "2024-10-05").Buyers({"bytedance"}).Expires("2025-10-05");
  told.Rule(pb::RULE_EFFECT_PROHIBITED, "2024-11-05");
  told.OfFastChips();
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2024-12-05");
  told.OfFastChips();
  told.rule().set_chips_text("servers");
  told.rule().add_chips_except()->set_id("h200");
  EXPECT_EQ(told.On("2024-12-10"), "CLEARED_IF");
  // In the same words it takes the ban's place.
  told.Rule(pb::RULE_EFFECT_ALLOWED, "2025-01-05");
  told.OfFastChips();
  EXPECT_EQ(told.On("2025-01-10"), "CLEARED");
}

TEST(OrderHiddenRulesTest, LicenceOfTheBuyerForAPurposeIsNoLicenceToOthers) {
  Told told;
  told.Rule(pb::RULE_EFFECT_LICENSED, "2024-10-01").Buyers({"bytedance"}).Purpose("research");
  EXPECT_EQ(told.On("2024-12-10"), "UNKNOWN");
}

}  // namespace
}  // namespace chipline::timeline
