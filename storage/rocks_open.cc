#include "storage/rocks_open.h"

#include <memory>

#include "storage/rocks_log.h"
#include "storage/rocks_status.h"

namespace chipline {

rocksdb::DBOptions SharedDbOptions(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.max_total_wal_size = 256 * 1024 * 1024;
  options.max_open_files = 512;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  if (env != nullptr) options.env = env;
  return options;
}

namespace {

using FamilyList = std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>>;

absl::StatusOr<RocksFamilies> Open(const std::filesystem::path& directory,
                                   rocksdb::DBOptions options, const FamilyList& families,
                                   bool to_read) {
  options.info_log =
      std::make_shared<RocksLog>(to_read ? std::filesystem::path() : directory / "LOG");
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (const auto& [name, family] : families) descriptors.emplace_back(name, family);
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      to_read ? rocksdb::DB::OpenForReadOnly(options, directory.string(), descriptors, &opened, &db)
              : rocksdb::DB::Open(options, directory.string(), descriptors, &opened, &db);
  if (!status.ok()) return FromRocks(status, "cannot open " + directory.string());
  RocksFamilies result;
  result.db.reset(db);
  // The default family is always there and never used.
  if (const auto closed = db->DestroyColumnFamilyHandle(opened.front()); !closed.ok()) {
    return FromRocks(closed, "cannot open " + directory.string());
  }
  result.families.assign(opened.begin() + 1, opened.end());
  return result;
}

}  // namespace

absl::StatusOr<RocksFamilies> OpenRocks(const std::filesystem::path& directory,
                                        const rocksdb::DBOptions& options,
                                        const FamilyList& families) {
  return Open(directory, options, families, /*to_read=*/false);
}

absl::StatusOr<RocksFamilies> OpenRocksToRead(const std::filesystem::path& directory,
                                              const rocksdb::DBOptions& options,
                                              const FamilyList& families) {
  rocksdb::DBOptions reading = options;
  reading.create_if_missing = false;
  reading.create_missing_column_families = false;
  return Open(directory, reading, families, /*to_read=*/true);
}

void CloseRocks(std::unique_ptr<rocksdb::DB>& db,
                const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  if (db == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families) {
    db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  // What is not flushed is in the WAL, so a failed close loses nothing.
  db->Close().PermitUncheckedError();
  db.reset();
}

}  // namespace chipline
