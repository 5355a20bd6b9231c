#include "storage/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "storage/error.h"

namespace chipline::storage {
namespace {

absl::Status Failed(std::string_view doing, const std::filesystem::path& path) {
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
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
  // A name without a folder is in the working directory.
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
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (file < 0) return Failed("cannot open", path);
  std::string content;
  std::array<char, 65536> part;
  ssize_t size = 0;
  while ((size = ::read(file, part.data(), part.size())) > 0) {
    content.append(part.data(), static_cast<size_t>(size));
  }
  if (size == 0) {
    ::close(file);
    return content;
  }
  const absl::Status status = Failed("cannot read", path);
  ::close(file);
  return status;
}

absl::StatusOr<bool> Exists(const std::filesystem::path& path) {
  struct stat ignored {};
  if (::stat(path.c_str(), &ignored) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return Failed("cannot look at", path);
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (const std::filesystem::directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return names;
  errno = error.value();
  return Failed("cannot list", folder);
}

}  // namespace chipline::storage
