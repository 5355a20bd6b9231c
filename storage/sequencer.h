#ifndef CHIPLINE_STORAGE_SEQUENCER_H_
#define CHIPLINE_STORAGE_SEQUENCER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/command.pb.h"
#include "storage/position.h"

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

// Called once, on the committer's thread that writes the log, so it must not block: the next group
// is written after it.
using Done = std::function<void(Outcome)>;

// A command in its place, with whoever waits for it here (nobody, if it came from another node).
struct Sequenced {
  v1::Command command;
  Done done;
};

// Puts commands into one total order: LocalSequencer does so in this process. It is an interface,
// since a stream that several nodes share could do the same. Thread-safe.
class Sequencer {
 public:
  virtual ~Sequencer() = default;

  // Takes a command. Does not block. Whoever takes the command from the order calls `done`. If this
  // returns an error nobody does: UNAVAILABLE if too much is queued or the sequencer is closed.
  virtual absl::Status Submit(v1::Command command, Done done) = 0;

  // The next commands, in order: as many as have `max_bytes` together, and at least one; waits for
  // that. Empty once the sequencer is closed and everything was taken. For the committer.
  virtual std::vector<Sequenced> Take(size_t max_bytes) = 0;

  // Refuses further commands and lets Take end.
  virtual void Close() = 0;

  // Bytes that were submitted and not yet taken.
  virtual size_t queued_bytes() const = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SEQUENCER_H_
