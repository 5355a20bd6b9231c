#include "storage/jetstream/proposer.h"

#include <algorithm>
#include <random>
#include <utility>

#include "chipline/storage/v1/stream.pb.h"
#include "storage/command_limits.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/thread_name.h"

namespace chipline::jetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstDelay{50};
// Short: without a leader servers answer at once, and with one everybody waits for this node.
constexpr milliseconds kLongestDelay{250};
// A message that was stored and does not arrive is published again after this time, which is longer
// than the election of a leader.
constexpr milliseconds kStuck{6000};
constexpr milliseconds kFar{3'600'000};
// Unanswered messages at a time. Meanwhile commands accumulate, so that the next message has many.
constexpr int kMaxInFlight = 16;
constexpr int kMaxCommands = 1024;
// Bytes for each command in a message.
constexpr size_t kOverhead = 8;

std::string NewNonce() {
  std::random_device random;
  std::string nonce;
  for (int i = 0; i < 16; ++i) nonce.push_back(static_cast<char>(random() & 0xff));
  return nonce;
}

std::string HelloMessage(const std::string& node, const std::string& nonce) {
  storage::v1::StreamMessage message;
  message.mutable_hello()->set_node(node);
  message.mutable_hello()->set_nonce(nonce);
  return message.SerializeAsString();
}

void AnswerAll(std::vector<storage::Done>& waiting, const absl::Status& status) {
  for (storage::Done& done : waiting) {
    storage::Outcome outcome;
    outcome.status = status;
    done(std::move(outcome));
  }
}

absl::Status TimedOut() {
  return RetryError("OUTCOME_UNKNOWN",
                    "the stream did not take this in time, and whether it will is not known: it "
                    "has no leader, or this node does not reach it; send the same again, here or "
                    "to another node, with the same ids",
                    absl::Seconds(1));
}

// The answer to callers whose message the stream refused.
absl::Status RefusedBy(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) {
    absl::Status full = Error(absl::StatusCode::kResourceExhausted, "STREAM_FULL",
                              "the stream has no room for more; trim it, or give it more");
    return full;
  }
  return RetryError("STREAM_REFUSED",
                    "the stream does not take this: " + std::string(status.message()),
                    absl::Seconds(10));
}

}  // namespace

Proposer::Proposer(Publisher& publisher, ProposerOptions options)
    : publisher_(publisher),
      options_(std::move(options)),
      nonce_(NewNonce()),
      stuck_at_(steady_clock::now() + kFar),
      delay_(kFirstDelay),
      thread_([this] { Run(); }) {}

