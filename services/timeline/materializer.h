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
// the position by up to 32 MiB of rows. Views that are far behind have another thread read the log
// one step ahead.
//
// Thread-safe. The log's reader must outlive it.
class Materializer {
 public:
  // Opens the views; those of another log, epoch, view or policy version, or of events that the log
  // no longer has, are deleted and built anew. Starts the thread.
  static absl::StatusOr<std::unique_ptr<Materializer>> Open(const MaterializerOptions& options,
                                                            const storage::LogReader& log,
                                                            const storage::LogIdentity& identity);
  // Stops where it is; the views go on from there.
  ~Materializer();
  Materializer(const Materializer&) = delete;
  Materializer& operator=(const Materializer&) = delete;

  const ViewStore& store() const { return *store_; }
  const storage::LogReader& log() const { return log_; }
  const storage::LogIdentity& identity() const { return identity_; }
  // Names as of the views' position, or of a later one.
  std::shared_ptr<const PublishedNames> names() const;
  // The views' position, who waits for it, and the last changes.
  ChangeRing& ring() { return ring_; }
  const ChangeRing& ring() const { return ring_; }

  bool rebuilding() const { return rebuilding_; }
  // Where a rebuild ends: the head as it was at the start.
  storage::Position rebuild_target() const { return rebuild_until_; }
  // OK, or why the views stand still: the disk or the log failed. UNAVAILABLE or DATA_LOSS.
  absl::Status health() const;

 private:
  Materializer(const MaterializerOptions& options, const storage::LogReader& log,
               const storage::LogIdentity& identity)
      : log_(log), identity_(identity), ring_(options.ring_bytes) {}

  absl::Status Start(const MaterializerOptions& options);
  absl::Status LoadStale();
  bool stopping() const;
  // The thread: until it fails or is stopped, perhaps with CANCELLED.
  absl::Status Run();
  void WaitPast(storage::Position position);
  absl::Status Take(const LogStep& step);
  absl::Status TakeAppend(const LoggedAppend& append, bool alone);
  // Once the views are near the head again.
  absl::Status UseWal();
  // When pending appends may be folded; `far`: while there is much of the log to take.
  std::chrono::steady_clock::time_point NextFold(bool far) const;
  bool FoldIsDue(bool far) const;
  absl::Status FoldPending();
  absl::Status FinishRebuild();
  absl::StatusOr<AppendChanges> ChangesOf(const AppendSpan& append, bool names_changed,
                                          std::vector<EntryChange> changes);
  void PublishNames();

  const storage::LogReader& log_;
  const storage::LogIdentity identity_;
  ChangeRing ring_;
  std::atomic<bool> rebuilding_ = false;

  // Set by Start; the thread's own from then on, but for the store's reads.
  std::unique_ptr<ViewStore> store_;
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
  storage::Position rebuild_until_ = 0;

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const PublishedNames> names_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_MATERIALIZER_H_
