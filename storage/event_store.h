#ifndef CHIPLINE_STORAGE_EVENT_STORE_H_
#define CHIPLINE_STORAGE_EVENT_STORE_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"

#include "chipline/storage/v1/format.pb.h"
#include "storage/block.h"
#include "storage/mutex.h"
#include "storage/position.h"

namespace chipline::storage {

// What one commit writes.
struct CommitWrite {
  std::vector<std::shared_ptr<const Block>> blocks;
  // Named cursors with their new rows.
  std::vector<std::pair<std::string, v1::CursorRow>> cursors;

  bool empty() const { return blocks.empty() && cursors.empty(); }
};

// How much of a log to insist on when it is opened for reading alone.
enum class ReadMode {
  // What the server insists on.
  kStrict,
  // The WAL up to its first damage or gap.
  kUpToDamage,
  // The newest state whose files are all there, without the WAL.
  kFilesOnly,
};

// DATA/log: the blocks and the named cursors in RocksDB, which follow from
// nothing else: with DATA/FORMAT the only thing that cannot be rebuilt.
// storage/FORMAT.md has its families and keys. Thread-safe, with one writer at a time.
class EventStore {
 public:
  // Opens or makes it. DATA_LOSS if RocksDB finds what it had synced missing or damaged.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(const std::filesystem::path& directory,
                                                          size_t cache_bytes, rocksdb::Env* env);
  // Opens it for reading alone; nothing in the directory changes, and Write fails. DATA_LOSS if
  // what the mode insists on is missing or damaged. `env` may be null.
  static absl::StatusOr<std::unique_ptr<EventStore>> OpenToRead(
      const std::filesystem::path& directory, ReadMode mode, rocksdb::Env* env = nullptr);
  ~EventStore();

  // Writes all of it or nothing, synced if `sync`. After an error what is on disk is not known.
  absl::Status Write(const CommitWrite& commit, bool sync);

  // The last block; none if the log is empty.
  absl::StatusOr<std::shared_ptr<const Block>> LastBlock() const;
  // The position under which the last block is stored, whatever is in it; 0 if the log is empty.
  absl::StatusOr<Position> LastKey() const;
  // The block that holds `position`, which must be in the log.
  absl::StatusOr<std::shared_ptr<const Block>> BlockAt(Position position) const;
  // The same, of a block that is believed to begin at `first`: RocksDB then reads that block alone,
  // where it else reads those beside it to know that they are not wanted.
  absl::StatusOr<std::shared_ptr<const Block>> BlockFrom(Position first, Position position) const;

  // Blocks in order, from the one that holds a position. What it reads stays out of the cache.
  class Scan {
   public:
    // The next block; null at the end. After a block that is damaged it goes on behind it.
    absl::StatusOr<std::shared_ptr<const Block>> Next();
    // Nothing comes any more: the end was reached, or the disk failed.
    bool ended() const { return !rows_->Valid(); }

   private:
    friend class EventStore;
    explicit Scan(std::unique_ptr<rocksdb::Iterator> rows) : rows_(std::move(rows)) {}
    std::unique_ptr<rocksdb::Iterator> rows_;
  };
  Scan ScanFrom(Position position) const;

  absl::StatusOr<std::optional<v1::CursorRow>> GetCursor(std::string_view name) const;
  absl::StatusOr<std::vector<std::pair<std::string, v1::CursorRow>>> ListCursors(
      std::string_view after, size_t limit) const;

  // The first damage that a read of a block met; OK if none has.
  absl::Status damage() const;

  // How many blocks there are, as RocksDB reckons.
  uint64_t BlockCount() const;
  // The database itself and its family of blocks, for this room's backups and checks.
  rocksdb::DB& rocks() const { return *db_; }
  rocksdb::ColumnFamilyHandle* events_family() const { return events_; }

 private:
  EventStore() = default;
  // Keeps damage, and returns the status as it is.
  absl::Status Noted(absl::Status status) const;
  absl::StatusOr<std::shared_ptr<const Block>> ReadBlockAt(Position position) const;

  // Constant after Open.
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* events_ = nullptr;
  rocksdb::ColumnFamilyHandle* cursors_ = nullptr;

  mutable Mutex mutex_;
  mutable absl::Status damage_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_EVENT_STORE_H_
