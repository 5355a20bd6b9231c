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

// Called once, on the committer's thread, so it must not block.
using Done = std::function<void(Outcome)>;

// A command in its place, with whoever waits for it here (nobody, if it came from another node).
struct Sequenced {
  v1::Command command;
  Done done;
};

// Puts commands into one total order. There are two: in process, and a replicated stream.
// Thread-safe.
class Sequencer {
 public:
  virtual ~Sequencer() = default;

  // Takes a command and calls `done` when it was committed or refused. Does not block. If it
  // returns an error `done` is never called: UNAVAILABLE if too much is queued or the sequencer is
  // closed.
  virtual absl::Status Submit(v1::Command command, Done done) = 0;

  // The next commands, in order, about `max_bytes` of them and at least one; waits for them. Empty
  // once the sequencer is closed and everything was taken. For the committer.
  virtual std::vector<Sequenced> Take(size_t max_bytes) = 0;

  // Refuses further commands and lets Take end.
  virtual void Close() = 0;

  // Bytes that were submitted and not yet taken.
  virtual size_t queued_bytes() const = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SEQUENCER_H_
