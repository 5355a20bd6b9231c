#ifndef CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_
#define CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_

// The inside of feed.h: the queue, the consumer, and the thread that maintains it.

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

  // Subscribes and creates the first consumer. Then call Run on a thread.
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
  // Bytes of one pull request, and of the messages in the queue.
  const size_t pull_bytes_;
  const size_t max_queued_bytes_;
  const std::string inbox_ = Connection::NewInbox();
  // The name of a consumer is this and a number, so that late messages of an older one are
  // recognised.
  const std::string consumer_prefix_;

  mutable Mutex mutex_;
  // Signals that there is something for Take, or for Run.
  CondVar arrived_;
  CondVar changed_;
  std::deque<FeedMessage> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // The sequence after the last queued message.
  uint64_t expected_ ABSL_GUARDED_BY(mutex_);
  std::optional<FeedGap> gap_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  // Not OK: the feed has ended.
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  absl::Status stalled_ ABSL_GUARDED_BY(mutex_);
  absl::Time stream_created_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();

  // The consumer. `lost_`: another one must be created.
  bool lost_ ABSL_GUARDED_BY(mutex_) = true;
  uint64_t made_ ABSL_GUARDED_BY(mutex_) = 0;
  // Number of the last name, attempts included.
  uint64_t named_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string consumer_ ABSL_GUARDED_BY(mutex_);
  uint64_t consumer_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  // The hash of the message before expected_; empty if there was none yet. A new consumer begins
  // with that message, unless it was trimmed. So the feed notices a stream that has lost its end
  // and has other messages there now.
  std::string last_hash_ ABSL_GUARDED_BY(mutex_);
  bool overlaps_ ABSL_GUARDED_BY(mutex_) = false;
  // That message has not arrived again yet.
  bool overlap_due_ ABSL_GUARDED_BY(mutex_) = false;
  // Since when the stream ends before messages that came from it. A leader that is behind catches
  // up.
  std::optional<SteadyTime> behind_since_ ABSL_GUARDED_BY(mutex_);
  // The first sequence of a new consumer, if it was behind expected_. If another consumer confirms
  // it, it is a hole.
  uint64_t suspected_ ABSL_GUARDED_BY(mutex_) = 0;

  // The open pull request, and how many messages it may still bring.
  uint64_t pull_ ABSL_GUARDED_BY(mutex_) = 0;
  bool pull_open_ ABSL_GUARDED_BY(mutex_) = false;
  int pull_left_ ABSL_GUARDED_BY(mutex_) = 0;
  SteadyTime heard_ ABSL_GUARDED_BY(mutex_);
  // Failed attempts to create a consumer, for the time until the next attempt.
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
  // The message before expected_ arrived again.
  void OnOverlap(std::string_view payload) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnGap(uint64_t got, bool first) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Lose() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What a failure to create a consumer means: DATA_LOSS for a stream that stays missing.
  absl::Status Judged(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Creates a consumer. OK if it was created, or if a gap was found instead.
  absl::Status MakeConsumer();
  // Returns where the consumer must begin.
  absl::StatusOr<uint64_t> CheckStream(absl::Duration timeout);
  void RemoveConsumer(const std::string& name);
  void Remake();
  void Pull(uint64_t number, const std::string& consumer);
  // What Run must do next; waits for it.
  enum class Step { kEnd, kMake, kPull };
  Step NextStep();
  std::string ReplyOf(uint64_t pull) const;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_FEED_CORE_H_
