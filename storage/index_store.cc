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
#include "storage/key.h"
#include "storage/rocks_open.h"
#include "storage/rocks_status.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

constexpr std::string_view kPositionKey = "position";
constexpr std::string_view kIdentityKey = "identity";
// Raised when the layout of the index changes; the index is then made anew.
constexpr std::string_view kLayout = "1";
// What a start after a crash puts in its place again: some 70 bytes an event, at about 30 MiB a
// second. The families fill at different speeds, and with the log's limit the slowest held on to
// much. A flush under way adds a little.
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
  // Most lookups are of new ids, which are nowhere: the filters answer for the files, and this one
  // for what is not in a file yet.
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;
  return options;
}

std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>> Families() {
  return {{"ids", LookupOptions()},
          {"subjects", LookupOptions()},
          {"postings", LookupOptions()},
          {"meta", rocksdb::ColumnFamilyOptions()}};
}

std::string PostingKey(std::string_view facet, uint64_t chunk) {
  return std::string(facet) + '\0' + BigEndian(chunk);
}

std::string EncodeHead(const Head& head) {
  return BigEndian(head.revision) + BigEndian(head.position);
}

absl::Status Damaged() {
  return Error(absl::StatusCode::kDataLoss, "INDEX_DAMAGED",
               "a row of the index cannot be read; stop the server and delete the folder index, "
               "which is then made anew from the log");
}

absl::StatusOr<Head> DecodeHead(std::string_view bytes) {
  if (bytes.size() != 2 * sizeof(uint64_t)) return Damaged();
  return Head{FromBigEndian(bytes), FromBigEndian(bytes.substr(sizeof(uint64_t)))};
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

absl::StatusOr<Offsets> DecodeOffsets(std::string_view bytes) {
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

}  // namespace

absl::StatusOr<std::unique_ptr<IndexStore>> IndexStore::Open(const std::filesystem::path& directory,
                                                             std::string_view log_id,
                                                             rocksdb::Env* env) {
  auto opened = TryOpen(directory, log_id, env);
  if (opened.ok()) return opened;
  if (opened.status().code() != absl::StatusCode::kDataLoss &&
      opened.status().code() != absl::StatusCode::kFailedPrecondition) {
    return opened;
  }
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  RETURN_IF_ERROR(FromRocks(rocksdb::DestroyDB(directory.string(), options),
                            "cannot delete the index to make it anew"));
  return TryOpen(directory, log_id, env);
}

absl::StatusOr<std::unique_ptr<IndexStore>> IndexStore::TryOpen(
    const std::filesystem::path& directory, std::string_view log_id, rocksdb::Env* env) {
  rocksdb::DBOptions options = SharedDbOptions(env);
  options.max_total_wal_size = kMaxWalBytes;
  ASSIGN_OR_RETURN(RocksFamilies opened, OpenRocks(directory, options, Families()));
  auto store = Of(std::move(opened));
  RETURN_IF_ERROR(store->CheckIdentity(log_id, /*may_write=*/true));
  return store;
}

absl::StatusOr<std::unique_ptr<IndexStore>> IndexStore::OpenToRead(
    const std::filesystem::path& directory, std::string_view log_id) {
  std::error_code error;
  if (!std::filesystem::exists(directory / "CURRENT", error)) {
    return Error(absl::StatusCode::kNotFound, "NO_INDEX", "there is no index");
  }
  ASSIGN_OR_RETURN(RocksFamilies opened,
                   OpenRocksToRead(directory, SharedDbOptions(nullptr), Families()));
  auto store = Of(std::move(opened));
  RETURN_IF_ERROR(store->CheckIdentity(log_id, /*may_write=*/false));
  return store;
}

std::unique_ptr<IndexStore> IndexStore::Of(RocksFamilies opened) {
  std::unique_ptr<IndexStore> store(new IndexStore());
  store->db_ = std::move(opened.db);
  store->ids_ = opened.families[0];
  store->subjects_ = opened.families[1];
  store->postings_ = opened.families[2];
  store->meta_ = opened.families[3];
  return store;
}

IndexStore::~IndexStore() { CloseRocks(db_, {ids_, subjects_, postings_, meta_}); }

absl::Status IndexStore::CheckIdentity(std::string_view log_id, bool may_write) {
  const std::string expected = std::string(kLayout) + "/" + std::string(log_id);
  std::string value;
  rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), meta_, ToSlice(kIdentityKey), &value);
  if (status.IsNotFound()) {
    if (!may_write) return absl::OkStatus();
    rocksdb::WriteOptions options;
    options.sync = true;
    return FromRocks(db_->Put(options, meta_, ToSlice(kIdentityKey), expected),
                     "cannot write the index");
  }
  RETURN_IF_ERROR(FromRocks(status, "cannot read the index"));
  if (value != expected) {
    return Error(absl::StatusCode::kFailedPrecondition, "INDEX_OF_ANOTHER_LOG",
                 "the index is of another log or layout");
  }
  status = db_->Get(rocksdb::ReadOptions(), meta_, ToSlice(kPositionKey), &value);
  if (status.IsNotFound()) return absl::OkStatus();
  RETURN_IF_ERROR(FromRocks(status, "cannot read the index"));
  if (value.size() != sizeof(Position)) return Damaged();
  position_ = FromBigEndian(value);
  return absl::OkStatus();
}

