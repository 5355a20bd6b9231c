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
  // DATA/views; made if it is not there.
  std::filesystem::path directory;
  // Memory for the last changes, which all watchers share.
  size_t ring_bytes = 16 * 1024 * 1024;
  // Memory for view rows read from disk.
  size_t cache_bytes = 64 * 1024 * 1024;
  // Memory for the entries that were folded last.
  size_t kept_bytes = 64 * 1024 * 1024;
  // A fold of more is written in parts of about so much.
  size_t part_bytes = 16 * 1024 * 1024;
  // How many ids of awaited events may be in memory; see AwaitedIds.
  size_t max_awaited = AwaitedIds::kMaxInMemory;
  // For RocksDB's files; null: the machine's. Must outlive the materializer.
  rocksdb::Env* env = nullptr;
  // Gets every error of the disk. May be null.
  std::shared_ptr<storage::DiskErrors> errors = nullptr;
};

// One more subscriber of the log, on a thread of its own, which keeps the views: it never slows an
// append, and whatever is lost of the views comes back from the log.
//
// The views move from the end of one append to the end of a later one. While somebody watches and
// the views are near the head, each append is folded on its own and its changes go to the ring;
// else all appends at hand are folded together, each entry once, and watchers find the changes in
// the store. While appends never stop, folding takes a quarter of the thread's time. Views that
// start empty on a log that is not are not for reading until they have reached what was the head at
// the start: rebuilding() is true and nothing is folded before that, and what was written is behind
// the position by up to 32 MiB of rows. Views that are far behind have another thread parse the log
// one step ahead.
//
// The views are derived from the log, so no failure of theirs is for ever. While they stand still
// health() says why, and whoever waits is told; the thread tries again from what the store has. A
// store that takes no writes is opened again; one that is damaged, or fails again and again, is
// deleted and rebuilt.
//
// Thread-safe. The log's reader must outlive it.
class Materializer {
 public:
  // Opens the views; those of another log, epoch, view or policy version, or of events that the log
  // no longer has, are deleted and built anew. What fails is tried again by the thread, which this
  // starts.
  Materializer(const MaterializerOptions& options, const storage::LogReader& log,
               const storage::LogIdentity& identity);
  // Stops where it is; the views go on from there.
  ~Materializer();
  Materializer(const Materializer&) = delete;
  Materializer& operator=(const Materializer&) = delete;

  const ViewStore& store() const { return *store_; }
  const storage::LogReader& log() const { return reader_; }
  const storage::LogIdentity& identity() const { return identity_; }
  // Names as of the views' position, or of a later one.
  std::shared_ptr<const PublishedNames> names() const;
  // The views' position, who waits for it, and the last changes.
  ChangeRing& ring() { return ring_; }
  const ChangeRing& ring() const { return ring_; }

  bool rebuilding() const { return rebuilding_; }
  // Where a rebuild ends: the head as it was at the start.
  storage::Position rebuild_target() const { return rebuild_until_; }
  // OK, or why the views stand still for now: UNAVAILABLE, reason VIEWS_FAILED, with RetryInfo.
  absl::Status health() const { return ring_.failure(); }
  // How often the views were deleted and built anew since the start, and why the last time.
  uint64_t rebuilds() const { return rebuilds_; }
  std::string rebuild_cause() const;
  // Looks whether the store has failed. To be called now and then: a failure in the background, or
  // one that a reader met, is else noticed only as the log moves on.
  void Look();

 private:
  // What the thread does until it is stopped.
  // `begun`: Begin was done already.
  void RunAll(bool begun);
  // Opens the store if it is not open, and begins from what it has.
  absl::Status Begin();
  absl::Status OpenStore();
  // Tells of the failure, decides what to do with the store, and rests.
  void Failed(const absl::Status& status);
  void Rest();
  absl::Status LoadStale();
  bool stopping() const;
  // Follows the log: until it fails or is stopped, perhaps with CANCELLED.
  absl::Status Run();
  // The next part of the log; null if there is none before `until`, or something else is to be
  // done.
  absl::StatusOr<std::unique_ptr<LogStep>> NextStep(size_t max_bytes, LogFeed::TimePoint until);
  absl::Status Take(const LogStep& step);
  absl::Status TakeAppend(const LoggedAppend& append, bool alone);
  // Once the views are near the head again.
  absl::Status UseWal();
  // When pending appends may be folded; `far`: while there is much of the log to take.
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

  // The thread's own, and the constructor's before it.
  bool store_open_ = false;
  // Why the store is to be deleted; empty if it is not.
  std::string anew_;
  // In a row.
  int failures_ = 0;
  std::unique_ptr<ViewProgress> progress_;
  std::unique_ptr<RowWriter> rows_;
  std::unique_ptr<GroupFold> folds_;
  StaleEntries stale_;
  // Appends taken since the last fold.
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
