#include "services/admin/cluster_state.h"

#include <algorithm>
#include <string>

#include "storage/timestamp.h"

namespace chipline::admin {
namespace {

v1::NodeAgreement ToProto(jetstream::Agreement agreement) {
  switch (agreement) {
    case jetstream::Agreement::kUnknown:
      return v1::NODE_AGREEMENT_UNKNOWN;
    case jetstream::Agreement::kSame:
      return v1::NODE_AGREEMENT_SAME;
    case jetstream::Agreement::kDiffers:
      return v1::NODE_AGREEMENT_DIFFERS;
  }
  return v1::NODE_AGREEMENT_UNSPECIFIED;
}

v1::ClusterNode ToNode(const jetstream::NodeState& state, const jetstream::NodeState& self,
                       uint64_t last_sequence, absl::Time now) {
  const storage::v1::NodeReport& report = state.report;
  v1::ClusterNode node;
  node.set_node(report.node());
  node.set_self(report.node() == self.report.node());
  node.set_version(report.version());
  node.set_head_position(report.head_position());
  node.set_applied_sequence(report.applied_sequence());
  node.set_kept_sequence(report.kept_sequence());
  if (last_sequence > report.applied_sequence()) {
    node.set_lag_messages(last_sequence - report.applied_sequence());
  }
  *node.mutable_lag() = ToDuration(std::max(absl::ZeroDuration(), now - state.behind_since));
  node.set_problem(report.problem());
  const jetstream::Comparison comparison = jetstream::Compare(self.report, report);
  node.set_agreement(ToProto(comparison.agreement));
  node.set_compared_position(comparison.position);
  node.set_newest_rules_version(report.newest_rules_version());
  if (state.heard != absl::Time()) *node.mutable_heard_time() = ToTimestamp(state.heard);
  return node;
}

void AddReplicas(const jetstream::StreamInfo& stream, v1::GetClusterResponse& response) {
  v1::StreamReplica& leader = *response.add_replicas();
  leader.set_server(stream.leader);
  leader.set_leader(true);
  leader.set_current(true);
  for (const jetstream::Replica& replica : stream.replicas) {
    v1::StreamReplica& added = *response.add_replicas();
    added.set_server(replica.server);
    added.set_current(replica.current);
    added.set_offline(replica.offline);
    added.set_lag_messages(replica.lag);
  }
}

// The stream was asked up to a second ago; what a node has since taken is in it, too.
uint64_t LastSequence(const jetstream::StreamInfo& stream, const jetstream::ClusterState& state) {
  uint64_t last = std::max(stream.last_sequence, state.self.report.applied_sequence());
  for (const jetstream::NodeState& other : state.others) {
    last = std::max(last, other.report.applied_sequence());
  }
  return last;
}

}  // namespace

v1::GetClusterResponse ToClusterResponse(const jetstream::ClusterState& state, absl::Time now) {
  v1::GetClusterResponse response;
  uint64_t last = 0;
  if (state.stream.ok()) {
    last = LastSequence(*state.stream, state);
    response.set_first_sequence(state.stream->first_sequence);
    response.set_last_sequence(last);
    response.set_stream_bytes(state.stream->bytes);
    AddReplicas(*state.stream, response);
  } else {
    response.set_stream_problem(std::string(state.stream.status().message()));
  }
  *response.add_nodes() = ToNode(state.self, state.self, last, now);
  for (const jetstream::NodeState& other : state.others) {
    *response.add_nodes() = ToNode(other, state.self, last, now);
  }
  std::sort(response.mutable_nodes()->begin(), response.mutable_nodes()->end(),
            [](const auto& a, const auto& b) { return a.node() < b.node(); });
  return response;
}

}  // namespace chipline::admin
