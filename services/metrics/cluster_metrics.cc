#include <algorithm>

#include "services/metrics/parts.h"
#include "storage/node_silence.h"
#include "storage/timestamp.h"

namespace chipline::metrics {
namespace {

struct Nodes {
  uint64_t heard = 0;
  uint64_t silent = 0;
  uint64_t agree = 0;
  uint64_t differ = 0;
};

// The others, as this node has heard of them.
Nodes CountNodes(const v1::GetClusterResponse& cluster, absl::Time now) {
  Nodes nodes;
  for (const v1::ClusterNode& node : cluster.nodes()) {
    if (node.self()) continue;
    const bool heard = now - FromTimestamp(node.heard_time()) < storage::kNodeSilence;
    ++(heard ? nodes.heard : nodes.silent);
    if (node.agreement() == v1::NODE_AGREEMENT_SAME) ++nodes.agree;
    if (node.agreement() == v1::NODE_AGREEMENT_DIFFERS) ++nodes.differ;
  }
  return nodes;
}

void AddSelf(const v1::ClusterNode& self, Families& families) {
  families.Gauge("chipline_node_applied_sequence",
                 "The last message of the stream that is in this node's log.",
                 Number(self.applied_sequence()));
  families.Gauge("chipline_node_lag_messages",
                 "Messages of the stream that are not in this node's log yet.",
                 Number(self.lag_messages()));
  families.Gauge("chipline_node_lag_seconds",
                 "For how long this node has had messages of the stream to take.",
                 absl::ToDoubleSeconds(FromDuration(self.lag())));
  families.Gauge("chipline_node_stalled",
                 "1 while this node takes nothing from the stream, else 0.",
                 self.problem().empty() ? 0 : 1);
}

void AddStream(const v1::GetClusterResponse& cluster, Families& families) {
  families.Gauge("chipline_stream_reachable",
                 "1 if the leader of the stream answered when it was last asked, else 0.",
                 cluster.stream_problem().empty() ? 1 : 0);
  families.Gauge("chipline_stream_first_sequence", "The first message that the stream still has.",
                 Number(cluster.first_sequence()));
  families.Gauge("chipline_stream_last_sequence", "The last message of the stream.",
                 Number(cluster.last_sequence()));
  families.Gauge("chipline_stream_bytes", "Bytes of the stream on each server that keeps it.",
                 Number(cluster.stream_bytes()));
  uint64_t current = 0, behind = 0, offline = 0;
  for (const v1::StreamReplica& replica : cluster.replicas()) {
    ++(replica.offline() ? offline : replica.current() ? current : behind);
  }
  families.Gauge("chipline_stream_replicas", "Servers that keep the stream, by how they do.");
  families.Add(Number(current), {{"state", "current"}});
  families.Add(Number(behind), {{"state", "behind"}});
  families.Add(Number(offline), {{"state", "offline"}});
  families.Gauge("chipline_stream_replicas_wanted",
                 "How many servers have to keep the stream (--log-replicas).",
                 cluster.cluster().replicas());
  families.Gauge("chipline_stream_sync_verified",
                 "1 if each server of the stream was seen to sync before it acknowledges, else 0.",
                 cluster.cluster().sync_verified() ? 1 : 0);
}

}  // namespace

void AddCluster(const v1::GetClusterResponse& cluster, absl::Time now, Families& families) {
  const auto self = std::find_if(cluster.nodes().begin(), cluster.nodes().end(),
                                 [](const v1::ClusterNode& node) { return node.self(); });
  AddSelf(self == cluster.nodes().end() ? v1::ClusterNode::default_instance() : *self, families);
  const Nodes nodes = CountNodes(cluster, now);
  families.Gauge("chipline_cluster_nodes",
                 "Other nodes that were heard of in the last hour, by whether they still are.");
  families.Add(Number(nodes.heard), {{"state", "heard"}});
  families.Add(Number(nodes.silent), {{"state", "silent"}});
  families.Gauge("chipline_cluster_agreement",
                 "Other nodes whose hashes of what they applied were held against this node's.");
  families.Add(Number(nodes.agree), {{"result", "same"}});
  families.Add(Number(nodes.differ), {{"result", "differs"}});
  families.Gauge("chipline_cluster_rules_version", "The version of the rules in force.",
                 cluster.cluster().rules_version());
  families.Gauge("chipline_cluster_rules_version_known",
                 "The newest version of the rules that this node knows.",
                 cluster.cluster().newest_rules_version());
  AddStream(cluster, families);
}

}  // namespace chipline::metrics
