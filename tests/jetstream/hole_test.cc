#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/jetstream/stream_node.h"

// Nodes at a hole of a real stream. What a node does there is decided by hole_rule.h; these say
// that it is asked, that its answer counts, and what the nodes tell each other.
namespace chipline::jetstream {
namespace {

using ::testing::HasSubstr;

// So that what takes an hour takes seconds.
HoleTimes Short() {
  return {.stands = absl::Seconds(1), .remembered = absl::Seconds(5), .answers = absl::Seconds(3)};
}

TEST(HoleTest, ANodeStandsUntilItKnowsTheOthersAndDecidesWhatIsItsOwn) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  const Hole hole = admin.MakeHole(2);
  Node node(cluster, "a");
  node.Start({.stands = absl::ZeroDuration(), .remembered = absl::Hours(1)});
  node.WaitForProblem("the stream does not have messages 2 to 3");
  node.WaitForProblem("heard the other nodes for");
  storage::v1::Command question =
      storage::testing::AppendCommand({storage::testing::Sealed("e", "s.x")});
  question.mutable_append()->set_validate_only(true);
  EXPECT_TRUE(storage::testing::Submit(node.log(), question).status.ok());
  node.WaitForLooks(3);
  EXPECT_EQ(node.log().applied_sequence(), hole.first - 1);
  EXPECT_TRUE(node.log().health().ok());
  EXPECT_TRUE(node.passed().empty());
}

TEST(HoleTest, NodesPassWhatNobodyHasTakenAndComeToTheSame) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  Node a(cluster, "a"), b(cluster, "b"), late(cluster, "c");
  a.Start(Short());
  a.Append("e1");
  a.Stop();
  const Hole hole = admin.MakeHole(2);
  a.Start(Short());
  b.Start(Short());
  a.WaitFor(hole.last + 1);
  b.Append("e2");
  a.Append("e3");
  // It has it from its log.
  a.Stop();
  a.Start(Short());
  // It has not listened for an hour, and is told by the others.
  late.Start({});
  late.WaitFor(admin.last_sequence());
  late.Append("e4");
  for (Node* node : {&a, &b, &late}) {
    node->WaitFor(admin.last_sequence());
    node->WaitForLooks(3);
    EXPECT_EQ(node->others(), 2u);
    EXPECT_TRUE(node->log().health().ok()) << node->log().health();
    EXPECT_EQ(node->passed(), std::vector<Hole>{hole});
    EXPECT_EQ(node->log().reader().head(), 4u);
    EXPECT_EQ(node->Content(), a.Content());
  }
}

TEST(HoleTest, ASilentNodeIsWaitedForUntilItIsForgotten) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  const Hole hole = admin.MakeHole(1);
  HoleTimes times = Short();
  times.remembered = absl::Seconds(15);
  Node a(cluster, "a"), b(cluster, "b");
  b.Start(times);
  a.Start(times);
  Until([&] { return a.others() == 1; });
  b.Stop();
  const auto silent_since = std::chrono::steady_clock::now();
  a.WaitForProblem("node b has said nothing for");
  EXPECT_TRUE(a.passed().empty());
  a.WaitFor(hole.last + 1);
  EXPECT_GE(std::chrono::steady_clock::now() - silent_since, std::chrono::seconds(13));
  EXPECT_EQ(a.passed(), std::vector<Hole>{hole});
}

TEST(HoleTest, WhatAnotherNodeHasTakenIsNotPassed) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  Node a(cluster, "a"), b(cluster, "b");
  b.Start(Short());
  b.Append("e1");
  const uint64_t lost = admin.Store(1);
  b.WaitFor(lost);
  admin.Purge();
  b.Append("e2");
  a.Start(Short());
  a.WaitForProblem(fmt::format("node b has taken message {}", lost));
  // For longer than a node without others would wait.
  a.WaitForLooks(8);
  EXPECT_TRUE(a.passed().empty());
  EXPECT_EQ(a.log().applied_sequence(), lost - 1);
  EXPECT_TRUE(a.log().health().ok());
  // It goes on.
  b.Append("e3");
}

TEST(HoleTest, ANodeThatComesBackWithTheMessageHaltsBoth) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  Node a(cluster, "a"), b(cluster, "b");
  b.Start(Short());
  b.Append("e1");
  const uint64_t lost = admin.Store(1);
  b.WaitFor(lost);
  b.Append("e2");
  b.Stop();
  admin.Purge();
  a.Start(Short());
  a.WaitFor(lost + 1);
  EXPECT_EQ(a.passed().size(), 1u);
  b.Start(Short());
  a.WaitForHalt();
  b.WaitForHalt();
}

TEST(HoleTest, AMessageThatTurnsUpWhileTheNodeStandsIsTaken) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  const uint64_t lost = admin.Store(1);
  cluster.KeepState();
  admin.Purge();
  Node node(cluster, "a");
  // Its Hello is the message behind the hole.
  node.Start({.stands = absl::ZeroDuration(), .remembered = absl::Hours(1)});
  node.WaitForProblem("the stream does not have message");
  cluster.PutBackState();
  node.WaitFor(lost);
  EXPECT_TRUE(node.passed().empty());
  node.Append("e1");
  Until([&] { return node.problem().empty(); });
}

TEST(HoleTest, AMessageThatTurnsUpAfterItWasPassedHaltsTheNode) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  const uint64_t lost = admin.Store(1);
  cluster.KeepState();
  admin.Purge();
  Node node(cluster, "a");
  node.Start(Short());
  node.WaitFor(lost + 1);
  cluster.PutBackState();
  node.WaitForHalt();
  EXPECT_THAT(std::string(node.log().health().message()),
              HasSubstr(fmt::format("the stream has message {}", lost)));
}

}  // namespace
}  // namespace chipline::jetstream
