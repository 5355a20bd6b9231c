#ifndef CHIPLINE_STORAGE_ROCKS_H_
#define CHIPLINE_STORAGE_ROCKS_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"

#include "storage/disk_errors.h"
#include "storage/mutex.h"

namespace chipline::storage {

class Rocks;

// The state of a database at one time. It ends when the database is closed. The database must
// outlive it.
class RocksSnapshot {
 public:
  explicit RocksSnapshot(const Rocks& rocks);
  ~RocksSnapshot();
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

 private:
  friend class Rocks;
  const Rocks& rocks_;
  // Null once the database was closed. Changed only while no operation is under way.
  const rocksdb::Snapshot* snapshot_ = nullptr;
};

// Rows of a family in the order of their keys: the only way to scan. A read error ends the scan
// with that error, and so does closing the database. Neither ever looks like the end of the rows.
// Not thread-safe. The database must outlive it.
class RocksRows {
 public:
  ~RocksRows();
  RocksRows(const RocksRows&) = delete;
  RocksRows& operator=(const RocksRows&) = delete;

  void SeekToFirst();
  void SeekToLast();
  // To the first row at or behind `key`.
  void Seek(std::string_view key);
  // To the last row at or before `key`.
  void SeekForPrev(std::string_view key);
  void Next();

  bool Valid() const { return valid_; }
  // Of the current row, until the next move.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  // OK at the end of the rows, otherwise why the scan ended. UNAVAILABLE, DATA_LOSS.
  absl::Status status() const { return status_; }

 private:
  friend class Rocks;
  RocksRows(const Rocks& rocks, std::unique_ptr<rocksdb::Iterator> rows);
  template <typename Move>
  void Step(const Move& move);

  const Rocks& rocks_;
  // Null once the database was closed. Changed only while no operation is under way.
  std::unique_ptr<rocksdb::Iterator> rows_;
  bool valid_ = false;
  std::string_view key_;
  std::string_view value_;
  absl::Status status_;
};

// How a database is opened.
struct RocksOptions {
  // Its name in messages, for example "the index".
  std::string name;
  std::filesystem::path directory;
  // Its families, except "default", with their options.
  std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>> families;
  // For RocksDB's files; null: the machine's. Must outlive the database.
  rocksdb::Env* env = nullptr;
  // Gets every disk error. May be null.
  std::shared_ptr<DiskErrors> errors = nullptr;
  // Open for reading only: nothing in the directory changes, and the write-ahead log is read into
  // memory. The database must exist. A family that it does not have is empty.
  bool to_read = false;

  // Limits that differ from database to database.
  uint64_t max_wal_bytes = 256 * 1024 * 1024;
  // All families are flushed together, so that writes without the write-ahead log survive together
  // or not at all.
  bool atomic_flush = false;
  // Memory for writes that are in no file yet, for all families together; 0: as configured for each
  // family.
  size_t write_buffer_bytes = 0;
  // How much of a damaged write-ahead log to accept. By default damage is refused; only a torn last
  // record is accepted. (With the default of RocksDB itself, a database with one flipped bit opens
  // "OK", and acknowledged writes are missing.)
  rocksdb::WALRecoveryMode wal_recovery = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Open the newest state of which all files exist, without the write-ahead log. With `to_read`.
  bool best_effort = false;
};

// One of Chipline's RocksDB databases. It can be closed and opened again while others use it: their
// rows and snapshots then return UNAVAILABLE. Every failed disk read is an error: UNAVAILABLE,
// reason STORAGE_FAILED, if something could not be read; DATA_LOSS, reason STORAGE_DAMAGED, only if
// the data read is not the data written, or a file is missing.
//
// Thread-safe, with one writer at a time. Open, Close and Destroy are for one thread at a time.
class Rocks {
 public:
  // Not open yet.
  explicit Rocks(RocksOptions options);
  // Closes.
  ~Rocks();
  Rocks(const Rocks&) = delete;
  Rocks& operator=(const Rocks&) = delete;

  // Opens the database, or creates it if there is none and it is not `to_read`. Keeps the number of
  // its files bounded, however often it is opened.
  absl::Status Open();
  // Ends every scan and snapshot, waits for the operations in progress, and closes.
  void Close();
  // Closes it and deletes everything in the directory.
  absl::Status Destroy();

  // OK, or why RocksDB accepts no writes until it is opened again: a write or its background work
  // failed.
  absl::Status failure() const;
  // OK, or the first damage found by a read since it was opened.
  absl::Status damage() const;

  // None if there is no such key.
  absl::StatusOr<std::optional<std::string>> Get(size_t family, std::string_view key,
                                                 const RocksSnapshot* snapshot = nullptr) const;
  // `snapshot` must outlive the rows. `readahead`: how many bytes of a file are read at a time.
  // They are then not cached. 0: as RocksDB does.
  std::unique_ptr<RocksRows> Rows(size_t family, const RocksSnapshot* snapshot = nullptr,
                                  size_t readahead = 0) const;
  absl::Status Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch& batch);
  // Syncs what was written without a sync.
  absl::Status SyncWal();
  // Writes everything in memory into tables.
  absl::Status Flush();
  // The current tables; none if it is closed.
  std::vector<rocksdb::LiveFileMetaData> Tables() const;
  // A numeric property of a family, as RocksDB names it; 0 if it is closed.
  uint64_t Property(size_t family, const std::string& name) const;

  // The handle of a family, for a batch. Null if it is closed, and then Write fails. Only for the
  // thread that opens and closes.
  rocksdb::ColumnFamilyHandle* family(size_t index) const {
    return index < families_.size() ? families_[index] : nullptr;
  }
  // The database itself, for backups; null if it is closed. It must not be closed meanwhile.
  rocksdb::DB* db() const { return db_.get(); }
  rocksdb::Env* env() const { return env_.get(); }
  const RocksOptions& options() const { return options_; }

 private:
  friend class RocksRows;
  friend class RocksSnapshot;
  class Listener;

  absl::Status Closed() const;
  absl::Status OpenDb();
  // Joins many small tables that lie side by side. RocksDB does not do so if keys only ascend, and
  // every start leaves some. Writes at most 64 MiB for each level and family.
  absl::Status JoinSmallTables();
  void CloseDb() ABSL_EXCLUSIVE_LOCKS_REQUIRED(open_mutex_);
  // Converts the status of a read. Remembers damage.
  absl::Status ReadStatus(const rocksdb::Status& status) const;

  const RocksOptions options_;
  const std::shared_ptr<DiskErrors> errors_;
  const std::unique_ptr<rocksdb::Env> env_;
  const std::shared_ptr<Listener> listener_;

  // Each operation holds it as a reader, closing as the writer. db_ and families_ change only then.
  mutable SharedMutex open_mutex_;
  // Set before the writer waits, so that no new operation begins.
  std::atomic<bool> closed_ = true;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;

  mutable Mutex mutex_;
  mutable absl::Status damage_ ABSL_GUARDED_BY(mutex_);
  mutable std::set<RocksRows*> rows_ ABSL_GUARDED_BY(mutex_);
  mutable std::set<RocksSnapshot*> snapshots_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_ROCKS_H_
