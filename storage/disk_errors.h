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

// The disk errors of one or more databases. A missing file is not a disk error. Thread-safe.
class DiskErrors {
 public:
  // `error` names the file.
  void Note(std::string_view error);

  // The number of errors, and the last one; empty if there was none.
  struct Summary {
    uint64_t count = 0;
    std::string last;
  };
  Summary summary() const;

  // How many errors this thread met, in any database. A scan compares the number before and after
  // each step, since RocksDB 7.8.3 may continue with status OK although a table cannot be read
  // (facebook/rocksdb#11782).
  static uint64_t OfThisThread();

 private:
  mutable Mutex mutex_;
  Summary summary_ ABSL_GUARDED_BY(mutex_);
};

// How long this thread has waited for syncs of files and directories, in any database. A write
// compares it before and after.
absl::Duration SyncTimeOfThisThread();

// RocksDB's environment on the file system of `base` (null: the machine's). It records in `errors`
// every operation that fails, except for missing files, and counts the time of syncs. It does not
// change what RocksDB sees.
std::unique_ptr<rocksdb::Env> NewNotingEnv(rocksdb::Env* base, std::shared_ptr<DiskErrors> errors);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DISK_ERRORS_H_