Proposer::~Proposer() {
  {
    const MutexLock lock(mutex_);
    closed_ = stopped_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
  Fail(TimedOut());
}

absl::Status Proposer::Propose(const storage::v1::Command& command, storage::Done done,
                               const storage::Traceparent& trace) {
  Pending pending;
  pending.bytes = command.SerializeAsString();
  pending.done = std::move(done);
  pending.trace = trace;
  pending.deadline = steady_clock::now() + absl::ToChronoMilliseconds(options_.commit_timeout);
  if (pending.bytes.size() > limits::kMaxCommandBytes) {
    return Error(absl::StatusCode::kInvalidArgument, "COMMAND_TOO_LARGE",
                 "the append has " + std::to_string(pending.bytes.size()) +
                     " bytes with its names, and a message of the stream takes " +
                     std::to_string(limits::kMaxCommandBytes) + "; send it in parts");
  }
  const MutexLock lock(mutex_);
  if (closed_) {
    return RetryError("DRAINING", "the server is stopping; send the same again soon",
                      absl::Seconds(1));
  }
  if (bytes_ + pending.bytes.size() > limits::kMaxQueuedBytes) {
    return RetryError("OVERLOADED", "too much waits to be written; send the same again soon",
                      absl::Milliseconds(100));
  }
  bytes_ += pending.bytes.size();
  pending_.push_back(std::move(pending));
  changed_.NotifyAll();
  return absl::OkStatus();
}

void Proposer::Close() {
  const MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool Proposer::waiting() const {
  const MutexLock lock(mutex_);
  return pending_.size() > answered_;
}

size_t Proposer::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

void Proposer::Fail(const absl::Status& status) {
  std::vector<storage::Done> waiting;
  {
    const MutexLock lock(mutex_);
    for (Pending& pending : pending_) {
      if (pending.done) waiting.push_back(std::exchange(pending.done, nullptr));
    }
    answered_ = pending_.size();
  }
  AnswerAll(waiting, status);
}

void Proposer::SawHello(uint64_t sequence, std::string_view nonce) {
  if (nonce != nonce_) return;
  const MutexLock lock(mutex_);
  // A copy of our Hello is another proposer, which proposes nothing.
  if (proposer_ != 0) return;
  proposer_ = sequence;
  delay_ = kFirstDelay;
  not_before_ = SteadyTime();
  stuck_at_ = steady_clock::now() + kFar;
  changed_.NotifyAll();
}

void Proposer::SawGap(uint64_t proposer) {
  const MutexLock lock(mutex_);
  if (proposer != proposer_ || proposer == 0) return;
  // Messages that were published before the gap was noticed have gaps of their own.
  if (sent_ > 0) PublishAgain(steady_clock::now() + delay_);
}

storage::Done Proposer::SawApplied(uint64_t proposer, uint64_t number) {
  const MutexLock lock(mutex_);
  if (proposer != proposer_ || proposer == 0 || pending_.empty() || number != first_number_) {
    return nullptr;
  }
  storage::Done done = std::move(pending_.front().done);
  bytes_ -= pending_.front().bytes.size();
  pending_.pop_front();
  ++first_number_;
  if (sent_ > 0) --sent_;
  if (answered_ > 0) --answered_;
  delay_ = kFirstDelay;
  stuck_at_ = steady_clock::now() + (sent_ > 0 ? kStuck : kFar);
  return done;
}

void Proposer::PublishAgain(SteadyTime when) {
  sent_ = 0;
  in_flight_ = 0;
  greeted_ = false;
  ++generation_;
  not_before_ = when;
  stuck_at_ = steady_clock::now() + kFar;
  delay_ = std::min(delay_ * 2, kLongestDelay);
  changed_.NotifyAll();
}

Proposer::Message Proposer::NextMessage() {
  Message next;
  if (proposer_ == 0) {
    if (!std::exchange(greeted_, true)) next.bytes = HelloMessage(options_.node, nonce_);
    return next;
  }
  if (in_flight_ >= kMaxInFlight || sent_ == pending_.size()) return next;
  storage::v1::StreamMessage message;
  auto& proposals = *message.mutable_proposals();
  next.first = first_number_ + sent_;
  proposals.set_proposer(proposer_);
  proposals.set_first_number(next.first);
  size_t bytes = 0;
  for (; sent_ < pending_.size() && proposals.commands_size() < kMaxCommands; ++sent_) {
    Pending& pending = pending_[sent_];
    bytes += pending.bytes.size() + kOverhead;
    if (proposals.commands_size() > 0 && bytes > limits::kMaxCommandBytes) break;
    proposals.add_commands(pending.bytes);
    ++pending.attempts;
    if (next.trace.empty()) next.trace = pending.trace;
  }
  next.count = static_cast<size_t>(proposals.commands_size());
  next.bytes = message.SerializeAsString();
  return next;
}

Proposer::SteadyTime Proposer::NextTurn(SteadyTime now) const {
  SteadyTime turn = std::min(now + kFar, stuck_at_);
  if (not_before_ > now) turn = std::min(turn, not_before_);
  if (answered_ < pending_.size()) turn = std::min(turn, pending_[answered_].deadline);
  return turn;
}

std::vector<storage::Done> Proposer::TakeLate(SteadyTime now) {
  std::vector<storage::Done> late;
  for (; answered_ < pending_.size() && pending_[answered_].deadline <= now; ++answered_) {
    Pending& pending = pending_[answered_];
    if (pending.done) late.push_back(std::exchange(pending.done, nullptr));
  }
  return late;
}

void Proposer::Run() {
  NameThread("log-propose");
  while (true) {
    Message message;
    std::vector<storage::Done> late;
    {
      const MutexLock lock(mutex_);
      if (stopped_) return;
      const SteadyTime now = steady_clock::now();
      if (now >= stuck_at_) PublishAgain(now);
      late = TakeLate(now);
      if (now >= not_before_) message = NextMessage();
      if (message.bytes.empty() && late.empty()) {
        changed_.WaitUntil(mutex_, NextTurn(now));
        continue;
      }
    }
    AnswerAll(late, TimedOut());
    if (!message.bytes.empty()) Publish(message);
  }
}

void Proposer::Publish(const Message& message) {
  uint64_t generation = 0;
  {
    const MutexLock lock(mutex_);
    generation = generation_;
    ++in_flight_;
    stuck_at_ = steady_clock::now() + kStuck;
  }
  const absl::Status sent = publisher_.Publish(
      message.bytes,
      [this, generation, first = message.first, count = message.count](const Publisher::Ack& ack) {
        Acknowledged(ack, generation, first, count);
      },
      message.trace);
  if (sent.ok()) return;
  const MutexLock lock(mutex_);
  if (generation == generation_) PublishAgain(steady_clock::now() + delay_);
}

void Proposer::Acknowledged(const Publisher::Ack& ack, uint64_t generation, uint64_t first,
                            size_t count) {
  std::vector<storage::Done> refused;
  {
    const MutexLock lock(mutex_);
    if (!ack.status.ok() && !absl::IsUnavailable(ack.status)) refused = TakeRefused(first, count);
    if (generation == generation_) {
      if (ack.status.ok()) {
        --in_flight_;
        changed_.NotifyAll();
      } else {
        PublishAgain(steady_clock::now() + delay_);
      }
    }
  }
  AnswerAll(refused, RefusedBy(ack.status));
}

std::vector<storage::Done> Proposer::TakeRefused(uint64_t first, size_t count) {
  std::vector<storage::Done> refused;
  for (uint64_t number = first; number < first + count; ++number) {
    if (number < first_number_ || number - first_number_ >= pending_.size()) continue;
    Pending& pending = pending_[number - first_number_];
    // Another copy of it may be in the stream.
    if (pending.attempts != 1) continue;
    // Its number must be used, so that the refused command is not accepted later.
    storage::v1::Command nothing;
    nothing.mutable_barrier();
    bytes_ -= pending.bytes.size();
    pending.bytes = nothing.SerializeAsString();
    bytes_ += pending.bytes.size();
    if (pending.done) refused.push_back(std::exchange(pending.done, nullptr));
  }
  return refused;
}

}  // namespace chipline::jetstream
