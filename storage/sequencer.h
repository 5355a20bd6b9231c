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

// The result of a command. `status` is that of the answer. The rest is set if it is OK.
struct Outcome {
  absl::Status status;
  // For an append: one for each event, in order.
  std::vector<AppendedEvent> events;
  // For an append: when its events were recorded. For a cursor: when it was committed.
  absl::Time time;
  // For a cursor.
  Position cursor_position = 0;
};

inline Outcome Refused(absl::Status status) {
  Outcome outcome;
  outcome.status = std::move(status);
  return outcome;
}

// Called once, on the committer's writing thread. It must not block, since the next group is
// written after it.
using Done = std::function<void(Outcome)>;

// A command in its place in the order, with the caller that waits for it here. There is none if it
// came from another node.
struct Sequenced {
  v1::Command command;
  Done done;
  // The bytes of the command as every node has them, if the order is shared. Empty if the command
  // concerns only this node: it is of an order of this process, or it stores nothing.
  std::string bytes;
};

// Consecutive commands, and rows of the state of the log that go to disk together with the changes.
struct Round {
  std::vector<Sequenced> commands;
  StateRows state;
  // For a shared order: the sequence of its last message.
  uint64_t sequence = 0;
};

// Puts commands into one total order. LocalSequencer does so in this process, a SharedSequencer
// through a stream that several nodes read. Thread-safe.
class Sequencer {
 public:
  virtual ~Sequencer() = default;

  // Accepts a command. Does not block. Whoever processes the command calls `done`. If Submit
  // returns an error, nobody does: UNAVAILABLE if too much is queued or the sequencer is closed.
  // `trace` is that of the caller and does not influence the order.
  virtual absl::Status Submit(v1::Command command, Done done, const Traceparent& trace) = 0;

  // For the committer. Returns the next commands, in order: up to `max_bytes` together, and at
  // least something; waits for that. None once the sequencer is closed and everything was taken. An
  // error if this node can no longer follow a shared order; from then on none.
  virtual absl::StatusOr<std::optional<Round>> Take(size_t max_bytes) = 0;

  // Refuses further commands. Take returns what is left and then none.
  virtual void Close() = 0;
  virtual bool closed() const = 0;

  // Bytes that were submitted and not taken yet.
  virtual size_t queued_bytes() const = 0;
};

// An order that several nodes share. It decides which log they share.
class SharedSequencer : public Sequencer {
 public:
  // Identifies the log of this order.
  virtual const v1::Genesis& genesis() const = 0;

  // Compares the log with the stream and continues behind the end of the log. Called once, before
  // the first Take. FAILED_PRECONDITION or DATA_LOSS, with a reason, if the two do not fit; then
  // nothing was written. `events` is read only during the call.
  virtual absl::Status Join(const EventStore& events, Position head) = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SEQUENCER_H_
