#ifndef CHIPLINE_STORAGE_DIRECTORY_H_
#define CHIPLINE_STORAGE_DIRECTORY_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/format.pb.h"
#include "chipline/storage/v1/stream.pb.h"
#include "storage/directory_lock.h"
#include "storage/format_file.h"
#include "storage/migration.h"

namespace chipline::storage {

// Files that say that the directory is being made or mended and is not to be opened.
inline constexpr char kRestoring[] = "RESTORING";
inline constexpr char kRepairing[] = "REPAIRING";
// What a server leaves in the place of a directory that was taken away from it, so that no other
// begins there with an empty log unasked.
inline constexpr char kGone[] = "GONE";
// Is there while a server has the directory that acknowledges before it syncs.
inline constexpr char kUnsynced[] = "UNSYNCED";

// 128 random bits as 32 hex digits.
std::string NewLogId();

// FAILED_PRECONDITION, reason RESTORE_UNFINISHED or REPAIR_UNFINISHED, if one of them is there.
absl::Status CheckFinished(const std::filesystem::path& directory);

// A data directory that this process holds, and no other, until the object is gone.
class Directory {
 public:
  // Makes the directory if it is not there, takes its lock, reads or writes DATA/FORMAT, and brings
  // an older format up. A new one gets a HIGHWATER of 0 before its FORMAT, so that a HIGHWATER that
  // is missing later is known to be missing.
  // FAILED_PRECONDITION if another process holds it, its format is not one that can be opened, a
  // restore or repair of it was cut off, or the log that was here is gone (LOG_GONE); DATA_LOSS if
  // FORMAT cannot be read, or is missing where there is a log.
  // `genesis`: the log that a stream orders. A new directory is of that log; FAILED_PRECONDITION,
  // reason OTHER_LOG, if the one that is there is of another log or epoch. Null: the log of this
  // process alone; JOIN_PENDING if the directory was restored to be a node.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(
      const std::filesystem::path& path, absl::Time now,
      const std::vector<Migration>& migrations = Migrations(),
      const v1::Genesis* genesis = nullptr);
  // The same for a directory that must be there: NOT_FOUND, with nothing made, if it holds no log.
  static absl::StatusOr<std::unique_ptr<Directory>> OpenExisting(const std::filesystem::path& path);

  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const v1::Format& format() const { return format_; }
  const std::string& log_id() const { return format_.log_id(); }
  uint64_t epoch() const { return format_.epoch(); }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path log() const { return path_ / "log"; }
  std::filesystem::path index() const { return path_ / "index"; }
  std::filesystem::path high_water() const { return path_ / "HIGHWATER"; }

  // Bytes of all files in it.
  uint64_t SizeBytes() const;

  // It is a node again. Does nothing if it was.
  absl::Status NoteJoined();

  // Takes note of the folder of the log, which is there from now on.
  void NoteLog();
  // UNAVAILABLE, reason DIRECTORY_GONE, if the directory or the log in it is no longer the one that
  // was opened. Takes some microseconds.
  absl::Status CheckThere() const;
  // Whether whoever had it last did not sync what it acknowledged, and did not stop cleanly.
  bool unsynced() const { return unsynced_; }
  // Notes on disk whether that is so from here on.
  absl::Status SetUnsynced(bool unsynced);

  // Leaves kGone in its place. To be called after CheckThere failed.
  void MarkGone() const;

 private:
  Directory(std::filesystem::path path, DirectoryLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  absl::Status ReadOrWriteFormat(absl::Time now, const std::vector<Migration>& migrations,
                                 const v1::Genesis* genesis);

  const std::filesystem::path path_;
  const DirectoryLock lock_;
  v1::Format format_;
  bool unsynced_ = false;
  // Of the folder of the log; 0 before NoteLog.
  uint64_t log_inode_ = 0;
};

// Bytes of all files in a folder and below; files may come and go meanwhile.
uint64_t FolderBytes(const std::filesystem::path& folder);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIRECTORY_H_
