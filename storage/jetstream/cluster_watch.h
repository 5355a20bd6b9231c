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

// Whether two nodes came to the same.
enum class Agreement {
  // They have no digest of the same position. That is no agreement.
  kUnknown,
  kSame,
  kDiffers,
};

// Two nodes' digests, held against each other at the newest position that both have.
struct Comparison {
  Agreement agreement = Agreement::kUnknown;
  storage::Position position = 0;
};
Comparison Compare(const storage::v1::NodeReport& a, const storage::v1::NodeReport& b);

// Whether a node came to something else than two or more others that agree with each other: then it
// is this one that is wrong. OK if not; DATA_LOSS, reason NODE_DIVERGED, naming nodes and position.
absl::Status FindDivergence(const storage::v1::NodeReport& self,
                            const std::vector<storage::v1::NodeReport>& others);

// Why a node takes nothing from the stream, with a reason that an operator can look up in the
// runbook.
std::string StallWords(const absl::Status& stalled);

// A node as it was last heard of.
struct NodeState {
  storage::v1::NodeReport report;
  absl::Time heard;
  // The same by a clock that nobody sets.
  std::chrono::steady_clock::time_point heard_steady;
  // Since when it has messages of the stream to take; InfiniteFuture if it has none.
  absl::Time behind_since = absl::InfiniteFuture();
};

// How the cluster does, as this node has heard.
struct ClusterState {
  NodeState self;
  // By name, without this node; those heard of in the last hour.
  std::vector<NodeState> others;
  // The stream as its leader described it last; an error if it cannot be reached.
  absl::StatusOr<StreamInfo> stream = absl::UnavailableError("not asked yet");
};

// Says each second how this node does, hears how the others do, and holds its digests against
// theirs. A node that came to something else than two others is halted: it would go on to give
// other answers. So is one that has passed a hole that was none. While the node stands before
// a hole it judges whether it may go past it (hole_rule.h). Has a thread of its own. Thread-safe.
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
    // Why it takes nothing from the stream; OK if it does.
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
  // How many digests a report has.
  static constexpr size_t kDigests = 8;
  // A shorter time in which it did not hear what was said, or the stream had no leader, is none in
  // which a node can come, take something, and go.
  static constexpr std::chrono::seconds kBreak{60};
  // More nodes than a cluster has: reports of further ones are not kept.
  static constexpr size_t kMaxNodes = 256;

  explicit ClusterWatch(Parts parts);
  void Run();
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Look();
  // Notes since when it hears what is said, and forgets nodes that were silent for too long since.
  void Remember(SteadyTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether a hole that was passed was none.
  absl::Status CheckPassed(const storage::v1::NodeReport& report,
                           const std::vector<storage::v1::NodeReport>& others);
  void JudgeHole(const storage::v1::NodeReport& report);
  absl::Status Judged(const HoleGate::Standing& standing, const storage::v1::NodeReport& report);
  void Hear(std::string_view bytes);
  storage::v1::NodeReport Report();
  // Reads the digests of positions that came since.
  void ReadDigests();
  void NoteLag(NodeState& node, uint64_t last_sequence, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Parts parts_;
  // The same, which gives up sooner: the thread has to say each second how the node does.
  const Stream asked_;
  // The thread's own: newest first, and up to where they were looked for.
  std::vector<storage::v1::Digest> digests_;
  storage::Position digests_to_ = 0;
  // The message of a passed hole that the leader was asked for last.
  uint64_t asked_for_ = 0;

  mutable Mutex mutex_;
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  NodeState self_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, NodeState> others_ ABSL_GUARDED_BY(mutex_);
  absl::StatusOr<StreamInfo> stream_ ABSL_GUARDED_BY(mutex_);
  // When it heard what it said itself.
  SteadyTime echo_ ABSL_GUARDED_BY(mutex_);
  // When it last heard that, and the stream had a leader; and since when without a break.
  SteadyTime listened_ ABSL_GUARDED_BY(mutex_);
  SteadyTime listening_since_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Subscription> subscription_;
  std::thread thread_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_CLUSTER_WATCH_H_
