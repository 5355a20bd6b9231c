#include "storage/event_store.h"

#include "rocksdb/cache.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"

#include "storage/check.h"
#include "storage/error.h"
#include "storage/key.h"
#include "storage/limits.h"
#include "storage/rocks_open.h"
#include "storage/rocks_status.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// Keys ascend and never change, so with one compression at every level compaction moves files and
// rewrites none.
rocksdb::ColumnFamilyOptions EventsOptions(size_t cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = 64 * 1024 * 1024;
  options.max_write_buffer_number = 3;
  return options;
}

absl::StatusOr<std::shared_ptr<const Block>> ReadRow(const rocksdb::Iterator& row) {
  if (row.key().size() != sizeof(Position)) {
    return Error(absl::StatusCode::kDataLoss, "KEY_DAMAGED",
                 "a key in the log is not a position; restore the log from a backup");
  }
  return Block::Decode(FromBigEndian(ToView(row.key())), row.value().ToString());
}

absl::Status Parse(const std::string& name, std::string_view value, v1::CursorRow& row) {
  if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "CURSOR_DAMAGED",
               "the stored cursor " + name + " cannot be read");
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::Open(const std::filesystem::path& directory,
                                                             size_t cache_bytes,
                                                             rocksdb::Env* env) {
  ASSIGN_OR_RETURN(RocksFamilies opened, OpenRocks(directory, SharedDbOptions(env),
                                                   {{"events", EventsOptions(cache_bytes)},
                                                    {"cursors", rocksdb::ColumnFamilyOptions()}}));
  std::unique_ptr<EventStore> store(new EventStore());
  store->db_ = std::move(opened.db);
  store->events_ = opened.families[0];
  store->cursors_ = opened.families[1];
  return store;
}

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::OpenToRead(
    const std::filesystem::path& directory, ReadMode mode, rocksdb::Env* env) {
  // For who passes over the log once.
  constexpr size_t kCacheBytes = 16 * 1024 * 1024;
  rocksdb::DBOptions options = SharedDbOptions(env);
  if (mode != ReadMode::kStrict) {
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    options.track_and_verify_wals_in_manifest = false;
  }
  options.best_efforts_recovery = mode == ReadMode::kFilesOnly;
  ASSIGN_OR_RETURN(RocksFamilies opened,
                   OpenRocksToRead(directory, options,
                                   {{"events", EventsOptions(kCacheBytes)}, {"cursors", {}}}));
  std::unique_ptr<EventStore> store(new EventStore());
  store->db_ = std::move(opened.db);
  store->events_ = opened.families[0];
  store->cursors_ = opened.families[1];
  return store;
}

EventStore::~EventStore() { CloseRocks(db_, {events_, cursors_}); }

absl::Status EventStore::Write(const CommitWrite& commit, bool sync) {
  rocksdb::WriteBatch batch;
  for (const auto& block : commit.blocks) {
    CHECK(batch.Put(events_, BigEndian(block->first()), block->stored()).ok());
  }
  for (const auto& [name, row] : commit.cursors) {
    CHECK(batch.Put(cursors_, name, row.SerializeAsString()).ok());
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  return FromRocks(db_->Write(options, &batch), "cannot write to the log");
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::LastBlock() const {
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions(), events_));
  row->SeekToLast();
  if (row->Valid()) return ReadRow(*row);
  RETURN_IF_ERROR(FromRocks(row->status(), "cannot read the end of the log"));
  return nullptr;
}

uint64_t EventStore::BlockCount() const {
  uint64_t count = 0;
  db_->GetIntProperty(events_, rocksdb::DB::Properties::kEstimateNumKeys, &count);
  return count;
}

absl::StatusOr<Position> EventStore::LastKey() const {
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions(), events_));
  row->SeekToLast();
  RETURN_IF_ERROR(FromRocks(row->status(), "cannot read the end of the log"));
  if (!row->Valid() || row->key().size() != sizeof(Position)) return 0;
  return FromBigEndian(ToView(row->key()));
}

absl::Status EventStore::damage() const {
  const MutexLock lock(mutex_);
  return damage_;
}

absl::Status EventStore::Noted(absl::Status status) const {
  if (!absl::IsDataLoss(status)) return status;
  const MutexLock lock(mutex_);
  if (damage_.ok()) damage_ = status;
  return status;
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::BlockAt(Position position) const {
  absl::StatusOr<std::shared_ptr<const Block>> block = ReadBlockAt(position);
  if (!block.ok()) return Noted(block.status());
  return block;
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::ReadBlockAt(Position position) const {
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions(), events_));
  row->SeekForPrev(BigEndian(position));
  RETURN_IF_ERROR(FromRocks(row->status(), "cannot read the log"));
  if (row->Valid()) {
    ASSIGN_OR_RETURN(auto block, ReadRow(*row));
    if (block->last() >= position) return block;
  }
  return Error(absl::StatusCode::kDataLoss, "BLOCK_MISSING",
               "no stored block holds position " + std::to_string(position) +
                   "; restore the log from a backup",
               {{"position", std::to_string(position)}});
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::BlockFrom(Position first,
                                                                   Position position) const {
  std::string value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), events_, BigEndian(first), &value);
  if (status.ok()) {
    auto block = Block::Decode(first, std::move(value));
    if (!block.ok()) return Noted(block.status());
    if ((*block)->last() >= position) return block;
  }
  return BlockAt(position);
}

EventStore::Scan EventStore::ScanFrom(Position position) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = limits::kMaxBatchBytes;
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(options, events_));
  rows->SeekForPrev(BigEndian(position));
  // With what holds the position missing it begins with what comes after.
  if (!rows->Valid() && rows->status().ok()) rows->Seek(BigEndian(position));
  return Scan(std::move(rows));
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::Scan::Next() {
  if (!rows_->Valid()) {
    RETURN_IF_ERROR(FromRocks(rows_->status(), "cannot read the log"));
    return nullptr;
  }
  auto block = ReadRow(*rows_);
  rows_->Next();
  return block;
}

absl::StatusOr<std::optional<v1::CursorRow>> EventStore::GetCursor(std::string_view name) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), cursors_, ToSlice(name), &value);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(FromRocks(status, "cannot read a cursor"));
  v1::CursorRow row;
  RETURN_IF_ERROR(Parse(std::string(name), value, row));
  return row;
}

absl::StatusOr<std::vector<std::pair<std::string, v1::CursorRow>>> EventStore::ListCursors(
    std::string_view after, size_t limit) const {
  std::vector<std::pair<std::string, v1::CursorRow>> cursors;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions(), cursors_));
  for (row->Seek(ToSlice(after)); row->Valid() && cursors.size() < limit; row->Next()) {
    std::string name = row->key().ToString();
    if (name == after) continue;
    v1::CursorRow value;
    RETURN_IF_ERROR(Parse(name, ToView(row->value()), value));
    cursors.emplace_back(std::move(name), std::move(value));
  }
  RETURN_IF_ERROR(FromRocks(row->status(), "cannot read the cursors"));
  return cursors;
}

}  // namespace chipline::storage
