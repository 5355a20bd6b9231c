#include "storage/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "storage/error.h"

namespace chipline::storage {
namespace {

absl::Status Failed(std::string_view doing, const std::filesystem::path& path) {
  return Error(absl::StatusCode::kUnavailable, "FILE_FAILED",
               std::string(doing) + " " + path.string() + ": " + std::strerror(errno));
}

absl::Status SyncAndClose(int descriptor, const std::filesystem::path& path) {
  const bool synced = ::fsync(descriptor) == 0;
  const bool closed = ::close(descriptor) == 0;
  return synced && closed ? absl::OkStatus() : Failed("cannot sync", path);
}

}  // namespace

absl::Status ReplaceFile(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path draft = path.string() + ".new";
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return Failed("cannot write", draft);
  const ssize_t written = ::write(file, content.data(), content.size());
  if (written < 0 || static_cast<size_t>(written) != content.size()) {
    const absl::Status status = Failed("cannot write", draft);
    ::close(file);
    return status;
  }
  if (absl::Status status = SyncAndClose(file, draft); !status.ok()) return status;
  if (::rename(draft.c_str(), path.c_str()) != 0) return Failed("cannot replace", path);
  // A bare name stands in the working directory.
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  return SyncFolder(directory);
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return Failed("cannot sync", folder);
  return SyncAndClose(file, folder);
}

absl::Status SyncTree(const std::filesystem::path& folder) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    const int file = ::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return Failed("cannot sync", entry->path());
    if (absl::Status synced = SyncAndClose(file, entry->path()); !synced.ok()) return synced;
  }
  if (error) {
    errno = error.value();
    return Failed("cannot sync", folder);
  }
  if (absl::Status synced = SyncFolder(folder); !synced.ok()) return synced;
  return SyncFolder(folder.has_parent_path() ? folder.parent_path() : ".");
}

absl::StatusOr<std::optional<std::string>> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    return Failed("cannot read", path);
  }
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace chipline::storage
