#ifndef CHIPLINE_STORAGE_JETSTREAM_PROPOSER_H_
#define CHIPLINE_STORAGE_JETSTREAM_PROPOSER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "storage/jetstream/publisher.h"
#include "storage/mutex.h"
#include "storage/sequencer.h"

namespace chipline::jetstream {

struct ProposerOptions {
  // The node's name, as the operator chose it; shown in the stream.
  std::string node;
  // How long the caller of a command waits. After that the outcome is unknown to the caller. The
  // command is still published until it is in the stream.
  absl::Duration commit_timeout = absl::Seconds(10);
};

// Publishes the commands of this node and answers the callers when they were applied. Each command
// has a number. If a message was lost, or it is not known whether it was stored, the same message
// is published again, and everything after it. The log applies each number once and in order
// (storage/stream_order.h). So the stream must only deliver what does not change.
//
// A message has the traceparent of its first command that has one, as a header, for following a
// call through the stream. No decision or hash depends on it.
//
// Has a thread of its own. Thread-safe, except for the methods that are marked as for the thread
// that reads the stream.
class Proposer {
 public:
  // `publisher` must outlive it.
  Proposer(Publisher& publisher, ProposerOptions options);
  // Commands without an answer are answered UNAVAILABLE, reason OUTCOME_UNKNOWN.
  ~Proposer();
  Proposer(const Proposer&) = delete;
  Proposer& operator=(const Proposer&) = delete;

  // Accepts a command. Does not block. See Sequencer::Submit. INVALID_ARGUMENT, reason
  // COMMAND_TOO_LARGE, over limits::kMaxCommandBytes.
  absl::Status Propose(const storage::v1::Command& command, storage::Done done,
                       const storage::Traceparent& trace);
  // Accepts no more commands.
  void Close();
  // Whether somebody still waits for an answer.
  bool waiting() const;
  // Bytes of the commands that are not applied yet.
  size_t bytes() const;
  // Answers all waiting callers with this status.
  void Fail(const absl::Status& status);

  // For the thread that reads the stream. A Hello arrived; it is of this node if the nonce is ours.
  void SawHello(uint64_t sequence, std::string_view nonce);
  // For the same thread. The commands of this proposer have a gap in the stream.
  void SawGap(uint64_t proposer);
  // For the same thread. A command arrived that will be applied. Returns the callback of its
  // caller, or null if the command is not ours or was answered.
  storage::Done SawApplied(uint64_t proposer, uint64_t number);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  struct Pending {
    // The command, serialised.
    std::string bytes;
    storage::Done done;
    storage::Traceparent trace;
    SteadyTime deadline;
    // How often it was published.
    int attempts = 0;
  };

  void Run();
  // A message to publish: its commands by number.
  struct Message {
    std::string bytes;
    uint64_t first = 0;
    size_t count = 0;
    storage::Traceparent trace;
  };
  // The next message to publish. No bytes if there is nothing, or enough is in flight.
  Message NextMessage() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish(const Message& message);
  void Acknowledged(const Publisher::Ack& ack, uint64_t generation, uint64_t first, size_t count);
  // Removes the commands of a message that was certainly not stored, and returns the callbacks of
  // their callers.
  std::vector<storage::Done> TakeRefused(uint64_t first, size_t count)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The callbacks of callers that have waited for too long.
  std::vector<storage::Done> TakeLate(SteadyTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Publishes everything from the first pending command on again, at `when`.
  void PublishAgain(SteadyTime when) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // When there is something to do without being woken.
  SteadyTime NextTurn(SteadyTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Publisher& publisher_;
  const ProposerOptions options_;
  const std::string nonce_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  // The number of our Hello; 0 until it was seen.
  uint64_t proposer_ ABSL_GUARDED_BY(mutex_) = 0;
  // It was published, and need not be published again yet.
  bool greeted_ ABSL_GUARDED_BY(mutex_) = false;
  // Commands that are not applied yet, from this number on.
  std::deque<Pending> pending_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_number_ ABSL_GUARDED_BY(mutex_) = 1;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many of them were published since all were last to be published again, and in how many
  // unanswered messages.
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  // Counts those times, so that answers to older messages are recognised.
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many of the first were answered and no longer have a caller.
  size_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
  // Nothing is published before this time.
  SteadyTime not_before_ ABSL_GUARDED_BY(mutex_);
  // If nothing of ours arrives until then, everything is published again. Far in the future if
  // nothing is in flight.
  SteadyTime stuck_at_ ABSL_GUARDED_BY(mutex_);
  // Doubles with each attempt that had no result.
  std::chrono::milliseconds delay_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_PROPOSER_H_
