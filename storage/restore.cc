#include "storage/restore.h"

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/utilities/backup_engine.h"

#include "storage/backup_folder.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/format_file.h"
#include "storage/high_water.h"
#include "storage/rocks_status.h"
#include "storage/status_macros.h"
#include "storage/stopped_log.h"

namespace chipline::storage {
namespace {

constexpr size_t kStepBytes = 4 * 1024 * 1024;

absl::Status CheckEmpty(const std::filesystem::path& directory) {
  RETURN_IF_ERROR(CheckFinished(directory));
  ASSIGN_OR_RETURN(const bool there, Exists(directory));
  if (!there) return absl::OkStatus();
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) {
    ASSIGN_OR_RETURN(const auto names, ListFolder(directory));
    // Files that a server leaves if its log was removed, or if it was refused there.
    const bool empty = std::all_of(names.begin(), names.end(), [](const std::string& name) {
      return name == kGone || name == "LOCK";
    });
    if (empty) return absl::OkStatus();
  }
  return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_NOT_EMPTY",
               directory.string() + " is not an empty directory; nothing is restored over it");
}

// The epoch is written to the folder before it is used, so that the next restore from there gets
// another one. A folder that cannot be written does not prevent a restore: then only the time
// distinguishes two restores.
absl::StatusOr<uint64_t> NewEpoch(const RestoreOptions& options,
                                  const v1::BackupManifest& manifest) {
  ASSIGN_OR_RETURN(v1::BackupFolder folder, ReadBackupFolder(options.from));
  const uint64_t epoch =
      NextEpoch(std::max<uint64_t>(folder.highest_epoch(), manifest.format().epoch()), options.now);
  folder.set_highest_epoch(epoch);
  WriteBackupFolder(options.from, folder).IgnoreError();
  return epoch;
}

absl::Status Copy(const RestoreOptions& options, uint32_t backup_id) {
  rocksdb::BackupEngineOptions engine_options(BackupEngineFolder(options.from).string());
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  RETURN_IF_ERROR(FromRocks(
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), engine_options, &opened),
      "cannot open " + options.from.string()));
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  const std::string log = (options.to / "log").string();
  const rocksdb::Status copied =
      engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), backup_id, log, log);
  if (copied.IsNotFound()) {
    return Error(
        absl::StatusCode::kDataLoss, "BACKUP_DAMAGED",
        "backup " + std::to_string(backup_id) + " cannot be restored: " + copied.ToString());
  }
  RETURN_IF_ERROR(FromRocks(copied, "backup " + std::to_string(backup_id) + " cannot be restored"));
  return SyncTree(log);
}

absl::Status Verify(const RestoreOptions& options, Position head) {
  const auto log = StoppedLog::OpenHeld(options.to);
  Verification verification(ChecksOf(*log));
  std::vector<CheckedFinding> findings;
  bool more = true;
  while (more) {
    more = verification.Step(kStepBytes, findings);
    for (const CheckedFinding& finding : findings) {
      if (options.found) options.found(finding);
    }
    findings.clear();
    if (options.progress) options.progress("verifying", verification.progress().fraction);
  }
  if (verification.findings() == 0 && log->head() == head) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "RESTORE_UNSOUND",
               verification.findings() == 0
                   ? "the restored log ends at position " + std::to_string(log->head()) +
                         ", and the backup at " + std::to_string(head)
                   : "the restored log is not sound (" + std::to_string(verification.findings()) +
                         " findings) and will not open; try another backup");
}

}  // namespace

absl::StatusOr<Restored> Restore(const RestoreOptions& options) {
  Restored restored;
  ASSIGN_OR_RETURN(restored.manifest, FindBackup(options.from, options.backup_id));
  const v1::Format& format = restored.manifest.format();
  RETURN_IF_ERROR(CheckFormatVersion("the backup", format.version()));
  if (options.join && restored.manifest.applied_sequence() == 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOT_OF_A_CLUSTER",
                 "the backup is not of a node of a cluster, so it cannot join one; restore it "
                 "without --join, and move the log with chipline log create --data");
  }
  RETURN_IF_ERROR(CheckEmpty(options.to));
  restored.epoch = format.epoch();
  if (!options.join) {
    ASSIGN_OR_RETURN(restored.epoch, NewEpoch(options, restored.manifest));
  }
  std::error_code error;
  std::filesystem::create_directories(options.to, error);
  if (error) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot make " + options.to.string() + ": " + error.message());
  }
  RETURN_IF_ERROR(ReplaceFile(options.to / kRestoring,
                              "backup " + std::to_string(restored.manifest.backup_id()) + " of " +
                                  options.from.string() + "\n"));
  ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(options.to));
  if (options.progress) options.progress("copying", 0);
  RETURN_IF_ERROR(Copy(options, restored.manifest.backup_id()));
  const Position head = restored.manifest.head_position();
  RETURN_IF_ERROR(HighWater::Write(options.to / "HIGHWATER", head));
  v1::Format raised = format;
  raised.set_epoch(restored.epoch);
  raised.set_join_pending(options.join);
  RETURN_IF_ERROR(WriteFormat(options.to, raised));
  RETURN_IF_ERROR(Verify(options, head));
  std::filesystem::remove(options.to / kGone, error);
  std::filesystem::remove(options.to / kRestoring, error);
  RETURN_IF_ERROR(SyncFolder(options.to));
  RETURN_IF_ERROR(SyncFolder(options.to.has_parent_path() ? options.to.parent_path() : "."));
  return restored;
}

}  // namespace chipline::storage
