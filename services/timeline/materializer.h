#ifndef CHIPLINE_SERVICES_TIMELINE_MATERIALIZER_H_
#define CHIPLINE_SERVICES_TIMELINE_MATERIALIZER_H_

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "services/timeline/awaited_ids.h"
#include "services/timeline/change_ring.h"
#include "services/timeline/group_fold.h"
#include "services/timeline/log_feed.h"
#include "services/timeline/log_step.h"
#include "services/timeline/published_names.h"
#include "services/timeline/row_writer.h"
#include "services/timeline/view_progress.h"
#include "storage/cursor.h"
#include "storage/log.h"
#include "storage/mutex.h"

namespace chipline::timeline {

struct MaterializerOptions {
  // DATA/views; created if it is missing.
  std::filesystem::path directory;
  // Memory for the latest changes, shared by all watchers.
  size_t ring_bytes = 16 * 1024 * 1024;
  // Memory for view rows read from disk.
  size_t cache_bytes = 64 * 1024 * 1024;
  // Memory for the entries folded last.
  size_t kept_bytes = 64 * 1024 * 1024;
  // A larger fold is written in parts of about this size.
  size_t part_bytes = 16 * 1024 * 1024;
  // How many ids of awaited events may be in memory; see AwaitedIds.
  size_t max_awaited = AwaitedIds::kMaxInMemory;
  // For RocksDB's files; null: the machine's. Must outlive the materializer.
  rocksdb::Env* env = nullptr;
  // Gets every disk error. May be null.
  std::shared_ptr<storage::DiskErrors> errors = nullptr;
};

// A subscriber of the log that maintains the views, on a thread of its own. It does not slow
// appends, and lost views are rebuilt from the log.
//
// The views move from the end of one append to the end of a later one. While somebody watches and
// the views are near the head, each append is folded on its own, and its changes go to the ring.
// Otherwise all available appends are folded together, each entry once, and watchers find the
// changes in the store. While appends keep arriving, folding takes at most a quarter of the
// thread's time. Views that start empty on a log with events cannot be read until they have reached
// the head as it was at the start: rebuilding() is true, nothing is folded before that, and up to
// 32 MiB of rows may not be written yet. For views that are far behind, another thread parses the
// log one step ahead.
//
// The views are derived from the log, so no failure is permanent. While they have stopped, health()
// says why, waiting callers are told, and the thread tries again from the store. A store that
// accepts no writes is opened again. One that is damaged, or fails repeatedly, is deleted and
// rebuilt.
//
// Thread-safe. The log's reader must outlive it.
class Materializer {
 public:
  // Opens the views. Views of another log, epoch, view version or policy version, or of events that
  // the log no longer has, are deleted and rebuilt. Starts the thread, which tries again what
  // fails.
  Materializer(const MaterializerOptions& options, const storage::LogReader& log,
               const storage::LogIdentity& identity);
  // Stops the thread. The views continue from here when they are opened again.
  ~Materializer();
  Materializer(const Materializer&) = delete;
  Materializer& operator=(const Materializer&) = delete;

  const ViewStore& store() const { return *store_; }
  const storage::LogReader& log() const { return reader_; }
  const storage::LogIdentity& identity() const { return identity_; }
  // Names as of the position of the views, or of a later one.
  std::shared_ptr<const PublishedNames> names() const;
  // The position of the views, the callers that wait for it, and the latest changes.
  ChangeRing& ring() { return ring_; }
  const ChangeRing& ring() const { return ring_; }

  bool rebuilding() const { return rebuilding_; }
  // Where a rebuild ends: the head at the start.
  storage::Position rebuild_target() const { return rebuild_until_; }
  // OK, or why the views have stopped for now: UNAVAILABLE, reason VIEWS_FAILED, with RetryInfo.
  absl::Status health() const { return ring_.failure(); }
  // How often the views were deleted and rebuilt since the start, and why the last time.
  uint64_t rebuilds() const { return rebuilds_; }
  std::string rebuild_cause() const;
  // Checks whether the store has failed. Call it from time to time: otherwise a failure in the
  // background, or one that a reader met, is noticed only when the log moves on.
  void Look();

 private:
  // What the thread does until it is stopped. `begun`: Begin was called already.
  void RunAll(bool begun);
  // Opens the store if it is not open, and begins from what it has.
  absl::Status Begin();
  absl::Status OpenStore();
  // Reports the failure, decides what to do with the store, and rests.
  void Failed(const absl::Status& status);
  void Rest();
  absl::Status LoadStale();
  bool stopping() const;
  // Follows the log until it fails or is stopped, which may return CANCELLED.
  absl::Status Run();
  // The next part of the log. Null if there is none before `until`, or there is something else to
  // do.
  absl::StatusOr<std::unique_ptr<LogStep>> NextStep(size_t max_bytes, LogFeed::TimePoint until);
  absl::Status Apply(const LogStep& step);
  absl::Status ApplyAppend(const LoggedAppend& append, bool one_append);
  // Once the views are near the head again.
  absl::Status UseWal();
  // When pending appends may be folded. `far`: much of the log is still to be read.
  std::chrono::steady_clock::time_point NextFold(bool far) const;
  bool FoldIsDue(bool far) const;
  absl::Status FoldPending();
  absl::Status FinishRebuild();
  void PublishNames();

  const storage::LogReader& reader_;
  // The same log, for this thread and those that it starts.
  const storage::LogReader log_;
  const storage::LogIdentity identity_;
  const MaterializerOptions options_;
  ChangeRing ring_;
  std::atomic<bool> rebuilding_ = false;
  std::atomic<uint64_t> rebuilds_ = 0;
  LogFeed feed_;
  const std::unique_ptr<ViewStore> store_;

  // Used by the constructor, then only by the thread.
  bool store_open_ = false;
  // Why the store must be deleted; empty if it need not.
  std::string anew_;
  // Consecutive failures.
  int failures_ = 0;
  std::unique_ptr<ViewProgress> progress_;
  std::unique_ptr<RowWriter> rows_;
  std::unique_ptr<GroupFold> folds_;
  StaleEntries stale_;
  // Appends processed since the last fold.
  size_t pending_appends_ = 0;
  // The last fold of pending appends.
  std::chrono::steady_clock::time_point fold_ended_;
  std::chrono::steady_clock::duration fold_took_{};
  google::protobuf::Timestamp last_time_;
  bool names_unpublished_ = false;
  std::atomic<storage::Position> rebuild_until_ = 0;

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::string rebuild_cause_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const PublishedNames> names_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_MATERIALIZER_H_
