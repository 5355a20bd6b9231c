#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/jetstream/stream_node.h"

// What a node that starts again holds against the stream.
namespace chipline::jetstream {
namespace {

TEST(RejoinTest, ANodeDoesNotGoOnFromAStreamThatWasPutBack) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  Node node(cluster, "a");
  node.Start({});
  node.Append("e1");
  cluster.KeepState();
  node.Append("e2");
  const uint64_t taken = node.log().applied_sequence();
  const storage::Position head = node.log().reader().head();
  node.Stop();
  cluster.PutBackState();
  // As long as before, and then longer.
  while (admin.last_sequence() <= taken) admin.Publish(HelloBytes("other"));
  EXPECT_EQ(ReasonOf(node.TryStart({})), "STREAM_REWRITTEN");
  node.Stop();

  // A node that has nothing of it takes what there is.
  Node other(cluster, "b");
  other.Start({});
  other.WaitFor(taken);
  EXPECT_LT(other.log().reader().head(), head);
}

TEST(RejoinTest, ANodeGoesOnBehindWhatItHas) {
  START_CLUSTER(cluster, .servers = 1);
  Admin admin(cluster);
  admin.MakeStream();
  Node node(cluster, "a");
  for (int i = 0; i < 3; ++i) {
    node.Start({});
    node.Append(fmt::format("e{}", i));
    node.Stop();
  }
  node.Start({});
  EXPECT_EQ(node.log().reader().head(), 3u);
}

}  // namespace
}  // namespace chipline::jetstream
