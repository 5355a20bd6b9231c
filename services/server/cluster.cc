#include "services/server/cluster.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "services/admin/cluster_state.h"
#include "services/server/log_line.h"
#include "services/values/fold_key.h"
#include "storage/jetstream/servers.h"
#include "storage/rules_version.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

// The name of the machine, as far as a node may be called so.
std::string MachineName() {
  char name[65] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "node";
  std::string node;
  for (const char c : std::string(name)) {
    if (c == '.') break;
    node.push_back(c);
  }
  return node.empty() ? "node" : node;
}

// Checks every nats-server that was seen or has a monitor. Returns whether each was seen to sync
// before it acknowledges.
absl::StatusOr<bool> VerifyServers(jetstream::ServersSeen seen, const ClusterOptions& options) {
  if (!options.monitors.empty()) {
    const jetstream::ServersSeen monitors =
        jetstream::AskMonitors(options.monitors, jetstream::kGreetingTimeout);
    // One that is down is no reason not to start: it is looked at when this node starts again.
    for (const absl::Status& silent : monitors.silent) {
      LogLine(LogLevel::kWarning, "a nats-server's monitor does not answer",
              {{"cause", std::string(silent.message())}});
    }
    jetstream::Merge(monitors, seen);
  }
  jetstream::ServerRequirements required;
  required.synced = options.require_synced;
  RETURN_IF_ERROR(jetstream::CheckServers(seen.servers, required));
  return jetstream::SyncVerified(seen.servers).value_or(false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::Open(const ClusterOptions& options) {
  jetstream::SequencerOptions sequencer;
  ASSIGN_OR_RETURN(sequencer.address, jetstream::ParseAddress(options.stream));
  sequencer.connection.credentials_file = options.credentials;
  sequencer.connection.ca_file = options.ca;
  sequencer.connection.certificate_file = options.certificate;
  sequencer.connection.key_file = options.key;
  sequencer.node = options.node.empty() ? MachineName() : options.node;
  sequencer.fold_key_version = FoldKeyVersion();
  sequencer.replicas = options.replicas;
  sequencer.commit_timeout = options.commit_timeout;
  std::unique_ptr<Cluster> cluster(new Cluster());
  ASSIGN_OR_RETURN(cluster->sequencer_, jetstream::JetStreamSequencer::Open(sequencer));
  ASSIGN_OR_RETURN(cluster->sync_verified_, VerifyServers(cluster->sequencer_->servers(), options));
  LogLine(LogLevel::kInfo, "commands come from a stream that other nodes share",
          {{"stream", sequencer.address.stream},
           {"node", sequencer.node},
           {"replicas", std::to_string(options.replicas)},
           {"log_id", cluster->sequencer_->genesis().log_id()},
           {"sync", cluster->sync_verified_ ? "verified on every server" : "not verified"}});
  if (options.replicas == 1) {
    LogLine(LogLevel::kWarning,
            "the stream has one copy: with the machine that keeps it all that "
            "was acknowledged since a node took it is lost",
            {});
  }
  return cluster;
}

absl::Status Cluster::Watch(storage::Log& log, const Clock& clock) {
  log_ = &log;
  clock_ = &clock;
  // Those of earlier starts.
  passed_told_ = sequencer_->holes().passed().size();
  ASSIGN_OR_RETURN(watch_, jetstream::ClusterWatch::Start(
                               {sequencer_->connection(), sequencer_->stream(), log, clock,
                                sequencer_->options().node, CHIPLINE_VERSION,
                                [sequencer = sequencer_.get()] { return sequencer->stalled(); },
                                sequencer_->holes()}));
  return absl::OkStatus();
}

void Cluster::LookForStall() {
  const auto now = std::chrono::steady_clock::now();
  absl::Status stalled = sequencer_->stalled();
  // Without a leader, the server that has the consumer still says that it is there.
  if (stalled.ok()) stalled = watch_->state().stream.status();
  if (stalled.ok()) {
    if (stall_told_) LogLine(LogLevel::kInfo, "the stream is back");
    stalled_since_.reset();
    stall_told_ = false;
    return;
  }
  if (!stalled_since_.has_value()) stalled_since_ = now;
  if (stall_told_ || now - *stalled_since_ < kStall) return;
  stall_told_ = true;
  LogLine(LogLevel::kError, "the stream is lost: appends have no outcome, reads go on",
          {{"cause", jetstream::StallWords(stalled)}});
}

void Cluster::Look() {
  LookForStall();
  const jetstream::HoleGate& holes = sequencer_->holes();
  const auto standing = holes.standing();
  if (standing.has_value() && !stands_) {
    LogLine(LogLevel::kError, "the stream has a hole: this node takes nothing until it is decided",
            {{"missing", jetstream::Words(standing->hole)}});
  }
  stands_ = standing.has_value();
  const std::vector<jetstream::Hole> passed = holes.passed();
  for (; passed_told_ < passed.size(); ++passed_told_) {
    LogLine(LogLevel::kWarning,
            "a hole of the stream was passed: no node has taken what is missing",
            {{"missing", jetstream::Words(passed[passed_told_])}});
  }
}

v1::GetClusterResponse Cluster::Describe() const {
  v1::GetClusterResponse response = admin::ToClusterResponse(watch_->state(), clock_->Now());
  v1::ClusterInfo& info = *response.mutable_cluster();
  info.set_node(sequencer_->options().node);
  info.set_stream(sequencer_->options().address.stream);
  info.set_replicas(sequencer_->options().replicas);
  info.set_sync_verified(sync_verified_);
  info.set_rules_version(log_->rules_version());
  info.set_newest_rules_version(storage::NewestRulesVersion());
  return response;
}

}  // namespace chipline::server
