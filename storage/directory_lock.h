#ifndef CHIPLINE_STORAGE_DIRECTORY_LOCK_H_
#define CHIPLINE_STORAGE_DIRECTORY_LOCK_H_

#include <filesystem>

#include "absl/status/statusor.h"

namespace chipline::storage {

// The lock (flock) on the file LOCK of a directory, held until the object is gone, however the
// process ends. FAILED_PRECONDITION, reason DIRECTORY_IN_USE, if another has it.
class DirectoryLock {
 public:
  // For writers: nobody else writes or looks meanwhile. Creates the file.
  static absl::StatusOr<DirectoryLock> Take(const std::filesystem::path& directory);
  // For readers: nobody writes meanwhile. Changes nothing; if the file is missing, there was never
  // a writer.
  static absl::StatusOr<DirectoryLock> TakeToLook(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  // Whether the directory's file is still the locked one. True if that cannot be found out.
  bool IsAt(const std::filesystem::path& directory) const;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  static absl::StatusOr<DirectoryLock> Lock(const std::filesystem::path& directory, int open_flags,
                                            int operation);

  // Negative: none.
  int file_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIRECTORY_LOCK_H_
