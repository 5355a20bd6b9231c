#include "storage/jetstream/feed.h"

#include <algorithm>
#include <utility>

#include "storage/jetstream/feed_core.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {

absl::StatusOr<std::unique_ptr<Feed>> Feed::Open(Connection& connection, const std::string& stream,
                                                 uint64_t from, const FeedOptions& options) {
  auto core = std::make_unique<Core>(connection, stream, std::max<uint64_t>(1, from), options);
  RETURN_IF_ERROR(core->Start());
  return std::unique_ptr<Feed>(new Feed(std::move(core)));
}

Feed::Feed(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Feed::~Feed() = default;

absl::StatusOr<FeedBatch> Feed::Take(size_t max_bytes, absl::Duration wait) {
  return core_->Take(max_bytes, wait);
}
absl::Status Feed::PassHole() { return core_->PassHole(); }
void Feed::LookAgain() { core_->LookAgain(); }
void Feed::Wake() { core_->Wake(); }
void Feed::Close() { core_->Close(); }

absl::Status Feed::stalled() const {
  MutexLock lock(core_->mutex_);
  return core_->end_.ok() ? core_->stalled_ : core_->end_;
}

uint64_t Feed::consumers_made() const {
  MutexLock lock(core_->mutex_);
  return core_->made_;
}

absl::StatusOr<FeedBatch> Feed::Core::Take(size_t max_bytes, absl::Duration wait) {
  const SteadyTime deadline =
      std::chrono::steady_clock::now() +
      absl::ToChronoNanoseconds(std::clamp(wait, absl::ZeroDuration(), absl::Hours(24 * 365)));
  FeedBatch batch;
  MutexLock lock(mutex_);
  while (queue_.empty() && !gap_ && end_.ok() && !woken_ && arrived_.WaitUntil(mutex_, deadline)) {
  }
  woken_ = false;
  size_t bytes = 0;
  while (!queue_.empty() &&
         (batch.messages.empty() || bytes + queue_.front().bytes.size() <= max_bytes)) {
    bytes += queue_.front().bytes.size();
    batch.messages.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  if (!batch.messages.empty()) {
    queued_bytes_ -= bytes;
    // There may be room for the next request.
    if (!pull_open_) changed_.NotifyAll();
    return batch;
  }
  if (!end_.ok()) return end_;
  batch.gap = gap_;
  return batch;
}

void Feed::Core::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  arrived_.NotifyAll();
}

absl::Status Feed::Core::PassHole() {
  MutexLock lock(mutex_);
  if (!gap_ || gap_->kind != FeedGap::Kind::kHole) {
    return absl::FailedPreconditionError("the feed stands at no hole");
  }
  expected_ = gap_->got;
  // The message before it does not exist.
  last_hash_.clear();
  gap_.reset();
  suspected_ = 0;
  Lose();
  return absl::OkStatus();
}

void Feed::Core::LookAgain() {
  MutexLock lock(mutex_);
  if (!gap_ || gap_->kind != FeedGap::Kind::kHole) return;
  gap_.reset();
  suspected_ = 0;
  Lose();
}

void Feed::Core::Close() {
  MutexLock lock(mutex_);
  End(absl::CancelledError("the feed is closed"));
}

}  // namespace chipline::jetstream
