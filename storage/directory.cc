#include "storage/directory.h"

#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <random>
#include <system_error>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/format_file.h"
#include "storage/high_water.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// 0 if there is no such folder; none if that cannot be found out.
std::optional<uint64_t> InodeOf(const std::filesystem::path& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) == 0) return found.st_ino;
  if (errno == ENOENT || errno == ENOTDIR) return 0;
  return std::nullopt;
}

absl::Status GoneError(const std::filesystem::path& directory) {
  return Error(absl::StatusCode::kFailedPrecondition, "LOG_GONE",
               "the log that was in " + directory.string() +
                   " was taken away while a server had it; put it back, or restore a backup; or "
                   "delete the file " +
                   (directory / kGone).string() + " to begin with an empty log");
}

// A new log needs an empty folder.
absl::Status CheckNew(const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const auto names, ListFolder(directory));
  for (const std::string& name : names) {
    if (name == kGone) return GoneError(directory);
    // What an interrupted start leaves, and what the root of an ext4 file system has.
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

absl::Status CheckIsOf(const v1::Genesis* genesis, const v1::Format& format,
                       const std::filesystem::path& directory) {
  if (genesis == nullptr && format.join_pending()) {
    return Error(absl::StatusCode::kFailedPrecondition, "JOIN_PENDING",
                 directory.string() +
                     " was restored to join a cluster; start it with --log, or restore the backup "
                     "without --join");
  }
  if (genesis == nullptr ||
      (genesis->log_id() == format.log_id() && genesis->epoch() == format.epoch())) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kFailedPrecondition, "OTHER_LOG",
               "the stream orders the log " + genesis->log_id() + " of epoch " +
                   std::to_string(genesis->epoch()) + ", and " + directory.string() +
                   " holds the log " + format.log_id() + " of epoch " +
                   std::to_string(format.epoch()) +
                   "; name another stream, or another data directory",
               {{"stream_log_id", genesis->log_id()}, {"log_id", format.log_id()}});
}

}  // namespace

std::string NewLogId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[random() & 0xf];
  return id;
}

absl::Status CheckFinished(const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const bool restoring, Exists(directory / kRestoring));
  if (restoring) {
    return Error(absl::StatusCode::kFailedPrecondition, "RESTORE_UNFINISHED",
                 "a restore into " + directory.string() +
                     " was cut off, so it is no log; delete the directory and restore again");
  }
  ASSIGN_OR_RETURN(const bool repairing, Exists(directory / kRepairing));
  if (repairing) {
    return Error(absl::StatusCode::kFailedPrecondition, "REPAIR_UNFINISHED",
                 "a repair of " + directory.string() + " was cut off; run chipline repair again");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(const std::filesystem::path& path,
                                                           absl::Time now,
                                                           const v1::Genesis* genesis) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                 "cannot make the data directory " + path.string() + ": " + error.message());
  }
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(path));
  std::unique_ptr<Directory> directory(new Directory(path, std::move(lock)));
  RETURN_IF_ERROR(CheckFinished(path));
  RETURN_IF_ERROR(directory->ReadOrWriteFormat(now, genesis));
  return directory;
}

absl::StatusOr<std::unique_ptr<Directory>> Directory::OpenExisting(
    const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(const bool format, Exists(path / "FORMAT"));
  ASSIGN_OR_RETURN(const bool log, Exists(path / "log"));
  if (!format && !log) {
    return Error(absl::StatusCode::kNotFound, "NO_LOG", "there is no log in " + path.string());
  }
  return Open(path, absl::UnixEpoch());
}

absl::Status Directory::ReadOrWriteFormat(absl::Time now, const v1::Genesis* genesis) {
  ASSIGN_OR_RETURN(const auto read, ReadFormat(path_));
  if (read.has_value()) {
    format_ = *read;
    RETURN_IF_ERROR(CheckIsOf(genesis, format_, path_));
    ASSIGN_OR_RETURN(unsynced_, Exists(path_ / kUnsynced));
    // The log is back.
    std::error_code ignored;
    std::filesystem::remove(path_ / kGone, ignored);
    return RaiseFormat();
  }
  ASSIGN_OR_RETURN(const bool there, Exists(log()));
  if (there) {
    return Error(
        absl::StatusCode::kDataLoss, "FORMAT_MISSING",
        (path_ / "FORMAT").string() + " is missing beside a log; restore it from a backup");
  }
  RETURN_IF_ERROR(CheckNew(path_));
  format_.set_version(kFormatVersion);
  format_.set_log_id(genesis == nullptr ? NewLogId() : genesis->log_id());
  format_.set_epoch(genesis == nullptr ? 1 : genesis->epoch());
  format_.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  RETURN_IF_ERROR(HighWater::Write(high_water(), 0));
  return WriteFormat(path_, format_);
}

absl::Status Directory::RaiseFormat() {
  RETURN_IF_ERROR(CheckFormatVersion((path_ / "FORMAT").string(), format_.version()));
  if (format_.version() == kFormatVersion) return absl::OkStatus();
  format_.set_version(kFormatVersion);
  return WriteFormat(path_, format_);
}

absl::Status Directory::NoteJoined() {
  if (!format_.join_pending()) return absl::OkStatus();
  format_.clear_join_pending();
  return WriteFormat(path_, format_);
}

void Directory::NoteLog() { log_inode_ = InodeOf(log()).value_or(0); }

absl::Status Directory::CheckThere() const {
  const bool log_there = log_inode_ == 0 || InodeOf(log()).value_or(log_inode_) == log_inode_;
  if (log_there && lock_.IsAt(path_)) return absl::OkStatus();
  return Error(absl::StatusCode::kUnavailable, "DIRECTORY_GONE",
               "the data directory " + path_.string() +
                   " is not there any more: it was deleted, moved or unmounted");
}

absl::Status Directory::SetUnsynced(bool unsynced) {
  if (unsynced) {
    RETURN_IF_ERROR(ReplaceFile(path_ / kUnsynced,
                                "Events are acknowledged before they are "
                                "synced.\n"));
  } else {
    std::error_code ignored;
    if (!std::filesystem::remove(path_ / kUnsynced, ignored)) return absl::OkStatus();
    RETURN_IF_ERROR(SyncFolder(path_));
  }
  unsynced_ = unsynced;
  return absl::OkStatus();
}

void Directory::MarkGone() const {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  ReplaceFile(path_ / kGone, "The log " + log_id() +
                                 " was here until its directory was taken away from a running "
                                 "server.\nDelete this file to begin with an empty log.\n")
      .IgnoreError();
}

uint64_t Directory::SizeBytes() const { return FolderBytes(path_); }

uint64_t FolderBytes(const std::filesystem::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    // A file may disappear between the listing and the check: RocksDB deletes files that it has
    // replaced.
    std::error_code gone;
    if (entry->is_regular_file(gone) && !gone) {
      const uint64_t size = entry->file_size(gone);
      if (!gone) bytes += size;
    }
  }
  return bytes;
}

}  // namespace chipline::storage
