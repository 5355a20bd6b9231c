#include "storage/free_bytes.h"

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

#include "storage/rocks_status.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<uint64_t> FreeBytes(rocksdb::Env* env, const std::filesystem::path& path) {
  if (env == nullptr) env = rocksdb::Env::Default();
  uint64_t bytes = 0;
  RETURN_IF_ERROR(FromRocks(
      env->GetFileSystem()->GetFreeSpace(path.string(), rocksdb::IOOptions(), &bytes, nullptr),
      "cannot tell the free space of " + path.string()));
  return bytes;
}

}  // namespace chipline::storage
