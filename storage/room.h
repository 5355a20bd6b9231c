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

// Whether the disk has room for appends. It counts what is about to be written, so that a quick
// writer cannot fill the disk between two looks: then reads would stop as well. Thread-safe.
class Room {
 public:
  // `min_free_bytes` of the disk that `directory` is on stay free; 0: it is not looked at.
  // `unwritten`: bytes in memory that will be written whatever is appended. `env`: for RocksDB's
  // files; null: the machine's.
  Room(std::filesystem::path directory, rocksdb::Env* env, uint64_t min_free_bytes,
       std::function<uint64_t()> unwritten);

  // OK; or RESOURCE_EXHAUSTED, reason DISK_NEARLY_FULL, with RetryInfo, until there is a quarter
  // more free than has to be. Does not look at the disk.
  absl::Status status() const;
  // The same, for who is about to append so many bytes. Looks at the disk when enough was appended
  // since the last look.
  absl::Status Take(uint64_t bytes);
  // Whether less than half of what has to stay free was free at the last look. What others have
  // decided is then taken no more either.
  bool scarce() const;
  // Looks at the disk. To be called about once a second as well.
  void Look();

  // What was free at the last look.
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
  // Bytes that may be appended before the next look.
  uint64_t left_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_ROOM_H_
