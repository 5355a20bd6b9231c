#ifndef CHIPLINE_STORAGE_BACKUP_H_
#define CHIPLINE_STORAGE_BACKUP_H_

#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/backup.pb.h"
#include "storage/event_store.h"

namespace chipline::storage {

class Log;

struct BackupOptions {
  // The folder; made if it is not there.
  std::filesystem::path to;
  // How fast to write; 0: as fast as the disk allows.
  uint64_t max_bytes_per_second = 0;
  // Afterwards delete all but this many of the newest backups; 0: delete none.
  uint32_t keep = 0;
  // When it is made.
  absl::Time now;
  // Called from time to time with the bytes written so far. Returning false ends the backup. May be
  // empty.
  std::function<bool(uint64_t)> progress;
};

// Adds a backup of the log to a folder: the events and cursors as they are at one moment after the
// call, with checksums, whatever is appended meanwhile. Files that an earlier backup has are shared
// with it. The index and the views are not included, since they can be rebuilt from the log. One at
// a time in a folder.
//
// FAILED_PRECONDITION if the folder has backups of another log (reason BACKUP_OF_ANOTHER_LOG), of
// this log in another epoch (BACKUP_OF_ANOTHER_EPOCH) or something else (NOT_A_BACKUP_FOLDER), or
// another process uses it. CANCELLED if `progress` ended it. RESOURCE_EXHAUSTED or UNAVAILABLE if
// the disk fails. DATA_LOSS if the log is damaged (STORAGE_DAMAGED; then no backup is made), or
// what earlier backups wrote to the folder is (BACKUP_DAMAGED). To find damage, both are read
// completely each time. The next backup deletes what an interrupted one wrote.
absl::StatusOr<v1::BackupManifest> BackUp(const EventStore& events, const v1::Format& format,
                                          BackupOptions options);
// The same for a log that is being served.
absl::StatusOr<v1::BackupManifest> BackUp(const Log& log, const BackupOptions& options);
// The same for a log that no server uses. Also returns the errors of Directory::OpenExisting and
// HighWater::Check.
absl::StatusOr<v1::BackupManifest> BackUpStopped(const std::filesystem::path& directory,
                                                 const BackupOptions& options);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_BACKUP_H_
