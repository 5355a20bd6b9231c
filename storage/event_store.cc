#include "storage/event_store.h"

#include <system_error>

#include "rocksdb/cache.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"

#include "storage/check.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/high_water.h"
#include "storage/key.h"
#include "storage/limits.h"
#include "storage/status_macros.h"
#include "storage/torn_tail.h"

namespace chipline::storage {
namespace {

// Keys ascend and never change. With the same compression at every level, compaction moves files
// and rewrites none.
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

absl::StatusOr<std::shared_ptr<const Block>> ReadRow(const RocksRows& row) {
  if (row.key().size() != sizeof(Position)) {
    return Error(absl::StatusCode::kDataLoss, "KEY_DAMAGED",
                 "a key in the log is not a position; restore the log from a backup");
  }
  return Block::Decode(FromBigEndian(row.key()), std::string(row.value()));
}

// The families, in their order.
enum : size_t { kEvents, kCursors, kState };

RocksOptions OptionsOf(const std::filesystem::path& directory, size_t cache_bytes,
                       rocksdb::Env* env) {
  RocksOptions options;
  options.name = "the log";
  options.directory = directory;
  options.families = {{"events", EventsOptions(cache_bytes)}, {"cursors", {}}, {"state", {}}};
  options.env = env;
  return options;
}

absl::Status Parse(const std::string& name, std::string_view value, v1::CursorRow& row) {
  if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "CURSOR_DAMAGED",
               "the stored cursor " + name + " cannot be read");
}

// Whether there is no table and nothing in a write-ahead log: a new log, perhaps after an
// interrupted start.
absl::StatusOr<bool> HoldsNothing(const std::filesystem::path& folder) {
  ASSIGN_OR_RETURN(const auto names, ListFolder(folder));
  for (const std::string& name : names) {
    const std::string ending = std::filesystem::path(name).extension();
    std::error_code error;
    if (ending == ".sst" || ending == ".ldb") return false;
    if (ending == ".log" && std::filesystem::file_size(folder / name, error) > 0) return false;
  }
  return true;
}

// Checks whether the log is complete, without a change to any file. Opening it for writing would
// create RocksDB's next MANIFEST, and an empty database if CURRENT is missing. Files that are put
// back afterwards would then no longer belong to the log.
absl::Status LookFirst(EventStoreOptions options) {
  ASSIGN_OR_RETURN(const bool empty, HoldsNothing(options.directory));
  if (empty && options.synced == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool there, Exists(options.directory / "CURRENT"));
  if (!there) {
    return Error(absl::StatusCode::kDataLoss, empty ? "EVENTS_MISSING" : "STORAGE_DAMAGED",
                 empty ? "events up to position " + std::to_string(options.synced) +
                             " were acknowledged, and " + options.directory.string() +
                             " is empty; put its files back, or restore a backup"
                       : "the file CURRENT is missing in " + options.directory.string() +
                             "; put it back (it holds the name of the newest MANIFEST there and a "
                             "newline), or restore a backup");
  }
  options.to_read = true;
  ASSIGN_OR_RETURN(const auto store, EventStore::Open(options));
  ASSIGN_OR_RETURN(const auto last, store->LastBlock());
  return HighWater::Check(last == nullptr ? 0 : last->last(), options.synced);
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::Open(const EventStoreOptions& options) {
  if (!options.to_read) RETURN_IF_ERROR(LookFirst(options));
  std::unique_ptr<EventStore> store(new EventStore());
  RETURN_IF_ERROR(store->OpenRecovering(options));
  return store;
}

absl::Status EventStore::OpenRecovering(const EventStoreOptions& options) {
  RocksOptions opening = OptionsOf(options.directory, options.cache_bytes, options.env);
  opening.errors = options.errors;
  opening.to_read = options.to_read;
  rocks_ = std::make_unique<Rocks>(opening);
  ASSIGN_OR_RETURN(auto tail, ReadWalTail(options.directory, /*checksums=*/false));
  if (!tail.has_value() || tail->torn_bytes() == 0) {
    const absl::Status opened = rocks_->Open();
    if (!absl::IsDataLoss(opened)) return opened;
  }
  ASSIGN_OR_RETURN(tail, ReadWalTail(options.directory, /*checksums=*/true));
  const bool torn = tail.has_value() && tail->torn_bytes() > 0 && !tail->whole_after;
  if (!torn && !options.unsynced) return rocks_->Open();
  // What would remain, without a change to any file.
  ASSIGN_OR_RETURN(const auto whole,
                   OpenToRead(options.directory, ReadMode::kUpToDamage, options.env));
  ASSIGN_OR_RETURN(const auto last, whole->LastBlock());
  const Position head = last == nullptr ? 0 : last->last();
  if (head < options.synced) return rocks_->Open();
  cut_ = WalCut{head, torn ? tail->torn_bytes() : 0, torn ? tail->file : options.directory};
  if (torn && !options.to_read) RETURN_IF_ERROR(CutWal(*tail));
  if (options.unsynced || options.to_read) {
    // Nothing behind the damage was acknowledged.
    opening.wal_recovery = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    rocks_ = std::make_unique<Rocks>(opening);
  }
  return rocks_->Open();
}

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::OpenToRead(
    const std::filesystem::path& directory, ReadMode mode, rocksdb::Env* env) {
  // For a caller that reads the log once.
  constexpr size_t kCacheBytes = 16 * 1024 * 1024;
  RocksOptions options = OptionsOf(directory, kCacheBytes, env);
  options.to_read = true;
  if (mode != ReadMode::kStrict) {
    options.wal_recovery = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  options.best_effort = mode == ReadMode::kFilesOnly;
  std::unique_ptr<EventStore> store(new EventStore());
  store->rocks_ = std::make_unique<Rocks>(std::move(options));
  RETURN_IF_ERROR(store->rocks_->Open());
  return store;
}

absl::Status EventStore::Write(const CommitWrite& commit, bool sync) {
  rocksdb::WriteBatch batch;
  for (const auto& block : commit.blocks) {
    CHECK(batch.Put(rocks_->family(kEvents), BigEndian(block->first()), block->stored()).ok());
  }
  for (const auto& [name, row] : commit.cursors) {
    CHECK(batch.Put(rocks_->family(kCursors), name, row.SerializeAsString()).ok());
  }
  for (const auto& [key, value] : commit.state) {
    CHECK((value.has_value() ? batch.Put(rocks_->family(kState), key, *value)
                             : batch.Delete(rocks_->family(kState), key))
              .ok());
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  return rocks_->Write(options, batch);
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::LastBlock() const {
  const auto row = rocks_->Rows(kEvents);
  row->SeekToLast();
  if (row->Valid()) return ReadRow(*row);
  RETURN_IF_ERROR(row->status());
  return nullptr;
}

uint64_t EventStore::BlockCount() const {
  return rocks_->Property(kEvents, rocksdb::DB::Properties::kEstimateNumKeys);
}

uint64_t EventStore::UnwrittenBytes() const {
  return rocks_->Property(kEvents, rocksdb::DB::Properties::kCurSizeAllMemTables);
}

absl::StatusOr<Position> EventStore::LastKey() const {
  const auto row = rocks_->Rows(kEvents);
  row->SeekToLast();
  RETURN_IF_ERROR(row->status());
  if (!row->Valid() || row->key().size() != sizeof(Position)) return 0;
  return FromBigEndian(row->key());
}

absl::Status EventStore::damage() const {
  const MutexLock lock(mutex_);
  return damage_.ok() ? rocks_->damage() : damage_;
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
  const auto row = rocks_->Rows(kEvents);
  row->SeekForPrev(BigEndian(position));
  RETURN_IF_ERROR(row->status());
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
  auto value = rocks_->Get(kEvents, BigEndian(first));
  if (value.ok() && value->has_value()) {
    auto block = Block::Decode(first, **std::move(value));
    if (!block.ok()) return Noted(block.status());
    if ((*block)->last() >= position) return block;
  }
  return BlockAt(position);
}

EventStore::Scan EventStore::ScanFrom(Position position) const {
  auto rows = rocks_->Rows(kEvents, nullptr, limits::kMaxBatchBytes);
  rows->SeekForPrev(BigEndian(position));
  // If the block with the position is missing, the scan begins with what follows.
  if (!rows->Valid() && rows->status().ok()) rows->Seek(BigEndian(position));
  return Scan(*this, std::move(rows));
}

absl::StatusOr<std::shared_ptr<const Block>> EventStore::Scan::Next() {
  if (!rows_->Valid()) {
    RETURN_IF_ERROR(store_->Noted(rows_->status()));
    return nullptr;
  }
  auto block = ReadRow(*rows_);
  rows_->Next();
  if (!block.ok()) return store_->Noted(block.status());
  return block;
}

absl::StatusOr<std::optional<v1::CursorRow>> EventStore::GetCursor(std::string_view name) const {
  ASSIGN_OR_RETURN(const auto value, rocks_->Get(kCursors, name));
  if (!value.has_value()) return std::nullopt;
  v1::CursorRow row;
  RETURN_IF_ERROR(Parse(std::string(name), *value, row));
  return row;
}

absl::StatusOr<std::vector<std::pair<std::string, v1::CursorRow>>> EventStore::ListCursors(
    std::string_view after, size_t limit) const {
  std::vector<std::pair<std::string, v1::CursorRow>> cursors;
  const auto row = rocks_->Rows(kCursors);
  for (row->Seek(after); row->Valid() && cursors.size() < limit; row->Next()) {
    if (row->key() == after) continue;
    const std::string name(row->key());
    v1::CursorRow value;
    RETURN_IF_ERROR(Parse(name, row->value(), value));
    cursors.emplace_back(name, std::move(value));
  }
  RETURN_IF_ERROR(row->status());
  return cursors;
}

absl::StatusOr<std::optional<std::string>> EventStore::GetState(std::string_view key) const {
  return rocks_->Get(kState, key);
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> EventStore::ListState(
    std::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto row = rocks_->Rows(kState);
  for (row->Seek(prefix); row->Valid(); row->Next()) {
    if (row->key().substr(0, prefix.size()) != prefix) break;
    rows.emplace_back(row->key(), row->value());
  }
  RETURN_IF_ERROR(row->status());
  return rows;
}

absl::Status StateDamaged(std::string_view key) {
  return Error(absl::StatusCode::kDataLoss, "STATE_DAMAGED",
               std::string("a row of the log's state cannot be read: ").append(key));
}

}  // namespace chipline::storage
