#include "storage/jetstream/hole_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/error.h"

// When a node may go past messages that the stream does not have.
namespace chipline::jetstream {
namespace {

using storage::v1::NodeReport;
using ::testing::HasSubstr;

// A node that has taken all up to `applied`, but what it passed.
NodeReport Node(const std::string& name, uint64_t applied, const std::vector<Hole>& passed = {}) {
  NodeReport report;
  report.set_node(name);
  report.set_log_id("log");
  report.set_epoch(1);
  report.set_applied_sequence(applied);
  for (const Hole& hole : passed) {
    auto& added = *report.add_passed_holes();
    added.set_first(hole.first);
    added.set_last(hole.last);
  }
  return report;
}

// A hole from 4 to 5 before which three nodes stand, and nothing speaks against passing it.
HoleView Clear() {
  HoleView view;
  view.hole = {4, 5};
  view.stood = absl::Seconds(31);
  view.listened = absl::Hours(2);
  view.leader_has = 6;
  view.self = Node("a", 3);
  view.others = {{Node("b", 3), absl::Seconds(1)}, {Node("c", 2), absl::Seconds(1)}};
  return view;
}

std::string WhyNot(const HoleView& view) {
  const absl::Status judged = MayPass(view, {});
  EXPECT_EQ(judged.code(), absl::StatusCode::kUnavailable) << judged;
  EXPECT_EQ(ReasonOf(judged), "STREAM_HOLE");
  return std::string(judged.message());
}

TEST(HoleRuleTest, WhatNobodyHasTakenIsPassed) {
  EXPECT_TRUE(MayPass(Clear(), {}).ok()) << MayPass(Clear(), {});
  HoleView alone = Clear();
  alone.others.clear();
  EXPECT_TRUE(MayPass(alone, {}).ok());
}

TEST(HoleRuleTest, AMessageThatANodeHasTakenIsWaitedFor) {
  for (const uint64_t applied : {4, 5, 9}) {
    HoleView view = Clear();
    view.others[1].report = Node("c", applied);
    EXPECT_THAT(WhyNot(view), HasSubstr("node c has taken message 4"));
  }
  HoleView half = Clear();
  half.others[1].report = Node("c", 9, {{4, 4}});
  EXPECT_THAT(WhyNot(half), HasSubstr("node c has taken message 5"));
  // Of another log it says nothing.
  HoleView other = Clear();
  other.others[1].report = Node("c", 9);
  other.others[1].report.set_epoch(2);
  EXPECT_TRUE(MayPass(other, {}).ok());
}

TEST(HoleRuleTest, ANodeThatIsSilentIsWaitedForByName) {
  HoleView view = Clear();
  view.others[0].silent = absl::Minutes(59);
  EXPECT_THAT(WhyNot(view), HasSubstr("node b has said nothing for 59m"));
  // Even if another one did not wait: it may know less.
  view.others[1].report = Node("c", 9, {{4, 5}});
  EXPECT_THAT(WhyNot(view), HasSubstr("node b has said nothing for 59m"));
}

TEST(HoleRuleTest, TheLeaderMustSayThatItIsSo) {
  HoleView view = Clear();
  view.leader_has = 5;
  EXPECT_THAT(WhyNot(view), HasSubstr("leader has message 5"));
  view.leader_has = 7;
  EXPECT_THAT(WhyNot(view), HasSubstr("leader does not have message 6"));
}

TEST(HoleRuleTest, ANodeThatHasJustStartedWaitsUntilItKnowsTheOthersOrIsTold) {
  HoleView view = Clear();
  view.listened = absl::Minutes(59);
  EXPECT_THAT(WhyNot(view), HasSubstr("heard the other nodes for 59m only"));
  view.others[0].report = Node("b", 9, {{4, 5}});
  EXPECT_TRUE(MayPass(view, {}).ok());
  // Which was about another hole.
  view.others[0].report = Node("b", 3, {{1, 2}});
  EXPECT_THAT(WhyNot(view), HasSubstr("heard the other nodes for 59m only"));
}

TEST(HoleRuleTest, AHoleThatHasJustBeenSeenMayCloseAgain) {
  HoleView view = Clear();
  view.stood = absl::Seconds(29);
  EXPECT_THAT(WhyNot(view), HasSubstr("looks again for 30s"));
}

TEST(HoleRuleTest, TwoNodesOfWhichOneTookWhatTheOtherPassedHaveParted) {
  const NodeReport passed = Node("a", 9, {{4, 5}});
  const NodeReport took = Node("b", 4);
  EXPECT_EQ(ReasonOf(FindContradiction(passed, {took})), "HOLE_CONTRADICTED");
  EXPECT_EQ(ReasonOf(FindContradiction(took, {passed})), "HOLE_CONTRADICTED");
  EXPECT_EQ(FindContradiction(took, {passed}).code(), absl::StatusCode::kDataLoss);
  // It has not come so far, or passed it as well.
  EXPECT_TRUE(FindContradiction(passed, {Node("b", 3), Node("c", 7, {{4, 5}})}).ok());
  EXPECT_TRUE(FindContradiction(Node("b", 3), {passed}).ok());
  // Of another log.
  NodeReport other = took;
  other.set_log_id("other");
  EXPECT_TRUE(FindContradiction(passed, {other}).ok());
}

}  // namespace
}  // namespace chipline::jetstream
