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
  // What the operator calls this node; shown in the stream.
  std::string node;
  // How long whoever proposed a command waits. After that the outcome is unknown to them; the
  // command is still published until it is in the stream.
  absl::Duration commit_timeout = absl::Seconds(10);
};

// Publishes the commands of this node and answers whoever proposed them once they were applied.
//
// Each command has a number. A message that was lost, or of which it is not known whether it was
// stored, is published again as it was, and everything after it: the log takes each number once and
// in order (storage/stream_order.h). So nothing is asked of the stream but that what it delivers
// does not change.
//
// A message has the traceparent of the first of its commands that has one, as a header. It is for
// whoever follows a call through the stream; nothing that is decided or hashed depends on it.
//
// Has a thread of its own. Thread-safe; what is marked so is for the one thread that takes the
// stream.
class Proposer {
 public:
  // `publisher` must outlive it.
  Proposer(Publisher& publisher, ProposerOptions options);
  // What nobody was told is answered UNAVAILABLE, reason OUTCOME_UNKNOWN.
  ~Proposer();
  Proposer(const Proposer&) = delete;
  Proposer& operator=(const Proposer&) = delete;

  // Takes a command. Does not block. See Sequencer::Submit. INVALID_ARGUMENT, reason
  // COMMAND_TOO_LARGE, over limits::kMaxCommandBytes.
  absl::Status Propose(const storage::v1::Command& command, storage::Done done,
                       const storage::Traceparent& trace);
  // Takes no more.
  void Close();
  // Whether somebody still waits for an answer.
  bool waiting() const;
  // Bytes of the commands that are not applied yet.
  size_t bytes() const;
  // Answers everybody who still waits with this.
  void Fail(const absl::Status& status);

  // For the thread that takes the stream. A node has said Hello: this one, if the nonce is ours.
  void SawHello(uint64_t sequence, std::string_view nonce);
  // The commands of this proposer have a gap in the stream.
  void SawGap(uint64_t proposer);
  // A command was taken from the stream to be applied. Whoever waits for it if it is ours; else, or
  // if they were answered, nobody.
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
  // What is to be published next; no bytes if there is nothing, or enough is under way.
  Message NextMessage() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish(const Message& message);
  void Acknowledged(const Publisher::Ack& ack, uint64_t generation, uint64_t first, size_t count);
  // The commands of a message that was surely not stored; those who wait for them.
  std::vector<storage::Done> TakeRefused(uint64_t first, size_t count)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Those who have waited for too long.
  std::vector<storage::Done> TakeLate(SteadyTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Everything from the first pending command on is published again, after a while.
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
  // It was published, and nothing speaks for doing so again yet.
  bool greeted_ ABSL_GUARDED_BY(mutex_) = false;
  // Commands that are not applied yet, from this number on.
  std::deque<Pending> pending_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_number_ ABSL_GUARDED_BY(mutex_) = 1;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many of them were published since the last time that all were to be published again, and in
  // how many messages without an answer.
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  // Counts those times, so that answers to what was sent before are known.
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  // How many of the first were answered: they wait no more.
  size_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
  // Nothing is published before that.
  SteadyTime not_before_ ABSL_GUARDED_BY(mutex_);
  // If nothing of ours comes until then, it is published again. Far away if nothing is out.
  SteadyTime stuck_at_ ABSL_GUARDED_BY(mutex_);
  // Doubles with each time that nothing came of it.
  std::chrono::milliseconds delay_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_PROPOSER_H_
