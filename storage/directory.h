#ifndef CHIPLINE_STORAGE_DIRECTORY_H_
#define CHIPLINE_STORAGE_DIRECTORY_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::storage {

// The version of the layout that this program writes.
inline constexpr uint32_t kFormatVersion = 1;

// A data directory that this process holds, and no other, until the object is gone.
class Directory {
 public:
  // Makes the directory if it is not there, takes its lock, and reads or writes DATA/FORMAT.
  // FAILED_PRECONDITION if another process holds it, or its format is newer than kFormatVersion;
  // DATA_LOSS if FORMAT cannot be read, or is missing where there is a log.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(const std::filesystem::path& path,
                                                         absl::Time now);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const std::string& log_id() const { return log_id_; }
  uint64_t epoch() const { return epoch_; }

  std::filesystem::path log() const { return path_ / "log"; }
  std::filesystem::path index() const { return path_ / "index"; }
  std::filesystem::path high_water() const { return path_ / "HIGHWATER"; }

  // Bytes of all files in it.
  uint64_t SizeBytes() const;

 private:
  Directory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  absl::Status ReadOrWriteFormat(absl::Time now);

  const std::filesystem::path path_;
  const int lock_;
  std::string log_id_;
  uint64_t epoch_ = 1;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIRECTORY_H_
