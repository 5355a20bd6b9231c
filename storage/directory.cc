#include "storage/directory.h"

#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>

#include "chipline/storage/v1/format.pb.h"
#include "storage/check.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// 128 random bits as 32 hex digits.
std::string NewLogId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[random() & 0xf];
  return id;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(const std::filesystem::path& path,
                                                           absl::Time now) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot make the data directory " + path.string() + ": " + error.message());
  }
  const std::filesystem::path lock_path = path / "LOCK";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot open " + lock_path.string() + ": " + std::strerror(errno));
  }
  std::unique_ptr<Directory> directory(new Directory(path, lock));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_IN_USE",
                 "another process has the data directory " + path.string() +
                     "; stop it or use another directory");
  }
  RETURN_IF_ERROR(directory->ReadOrWriteFormat(now));
  return directory;
}

Directory::~Directory() { ::close(lock_); }

absl::Status Directory::ReadOrWriteFormat(absl::Time now) {
  const std::filesystem::path path = path_ / "FORMAT";
  ASSIGN_OR_RETURN(const auto content, ReadFile(path));
  v1::Format format;
  if (!content.has_value()) {
    if (std::filesystem::exists(log())) {
      return Error(absl::StatusCode::kDataLoss, "FORMAT_MISSING",
                   path.string() + " is missing beside a log; restore it from a backup");
    }
    format.set_version(kFormatVersion);
    format.set_log_id(NewLogId());
    format.set_epoch(1);
    format.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
    std::string json;
    // Cannot fail: the message has no Any and no bad string.
    CHECK(google::protobuf::util::MessageToJsonString(format, &json).ok());
    RETURN_IF_ERROR(ReplaceFile(path, json + "\n"));
  } else if (!google::protobuf::util::JsonStringToMessage(*content, &format).ok() ||
             format.log_id().size() != 32) {
    return Error(absl::StatusCode::kDataLoss, "FORMAT_DAMAGED",
                 path.string() + " cannot be read; restore it from a backup");
  } else if (format.version() > kFormatVersion) {
    return Error(absl::StatusCode::kFailedPrecondition, "FORMAT_TOO_NEW",
                 path.string() + " is of format " + std::to_string(format.version()) +
                     ", and this program knows up to " + std::to_string(kFormatVersion) +
                     "; use a newer chipline");
  }
  log_id_ = format.log_id();
  epoch_ = format.epoch();
  return absl::OkStatus();
}

uint64_t Directory::SizeBytes() const {
  uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(path_, error), end;
       !error && entry != end; entry.increment(error)) {
    // A file may vanish between the listing and the look: RocksDB removes what it has replaced.
    std::error_code gone;
    if (entry->is_regular_file(gone) && !gone) {
      const uint64_t size = entry->file_size(gone);
      if (!gone) bytes += size;
    }
  }
  return bytes;
}

}  // namespace chipline::storage
