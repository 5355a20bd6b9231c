#ifndef CHIPLINE_STORAGE_ROCKS_OPEN_H_
#define CHIPLINE_STORAGE_ROCKS_OPEN_H_

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"

namespace chipline {

// An open database and its families in the order asked for, "default" excepted.
struct RocksFamilies {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
};

// The options that all of Chipline's databases share: bounded memory and files, quiet logs, a WAL
// that refuses to skip damage (the default mode opens "OK" with acknowledged writes missing after
// one flipped bit; a torn last record still opens). `env` may be null.
rocksdb::DBOptions SharedDbOptions(rocksdb::Env* env);

// Opens or makes the database in `directory` with these families.
absl::StatusOr<RocksFamilies> OpenRocks(
    const std::filesystem::path& directory, const rocksdb::DBOptions& options,
    const std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>>& families);

// Opens it for reading alone, as it was left: nothing in the directory changes, and the WAL is read
// into memory. It must be there and have these families.
absl::StatusOr<RocksFamilies> OpenRocksToRead(
    const std::filesystem::path& directory, const rocksdb::DBOptions& options,
    const std::vector<std::pair<std::string, rocksdb::ColumnFamilyOptions>>& families);

// Closes what they opened.
void CloseRocks(std::unique_ptr<rocksdb::DB>& db,
                const std::vector<rocksdb::ColumnFamilyHandle*>& families);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_ROCKS_OPEN_H_