absl::Status IndexStore::Write(const IndexChunk& chunk) {
  CHECK(chunk.full());
  rocksdb::WriteBatch batch;
  // In the order of the keys, in which RocksDB takes them up several times as fast.
  std::vector<std::pair<std::string_view, Position>> ids(chunk.ids().begin(), chunk.ids().end());
  std::sort(ids.begin(), ids.end());
  for (const auto& [id, position] : ids) {
    CHECK(batch.Put(ids_, ToSlice(id), BigEndian(position)).ok());
  }
  for (const auto& [subject, head] : chunk.heads()) {
    CHECK(batch.Put(subjects_, subject, EncodeHead(head)).ok());
  }
  for (const auto& [facet, offsets] : chunk.postings()) {
    CHECK(batch.Put(postings_, PostingKey(facet, chunk.number()), EncodeOffsets(offsets)).ok());
  }
  CHECK(batch.Put(meta_, ToSlice(kPositionKey), BigEndian(chunk.last())).ok());
  rocksdb::WriteOptions options;
  options.sync = true;
  RETURN_IF_ERROR(FromRocks(db_->Write(options, &batch), "cannot write the index"));
  position_ = chunk.last();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Position>> IndexStore::Find(std::string_view event_id) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), ids_, ToSlice(event_id), &value);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(FromRocks(status, "cannot read the index"));
  if (value.size() != sizeof(Position)) return Damaged();
  return FromBigEndian(ToView(value));
}

absl::StatusOr<std::optional<Head>> IndexStore::FindHead(std::string_view subject) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), subjects_, ToSlice(subject), &value);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(FromRocks(status, "cannot read the index"));
  return DecodeHead(ToView(value));
}

absl::StatusOr<Offsets> IndexStore::Postings(std::string_view facet, uint64_t chunk) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), postings_, PostingKey(facet, chunk), &value);
  if (status.IsNotFound()) return Offsets();
  RETURN_IF_ERROR(FromRocks(status, "cannot read the index"));
  return DecodeOffsets(ToView(value));
}

rocksdb::ColumnFamilyHandle* IndexStore::family(IndexFamily which) const {
  rocksdb::ColumnFamilyHandle* const families[] = {ids_, subjects_, postings_};
  return families[static_cast<size_t>(which)];
}

std::unique_ptr<rocksdb::Iterator> IndexStore::Rows(IndexFamily which) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, family(which)));
}

std::optional<uint64_t> IndexStore::ChunkOfPosting(std::string_view key) {
  constexpr size_t kTail = 1 + sizeof(uint64_t);
  if (key.size() < kTail || key[key.size() - kTail] != '\0') return std::nullopt;
  return FromBigEndian(key.substr(key.size() - sizeof(uint64_t)));
}

absl::StatusOr<std::vector<std::pair<std::string, Head>>> IndexStore::Heads(std::string_view prefix,
                                                                            std::string_view after,
                                                                            size_t limit) const {
  std::vector<std::pair<std::string, Head>> heads;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions(), subjects_));
  for (row->Seek(ToSlice(std::max(prefix, after)));
       row->Valid() && row->key().starts_with(ToSlice(prefix)) && heads.size() < limit;
       row->Next()) {
    if (ToView(row->key()) == after) continue;
    ASSIGN_OR_RETURN(const Head head, DecodeHead(ToView(row->value())));
    heads.emplace_back(row->key().ToString(), head);
  }
  RETURN_IF_ERROR(FromRocks(row->status(), "cannot read the index"));
  return heads;
}

}  // namespace chipline::storage
