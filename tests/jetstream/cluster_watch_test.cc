#include "storage/jetstream/cluster_watch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/error.h"

// When nodes agree, and which of them is wrong.
namespace chipline::jetstream {
namespace {

using storage::v1::Digest;
using storage::v1::NodeReport;

struct Kept {
  uint64_t position;
  std::string commands;
  std::string results;
};

NodeReport Node(const std::string& name, const std::vector<Kept>& kept) {
  NodeReport report;
  report.set_node(name);
  report.set_log_id("log");
  report.set_epoch(1);
  for (const Kept& one : kept) {
    Digest& digest = *report.add_digests();
    digest.set_position(one.position);
    digest.set_commands(one.commands);
    digest.set_results(one.results);
  }
  return report;
}

TEST(ClusterWatchTest, TheNewestPositionThatBothHaveIsCompared) {
  const NodeReport ahead = Node("a", {{3000, "c", "r"}, {2001, "c", "r"}, {1000, "x", "r"}});
  const NodeReport behind = Node("b", {{2001, "c", "r"}, {1000, "y", "r"}});
  const Comparison comparison = Compare(ahead, behind);
  EXPECT_EQ(comparison.agreement, Agreement::kSame);
  EXPECT_EQ(comparison.position, 2000u);
}

TEST(ClusterWatchTest, NothingInCommonIsNoAgreement) {
  EXPECT_EQ(Compare(Node("a", {}), Node("b", {})).agreement, Agreement::kUnknown);
  EXPECT_EQ(Compare(Node("a", {{1000, "c", "r"}}), Node("b", {{2000, "c", "r"}})).agreement,
            Agreement::kUnknown);
  NodeReport other = Node("b", {{1000, "c", "r"}});
  other.set_epoch(2);
  EXPECT_EQ(Compare(Node("a", {{1000, "c", "r"}}), other).agreement, Agreement::kUnknown);
}

TEST(ClusterWatchTest, AnyOfThreeThingsMakesThemDiffer) {
  const NodeReport node = Node("a", {{1000, "c", "r"}});
  EXPECT_EQ(Compare(node, Node("b", {{1001, "c", "r"}})).agreement, Agreement::kDiffers);
  EXPECT_EQ(Compare(node, Node("b", {{1000, "x", "r"}})).agreement, Agreement::kDiffers);
  EXPECT_EQ(Compare(node, Node("b", {{1000, "c", "x"}})).agreement, Agreement::kDiffers);
}

TEST(ClusterWatchTest, WhoDiffersFromTwoThatAgreeIsWrong) {
  const NodeReport one = Node("a", {{1000, "c", "r"}});
  const NodeReport two = Node("b", {{1000, "c", "r"}});
  const NodeReport wrong = Node("c", {{1000, "c", "x"}});
  EXPECT_EQ(ReasonOf(FindDivergence(wrong, {one, two})), "NODE_DIVERGED");
  EXPECT_TRUE(FindDivergence(one, {two, wrong}).ok());
  // Of two nobody can tell, and three that all differ tell nothing either.
  EXPECT_TRUE(FindDivergence(wrong, {one}).ok());
  EXPECT_TRUE(FindDivergence(wrong, {one, Node("b", {{1000, "c", "y"}})}).ok());
  // One node that was heard of under one name is one.
  EXPECT_TRUE(FindDivergence(wrong, {one, one}).ok());
}

}  // namespace
}  // namespace chipline::jetstream
