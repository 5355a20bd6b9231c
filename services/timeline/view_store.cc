#include "services/timeline/view_store.h"

#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/key.h"
#include "storage/rocks_status.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

using storage::ToSlice;
using storage::ToView;
using storage::v1::ViewMeta;

// Memory for writes that are not yet in files.
constexpr size_t kWriteBufferBytes = 64 * 1024 * 1024;
// What is read of a file at a time. Rows are long and read one behind the other, and there are many
// of them: with a quarter of the blocks they cost less to write and to read.
constexpr size_t kBlockBytes = 4 * 1024;
constexpr size_t kRowBlockBytes = 16 * 1024;
constexpr std::string_view kRowsName = "rows";

rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache,
                                           size_t block_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_size = block_bytes;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = kWriteBufferBytes / 2;
  return options;
}

absl::StatusOr<RocksFamilies> OpenFamilies(const std::filesystem::path& directory,
                                           size_t cache_bytes, rocksdb::Env* env,
                                           bool to_read = false) {
  static constexpr std::array<std::string_view, kViewFamilies> kNames = {
      "meta",    kRowsName,  "entries", "keys",       "facets", "carriers",
      "awaited", "mentions", "touches", "dependents", "stale"};
  rocksdb::DBOptions options = SharedDbOptions(env);
  options.atomic_flush = true;
  options.db_write_buffer_size = kWriteBufferBytes;
  const auto cache = rocksdb::NewLRUCache(cache_bytes);
  std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>> families;
  for (const std::string_view name : kNames) {
    families.emplace_back(name,
                          FamilyOptions(cache, name == kRowsName ? kRowBlockBytes : kBlockBytes));
  }
  return to_read ? OpenRocksToRead(directory, options, families)
                 : OpenRocks(directory, options, families);
}

absl::StatusOr<ViewMeta> ReadMeta(const RocksFamilies& rocks, const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::string bytes;
  const rocksdb::Status status =
      rocks.db->Get(options, rocks.families[static_cast<size_t>(ViewFamily::kMeta)],
                    ToSlice(ViewStore::kMetaKey), &bytes);
  if (status.IsNotFound()) return ViewMeta();
  if (!status.ok()) return FromRocks(status, "cannot read the views");
  return ParseView<ViewMeta>(ViewStore::kMetaKey, bytes);
}

absl::Status RemoveAll(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      fmt::format("cannot delete the old views {}: {}", directory.string(), error.message()));
}

}  // namespace

void ViewBatch::Put(ViewFamily family, std::string_view key, std::string_view value) {
  CHECK(batch_.Put(store_.family(family), ToSlice(key), ToSlice(value)).ok());
}

void ViewBatch::Put(ViewFamily family, std::string_view key,
                    const google::protobuf::MessageLite& value) {
  Put(family, key, value.SerializeAsString());
}

void ViewBatch::Put(ViewFamily family, std::string_view key, std::string_view head,
                    std::string_view tail) {
  const rocksdb::Slice name = ToSlice(key);
  const std::array<rocksdb::Slice, 2> value = {ToSlice(head), ToSlice(tail)};
  CHECK(batch_.Put(store_.family(family), {&name, 1}, {value.data(), 2}).ok());
}

void ViewBatch::Delete(ViewFamily family, std::string_view key) {
  CHECK(batch_.Delete(store_.family(family), ToSlice(key)).ok());
}

absl::StatusOr<std::unique_ptr<ViewStore>> ViewStore::Open(
    const std::filesystem::path& directory, const std::function<bool(const ViewMeta&)>& fits,
    size_t cache_bytes, rocksdb::Env* env) {
  absl::StatusOr<RocksFamilies> rocks = OpenFamilies(directory, cache_bytes, env);
  if (rocks.ok()) {
    const absl::StatusOr<ViewMeta> meta = ReadMeta(*rocks, nullptr);
    if (meta.ok() && (meta->layout_version() == 0 || fits(*meta))) {
      return std::unique_ptr<ViewStore>(new ViewStore(*std::move(rocks)));
    }
    CloseRocks(rocks->db, rocks->families);
  } else if (absl::IsFailedPrecondition(rocks.status())) {
    return rocks.status();
  }
  RETURN_IF_ERROR(RemoveAll(directory));
  ASSIGN_OR_RETURN(RocksFamilies empty, OpenFamilies(directory, cache_bytes, env));
  return std::unique_ptr<ViewStore>(new ViewStore(std::move(empty)));
}

absl::StatusOr<std::unique_ptr<ViewStore>> ViewStore::OpenToRead(
    const std::filesystem::path& directory, size_t cache_bytes) {
  ASSIGN_OR_RETURN(RocksFamilies rocks,
                   OpenFamilies(directory, cache_bytes, nullptr, /*to_read=*/true));
  return std::unique_ptr<ViewStore>(new ViewStore(std::move(rocks)));
}

ViewStore::~ViewStore() { CloseRocks(rocks_.db, rocks_.families); }

absl::StatusOr<std::optional<std::string>> ViewStore::Get(ViewFamily which, std::string_view key,
                                                          const Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  if (snapshot != nullptr) options.snapshot = snapshot->get();
  std::string value;
  const rocksdb::Status status = rocks_.db->Get(options, family(which), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocks(status, "cannot read the views");
  return std::optional<std::string>(std::move(value));
}

absl::Status ViewStore::Scan(
    ViewFamily which, std::string_view prefix, std::string_view from, const Snapshot* snapshot,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  rocksdb::ReadOptions options;
  if (snapshot != nullptr) options.snapshot = snapshot->get();
  const std::unique_ptr<rocksdb::Iterator> rows(rocks_.db->NewIterator(options, family(which)));
  const std::string start = std::string(prefix) + std::string(from);
  for (rows->Seek(start); rows->Valid(); rows->Next()) {
    const std::string_view key = ToView(rows->key());
    if (key.substr(0, prefix.size()) != prefix) break;
    if (!visit(key.substr(prefix.size()), ToView(rows->value()))) return absl::OkStatus();
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), "cannot read the views");
  return absl::OkStatus();
}

absl::StatusOr<ViewMeta> ViewStore::Meta(const Snapshot* snapshot) const {
  return ReadMeta(rocks_, snapshot != nullptr ? snapshot->get() : nullptr);
}

absl::Status ViewStore::Write(ViewBatch& batch, bool wal) {
  rocksdb::WriteOptions options;
  options.disableWAL = !wal;
  const rocksdb::Status status = rocks_.db->Write(options, &batch.batch_);
  batch.batch_.Clear();
  if (!status.ok()) return FromRocks(status, "cannot write the views");
  return absl::OkStatus();
}

absl::Status ViewStore::Flush() {
  const rocksdb::Status status = rocks_.db->Flush(rocksdb::FlushOptions(), rocks_.families);
  if (!status.ok()) return FromRocks(status, "cannot write the views");
  return absl::OkStatus();
}

absl::Status DamagedView(std::string_view key) {
  return absl::DataLossError(fmt::format("the views are damaged at {}; delete them", key));
}

}  // namespace chipline::timeline
