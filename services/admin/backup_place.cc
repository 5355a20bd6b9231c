#include "services/admin/backup_place.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "storage/error.h"

namespace chipline::admin {
namespace {

constexpr size_t kMaxPathBytes = 1024;

bool IsWithin(const std::filesystem::path& root, const std::filesystem::path& path) {
  const auto [in_root, in_path] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return in_root == root.end();
}

}  // namespace

absl::StatusOr<std::filesystem::path> BackupPlace(const std::filesystem::path& root,
                                                  std::string_view asked) {
  if (root.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "BACKUPS_OFF",
                 "the server was not told where backups may go; start it with --backup-dir DIR");
  }
  if (asked.size() > kMaxPathBytes || asked.find('\0') != std::string_view::npos) {
    return BadFieldError("to", "is no path");
  }
  std::error_code error;
  const std::filesystem::path within = std::filesystem::weakly_canonical(root, error);
  if (error) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "the folder for backups cannot be looked at: " + error.message());
  }
  const std::filesystem::path relative(asked);
  if (std::find(relative.begin(), relative.end(), "..") != relative.end()) {
    return BadFieldError("to", "must not have .. in it");
  }
  // An absolute path takes the place of what it is put behind.
  const std::filesystem::path place =
      std::filesystem::weakly_canonical(asked.empty() ? within : within / relative, error);
  if (error || !IsWithin(within, place)) {
    return BadFieldError("to", "is not inside the server's folder for backups, " + within.string());
  }
  return place;
}

}  // namespace chipline::admin
