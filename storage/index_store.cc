#include "storage/index_store.h"

#include <roaring/roaring.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"

#include "storage/check.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/key.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

constexpr std::string_view kPositionKey = "position";
constexpr std::string_view kIdentityKey = "identity";
// Raised when the layout of the index changes. The index is then rebuilt.
constexpr std::string_view kLayout = "1";
// How much a start after a crash has to recover: about 70 bytes for each event, at about 30 MiB a
// second. The families fill at different speeds, and with the limit of the log the slowest one kept
// much of the WAL. A flush in progress adds a little.
constexpr uint64_t kMaxWalBytes = 24 * 1024 * 1024;

rocksdb::ColumnFamilyOptions LookupOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = 32 * 1024 * 1024;
  // Most lookups are of new ids, which exist nowhere. Bloom filters answer for the files, and this
  // one for memory.
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;
  return options;
}

std::string PostingKey(std::string_view facet, uint64_t chunk) {
  return std::string(facet) + '\0' + BigEndian(chunk);
}

std::string EncodeHead(const Head& head) {
  return BigEndian(head.revision) + BigEndian(head.position);
}

using Bitmap = std::unique_ptr<roaring_bitmap_t, decltype(&roaring_bitmap_free)>;

std::string EncodeOffsets(const Offsets& offsets) {
  const Bitmap bitmap(roaring_bitmap_create(), &roaring_bitmap_free);
  for (const uint16_t offset : offsets) roaring_bitmap_add(bitmap.get(), offset);
  roaring_bitmap_run_optimize(bitmap.get());
  std::string bytes(roaring_bitmap_portable_size_in_bytes(bitmap.get()), '\0');
  roaring_bitmap_portable_serialize(bitmap.get(), bytes.data());
  return bytes;
}

RocksOptions OptionsOf(std::filesystem::path directory, rocksdb::Env* env,
                       std::shared_ptr<DiskErrors> errors) {
  RocksOptions options;
  options.name = "the index";
  options.directory = std::move(directory);
  options.families = {{"ids", LookupOptions()},
                      {"subjects", LookupOptions()},
                      {"postings", LookupOptions()},
                      {"meta", rocksdb::ColumnFamilyOptions()}};
  options.max_wal_bytes = kMaxWalBytes;
  // Otherwise a lost write-ahead log could leave the position without the ids up to it.
  options.atomic_flush = true;
  options.env = env;
  options.errors = std::move(errors);
  return options;
}

// The families, in their order; those of IndexFamily first.
enum : size_t { kIds, kSubjects, kPostings, kMeta };

}  // namespace

IndexStore::IndexStore(std::filesystem::path directory, std::string_view log_id, rocksdb::Env* env,
                       std::shared_ptr<DiskErrors> errors)
    : IndexStore(OptionsOf(std::move(directory), env, std::move(errors)), log_id) {}

IndexStore::IndexStore(RocksOptions options, std::string_view log_id)
    : identity_(std::string(kLayout) + "/" + std::string(log_id)), rocks_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<IndexStore>> IndexStore::OpenToRead(
    const std::filesystem::path& directory, std::string_view log_id) {
  ASSIGN_OR_RETURN(const bool there, Exists(directory / "CURRENT"));
  if (!there) return Error(absl::StatusCode::kNotFound, "NO_INDEX", "there is no index");
  RocksOptions options = OptionsOf(directory, nullptr, nullptr);
  options.to_read = true;
  std::unique_ptr<IndexStore> store(new IndexStore(std::move(options), log_id));
  RETURN_IF_ERROR(store->rocks_.Open());
  RETURN_IF_ERROR(store->CheckIdentity(/*may_write=*/false));
  return store;
}

absl::Status IndexStore::Open() {
  ++generation_;
  position_ = 0;
  damaged_ = false;
  RETURN_IF_ERROR(rocks_.Open());
  return CheckIdentity(/*may_write=*/true);
}

absl::Status IndexStore::Destroy() {
  ++generation_;
  position_ = 0;
  damaged_ = false;
  return rocks_.Destroy();
}

absl::Status IndexStore::CheckIdentity(bool may_write) {
  ASSIGN_OR_RETURN(const auto identity, rocks_.Get(kMeta, kIdentityKey));
  if (identity.has_value() && *identity != identity_) {
    return Error(absl::StatusCode::kFailedPrecondition, "INDEX_OF_ANOTHER_LOG",
                 "the index is of another log or layout");
  }
  if (may_write) {
    // Write it even if it exists: without any write, RocksDB keeps the write-ahead log of every
    // start.
    rocksdb::WriteBatch batch;
    CHECK(batch.Put(rocks_.family(kMeta), ToSlice(kIdentityKey), identity_).ok());
    rocksdb::WriteOptions options;
    options.sync = true;
    RETURN_IF_ERROR(rocks_.Write(options, batch));
  }
  ASSIGN_OR_RETURN(const auto position, rocks_.Get(kMeta, kPositionKey));
  if (!position.has_value()) return absl::OkStatus();
  if (position->size() != sizeof(Position)) return Damaged();
  position_ = FromBigEndian(*position);
  return absl::OkStatus();
}

