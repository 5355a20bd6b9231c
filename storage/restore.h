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
  // Which; 0: the last.
  uint32_t backup_id = 0;
  // Absent or empty.
  std::filesystem::path to;
  // When it is made.
  absl::Time now;
  // It is to be a node of the cluster that the backup was made in: the epoch stays, and the
  // directory opens only as a node, which checks that it fits the stream.
  bool join = false;
  // Called with what is being done and how far it is, 0 to 1. May be empty.
  std::function<void(std::string_view, double)> progress;
  // Called with what is wrong with the log that was restored. May be empty.
  std::function<void(const CheckedFinding&)> found;
};

struct Restored {
  v1::BackupManifest manifest;
  uint64_t epoch = 0;
};

// Makes a data directory from a backup. The files' checksums are compared as they are copied, and
// the log is verified before it may be opened: until then the directory has a file RESTORING, and
// no server opens it. The epoch is a new one, so that what was given out by the log before is
// refused: its events past the backup are gone and their positions will be taken by others. With
// `join` the stream still has those events, so the epoch stays.
//
// NOT_FOUND if there is no such backup; FAILED_PRECONDITION if the directory holds anything (reason
// DIRECTORY_NOT_EMPTY or RESTORE_UNFINISHED) or the backup is of a newer format (FORMAT_TOO_NEW);
// with `join` if the backup is not of a node (NOT_OF_A_CLUSTER);
// DATA_LOSS if a file of the backup is damaged, or the log in it is (RESTORE_UNSOUND).
absl::StatusOr<Restored> Restore(const RestoreOptions& options);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_RESTORE_H_
