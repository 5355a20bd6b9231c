#ifndef CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_
#define CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/node_silence.h"

// When a node may pass messages that the stream does not have: a hole.
//
// A sequence without a message is either a number that the servers never used, or a message that
// they stored and lost. The stream does not show which. What matters is that no node has the
// message. A node answers for a command only after it has received it from the stream. So if no
// node has it, nothing acknowledged is lost, and the proposer publishes the command again. A node
// passes a hole only if all of this holds:
//
//   1. The hole has existed for HoleTimes::stands, and consumers on randomly chosen servers found
//      it again and again. So it is not damage on the disk of one server, and not a leader that is
//      behind.
//   2. The leader of the stream says that it has none of the messages, but the one behind them.
//   3. Every node of the cluster answers, which is more than a majority, and none has one of the
//      messages.
//
// The nodes of the cluster are those heard of in the last hour (HoleTimes::remembered). A majority
// would not be enough: the node that is down may be the one that has received and acknowledged the
// message. So a silent node is waited for. After an hour it is forgotten, since a node that never
// returns must not block the others for ever. If it does return with the message, FindContradiction
// reports it.
//
// A node that has not listened for an hour does not know which nodes it has missed. It waits until
// it has, or until another node says that it passed the same hole: that node knew all others and
// waited long enough. So a new node does not wait at old holes.
//
// Waiting delays appends and loses no data, so every doubt is a reason to wait. Only a
// contradiction halts nodes: if one node has a message that another one passed, their logs have
// diverged. Both halt, since neither can tell whose callers got the valid answers.
namespace chipline::jetstream {

// Messages from `first` to `last` are not in the stream.
struct Hole {
  uint64_t first = 0;
  uint64_t last = 0;

  bool operator==(const Hole&) const = default;
};
// "message 4", "messages 4 to 6".
std::string Words(const Hole& hole);

struct HoleTimes {
  absl::Duration stands = absl::Seconds(30);
  // How long a silent node still counts as one of the cluster.
  absl::Duration remembered = absl::Hours(1);
  // A node that has been silent for longer does not answer.
  absl::Duration answers = storage::kNodeSilence;
};

// What is known when a hole is judged.
struct HoleView {
  struct Other {
    storage::v1::NodeReport report;
    // How long ago it was last heard of.
    absl::Duration silent;
  };

  Hole hole;
  // How long the node has waited at the hole.
  absl::Duration stood;
  // How long the node has heard the others without a break.
  absl::Duration listened;
  // The first message at or behind hole.first that the leader has.
  uint64_t leader_has = 0;
  // This node, and the others that are remembered.
  storage::v1::NodeReport self;
  std::vector<Other> others;
};

// OK if the hole may be passed. Otherwise UNAVAILABLE, reason STREAM_HOLE, which says what the node
// waits for.
absl::Status MayPass(const HoleView& view, const HoleTimes& times);

// The status if the leader does not answer, or this node does not know all others.
absl::Status HoleWaits(const Hole& hole, const std::string& why);

// DATA_LOSS, reason HOLE_CONTRADICTED, with node and message, if this node or another one has a
// message that the other of the two passed as a hole. Otherwise OK.
absl::Status FindContradiction(const storage::v1::NodeReport& self,
                               const std::vector<storage::v1::NodeReport>& others);
// The same, because the leader has a message that this node passed.
absl::Status TurnedUp(uint64_t sequence);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_
