#ifndef CHIPLINE_SERVICES_RPC_STREAM_SOURCE_H_
#define CHIPLINE_SERVICES_RPC_STREAM_SOURCE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/support/byte_buffer.h"

#include "services/rpc/access.h"
#include "services/rpc/waker.h"
#include "storage/position.h"

namespace chipline {

// What a stream may do now.
struct StreamTurn {
  // At most about this much in one message, whatever the client allows.
  size_t max_bytes = 0;
  // So much time has gone by since the last message that something must be sent.
  bool heartbeat_due = false;
};

// Send this.
struct StreamMessage {
  grpc::ByteBuffer bytes;
  // A client that got this message has everything up to here, and can go on after it.
  storage::Position position = 0;
  // At the end of what there is.
  bool live = false;
  // If set, there is nothing more before the waker is past this.
  std::optional<storage::Position> wait_past;
  // How many of the log's events are in it.
  size_t events = 0;
};

// Nothing to send before the waker is past this, or a heartbeat is due. Everything up to here was
// sent or did not match.
struct StreamWait {
  storage::Position past = 0;
};

// Nothing to send as yet, though it need not be waited for: ask again. Parts work that takes long,
// so that the stream can be ended, or a heartbeat sent, in between.
struct StreamPause {};

// Everything was sent. The stream ends with OK.
struct StreamEnd {};

using StreamStep = std::variant<StreamMessage, StreamWait, StreamPause, StreamEnd>;

// Where a response stream's messages come from, pulled one at a time as the client takes them.
class StreamSource {
 public:
  virtual ~StreamSource() = default;

  // The next step. Called from one thread at a time, one that may block on disk. An error ends the
  // stream with it. If a heartbeat is due the answer must be a message (or the end).
  virtual absl::StatusOr<StreamStep> Next(const StreamTurn& turn) = 0;

  // About what it holds in memory between two steps, beside what it gave.
  virtual size_t held_bytes() const { return 0; }
};

// A stream about to begin.
struct StreamPlan {
  std::unique_ptr<StreamSource> source;
  // What StreamWait waits for. May be a part of the source, which the stream keeps until gRPC is
  // done with the call; else it must outlive the gRPC server. Null if the source never waits.
  Waker* waker = nullptr;
  absl::Duration heartbeat_interval = absl::InfiniteDuration();
  // For operators.
  std::string client_name;
  // The caller's; null if everybody may read everything. Must not outlive its gate.
  std::shared_ptr<const Access> access;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_STREAM_SOURCE_H_
