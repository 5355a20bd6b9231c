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
  // How fast to write; 0: as fast as the disk.
  uint64_t max_bytes_per_second = 0;
  // Delete all but so many of the newest backups afterwards; 0: none.
  uint32_t keep = 0;
  // When it is made.
  absl::Time now;
  // Called now and then with the bytes written so far; false ends the backup. May be empty.
  std::function<bool(uint64_t)> progress;
};

// Adds a backup of the log to a folder: the events and cursors as they are at one moment after the
// call, whatever is appended meanwhile, with checksums; files that an earlier backup has are shared
// with it. The index and the views follow from the log and are not in it. One at a time in a
// folder.
//
// FAILED_PRECONDITION if the folder holds backups of another log, of this one in another epoch, or
// something else (reason BACKUP_OF_ANOTHER_LOG, BACKUP_OF_ANOTHER_EPOCH, NOT_A_BACKUP_FOLDER), or
// another process is at work in it; CANCELLED if
// `progress` ended it; RESOURCE_EXHAUSTED or UNAVAILABLE if the disk fails; DATA_LOSS if the log is
// damaged (STORAGE_DAMAGED; nothing is made then), or what earlier backups in the folder wrote is
// (BACKUP_DAMAGED). So both are read whole each time. What a backup that was
// cut off has written is deleted by the next.
absl::StatusOr<v1::BackupManifest> BackUp(const EventStore& events, const v1::Format& format,
                                          BackupOptions options);
// Of a log that is being served.
absl::StatusOr<v1::BackupManifest> BackUp(const Log& log, const BackupOptions& options);
// Of a log that no server has; the errors of Directory::OpenExisting and HighWater::Check as well.
absl::StatusOr<v1::BackupManifest> BackUpStopped(const std::filesystem::path& directory,
                                                 const BackupOptions& options);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_BACKUP_H_
