#ifndef CHIPLINE_STORAGE_RESTORE_H_
#define CHIPLINE_STORAGE_RESTORE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/backup.pb.h"
#include "storage/verification.h"

namespace chipline::storage {

struct RestoreOptions {
  // A folder of backups.
  std::filesystem::path from;
  // The id of the backup; 0: the last one.
  uint32_t backup_id = 0;
  // The new data directory: missing or empty.
  std::filesystem::path to;
  // The time of the restore.
  absl::Time now;
  // Make a node of the cluster in which the backup was made. The epoch stays, and the directory
  // opens only as a node, which checks that it fits the stream.
  bool join = false;
  // Called with the current step and its progress, 0 to 1. May be empty.
  std::function<void(std::string_view, double)> progress;
  // Called with each finding about the restored log. May be empty.
  std::function<void(const CheckedFinding&)> found;
};

struct Restored {
  v1::BackupManifest manifest;
  uint64_t epoch = 0;
};

// Makes a data directory from a backup. The checksums of the files are compared while they are
// copied, and the log is verified. Until then the directory has a file RESTORING, and no server
// opens it. The epoch is a new one, so that tokens of the old log are refused: its events after the
// backup are gone, and other events will get their positions. With `join` the stream still has
// those events, so the epoch stays.
//
// NOT_FOUND if there is no such backup. FAILED_PRECONDITION if the directory is not empty (reason
// DIRECTORY_NOT_EMPTY or RESTORE_UNFINISHED), the backup is of a newer format (FORMAT_TOO_NEW), or
// with `join` is not of a node (NOT_OF_A_CLUSTER). DATA_LOSS if a file of the backup is damaged, or
// the log in it is (RESTORE_UNSOUND).
absl::StatusOr<Restored> Restore(const RestoreOptions& options);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_RESTORE_H_
