#ifndef CHIPLINE_SERVICES_SERVER_CLUSTER_H_
#define CHIPLINE_SERVICES_SERVER_CLUSTER_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/v1/admin_service.pb.h"
#include "services/server/options.h"
#include "storage/clock.h"
#include "storage/jetstream/cluster_watch.h"
#include "storage/jetstream/sequencer.h"
#include "storage/log.h"
#include "storage/sequencer.h"

namespace chipline::server {

// What makes a server a node of a cluster: the stream that it takes its commands from, and the
// watch over the other nodes. Thread-safe.
class Cluster {
 public:
  // An election of a leader takes less.
  static constexpr std::chrono::seconds kStall{15};

  // Connects to the stream and checks it and its servers. INVALID_ARGUMENT for an option that is
  // wrong; else what JetStreamSequencer::Open says.
  static absl::StatusOr<std::unique_ptr<Cluster>> Open(const ClusterOptions& options);

  // For the log, which must be gone before this is.
  storage::SharedSequencer& sequencer() { return *sequencer_; }
  // Begins to say how the node does and to hear of the others. `log` and `clock` must outlive
  // EndWatch.
  absl::Status Watch(storage::Log& log, const Clock& clock);
  void EndWatch() { watch_.reset(); }

  // Logs when the stream could not be reached, or had no leader, for kStall, and when it is back;
  // and each hole of the stream at which the node stands or that it has passed, once. Only between
  // Watch and EndWatch, now and then, by one thread.
  void Look();

  // What GetCluster answers. Only between Watch and EndWatch.
  v1::GetClusterResponse Describe() const;

 private:
  Cluster() = default;
  void LookForStall();

  std::unique_ptr<jetstream::JetStreamSequencer> sequencer_;
  bool sync_verified_ = false;
  storage::Log* log_ = nullptr;
  const Clock* clock_ = nullptr;
  // Of what Look has told.
  std::optional<std::chrono::steady_clock::time_point> stalled_since_;
  bool stall_told_ = false;
  bool stands_ = false;
  size_t passed_told_ = 0;
  std::unique_ptr<jetstream::ClusterWatch> watch_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_CLUSTER_H_
