#include "services/timeline/view_store.h"

#include <array>
#include <utility>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/error.h"
#include "storage/key.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

using storage::ToSlice;
using storage::v1::ViewMeta;

// Memory for writes that are not in files yet.
constexpr size_t kWriteBufferBytes = 64 * 1024 * 1024;
// Bytes that are read of a file at a time. There are many long rows, which are read in sequence:
// with a quarter of the blocks, writing and reading them costs less.
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

storage::RocksOptions OptionsOf(std::filesystem::path directory, size_t cache_bytes) {
  static constexpr std::array<std::string_view, kViewFamilies> kNames = {
      "meta",    kRowsName,  "entries", "keys",       "facets", "carriers",
      "awaited", "mentions", "touches", "dependents", "stale"};
  storage::RocksOptions options;
  options.name = "the views";
  options.directory = std::move(directory);
  options.atomic_flush = true;
  options.write_buffer_bytes = kWriteBufferBytes;
  const auto cache = rocksdb::NewLRUCache(cache_bytes);
  for (const std::string_view name : kNames) {
    options.families.emplace_back(
        name, FamilyOptions(cache, name == kRowsName ? kRowBlockBytes : kBlockBytes));
  }
  return options;
}

storage::RocksOptions OptionsOf(std::filesystem::path directory, size_t cache_bytes,
                                rocksdb::Env* env, std::shared_ptr<storage::DiskErrors> errors) {
  storage::RocksOptions options = OptionsOf(std::move(directory), cache_bytes);
  options.env = env;
  options.errors = std::move(errors);
  return options;
}

// Damage to the views of a running server loses nothing: they are rebuilt from the log. A caller
// that checks a stopped server's views gets the damage.
absl::Status AsDerived(const storage::Rocks& rocks, const absl::Status& status) {
  if (!absl::IsDataLoss(status) || rocks.options().to_read) return status;
  return RetryError(
      "VIEWS_FAILED",
      "the timelines are damaged, and are made anew from the log: " + std::string(status.message()),
      absl::Seconds(1));
}

const storage::RocksSnapshot* Of(const ViewStore::Snapshot* snapshot) {
  return snapshot == nullptr ? nullptr : snapshot->get();
}

}  // namespace

void ViewBatch::Put(ViewFamily family, std::string_view key, std::string_view value) {
  CHECK(batch_.Put(store_.rocks_.family(static_cast<size_t>(family)), ToSlice(key), ToSlice(value))
            .ok());
}

void ViewBatch::Put(ViewFamily family, std::string_view key,
                    const google::protobuf::MessageLite& value) {
  Put(family, key, value.SerializeAsString());
}

void ViewBatch::Put(ViewFamily family, std::string_view key, std::string_view head,
                    std::string_view tail) {
  const rocksdb::Slice name = ToSlice(key);
  const std::array<rocksdb::Slice, 2> value = {ToSlice(head), ToSlice(tail)};
  CHECK(batch_.Put(store_.rocks_.family(static_cast<size_t>(family)), {&name, 1}, {value.data(), 2})
            .ok());
}

void ViewBatch::Delete(ViewFamily family, std::string_view key) {
  CHECK(batch_.Delete(store_.rocks_.family(static_cast<size_t>(family)), ToSlice(key)).ok());
}

ViewStore::ViewStore(std::filesystem::path directory, size_t cache_bytes, rocksdb::Env* env,
                     std::shared_ptr<storage::DiskErrors> errors)
    : ViewStore(OptionsOf(std::move(directory), cache_bytes, env, std::move(errors))) {}

absl::StatusOr<std::unique_ptr<ViewStore>> ViewStore::OpenToRead(
    const std::filesystem::path& directory, size_t cache_bytes) {
  storage::RocksOptions options = OptionsOf(directory, cache_bytes);
  options.to_read = true;
  std::unique_ptr<ViewStore> store(new ViewStore(std::move(options)));
  RETURN_IF_ERROR(store->Open());
  return store;
}

absl::Status ViewStore::failure() const {
  RETURN_IF_ERROR(rocks_.damage());
  return rocks_.failure();
}

absl::StatusOr<std::optional<std::string>> ViewStore::Get(ViewFamily family, std::string_view key,
                                                          const Snapshot* snapshot) const {
  auto value = rocks_.Get(static_cast<size_t>(family), key, Of(snapshot));
  if (!value.ok()) return AsDerived(rocks_, value.status());
  return value;
}

absl::Status ViewStore::Scan(
    ViewFamily family, std::string_view prefix, std::string_view from, const Snapshot* snapshot,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const auto rows = rocks_.Rows(static_cast<size_t>(family), Of(snapshot));
  for (rows->Seek(std::string(prefix) + std::string(from)); rows->Valid(); rows->Next()) {
    if (rows->key().substr(0, prefix.size()) != prefix) return absl::OkStatus();
    if (!visit(rows->key().substr(prefix.size()), rows->value())) return absl::OkStatus();
  }
  return AsDerived(rocks_, rows->status());
}

absl::StatusOr<ViewMeta> ViewStore::Meta(const Snapshot* snapshot) const {
  ASSIGN_OR_RETURN(const auto bytes, Get(ViewFamily::kMeta, kMetaKey, snapshot));
  if (!bytes.has_value()) return ViewMeta();
  return ParseView<ViewMeta>(kMetaKey, *bytes);
}

absl::Status ViewStore::Write(ViewBatch& batch, bool wal) {
  rocksdb::WriteOptions options;
  options.disableWAL = !wal;
  const absl::Status status = rocks_.Write(options, batch.batch_);
  batch.batch_.Clear();
  return status;
}

absl::Status ViewStore::Flush() { return rocks_.Flush(); }

absl::Status DamagedView(std::string_view key) {
  return Error(
      absl::StatusCode::kDataLoss, "VIEW_DAMAGED",
      fmt::format("the views are damaged at {}; stop the server and delete the folder views, which "
                  "is then made anew from the log",
                  key));
}

}  // namespace chipline::timeline
