#ifndef CHIPLINE_STORAGE_DISK_ERRORS_H_
#define CHIPLINE_STORAGE_DISK_ERRORS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"

#include "storage/mutex.h"

namespace chipline::storage {

// The errors that a disk gave beneath one or more databases. A file that is not there is no error
// of the disk. Thread-safe.
class DiskErrors {
 public:
  // `error` names the file.
  void Note(std::string_view error);

  // How many there were, and the last of them; empty if there was none.
  struct Summary {
    uint64_t count = 0;
    std::string last;
  };
  Summary summary() const;

  // How many errors this thread met, in whatever database. A scan compares it before and after a
  // step: RocksDB 7.8.3 can go on with status OK where a table cannot be read
  // (facebook/rocksdb#11782).
  static uint64_t OfThisThread();

 private:
  mutable Mutex mutex_;
  Summary summary_ ABSL_GUARDED_BY(mutex_);
};

// How long this thread has waited for syncs of files and directories, in whatever database: a write
// compares it before and afterwards.
absl::Duration SyncTimeOfThisThread();

// RocksDB's environment over the file system of `base` (null: the machine's) that notes in `errors`
// every operation that fails, but for files that are not there, and counts the time of syncs. What
// RocksDB is told stays the same.
std::unique_ptr<rocksdb::Env> NewNotingEnv(rocksdb::Env* base, std::shared_ptr<DiskErrors> errors);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DISK_ERRORS_H_
