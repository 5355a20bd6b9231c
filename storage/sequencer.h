#ifndef CHIPLINE_STORAGE_SEQUENCER_H_
#define CHIPLINE_STORAGE_SEQUENCER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/storage/v1/stream.pb.h"
#include "storage/event_store.h"
#include "storage/position.h"
#include "storage/traceparent.h"

namespace chipline::storage {

// Where an event is. As chipline.v1.AppendedEvent.
struct AppendedEvent {
  Position position = 0;
  Revision revision = 0;
  std::string subject;
  bool duplicate = false;
};

// How a command went. `status` is the answer's; the rest is set if it is OK.
struct Outcome {
  absl::Status status;
  // For an append, one for each event, in order.
  std::vector<AppendedEvent> events;
  // For an append, of its events; for a cursor, of its commit.
  absl::Time time;
  // For a cursor.
  Position cursor_position = 0;
};

inline Outcome Refused(absl::Status status) {
  Outcome outcome;
  outcome.status = std::move(status);
  return outcome;
}

// Called once, on the committer's thread that writes the log, so it must not block: the next group
// is written after it.
using Done = std::function<void(Outcome)>;

// A command in its place, with whoever waits for it here (nobody, if it came from another node).
struct Sequenced {
  v1::Command command;
  Done done;
  // The command as every node has it, if the order is shared. Empty for what concerns this node
  // alone: a command of an order in this process, or one that stores nothing.
  std::string bytes;
};

// Commands that follow each other, and rows of the log's state that go to disk together with what
// the commands change.
struct Round {
  std::vector<Sequenced> commands;
  StateRows state;
  // Of a shared order: the sequence of the last message in it.
  uint64_t sequence = 0;
};

// Puts commands into one total order: LocalSequencer does so in this process, a SharedSequencer
// through a stream that several nodes read. Thread-safe.
class Sequencer {
 public:
  virtual ~Sequencer() = default;

  // Takes a command. Does not block. Whoever takes the command from the order calls `done`. If this
  // returns an error nobody does: UNAVAILABLE if too much is queued or the sequencer is closed.
  // `trace` is of whoever submits; the order does not depend on it.
  virtual absl::Status Submit(v1::Command command, Done done, const Traceparent& trace) = 0;

  // The next commands, in order: as many as have `max_bytes` together, and at least something;
  // waits for that. None once the sequencer is closed and everything was taken. An error if this
  // node cannot follow a shared order any more; after it, none. For the committer.
  virtual absl::StatusOr<std::optional<Round>> Take(size_t max_bytes) = 0;

  // Refuses further commands and lets Take end.
  virtual void Close() = 0;
  virtual bool closed() const = 0;

  // Bytes that were submitted and not yet taken.
  virtual size_t queued_bytes() const = 0;
};

// An order that other nodes have as well. It decides which log it is that they share.
class SharedSequencer : public Sequencer {
 public:
  // What a log must be to take this order.
  virtual const v1::Genesis& genesis() const = 0;

  // Holds the log against the stream and goes on behind what the log has. Called once, before the
  // first Take. FAILED_PRECONDITION or DATA_LOSS, naming the reason, if the two do not fit; then
  // nothing was written. `events` is read during the call only.
  virtual absl::Status Join(const EventStore& events, Position head) = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SEQUENCER_H_
