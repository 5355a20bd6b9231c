#ifndef CHIPLINE_STORAGE_ROOM_H_
#define CHIPLINE_STORAGE_ROOM_H_

#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "storage/mutex.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace chipline::storage {

// Whether the disk has room for appends. It also counts what is about to be written, so that a fast
// writer cannot fill the disk between two checks; reads would then fail, too. Thread-safe.
class Room {
 public:
  // Keeps `min_free_bytes` free on the disk that `directory` is on; 0: not checked. `unwritten`:
  // bytes in memory that will be written even without further appends. `env`: for RocksDB's files;
  // null: the machine's.
  Room(std::filesystem::path directory, rocksdb::Env* env, uint64_t min_free_bytes,
       std::function<uint64_t()> unwritten);

  // OK. RESOURCE_EXHAUSTED, reason DISK_NEARLY_FULL, with RetryInfo, until a quarter more than
  // `min_free_bytes` is free. Does not check the disk.
  absl::Status status() const;
  // The same before an append of so many bytes. Checks the disk if much was appended since the last
  // check.
  absl::Status Take(uint64_t bytes);
  // Whether less than half of `min_free_bytes` was free at the last check. Then commands of a
  // shared order are not applied either.
  bool scarce() const;
  // Checks the disk. Call it about once a second.
  void Look();

  // What was free at the last check.
  uint64_t free_bytes() const;
  uint64_t min_free_bytes() const { return min_free_bytes_; }

 private:
  const std::filesystem::path directory_;
  rocksdb::Env* const env_;
  const uint64_t min_free_bytes_;
  const std::function<uint64_t()> unwritten_;

  mutable Mutex mutex_;
  bool full_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t free_ ABSL_GUARDED_BY(mutex_) = 0;
  // Bytes that may be appended before the next check.
  uint64_t left_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_ROOM_H_
