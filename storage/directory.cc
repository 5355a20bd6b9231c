#include "storage/directory.h"

#include <random>
#include <system_error>

#include "storage/error.h"
#include "storage/high_water.h"
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

// A new log begins in a folder of its own.
absl::Status CheckNew(const std::filesystem::path& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    // Of ours, what a start that was cut off leaves; and that of an ext4 file system's root.
    if (name.starts_with("LOCK") || name.starts_with("HIGHWATER") || name.starts_with("FORMAT") ||
        name == "views" || name == "index" || name == "lost+found") {
      continue;
    }
    return Error(absl::StatusCode::kFailedPrecondition, "NOT_A_DATA_DIRECTORY",
                 directory.string() + " holds something else (" + name +
                     ") and no log; name an empty folder or one that is not there");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFinished(const std::filesystem::path& directory) {
  // What cannot be looked at is found out by who opens it.
  std::error_code ignored;
  if (std::filesystem::exists(directory / kRestoring, ignored)) {
    return Error(absl::StatusCode::kFailedPrecondition, "RESTORE_UNFINISHED",
                 "a restore into " + directory.string() +
                     " was cut off, so it is no log; delete the directory and restore again");
  }
  if (std::filesystem::exists(directory / kRepairing, ignored)) {
    return Error(absl::StatusCode::kFailedPrecondition, "REPAIR_UNFINISHED",
                 "a repair of " + directory.string() + " was cut off; run chipline repair again");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(
    const std::filesystem::path& path, absl::Time now, const std::vector<Migration>& migrations) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot make the data directory " + path.string() + ": " + error.message());
  }
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(path));
  std::unique_ptr<Directory> directory(new Directory(path, std::move(lock)));
  RETURN_IF_ERROR(CheckFinished(path));
  RETURN_IF_ERROR(directory->ReadOrWriteFormat(now, migrations));
  return directory;
}

absl::StatusOr<std::unique_ptr<Directory>> Directory::OpenExisting(
    const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path / "FORMAT", error) &&
      !std::filesystem::exists(path / "log", error)) {
    return Error(absl::StatusCode::kNotFound, "NO_LOG", "there is no log in " + path.string());
  }
  return Open(path, absl::UnixEpoch());
}

absl::Status Directory::ReadOrWriteFormat(absl::Time now,
                                          const std::vector<Migration>& migrations) {
  ASSIGN_OR_RETURN(const auto read, ReadFormat(path_));
  if (read.has_value()) {
    format_ = *read;
    return Migrate(path_, migrations, format_);
  }
  std::error_code ignored;
  if (std::filesystem::exists(log(), ignored)) {
    return Error(
        absl::StatusCode::kDataLoss, "FORMAT_MISSING",
        (path_ / "FORMAT").string() + " is missing beside a log; restore it from a backup");
  }
  RETURN_IF_ERROR(CheckNew(path_));
  format_.set_version(NewestFormat(migrations));
  format_.set_log_id(NewLogId());
  format_.set_epoch(1);
  format_.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  RETURN_IF_ERROR(HighWater::Write(high_water(), 0));
  return WriteFormat(path_, format_);
}

uint64_t Directory::SizeBytes() const { return FolderBytes(path_); }

uint64_t FolderBytes(const std::filesystem::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
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
