#ifndef CHIPLINE_STORAGE_JETSTREAM_CLUSTER_WATCH_H_
#define CHIPLINE_STORAGE_JETSTREAM_CLUSTER_WATCH_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/clock.h"
#include "storage/jetstream/connection.h"
#include "storage/jetstream/hole_gate.h"
#include "storage/jetstream/hole_rule.h"
#include "storage/jetstream/stream.h"
#include "storage/log.h"
#include "storage/mutex.h"

namespace chipline::jetstream {

// Whether the logs of two nodes are the same.
enum class Agreement {
  // They have no digest of the same position. This does not mean that they agree.
  kUnknown,
  kSame,
  kDiffers,
};

// Compares the digests of two nodes at the newest position that both have.
struct Comparison {
  Agreement agreement = Agreement::kUnknown;
  storage::Position position = 0;
};
Comparison Compare(const storage::v1::NodeReport& a, const storage::v1::NodeReport& b);

// Finds out whether this node differs from two or more others that agree with each other. Then this
// node is wrong. OK if not; DATA_LOSS, reason NODE_DIVERGED, with nodes and position.
absl::Status FindDivergence(const storage::v1::NodeReport& self,
                            const std::vector<storage::v1::NodeReport>& others);

// Why a node applies nothing from the stream, with a reason that an operator can look up in the
// runbook.
std::string StallWords(const absl::Status& stalled);

// A node as it was last heard of.
struct NodeState {
  storage::v1::NodeReport report;
  absl::Time heard;
  // The same by a steady clock.
  std::chrono::steady_clock::time_point heard_steady;
  // Since when it has been behind the stream; InfiniteFuture if it is not.
  absl::Time behind_since = absl::InfiniteFuture();
};

// The cluster, as this node knows it.
struct ClusterState {
  NodeState self;
  // By name, without this node; those heard of in the last hour.
  std::vector<NodeState> others;
  // The stream as its leader last described it; an error if it cannot be reached.
  absl::StatusOr<StreamInfo> stream = absl::UnavailableError("not asked yet");
};

// Reports every second how this node is, hears the reports of the others, and compares its digests
// with theirs. It halts this node if it differs from two others, since its answers would be wrong,
// or if it passed a hole that was a message. While the node waits at a hole, it judges whether the
// node may pass it (hole_rule.h). Has a thread of its own. Thread-safe.
class ClusterWatch {
 public:
  struct Parts {
    Connection& connection;
    const Stream& stream;
    storage::Log& log;
    const Clock& clock;
    // The name of the node and the version of Chipline.
    std::string node;
    std::string version;
    // Why the node applies nothing from the stream; OK if it does.
    std::function<absl::Status()> stalled;
    HoleGate& holes;
    HoleTimes times = {};
  };
  // All must outlive it. Errors as in Connection.
  static absl::StatusOr<std::unique_ptr<ClusterWatch>> Start(Parts parts);
  ~ClusterWatch();
  ClusterWatch(const ClusterWatch&) = delete;
  ClusterWatch& operator=(const ClusterWatch&) = delete;

  ClusterState state() const;

 private:
  // Digests of one report.
  static constexpr size_t kDigests = 8;
  // A shorter break, in which it heard no reports or the stream had no leader, does not count: no
  // node can start, receive something and disappear in that time.
  static constexpr std::chrono::seconds kBreak{60};
  // More than any cluster has. Reports of further nodes are not kept.
  static constexpr size_t kMaxNodes = 256;

  explicit ClusterWatch(Parts parts);
  void Run();
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Look();
  // Updates since when it has heard reports, and forgets nodes that have been silent for too long.
  void Remember(SteadyTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Checks whether a passed hole was a message.
  absl::Status CheckPassed(const storage::v1::NodeReport& report,
                           const std::vector<storage::v1::NodeReport>& others);
  void JudgeHole(const storage::v1::NodeReport& report);
  absl::Status Judged(const HoleGate::Standing& standing, const storage::v1::NodeReport& report);
  void Hear(std::string_view bytes);
  storage::v1::NodeReport Report();
  // Reads the digests of new positions.
  void ReadDigests();
  void NoteLag(NodeState& node, uint64_t last_sequence, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Parts parts_;
  // The same with a shorter timeout, since the thread must report every second.
  const Stream asked_;
  // Used by the thread only: the digests, newest first, and the position up to which they were
  // read.
  std::vector<storage::v1::Digest> digests_;
  storage::Position digests_to_ = 0;
  // The message of a passed hole for which the leader was asked last.
  uint64_t asked_for_ = 0;

  mutable Mutex mutex_;
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  NodeState self_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, NodeState> others_ ABSL_GUARDED_BY(mutex_);
  absl::StatusOr<StreamInfo> stream_ ABSL_GUARDED_BY(mutex_);
  // When it last heard its own report.
  SteadyTime echo_ ABSL_GUARDED_BY(mutex_);
  // When it last heard that while the stream had a leader, and since when without a break.
  SteadyTime listened_ ABSL_GUARDED_BY(mutex_);
  SteadyTime listening_since_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Subscription> subscription_;
  std::thread thread_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_CLUSTER_WATCH_H_
