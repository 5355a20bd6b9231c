#ifndef CHIPLINE_STORAGE_DIRECTORY_H_
#define CHIPLINE_STORAGE_DIRECTORY_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/format.pb.h"
#include "chipline/storage/v1/stream.pb.h"
#include "storage/directory_lock.h"
#include "storage/format_file.h"

namespace chipline::storage {

// Files that mark a directory as being restored or repaired. It must not be opened.
inline constexpr char kRestoring[] = "RESTORING";
inline constexpr char kRepairing[] = "REPAIRING";
// Left in place of a directory that was removed while a server used it. It keeps the next server
// from starting there with an empty log by accident.
inline constexpr char kGone[] = "GONE";
// Present while the directory is used by a server that acknowledges before it syncs.
inline constexpr char kUnsynced[] = "UNSYNCED";

// 128 random bits as 32 hex digits.
std::string NewLogId();

// FAILED_PRECONDITION, reason RESTORE_UNFINISHED or REPAIR_UNFINISHED, if one of them is there.
absl::Status CheckFinished(const std::filesystem::path& directory);

// A data directory that is locked by this process while the object lives.
class Directory {
 public:
  // Creates the directory if it is missing, takes its lock, reads or writes DATA/FORMAT, and
  // migrates an older format. A new directory gets a HIGHWATER of 0 before its FORMAT, so that a
  // HIGHWATER that is lost later is noticed.
  //
  // FAILED_PRECONDITION if another process holds the directory, its format cannot be opened, a
  // restore or repair was interrupted, or the log that was here is gone (LOG_GONE). DATA_LOSS if
  // FORMAT cannot be read, or is missing although there is a log.
  //
  // `genesis`: the log that a stream orders. A new directory is of that log; FAILED_PRECONDITION,
  // reason OTHER_LOG, if the existing one is of another log or epoch. Null: the log of a single
  // server; JOIN_PENDING if the directory was restored to be a node.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(const std::filesystem::path& path,
                                                         absl::Time now,
                                                         const v1::Genesis* genesis = nullptr);
  // The same for an existing directory: NOT_FOUND, and nothing is created, if it holds no log.
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

  // Records that the restored directory is a node now. Does nothing if it was one before.
  absl::Status NoteJoined();

  // Remembers the folder of the log, which exists from now on.
  void NoteLog();
  // UNAVAILABLE, reason DIRECTORY_GONE, if the directory or the log in it is not the one that was
  // opened. Takes some microseconds.
  absl::Status CheckThere() const;
  // Whether the last server acknowledged before it synced, and did not stop cleanly.
  bool unsynced() const { return unsynced_; }
  // Records on disk whether this server does so.
  absl::Status SetUnsynced(bool unsynced);

  // Leaves kGone in its place. Call it after CheckThere failed.
  void MarkGone() const;

 private:
  Directory(std::filesystem::path path, DirectoryLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  absl::Status ReadOrWriteFormat(absl::Time now, const v1::Genesis* genesis);
  // Brings an older format up.
  absl::Status RaiseFormat();

  const std::filesystem::path path_;
  const DirectoryLock lock_;
  v1::Format format_;
  bool unsynced_ = false;
  // The inode of the folder of the log; 0 before NoteLog.
  uint64_t log_inode_ = 0;
};

// Bytes of all files in a folder and below; files may come and go meanwhile.
uint64_t FolderBytes(const std::filesystem::path& folder);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIRECTORY_H_
