#ifndef CHIPLINE_STORAGE_JETSTREAM_SEQUENCER_H_
#define CHIPLINE_STORAGE_JETSTREAM_SEQUENCER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/jetstream/address.h"
#include "storage/jetstream/connection.h"
#include "storage/jetstream/feed.h"
#include "storage/jetstream/hole_gate.h"
#include "storage/jetstream/proposer.h"
#include "storage/jetstream/publisher.h"
#include "storage/jetstream/servers.h"
#include "storage/jetstream/stream.h"
#include "storage/mutex.h"
#include "storage/sequencer.h"
#include "storage/stream_order.h"

namespace chipline::jetstream {

// Which stream a node takes its commands from, and as whom.
struct SequencerOptions {
  Address address;
  // `urls` is set from the address.
  ConnectionOptions connection;
  // What the operator calls the node. 1 to 64 letters, digits, '-' and '_': it is a token of
  // a subject.
  std::string node;
  // FoldKeyVersion() of this program.
  std::string fold_key_version;
  // The stream must have so many copies: 3 or 5; or 1, which survives no machine.
  int replicas = 3;
  // See ProposerOptions.
  absl::Duration commit_timeout = absl::Seconds(10);
};

// The order of commands in a JetStream stream, as one of several nodes that take it. JetStream
// orders and copies; what is decided is decided by each node alone, from the messages
// (storage/stream_order.h).
//
// Thread-safe. The log that takes it must be gone first.
class JetStreamSequencer final : public storage::SharedSequencer {
 public:
  // Connects, and checks that the servers and the stream are such that a log may rest on them.
  // FAILED_PRECONDITION, NOT_FOUND, UNAVAILABLE, UNAUTHENTICATED or PERMISSION_DENIED, saying what
  // is wrong and what to do. Blocks for some seconds, and for kPatience (patience.h) while the
  // stream has no leader.
  static absl::StatusOr<std::unique_ptr<JetStreamSequencer>> Open(const SequencerOptions& options);
  ~JetStreamSequencer() override;

  const storage::v1::Genesis& genesis() const override { return genesis_; }
  // FAILED_PRECONDITION: NEWER_BACKUP_NEEDED if the stream no longer has the message that the log
  // took last, or the next one; STREAM_REWRITTEN if that message is another one now, or the stream
  // ends before it; NOT_OF_THIS_STREAM if the log has taken nothing from the stream and does not
  // end where the stream begins.
  absl::Status Join(const storage::EventStore& events, storage::Position head) override;
  absl::Status Submit(storage::v1::Command command, storage::Done done,
                      const storage::Traceparent& trace) override;
  absl::StatusOr<std::optional<storage::Round>> Take(size_t max_bytes) override;
  void Close() override;
  bool closed() const override;
  size_t queued_bytes() const override;

  Connection& connection() { return *connection_; }
  const Stream& stream() const { return *stream_; }
  // As they greeted when it was opened.
  const ServersSeen& servers() const { return servers_; }
  const SequencerOptions& options() const { return options_; }
  // OK while messages can come; else why not.
  absl::Status stalled() const;
  // Where it stands before a hole until somebody else lets it through (hole_rule.h).
  HoleGate& holes() { return holes_; }

 private:
  // A command that is decided here alone.
  struct Local {
    storage::v1::Command command;
    storage::Done done;
  };

  explicit JetStreamSequencer(SequencerOptions options) : options_(std::move(options)) {}

  absl::Status Connect();
  absl::StatusOr<StreamInfo> AskStream() const;
  // Reads which log the stream orders, and publishes that if nobody has.
  absl::Status ReadGenesis(const StreamInfo& info);
  absl::Status CheckOverlap(const StreamInfo& info, const storage::v1::Applied& applied) const;
  absl::Status CheckBase(const StreamInfo& info, const storage::EventStore& events,
                         storage::Position head) const;
  std::optional<storage::Round> TakeLocal();
  // Takes the messages. What came before an error is kept, and the error returned next time.
  absl::Status TakeMessages(const FeedBatch& batch, storage::Round& round);
  absl::Status TakeMessage(const FeedMessage& message, storage::Round& round);
  // Stands before a hole, for a while, or goes past it.
  absl::Status TakeGap(const FeedGap& gap);
  // Nothing comes any more: everybody who waits is told.
  absl::Status End(absl::Status why);

  const SequencerOptions options_;
  std::unique_ptr<Connection> connection_;
  ServersSeen servers_;
  std::optional<Stream> stream_;
  storage::v1::Genesis genesis_;
  std::unique_ptr<Publisher> publisher_;

  // For the thread that takes.
  std::optional<storage::StreamOrder> order_;
  absl::Status failed_;
  bool ended_ = false;

  HoleGate holes_;

  mutable Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Local> local_ ABSL_GUARDED_BY(mutex_);

  // Made by Join.
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<Proposer> proposer_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_SEQUENCER_H_
