#ifndef CHIPLINE_STORAGE_FREE_BYTES_H_
#define CHIPLINE_STORAGE_FREE_BYTES_H_

#include <cstdint>
#include <filesystem>

#include "absl/status/statusor.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace chipline::storage {

// How many bytes this process may still write to the disk that `path` is on, by RocksDB's `env`;
// null: the machine's. UNAVAILABLE if that cannot be found out.
absl::StatusOr<uint64_t> FreeBytes(rocksdb::Env* env, const std::filesystem::path& path);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FREE_BYTES_H_
