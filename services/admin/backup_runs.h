#ifndef CHIPLINE_SERVICES_ADMIN_BACKUP_RUNS_H_
#define CHIPLINE_SERVICES_ADMIN_BACKUP_RUNS_H_

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "chipline/v1/admin_service.pb.h"
#include "services/admin/work_notice.h"
#include "services/rpc/stream_source.h"
#include "storage/backup.h"
#include "storage/clock.h"
#include "storage/executor.h"
#include "storage/log.h"
#include "storage/mutex.h"

namespace chipline::admin {

// Backups of a log that is being served, one at a time, on a thread of their own, since one takes
// as long as writing the log does. Thread-safe. Log and clock must outlive it.
class BackupRuns {
 public:
  // `root`: the folder that they may go to; empty: none may be made.
  BackupRuns(const storage::Log& log, const Clock& clock, std::filesystem::path root)
      : log_(log), clock_(clock), root_(std::move(root)) {}

  // A stream that begins a backup with its first step, tells how far it is, and ends it if it goes
  // before. `notice` tells of it when it is over. FAILED_PRECONDITION, reason BACKUPS_OFF, if none
  // may be made.
  absl::StatusOr<StreamPlan> Plan(const v1::BackUpLogRequest& request, WorkNotice notice);

  // Ends the one that is being made and waits for it. To be called once no call can come any more,
  // before the log goes.
  void End();

 private:
  friend class BackupStream;

  // One backup, shared by its thread and its stream.
  struct Run {
    std::atomic<bool> stopped{false};
    std::atomic<uint64_t> bytes{0};
    Mutex mutex;
    std::optional<absl::StatusOr<storage::v1::BackupManifest>> result ABSL_GUARDED_BY(mutex);
  };

  // FAILED_PRECONDITION, reason BACKUP_RUNNING, if another is being made.
  absl::StatusOr<std::shared_ptr<Run>> Begin(storage::BackupOptions options,
                                             const WorkNotice& notice);

  const storage::Log& log_;
  const Clock& clock_;
  const std::filesystem::path root_;
  std::optional<Executor> executor_{1};
  Mutex mutex_;
  // The one that is being made.
  std::shared_ptr<Run> running_ ABSL_GUARDED_BY(mutex_);
};

// A backup as the contract has it.
v1::Backup ToMessage(const storage::v1::BackupManifest& manifest,
                     const std::filesystem::path& folder);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_BACKUP_RUNS_H_
