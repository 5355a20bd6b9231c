#include "storage/backup_folder.h"

#include <algorithm>
#include <string>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/format_file.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

constexpr char kFolderFile[] = "BACKUPS";
constexpr char kManifests[] = "manifests";
constexpr char kDamaged[] = "BACKUP_DAMAGED";

bool IsNumber(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::filesystem::path ManifestPath(const std::filesystem::path& folder, uint32_t backup_id) {
  return folder / kManifests / std::to_string(backup_id);
}

absl::StatusOr<v1::BackupFolder> ReadBackupFolder(const std::filesystem::path& folder) {
  v1::BackupFolder content;
  ASSIGN_OR_RETURN(const bool there, ReadJsonFile(folder / kFolderFile, kDamaged, content));
  if (!there) {
    return Error(absl::StatusCode::kNotFound, "NO_BACKUPS",
                 folder.string() + " is no folder of backups");
  }
  RETURN_IF_ERROR(CheckFormatVersion(folder.string(), content.version(), kBackupFolderVersion));
  return content;
}

absl::Status WriteBackupFolder(const std::filesystem::path& folder,
                               const v1::BackupFolder& content) {
  return WriteJsonFile(folder / kFolderFile, content);
}

absl::StatusOr<std::vector<v1::BackupManifest>> ListBackups(const std::filesystem::path& folder) {
  RETURN_IF_ERROR(ReadBackupFolder(folder).status());
  std::vector<v1::BackupManifest> manifests;
  ASSIGN_OR_RETURN(const auto names, ListFolder(folder / kManifests));
  for (const std::string& name : names) {
    // A crash may leave a draft, which has another name.
    if (!IsNumber(name)) continue;
    v1::BackupManifest manifest;
    ASSIGN_OR_RETURN(const bool there,
                     ReadJsonFile(folder / kManifests / name, kDamaged, manifest));
    if (there) manifests.push_back(std::move(manifest));
  }
  std::sort(manifests.begin(), manifests.end(),
            [](const auto& a, const auto& b) { return a.backup_id() < b.backup_id(); });
  return manifests;
}

absl::StatusOr<v1::BackupManifest> FindBackup(const std::filesystem::path& folder,
                                              uint32_t backup_id) {
  ASSIGN_OR_RETURN(std::vector<v1::BackupManifest> manifests, ListBackups(folder));
  for (auto manifest = manifests.rbegin(); manifest != manifests.rend(); ++manifest) {
    if (backup_id == 0 || manifest->backup_id() == backup_id) return *manifest;
  }
  return Error(absl::StatusCode::kNotFound, "NO_SUCH_BACKUP",
               backup_id == 0
                   ? "there is no whole backup in " + folder.string()
                   : "there is no backup " + std::to_string(backup_id) + " in " + folder.string());
}

}  // namespace chipline::storage
