#ifndef CHIPLINE_STORAGE_STREAM_ORDER_H_
#define CHIPLINE_STORAGE_STREAM_ORDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/event_store.h"
#include "storage/sequencer.h"

namespace chipline::storage {

// Decides which commands of a replicated stream are applied and which are copies. A proposer that
// does not know whether its message was stored publishes the same message again. Each proposer
// numbers its commands, and the log keeps the last number that was applied, so every node decides
// the same:
//
//   the last number or below   a copy, skipped
//   the next number            applied; a refused command counts as applied
//   above it                   skipped, since a command before it is missing; the proposer then
//                              publishes again, beginning with the missing one
//
// It passes a hole in the stream only when told to (PassHole). Two kinds of command prove that the
// hole was a message after all (HOLE_CONTRADICTED):
//
//   a gap in the numbers of a proposer right behind the hole, with none of its commands in between:
//   the hole was a command that the stream stored and lost
//   a command whose proposer has the number of the hole: its node received the Hello that was there
//
// The result depends only on the messages and the passed holes. Not thread-safe.
class StreamOrder {
 public:
  // How many proposers are remembered. If there is one more, the one that was silent for the
  // longest time is forgotten, and its later commands are skipped.
  static constexpr size_t kMaxProposers = 1024;
  // How far "right behind" a hole reaches: what proposers published before they could see that
  // something was missing (16 messages each, of many proposers). A gap farther behind is another
  // loss.
  static constexpr uint64_t kRightBehind = 1000;

  // Continues from the rows in the log. DATA_LOSS if they cannot be read.
  static absl::StatusOr<StreamOrder> Load(const EventStore& events, const v1::Genesis& genesis);

  // A command of a round that is to be applied, and its proposer.
  struct Numbered {
    uint64_t proposer = 0;
    uint64_t number = 0;
    // Its index in Round::commands.
    size_t index = 0;
  };
  // The content of a message.
  struct Taken {
    std::vector<Numbered> applied;
    // If the message was a Hello: its nonce. The sequence is the number of the new proposer. Empty
    // otherwise.
    std::string nonce;
    // Commands of this proposer were skipped, since one before them is missing. 0: none.
    uint64_t gap_of = 0;
  };

  // Takes the next message and adds its commands to the round. FAILED_PRECONDITION, reason
  // RULES_UNKNOWN if it has something that this program does not know, or OTHER_LOG. DATA_LOSS,
  // reason MESSAGE_UNREADABLE, or HOLE_CONTRADICTED if it shows that a hole was a message. After an
  // error the message was not taken.
  absl::StatusOr<Taken> Take(uint64_t sequence, absl::Time time, std::string_view bytes,
                             Round& round);
  // Passes the messages from `first` to `last`, which the stream does not have. The next message is
  // behind them.
  void PassHole(uint64_t first, uint64_t last);
  // Adds the rows for what was taken since the last call. Call it once a round.
  void Save(Round& round);

  // The last message; sequence 0 before the first.
  const v1::Applied& applied() const { return applied_; }
  // All holes that were passed: first and last sequence.
  const absl::btree_map<uint64_t, uint64_t>& holes() const { return holes_; }

 private:
  explicit StreamOrder(const v1::Genesis& genesis) : genesis_(genesis) {}

  absl::Status TakeGenesis(uint64_t sequence, const v1::Genesis& genesis) const;
  void TakeHello(uint64_t sequence);
  absl::Status TakeProposals(uint64_t sequence, absl::Time time, const v1::Proposals& proposals,
                             Round& round, Taken& taken);
  absl::Status CheckHello(uint64_t sequence, uint64_t proposer) const;
  // Checks a gap in the numbers of a proposer whose last command came with message `last_sequence`.
  absl::Status CheckGap(uint64_t sequence, uint64_t last_sequence) const;

  v1::Genesis genesis_;
  // The log has no row for it yet.
  bool new_ = false;
  v1::Applied applied_;
  absl::btree_map<uint64_t, v1::Proposer> proposers_;
  // Proposers whose rows changed or were deleted.
  absl::btree_set<uint64_t> changed_;
  absl::btree_map<uint64_t, uint64_t> holes_;
  // Holes that have no row yet, by their first sequence.
  std::vector<uint64_t> new_holes_;
};

// XXH3-128 of a message, as Applied.message_hash.
std::string MessageHash(std::string_view bytes);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_STREAM_ORDER_H_
