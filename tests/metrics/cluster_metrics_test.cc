#include "gmock/gmock.h"

#include "services/metrics/parts.h"

namespace chipline::metrics {
namespace {

using testing::HasSubstr;

constexpr int64_t kNow = 1'000'000;

v1::ClusterNode& AddNode(v1::GetClusterResponse& cluster, const std::string& name, int64_t heard) {
  v1::ClusterNode& node = *cluster.add_nodes();
  node.set_node(name);
  node.mutable_heard_time()->set_seconds(heard);
  return node;
}

std::string TextOf(const v1::GetClusterResponse& cluster) {
  Families families;
  AddCluster(cluster, absl::FromUnixSeconds(kNow), families);
  return families.Text();
}

TEST(ClusterMetricsTest, TheNodeItselfAndTheOthersAreToldApart) {
  v1::GetClusterResponse cluster;
  cluster.mutable_cluster()->set_replicas(3);
  v1::ClusterNode& self = AddNode(cluster, "a", kNow);
  self.set_self(true);
  self.set_lag_messages(7);
  self.mutable_lag()->set_seconds(2);
  self.mutable_lag()->set_nanos(500'000'000);
  self.set_problem("the stream has no leader");
  AddNode(cluster, "b", kNow - 4).set_agreement(v1::NODE_AGREEMENT_SAME);
  AddNode(cluster, "c", kNow - 5).set_agreement(v1::NODE_AGREEMENT_DIFFERS);
  const std::string text = TextOf(cluster);
  EXPECT_THAT(text, HasSubstr("chipline_node_lag_messages 7\n"));
  EXPECT_THAT(text, HasSubstr("chipline_node_lag_seconds 2.5\n"));
  EXPECT_THAT(text, HasSubstr("chipline_node_stalled 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_cluster_nodes{state=\"heard\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_cluster_nodes{state=\"silent\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_cluster_agreement{result=\"same\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_cluster_agreement{result=\"differs\"} 1\n"));
}

TEST(ClusterMetricsTest, ReplicasOfTheStreamAreCountedByHowTheyDo) {
  v1::GetClusterResponse cluster;
  cluster.mutable_cluster()->set_replicas(3);
  cluster.add_replicas()->set_current(true);
  cluster.add_replicas();
  // One that cannot be reached may have been current when it was last heard of.
  v1::StreamReplica& gone = *cluster.add_replicas();
  gone.set_current(true);
  gone.set_offline(true);
  const std::string text = TextOf(cluster);
  EXPECT_THAT(text, HasSubstr("chipline_stream_replicas{state=\"current\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_stream_replicas{state=\"behind\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_stream_replicas{state=\"offline\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("chipline_stream_replicas_wanted 3\n"));
  EXPECT_THAT(text, HasSubstr("chipline_stream_reachable 1\n"));
}

TEST(ClusterMetricsTest, AStreamThatCannotBeReachedIsToldAsThat) {
  v1::GetClusterResponse cluster;
  cluster.set_stream_problem("no answer");
  EXPECT_THAT(TextOf(cluster), HasSubstr("chipline_stream_reachable 0\n"));
}

}  // namespace
}  // namespace chipline::metrics
