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

// The stream that a node follows, and the node.
struct SequencerOptions {
  Address address;
  // `urls` is set from the address.
  ConnectionOptions connection;
  // The node's name, as the operator chose it. 1 to 64 letters, digits, '-' and '_': it is a token
  // of a subject.
  std::string node;
  // FoldKeyVersion() of this program.
  std::string fold_key_version;
  // The required number of copies of the stream: 3 or 5; or 1, with which the stream does not
  // survive the loss of a machine.
  int replicas = 3;
  // See ProposerOptions.
  absl::Duration commit_timeout = absl::Seconds(10);
};

// The order of commands in a JetStream stream, for one of several nodes that follow it. JetStream
// orders and copies; each node decides alone, from the messages (storage/stream_order.h).
// Thread-safe. The log that follows it must be destroyed first.
class JetStreamSequencer final : public storage::SharedSequencer {
 public:
  // Connects, and checks that the servers and the stream are safe for a log. FAILED_PRECONDITION,
  // NOT_FOUND, UNAVAILABLE, UNAUTHENTICATED or PERMISSION_DENIED, with what is wrong and what to
  // do. Blocks for some seconds, and for kPatience (patience.h) while the stream has no leader.
  static absl::StatusOr<std::unique_ptr<JetStreamSequencer>> Open(const SequencerOptions& options);
  ~JetStreamSequencer() override;

  const storage::v1::Genesis& genesis() const override { return genesis_; }
  // FAILED_PRECONDITION: NEWER_BACKUP_NEEDED if the stream no longer has the last message that the
  // log applied, or the next one; STREAM_REWRITTEN if that message is another one now, or the
  // stream ends before it; NOT_OF_THIS_STREAM if the log has applied nothing from the stream and
  // does not end where the stream begins.
  absl::Status Join(const storage::EventStore& events, storage::Position head) override;
  absl::Status Submit(storage::v1::Command command, storage::Done done,
                      const storage::Traceparent& trace) override;
  absl::StatusOr<std::optional<storage::Round>> Take(size_t max_bytes) override;
  void Close() override;
  bool closed() const override;
  size_t queued_bytes() const override;

  Connection& connection() { return *connection_; }
  const Stream& stream() const { return *stream_; }
  // The servers, as they introduced themselves at the start.
  const ServersSeen& servers() const { return servers_; }
  const SequencerOptions& options() const { return options_; }
  // OK while messages can arrive, otherwise why not.
  absl::Status stalled() const;
  // Where it waits at a hole until it may pass (hole_rule.h).
  HoleGate& holes() { return holes_; }

 private:
  // A command that only this node decides.
  struct Local {
    storage::v1::Command command;
    storage::Done done;
  };

  explicit JetStreamSequencer(SequencerOptions options) : options_(std::move(options)) {}

  absl::Status Connect();
  absl::StatusOr<StreamInfo> AskStream() const;
  // Reads which log the stream orders, and publishes it if nobody has.
  absl::Status ReadGenesis(const StreamInfo& info);
  absl::Status CheckOverlap(const StreamInfo& info, const storage::v1::Applied& applied) const;
  absl::Status CheckBase(const StreamInfo& info, const storage::EventStore& events,
                         storage::Position head) const;
  std::optional<storage::Round> TakeLocal();
  // Processes the messages. Keeps those before an error, and returns the error the next time.
  absl::Status TakeMessages(const FeedBatch& batch, storage::Round& round);
  absl::Status TakeMessage(const FeedMessage& message, storage::Round& round);
  // Waits at a hole for a while, or passes it.
  absl::Status TakeGap(const FeedGap& gap);
  // Nothing more arrives: all waiting callers are told.
  absl::Status End(absl::Status why);

  const SequencerOptions options_;
  std::unique_ptr<Connection> connection_;
  ServersSeen servers_;
  std::optional<Stream> stream_;
  storage::v1::Genesis genesis_;
  std::unique_ptr<Publisher> publisher_;

  // For the thread that calls Take.
  std::optional<storage::StreamOrder> order_;
  absl::Status failed_;
  bool ended_ = false;

  HoleGate holes_;

  mutable Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Local> local_ ABSL_GUARDED_BY(mutex_);

  // Created by Join.
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<Proposer> proposer_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_SEQUENCER_H_
