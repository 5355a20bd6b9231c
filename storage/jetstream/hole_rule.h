#ifndef CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_
#define CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/node_silence.h"

// When a node may go past messages that the stream does not have.
//
// A sequence without a message is either a number that the stream's servers never used, or
// a message that they stored and lost. Nobody can tell by looking at the stream. What matters is
// that no node has taken the message: a node answers for a command only after it has taken it, so
// nothing that was acknowledged is given up, and the proposer publishes the command again. So a
// node passes a hole only if all of this holds:
//
//   1. The hole has stood for HoleTimes::stands, while consumers on servers chosen at random looked
//      again and again: it is not the gap of one server's disk, or of a leader that is behind.
//   2. The stream's leader says that it has none of the messages, and that it has the one behind.
//   3. Every node of the cluster answers, which is more than a majority, and none has taken one of
//      the messages.
//
// The cluster's nodes are those heard of in the last hour (HoleTimes::remembered). The dangerous
// answer would be that of a majority: the node that is down may be the one that has taken the
// message and acknowledged it. So a node that is silent is waited for. After an hour it is
// forgotten, since one that never comes back must not hold the others for ever; should it come back
// after all with the message, FindContradiction tells.
//
// A node that has not listened for an hour does not know whom it has missed. It waits until it has,
// or until another node says that it passed the same hole: that one knew, and has looked for long
// enough. So a node that is made anew does not wait at old holes.
//
// Waiting costs appends and no data, so every doubt is a reason to wait. Nothing here halts a node
// but a contradiction: two nodes of which one took what the other passed have parted. Both halt,
// since neither can tell whose callers count.
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
  // How long a node that is silent is still one of the cluster's.
  absl::Duration remembered = absl::Hours(1);
  // A node that said nothing for so long does not answer.
  absl::Duration answers = storage::kNodeSilence;
};

// What is known when a hole is judged.
struct HoleView {
  struct Other {
    storage::v1::NodeReport report;
    // Since it was last heard.
    absl::Duration silent;
  };

  Hole hole;
  // Since the node stands before it.
  absl::Duration stood;
  // For how long the node has heard what the others say, without a break.
  absl::Duration listened;
  // The first message that the leader has at or behind hole.first.
  uint64_t leader_has = 0;
  // Who this node is, and the others that are remembered.
  storage::v1::NodeReport self;
  std::vector<Other> others;
};

// OK: the hole may be passed. Else UNAVAILABLE, reason STREAM_HOLE, which says what is waited for.
absl::Status MayPass(const HoleView& view, const HoleTimes& times);

// What a leader's answer means that cannot be had, or that this node does not know all others.
absl::Status HoleWaits(const Hole& hole, const std::string& why);

// DATA_LOSS, reason HOLE_CONTRADICTED, if of this node and another one has taken a message that the
// other one has passed as a hole; it names node and message. Else OK.
absl::Status FindContradiction(const storage::v1::NodeReport& self,
                               const std::vector<storage::v1::NodeReport>& others);
// The same, since the leader has a message that this node has passed.
absl::Status TurnedUp(uint64_t sequence);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_HOLE_RULE_H_
