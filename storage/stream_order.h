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

// Which of the commands in a replicated stream are applied, and which are copies: a proposer that
// did not hear whether its message was stored publishes it again as it was. Each command has a
// number of its proposer, and the log keeps the last that was applied, so that every node tells
// alike:
//
//   the last number or below   a copy, passed over
//   the next number            applied; what is refused counts as applied
//   above it                   passed over, since one before it is missing; its proposer publishes
//                              again from the missing one on
//
// It goes past a hole of the stream only when told to (PassHole), and does not believe in one
// that a command contradicts:
//
//   a gap in a proposer's numbers, right behind the hole and with nothing of it in between: the
//   hole was a command that the stream stored and lost
//   a command whose proposer has the number of the hole: its node has taken the Hello that was
//   there
//
// A function of the messages and of the holes that were passed. Not thread-safe.
class StreamOrder {
 public:
  // Proposers that are remembered. With one more, the one that was silent for the longest is
  // forgotten, and what it sends after that is passed over.
  static constexpr size_t kMaxProposers = 1024;
  // "Right behind" a hole: what proposers have published before they could see that something is
  // missing (16 messages each), from many of them. A gap farther behind is another loss.
  static constexpr uint64_t kRightBehind = 1000;

  // Goes on from what the log holds. DATA_LOSS if that cannot be read.
  static absl::StatusOr<StreamOrder> Load(const EventStore& events, const v1::Genesis& genesis);

  // A command of a round that is to be applied, and whose it is.
  struct Numbered {
    uint64_t proposer = 0;
    uint64_t number = 0;
    // In Round::commands.
    size_t index = 0;
  };
  // What a message brought.
  struct Taken {
    std::vector<Numbered> applied;
    // The sequence is the number of a new proposer with this nonce; empty: it is not a Hello.
    std::string nonce;
    // It had commands of this proposer that were passed over, since one before them is missing.
    uint64_t gap_of = 0;
  };

  // Takes the next message and adds its commands to the round. FAILED_PRECONDITION, reason
  // RULES_UNKNOWN, if it holds what this program does not know, or OTHER_LOG; DATA_LOSS, reason
  // MESSAGE_UNREADABLE, or HOLE_CONTRADICTED if it shows that a hole was a message. Then it was not
  // taken.
  absl::StatusOr<Taken> Take(uint64_t sequence, absl::Time time, std::string_view bytes,
                             Round& round);
  // Goes past the messages from `first` to `last`, which the stream does not have: the next one is
  // behind them.
  void PassHole(uint64_t first, uint64_t last);
  // Adds the rows that say what was taken since the last time. To be called once a round.
  void Save(Round& round);

  // What the last message was; sequence 0 before the first.
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
  // A gap in the numbers of a proposer, whose last command came with message `last_sequence`.
  absl::Status CheckGap(uint64_t sequence, uint64_t last_sequence) const;

  v1::Genesis genesis_;
  // The log has no row for it yet.
  bool new_ = false;
  v1::Applied applied_;
  absl::btree_map<uint64_t, v1::Proposer> proposers_;
  // Those whose rows changed or went.
  absl::btree_set<uint64_t> changed_;
  absl::btree_map<uint64_t, uint64_t> holes_;
  // Those that have no row yet, by their first sequence.
  std::vector<uint64_t> new_holes_;
};

// XXH3-128 of a message, as Applied.message_hash.
std::string MessageHash(std::string_view bytes);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_STREAM_ORDER_H_
