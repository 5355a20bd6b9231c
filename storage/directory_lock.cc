#include "storage/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/error.h"

namespace chipline::storage {

absl::StatusOr<DirectoryLock> DirectoryLock::Take(const std::filesystem::path& directory) {
  return Lock(directory, O_RDWR | O_CREAT, LOCK_EX);
}

absl::StatusOr<DirectoryLock> DirectoryLock::TakeToLook(const std::filesystem::path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory / "LOCK", error)) return DirectoryLock(-1);
  return Lock(directory, O_RDONLY, LOCK_SH);
}

absl::StatusOr<DirectoryLock> DirectoryLock::Lock(const std::filesystem::path& directory,
                                                  int open_flags, int operation) {
  const std::filesystem::path path = directory / "LOCK";
  const int file = ::open(path.c_str(), open_flags | O_CLOEXEC, 0644);
  if (file < 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot open " + path.string() + ": " + std::strerror(errno));
  }
  DirectoryLock lock(file);
  if (::flock(file, operation | LOCK_NB) != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_IN_USE",
                 "another process has the directory " + directory.string() +
                     "; stop it or use another directory");
  }
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) ::close(file_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

}  // namespace chipline::storage
