#ifndef CHIPLINE_STORAGE_FILE_H_
#define CHIPLINE_STORAGE_FILE_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chipline::storage {

// Replaces a small file as a whole: after it returns OK the new content is on disk, and after a
// crash at any moment the file holds either the old content or the new.
absl::Status ReplaceFile(const std::filesystem::path& path, std::string_view content);

// The functions below return UNAVAILABLE, reason STORAGE_FAILED, if the disk fails. They report
// something as missing only if the disk says so.

// The content of a small file; none if there is no such file.
absl::StatusOr<std::optional<std::string>> ReadFile(const std::filesystem::path& path);

// Whether there is a file or folder of this name.
absl::StatusOr<bool> Exists(const std::filesystem::path& path);

// The names in a folder, in no order; none if there is no such folder.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::filesystem::path& folder);

// Makes sure that everything in a folder and below, and the folder's own name, is on disk.
absl::Status SyncTree(const std::filesystem::path& folder);
// The same for the entries of one folder.
absl::Status SyncFolder(const std::filesystem::path& folder);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FILE_H_
