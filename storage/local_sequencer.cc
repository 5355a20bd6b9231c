#include "storage/local_sequencer.h"

#include <utility>

#include "storage/error.h"
#include "storage/limits.h"
#include "storage/timestamp.h"

namespace chipline::storage {
namespace {

// The size of a command in the queue: its events, and a little for each.
size_t WeightOf(const v1::Command& command) {
  constexpr size_t kOverhead = 64;
  size_t bytes = kOverhead;
  for (const auto& event : command.append().events()) bytes += event.event().size() + kOverhead;
  return bytes;
}

}  // namespace

absl::Status LocalSequencer::Submit(v1::Command command, Done done, const Traceparent& /*trace*/) {
  *command.mutable_sequence_time() = ToTimestamp(clock_.Now());
  const size_t bytes = WeightOf(command);
  {
    MutexLock lock(mutex_);
    if (closed_) {
      return RetryError("DRAINING", "the server is stopping; send the same again soon",
                        absl::Seconds(1));
    }
    if (queued_bytes_ + bytes > limits::kMaxQueuedBytes) {
      return RetryError("OVERLOADED", "too much waits to be written; send the same again soon",
                        absl::Milliseconds(100));
    }
    queued_bytes_ += bytes;
    queue_.push_back({Sequenced{std::move(command), std::move(done), {}}, bytes});
  }
  arrived_.NotifyOne();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Round>> LocalSequencer::Take(size_t max_bytes) {
  Round round;
  MutexLock lock(mutex_);
  while (queue_.empty() && !closed_) arrived_.Wait(mutex_);
  if (queue_.empty()) return std::optional<Round>();
  size_t bytes = 0;
  while (!queue_.empty() && (round.commands.empty() || bytes + queue_.front().bytes <= max_bytes)) {
    bytes += queue_.front().bytes;
    round.commands.push_back(std::move(queue_.front().sequenced));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return std::optional<Round>(std::move(round));
}

void LocalSequencer::Close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  arrived_.NotifyAll();
}

bool LocalSequencer::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

size_t LocalSequencer::queued_bytes() const {
  MutexLock lock(mutex_);
  return queued_bytes_;
}

}  // namespace chipline::storage