absl::Status IndexStore::Damaged() const {
  damaged_ = true;
  return Error(absl::StatusCode::kDataLoss, "INDEX_DAMAGED",
               "a row of the index cannot be read; it is made anew from the log");
}

absl::Status IndexStore::damage() const { return damaged_ ? Damaged() : rocks_.damage(); }

absl::StatusOr<Head> IndexStore::DecodeHead(std::string_view bytes) const {
  if (bytes.size() != 2 * sizeof(uint64_t)) return Damaged();
  return Head{FromBigEndian(bytes), FromBigEndian(bytes.substr(sizeof(uint64_t)))};
}

absl::StatusOr<Offsets> IndexStore::DecodeOffsets(std::string_view bytes) const {
  const Bitmap bitmap(roaring_bitmap_portable_deserialize_safe(bytes.data(), bytes.size()),
                      &roaring_bitmap_free);
  if (bitmap == nullptr) return Damaged();
  std::vector<uint32_t> wide(roaring_bitmap_get_cardinality(bitmap.get()));
  roaring_bitmap_to_uint32_array(bitmap.get(), wide.data());
  if (!wide.empty() && wide.back() > UINT16_MAX) return Damaged();
  Offsets offsets(wide.size());
  std::transform(wide.begin(), wide.end(), offsets.begin(),
                 [](uint32_t offset) { return static_cast<uint16_t>(offset); });
  return offsets;
}

absl::Status IndexStore::Write(const IndexChunk& chunk) {
  CHECK(chunk.full());
  rocksdb::WriteBatch batch;
  // In the order of the keys, which RocksDB accepts several times as fast.
  std::vector<std::pair<std::string_view, Position>> ids(chunk.ids().begin(), chunk.ids().end());
  std::sort(ids.begin(), ids.end());
  for (const auto& [id, position] : ids) {
    CHECK(batch.Put(rocks_.family(kIds), ToSlice(id), BigEndian(position)).ok());
  }
  for (const auto& [subject, head] : chunk.heads()) {
    CHECK(batch.Put(rocks_.family(kSubjects), subject, EncodeHead(head)).ok());
  }
  for (const auto& [facet, offsets] : chunk.postings()) {
    CHECK(batch
              .Put(rocks_.family(kPostings), PostingKey(facet, chunk.number()),
                   EncodeOffsets(offsets))
              .ok());
  }
  CHECK(batch.Put(rocks_.family(kMeta), ToSlice(kPositionKey), BigEndian(chunk.last())).ok());
  rocksdb::WriteOptions options;
  options.sync = true;
  RETURN_IF_ERROR(rocks_.Write(options, batch));
  position_.store(chunk.last(), std::memory_order_release);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Position>> IndexStore::Find(std::string_view event_id) const {
  ASSIGN_OR_RETURN(const auto value, rocks_.Get(kIds, event_id));
  if (!value.has_value()) return std::nullopt;
  if (value->size() != sizeof(Position)) return Damaged();
  return FromBigEndian(*value);
}

absl::StatusOr<std::optional<Head>> IndexStore::FindHead(std::string_view subject) const {
  ASSIGN_OR_RETURN(const auto value, rocks_.Get(kSubjects, subject));
  if (!value.has_value()) return std::nullopt;
  return DecodeHead(*value);
}

absl::StatusOr<Offsets> IndexStore::Postings(std::string_view facet, uint64_t chunk) const {
  ASSIGN_OR_RETURN(const auto value, rocks_.Get(kPostings, PostingKey(facet, chunk)));
  if (!value.has_value()) return Offsets();
  return DecodeOffsets(*value);
}

std::unique_ptr<RocksRows> IndexStore::Rows(IndexFamily which) const {
  constexpr size_t kReadahead = 1024 * 1024;
  return rocks_.Rows(static_cast<size_t>(which), nullptr, kReadahead);
}

std::optional<uint64_t> IndexStore::ChunkOfPosting(std::string_view key) {
  constexpr size_t kTail = 1 + sizeof(uint64_t);
  if (key.size() < kTail || key[key.size() - kTail] != '\0') return std::nullopt;
  return FromBigEndian(key.substr(key.size() - sizeof(uint64_t)));
}

uint64_t IndexStore::UnwrittenBytes() const {
  return rocks_.Property(kIds, rocksdb::DB::Properties::kCurSizeAllMemTables) +
         rocks_.Property(kSubjects, rocksdb::DB::Properties::kCurSizeAllMemTables) +
         rocks_.Property(kPostings, rocksdb::DB::Properties::kCurSizeAllMemTables);
}

absl::StatusOr<HeadRows> IndexStore::Heads(std::string_view prefix, std::string_view after,
                                           size_t limit) const {
  HeadRows heads;
  const auto row = rocks_.Rows(kSubjects);
  for (row->Seek(std::max(prefix, after));
       row->Valid() && row->key().starts_with(prefix) && heads.size() < limit; row->Next()) {
    if (row->key() == after) continue;
    ASSIGN_OR_RETURN(const Head head, DecodeHead(row->value()));
    heads.emplace_back(row->key(), head);
  }
  RETURN_IF_ERROR(row->status());
  return heads;
}

}  // namespace chipline::storage
