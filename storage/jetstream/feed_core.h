#ifndef CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_
#define CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_

// Inside of feed.h: the queue, the consumer, and the thread that keeps one.

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/base/thread_annotations.h"

#include "storage/jetstream/feed.h"
#include "storage/jetstream/stream.h"
#include "storage/mutex.h"

namespace chipline::jetstream {

struct Feed::Core {
  using SteadyTime = std::chrono::steady_clock::time_point;

  Core(Connection& connection, const std::string& stream, uint64_t from,
       const FeedOptions& options);
  ~Core();

  // Subscribes and makes the first consumer; then Run is to be called on a thread.
  absl::Status Start();
  void Run();

  absl::StatusOr<FeedBatch> Take(size_t max_bytes, absl::Duration wait);
  absl::Status PassHole();
  void LookAgain();
  void Wake();
  void Close();

  Connection& connection_;
  const std::string stream_;
  const FeedOptions options_;
  // Of one pull request, and of what waits in the queue.
  const size_t pull_bytes_;
  const size_t max_queued_bytes_;
  const std::string inbox_ = Connection::NewInbox();
  // Consumers are named by it and a number, so that late messages of an older one are known.
  const std::string consumer_prefix_;

  mutable Mutex mutex_;
  // Something for Take, or for Run.
  CondVar arrived_;
  CondVar changed_;
  std::deque<FeedMessage> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // The sequence after the last that was queued.
  uint64_t expected_ ABSL_GUARDED_BY(mutex_);
  std::optional<FeedGap> gap_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  // Not OK: for good.
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  absl::Status stalled_ ABSL_GUARDED_BY(mutex_);
  absl::Time stream_created_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();

  // The consumer. `lost_`: another one is to be made.
  bool lost_ ABSL_GUARDED_BY(mutex_) = true;
  uint64_t made_ ABSL_GUARDED_BY(mutex_) = 0;
  // Counts attempts too.
  uint64_t named_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string consumer_ ABSL_GUARDED_BY(mutex_);
  uint64_t consumer_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  // The hash of the message before expected_; empty if none came yet. A new consumer begins with
  // that one, unless it was trimmed, so that a stream that has lost its end, and has something else
  // there now, is known.
  std::string last_hash_ ABSL_GUARDED_BY(mutex_);
  bool overlaps_ ABSL_GUARDED_BY(mutex_) = false;
  // It was not seen yet.
  bool overlap_due_ ABSL_GUARDED_BY(mutex_) = false;
  // Since when the stream ends before what came from it. A leader that is behind catches up.
  std::optional<SteadyTime> behind_since_ ABSL_GUARDED_BY(mutex_);
  // Where the first message of a new consumer lay behind expected_. Said twice, it is a hole.
  uint64_t suspected_ ABSL_GUARDED_BY(mutex_) = 0;

  // The pull request that is open, and how many messages it may still bring.
  uint64_t pull_ ABSL_GUARDED_BY(mutex_) = 0;
  bool pull_open_ ABSL_GUARDED_BY(mutex_) = false;
  int pull_left_ ABSL_GUARDED_BY(mutex_) = 0;
  SteadyTime heard_ ABSL_GUARDED_BY(mutex_);
  // Counts failed attempts to make a consumer, for the time until the next.
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  // Since when the servers say that there is no such stream.
  std::optional<SteadyTime> missing_since_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Subscription> subscription_;
  std::unique_ptr<StateListener> listener_;
  std::thread thread_;

 private:
  void OnDelivery(const Delivery& delivery);
  void OnState(const ConnectionState& state);
  void OnMessage(const Delivery& delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnStatus(const Delivery& delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The message before expected_ came once more.
  void OnOverlap(std::string_view payload) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnGap(uint64_t got, bool first) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Lose() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What a failure to make a consumer means: DATA_LOSS for a stream that stays missing.
  absl::Status Judged(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // One consumer: OK if it is made, or if a gap was found instead.
  absl::Status MakeConsumer();
  // Answers where the consumer is to begin.
  absl::StatusOr<uint64_t> CheckStream(absl::Duration timeout);
  void RemoveConsumer(const std::string& name);
  void Remake();
  void Pull(uint64_t number, const std::string& consumer);
  // What Run does next; waits for it.
  enum class Step { kEnd, kMake, kPull };
  Step NextStep();
  std::string ReplyOf(uint64_t pull) const;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_
