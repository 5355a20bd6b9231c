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

  // True if nothing in it was promised to anybody: after a crash the shared order gives the same
  // rows of `state` again.
  bool lazy() const { return blocks.empty() && cursors.empty(); }
  bool empty() const { return lazy() && state.empty(); }
};

// How much of a log must be readable when it is opened for reading only.
enum class ReadMode {
  // Every record of the WAL.
  kStrict,
  // The WAL up to its first damage or gap.
  kUpToDamage,
  // The newest state of which all files exist, without the WAL.
  kFilesOnly,
};

// What is known about a log before it is opened.
struct EventStoreOptions {
  std::filesystem::path directory;
  size_t cache_bytes = 16 * 1024 * 1024;
  // Null: the machine's.
  rocksdb::Env* env = nullptr;
  // Gets every error of the disk. May be null.
  std::shared_ptr<DiskErrors> errors = nullptr;
  // Everything up to this position is known to be synced. The store cuts nothing that would end the
  // log before it.
  Position synced = 0;
  // The last server acknowledged before it synced, and did not stop cleanly: any part of what is
  // behind `synced` may be missing.
  bool unsynced = false;
  // Open as the server would, but change no file. Write fails.
  bool to_read = false;
};

// What was cut from the end of the write-ahead log when it was opened.
struct WalCut {
  // The log now ends here.
  Position head = 0;
  // None if RocksDB skipped what it could not read.
  uint64_t bytes = 0;
  std::filesystem::path file;
};

// DATA/log: the blocks, the named cursors and the state of the log, in RocksDB. This and
// DATA/FORMAT are the only data that cannot be rebuilt. storage/FORMAT.md has the families and
// keys. Thread-safe, with one writer at a time.
//
// Reads return UNAVAILABLE, reason STORAGE_FAILED, if the disk fails, and DATA_LOSS if stored data
// is damaged or missing.
class EventStore {
 public:
  // Opens or creates it. A commit that a crash tore is cut from the end; see torn_tail.h. DATA_LOSS
  // if RocksDB finds that synced data is missing or damaged.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(const EventStoreOptions& options);
  // Opens for reading only. Nothing in the directory changes, and Write fails. DATA_LOSS if data
  // that the mode requires is missing or damaged. `env` may be null.
  static absl::StatusOr<std::unique_ptr<EventStore>> OpenToRead(
      const std::filesystem::path& directory, ReadMode mode, rocksdb::Env* env = nullptr);

  // What Open cut; none if everything was whole.
  const std::optional<WalCut>& cut() const { return cut_; }

  // Writes everything or nothing, synced if `sync`. After an error it is not known what is on disk.
  absl::Status Write(const CommitWrite& commit, bool sync);
  // Syncs what was written without a sync.
  absl::Status Sync() { return rocks_->SyncWal(); }
  // OK, or why nothing can be written until the store is opened again.
  absl::Status failure() const { return rocks_->failure(); }

  // The last block; none if the log is empty.
  absl::StatusOr<std::shared_ptr<const Block>> LastBlock() const;
  // The position under which the last block is stored, whatever it contains; 0 if the log is empty.
  absl::StatusOr<Position> LastKey() const;
  // The block that holds `position`, which must be in the log.
  absl::StatusOr<std::shared_ptr<const Block>> BlockAt(Position position) const;
  // The same, for a block that is believed to begin at `first`. RocksDB then reads only that block;
  // otherwise it also reads those beside it to find the right one.
  absl::StatusOr<std::shared_ptr<const Block>> BlockFrom(Position first, Position position) const;

  // Blocks in order, from the one that holds a position. They stay out of the cache. The store must
  // outlive the scan.
  class Scan {
   public:
    // The next block; null at the end. Continues behind a damaged block.
    absl::StatusOr<std::shared_ptr<const Block>> Next();
    // True if no block follows: the end was reached, or the disk failed.
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

  // A row of the log's state. None if there is no such row, or the log was last written by a
  // version without state.
  absl::StatusOr<std::optional<std::string>> GetState(std::string_view key) const;
  // The same, parsed as a message. DATA_LOSS, reason STATE_DAMAGED, if it cannot be.
  template <typename Message>
  absl::StatusOr<std::optional<Message>> GetStateMessage(std::string_view key) const;
  // All rows whose keys begin with `prefix`, in byte order.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListState(
      std::string_view prefix) const;

  // The first damage that a read of a block found; OK if none.
  absl::Status damage() const;

  // How many blocks there are, as RocksDB estimates.
  uint64_t BlockCount() const;
  // Bytes in memory that will be written into tables.
  uint64_t UnwrittenBytes() const;
  // The database itself, for this room's backups and checks.
  Rocks& rocks() const { return *rocks_; }

 private:
  EventStore() = default;
  absl::Status OpenRecovering(const EventStoreOptions& options);
  // Remembers damage, and returns the status unchanged.
  absl::Status Noted(absl::Status status) const;
  absl::StatusOr<std::shared_ptr<const Block>> ReadBlockAt(Position position) const;

  // Constant after Open.
  std::unique_ptr<Rocks> rocks_;
  std::optional<WalCut> cut_;

  mutable Mutex mutex_;
  mutable absl::Status damage_ ABSL_GUARDED_BY(mutex_);
};

// The error for a row that is not the message that it should be.
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
