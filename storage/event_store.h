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

#include "chipline/storage/v1/format.pb.h"
#include "storage/block.h"
#include "storage/mutex.h"
#include "storage/position.h"
#include "storage/rocks.h"

namespace chipline::storage {

// Rows of the family `state` with their new values; none: the row is deleted.
using StateRows = std::vector<std::pair<std::string, std::optional<std::string>>>;

// What one commit writes.
struct CommitWrite {
  std::vector<std::shared_ptr<const Block>> blocks;
  // Named cursors with their new rows.
  std::vector<std::pair<std::string, v1::CursorRow>> cursors;
  StateRows state;

  // Nothing that anybody is promised: what `state` says of it follows from the order again.
  bool lazy() const { return blocks.empty() && cursors.empty(); }
  bool empty() const { return lazy() && state.empty(); }
};

// How much of a log to insist on when it is opened for reading alone.
enum class ReadMode {
  // Every record of the WAL.
  kStrict,
  // The WAL up to its first damage or gap.
  kUpToDamage,
  // The newest state whose files are all there, without the WAL.
  kFilesOnly,
};

// What is known of a log before it is opened.
struct EventStoreOptions {
  std::filesystem::path directory;
  size_t cache_bytes = 16 * 1024 * 1024;
  // Null: the machine's.
  rocksdb::Env* env = nullptr;
  // Gets every error of the disk. May be null.
  std::shared_ptr<DiskErrors> errors = nullptr;
  // Up to here everything is known to be synced: nothing is cut that would end the log before it.
  Position synced = 0;
  // Whoever had the log last did not sync, and did not stop cleanly: what is behind `synced` may be
  // there in any part.
  bool unsynced = false;
  // As the server would open it, without a change to any file; Write fails.
  bool to_read = false;
};

// What was cut from the end of the write-ahead log as it was opened.
struct WalCut {
  // The log now ends here.
  Position head = 0;
  // None if RocksDB left out what it could not read.
  uint64_t bytes = 0;
  std::filesystem::path file;
};

// DATA/log: the blocks, the named cursors and the log's state in RocksDB, which follow from
// nothing else: with DATA/FORMAT the only thing that cannot be rebuilt.
// storage/FORMAT.md has its families and keys. Thread-safe, with one writer at a time.
//
// Reads return UNAVAILABLE, reason STORAGE_FAILED, if the disk fails; DATA_LOSS if what is stored
// is not what was written, or is not there.
class EventStore {
 public:
  // Opens or makes it. A commit that a crash tore is cut from the end; see torn_tail.h. DATA_LOSS
  // if RocksDB finds what it had synced missing or damaged.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(const EventStoreOptions& options);
  // Opens for reading alone what the mode insists on; nothing in the directory changes, and Write
  // fails. DATA_LOSS if that is missing or damaged. `env` may be null.
  static absl::StatusOr<std::unique_ptr<EventStore>> OpenToRead(
      const std::filesystem::path& directory, ReadMode mode, rocksdb::Env* env = nullptr);

  // What Open cut; none if everything was whole.
  const std::optional<WalCut>& cut() const { return cut_; }

  // Writes all of it or nothing, synced if `sync`. After an error what is on disk is not known.
  absl::Status Write(const CommitWrite& commit, bool sync);
  // Syncs what was written without.
  absl::Status Sync() { return rocks_->SyncWal(); }
  // OK, or why nothing can be written until it is opened anew.
  absl::Status failure() const { return rocks_->failure(); }

  // The last block; none if the log is empty.
  absl::StatusOr<std::shared_ptr<const Block>> LastBlock() const;
  // The position under which the last block is stored, whatever is in it; 0 if the log is empty.
  absl::StatusOr<Position> LastKey() const;
  // The block that holds `position`, which must be in the log.
  absl::StatusOr<std::shared_ptr<const Block>> BlockAt(Position position) const;
  // The same, of a block that is believed to begin at `first`: RocksDB then reads that block alone,
  // where it else reads those beside it to know that they are not wanted.
  absl::StatusOr<std::shared_ptr<const Block>> BlockFrom(Position first, Position position) const;

  // Blocks in order, from the one that holds a position. What it reads stays out of the cache. The
  // store must outlive it.
  class Scan {
   public:
    // The next block; null at the end. After a block that is damaged it goes on behind it.
    absl::StatusOr<std::shared_ptr<const Block>> Next();
    // Nothing comes any more: the end was reached, or the disk failed.
    bool ended() const { return !rows_->Valid(); }

   private:
    friend class EventStore;
    Scan(const EventStore& store, std::unique_ptr<RocksRows> rows)
        : store_(&store), rows_(std::move(rows)) {}
    const EventStore* store_;
    std::unique_ptr<RocksRows> rows_;
  };
  Scan ScanFrom(Position position) const;

  absl::StatusOr<std::optional<v1::CursorRow>> GetCursor(std::string_view name) const;
  absl::StatusOr<std::vector<std::pair<std::string, v1::CursorRow>>> ListCursors(
      std::string_view after, size_t limit) const;

  // A row of the log's state; none if there is no such row, or the log was last written by a
  // version that kept no state.
  absl::StatusOr<std::optional<std::string>> GetState(std::string_view key) const;
  // The same, parsed as a message. DATA_LOSS, reason STATE_DAMAGED, if it cannot be.
  template <typename Message>
  absl::StatusOr<std::optional<Message>> GetStateMessage(std::string_view key) const;
  // All rows whose keys begin with `prefix`, in byte order.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListState(
      std::string_view prefix) const;

  // The first damage that a read of a block met; OK if none has.
  absl::Status damage() const;

  // How many blocks there are, as RocksDB reckons.
  uint64_t BlockCount() const;
  // Bytes that are in memory and will be written into tables.
  uint64_t UnwrittenBytes() const;
  // The database itself, for this room's backups and checks.
  Rocks& rocks() const { return *rocks_; }

 private:
  EventStore() = default;
  absl::Status OpenRecovering(const EventStoreOptions& options);
  // Keeps damage, and returns the status as it is.
  absl::Status Noted(absl::Status status) const;
  absl::StatusOr<std::shared_ptr<const Block>> ReadBlockAt(Position position) const;

  // Constant after Open.
  std::unique_ptr<Rocks> rocks_;
  std::optional<WalCut> cut_;

  mutable Mutex mutex_;
  mutable absl::Status damage_ ABSL_GUARDED_BY(mutex_);
};

// As the error of a row that is not the message it should be.
absl::Status StateDamaged(std::string_view key);

template <typename Message>
absl::StatusOr<std::optional<Message>> EventStore::GetStateMessage(std::string_view key) const {
  const auto value = GetState(key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::optional<Message>();
  Message message;
  if (!message.ParseFromString(**value)) return StateDamaged(key);
  return std::optional<Message>(std::move(message));
}

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_EVENT_STORE_H_
