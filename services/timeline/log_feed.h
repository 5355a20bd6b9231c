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

// Reads the log for the views, one batch ahead, on a thread of its own that is scheduled like those
// that answer calls. The views' thread has the lowest priority: if it took the lock of the log's
// tail itself, and lost the processor while it had it, every append would wait. For one caller at a
// time. The reader must outlive it.
class LogFeed {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts the thread, which inherits how the calling one is scheduled.
  explicit LogFeed(const storage::LogReader& log);
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  // Goes on after this position. To be called before the first Take.
  void Restart(storage::Position after);
  // The next batch, of about `max_bytes`; waits for one until `until`, or until Interrupt is
  // called. None if there is none by then. The log's errors; then nothing comes before Restart.
  absl::StatusOr<std::optional<storage::Batch>> Take(size_t max_bytes, TimePoint until);
  // Ends the wait of Take that is under way, or else the next. Any thread.
  void Interrupt();

 private:
  void Run();
  // Waits until the log is past `position`, or the feed is closed or begins elsewhere.
  void WaitPast(storage::Position position);

  const storage::LogReader& log_;
  // The thread's own.
  storage::Cursor cursor_;
  // The log has more, or there is something else to do. Released on the committer's thread, which
  // must not wait for a lock that Take has.
  std::counting_semaphore<> moved_{0};

  Mutex mutex_;
  CondVar changed_;
  // How much to read next; 0 before the first Take.
  size_t wanted_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Where to go on, if not behind the last batch.
  std::optional<storage::Position> restart_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::StatusOr<storage::Batch>> ready_ ABSL_GUARDED_BY(mutex_);
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_LOG_FEED_H_
