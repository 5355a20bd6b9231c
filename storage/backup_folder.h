#ifndef CHIPLINE_STORAGE_BACKUP_FOLDER_H_
#define CHIPLINE_STORAGE_BACKUP_FOLDER_H_

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/storage/v1/backup.pb.h"

// A folder with backups of one log (storage/FORMAT.md).
namespace chipline::storage {

// The version of the layout that this program writes.
inline constexpr uint32_t kBackupFolderVersion = 1;

inline std::filesystem::path BackupEngineFolder(const std::filesystem::path& folder) {
  return folder / "log";
}
std::filesystem::path ManifestPath(const std::filesystem::path& folder, uint32_t backup_id);

// Reads what the folder says about itself. NOT_FOUND, reason NO_BACKUPS, if it is not a folder of
// backups; FAILED_PRECONDITION, reason FORMAT_TOO_NEW, if a newer program made it; DATA_LOSS if
// BACKUPS is damaged.
absl::StatusOr<v1::BackupFolder> ReadBackupFolder(const std::filesystem::path& folder);
absl::Status WriteBackupFolder(const std::filesystem::path& folder,
                               const v1::BackupFolder& content);

// The complete backups, in order of id. DATA_LOSS if a manifest is damaged.
absl::StatusOr<std::vector<v1::BackupManifest>> ListBackups(const std::filesystem::path& folder);
// One of them, or the last if `backup_id` is 0. NOT_FOUND, reason NO_SUCH_BACKUP.
absl::StatusOr<v1::BackupManifest> FindBackup(const std::filesystem::path& folder,
                                              uint32_t backup_id);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_BACKUP_FOLDER_H_
