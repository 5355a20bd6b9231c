#ifndef CHIPLINE_SERVICES_TIMELINE_LOG_FEED_H_
#define CHIPLINE_SERVICES_TIMELINE_LOG_FEED_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <semaphore>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "storage/cursor.h"
#include "storage/log_reader.h"
#include "storage/mutex.h"

namespace chipline::timeline {

// Reads the log for the views, one batch ahead, on a thread of its own that is scheduled like the
// answering threads. The view thread has the lowest priority. If it held the lock of the log's tail
// itself and was preempted, every append would wait. For one caller at a time. The reader must
// outlive it.
class LogFeed {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts the thread, which inherits the caller's scheduling.
  explicit LogFeed(const storage::LogReader& log);
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  // Continues after this position. Call it before the first Next.
  void Restart(storage::Position after);
  // The next batch, of about `max_bytes`. Waits until `until`, or until Interrupt is called; none
  // if there is none by then. Returns the errors of the log; after an error there is no batch
  // before Restart.
  absl::StatusOr<std::optional<storage::Batch>> Next(size_t max_bytes, TimePoint until);
  // Ends the current wait of Next, or else the next one. May be called on any thread.
  void Interrupt();

 private:
  void Run();
  // Waits until the log is past `position`, or the feed is closed or restarted.
  void WaitPast(storage::Position position);

  const storage::LogReader& log_;
  // The thread's own.
  storage::Cursor cursor_;
  // Signals that the log has more, or that there is something else to do. Released on the thread of
  // the committer, which must not wait for a lock that Next holds.
  std::counting_semaphore<> moved_{0};

  Mutex mutex_;
  CondVar changed_;
  // How much to read next; 0 before the first Next.
  size_t wanted_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Where to continue, if not behind the last batch.
  std::optional<storage::Position> restart_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::StatusOr<storage::Batch>> ready_ ABSL_GUARDED_BY(mutex_);
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_LOG_FEED_H_
