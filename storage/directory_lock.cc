#include "storage/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<DirectoryLock> DirectoryLock::Take(const std::filesystem::path& directory) {
  return Lock(directory, O_RDWR | O_CREAT, LOCK_EX);
}

absl::StatusOr<DirectoryLock> DirectoryLock::TakeToLook(const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const bool there, Exists(directory / "LOCK"));
  if (!there) return DirectoryLock(-1);
  return Lock(directory, O_RDONLY, LOCK_SH);
}

absl::StatusOr<DirectoryLock> DirectoryLock::Lock(const std::filesystem::path& directory,
                                                  int open_flags, int operation) {
  const std::filesystem::path path = directory / "LOCK";
  const int file = ::open(path.c_str(), open_flags | O_CLOEXEC, 0644);
  if (file < 0 && (errno == EMFILE || errno == ENFILE || errno == EIO)) {
    return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
                 "cannot open " + path.string() + ": " + std::strerror(errno));
  }
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

bool DirectoryLock::IsAt(const std::filesystem::path& directory) const {
  struct stat held {};
  struct stat there {};
  if (::fstat(file_, &held) != 0) return true;
  if (held.st_nlink == 0) return false;
  if (::stat((directory / "LOCK").c_str(), &there) != 0) {
    return errno != ENOENT && errno != ENOTDIR;
  }
  return held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) ::close(file_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

}  // namespace chipline::storage
