#ifndef CHIPLINE_STORAGE_JETSTREAM_FEED_H_
#define CHIPLINE_STORAGE_JETSTREAM_FEED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/jetstream/connection.h"

namespace chipline::jetstream {

struct FeedOptions {
  // Bytes of the messages that wait for Take. At least twice the server's max_payload, which is
  // used if this is less.
  size_t max_queued_bytes = size_t{32} << 20;
  // How many messages the server may send before it is asked again. From 1 to 10,000.
  int batch = 1000;
  // How often the server sends a heartbeat; from 100 ms on. After two missed ones the consumer is
  // created again.
  absl::Duration heartbeat = absl::Seconds(1);
  // Timeout of one API request while a consumer is created. The first attempts to create one again
  // use a shorter one.
  absl::Duration request_timeout = absl::Seconds(2);
  // How long the servers must say that there is no such stream until this is believed. Servers that
  // have just started may not know it yet.
  absl::Duration missing_for = absl::Seconds(10);
  // How long the stream may end before messages that came from it: longer than a leader that was
  // cut off from the others remains leader.
  absl::Duration behind_for = absl::Seconds(30);
};

struct FeedMessage {
  uint64_t sequence = 0;
  // When the leader stored it.
  absl::Time time;
  std::string bytes;
};

// Why a feed has stopped.
struct FeedGap {
  enum class Kind {
    // Messages from `expected` to `got` - 1 are not in the stream.
    kHole,
    // The stream begins at `got`, behind `expected`: its beginning was deleted.
    kTrimmed,
  };
  Kind kind = Kind::kHole;
  uint64_t expected = 0;
  uint64_t got = 0;
};

// What Take returns: messages, or a gap, or neither (the wait is over).
struct FeedBatch {
  std::vector<FeedMessage> messages;
  std::optional<FeedGap> gap;
};

// The messages of a stream from a sequence on, each once, in order and without a gap, for ever. Its
// consumer in JetStream is temporary and stores nothing. If the consumer or messages in flight are
// lost (another leader, a new connection, missed heartbeats), the feed creates another one from the
// last message received, which must be the same as before. The feed never passes a gap by itself:
// it reports it and stops. It has a thread of its own. Thread-safe, but messages come in order only
// if one thread takes them.
class Feed {
 public:
  // Begins at `from` (1 is the first of a stream). Blocks for one or two requests. NOT_FOUND if
  // there is no such stream; otherwise errors as in Connection. After UNAVAILABLE try again, since
  // servers that have just started lose requests. `connection` must outlive it.
  static absl::StatusOr<std::unique_ptr<Feed>> Open(Connection& connection,
                                                    const std::string& stream, uint64_t from,
                                                    const FeedOptions& options = {});

  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // The next messages: up to `max_bytes` together, and at least one. Waits at most for `wait` for
  // the first. At a gap returns the gap at once. Errors, after all messages before:
  //   CANCELLED    Close was called
  //   DATA_LOSS    the stream was deleted (reason STREAM_MISSING); or another of that name took its
  //                place, or it has lost its end (STREAM_REWRITTEN)
  //   RESOURCE_EXHAUSTED   a message is larger than half of max_queued_bytes and than max_payload
  //   PERMISSION_DENIED, UNAUTHENTICATED   the credentials do not (or no longer) allow it
  // All of them are permanent. A stream that cannot be reached is not an error: the feed keeps
  // trying, and `stalled` says so.
  absl::StatusOr<FeedBatch> Take(size_t max_bytes, absl::Duration wait);

  // Continues behind a hole. FAILED_PRECONDITION if it has not stopped at one, or at kTrimmed.
  absl::Status PassHole();
  // Forgets the hole at which it stopped and looks for the messages again, with consumers that the
  // servers may place elsewhere. Does nothing if it has not stopped at one.
  void LookAgain();

  // Lets the current Take, or else the next one, return without waiting for more.
  void Wake();

  // Lets Take end. May be called while another thread takes.
  void Close();

  // OK while messages can arrive, otherwise why not, for example UNAVAILABLE without a leader.
  absl::Status stalled() const;
  // How often a consumer was created; 1 after Open.
  uint64_t consumers_made() const;

 private:
  struct Core;
  explicit Feed(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_FEED_H_
