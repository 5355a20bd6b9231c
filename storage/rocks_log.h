#ifndef CHIPLINE_STORAGE_ROCKS_LOG_H_
#define CHIPLINE_STORAGE_ROCKS_LOG_H_

#include <rocksdb/env.h>

#include <cstdarg>
#include <cstddef>
#include <filesystem>
#include <fstream>

#include "absl/base/thread_annotations.h"

#include "storage/mutex.h"

namespace chipline {

// RocksDB's own warnings and errors, in the folder of the database: LOG of this run, LOG.old of the
// run before. The file is created with the first line. Lines that cannot be written are dropped:
// RocksDB's own logger ends the program when it writes a second line to a full disk (an assertion
// in its writable_file_writer.h, which Debian's build checks). Thread-safe.
class RocksLog final : public rocksdb::Logger {
 public:
  // `file` is DIRECTORY/LOG; empty: nothing is written.
  explicit RocksLog(std::filesystem::path file);

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

 private:
  const std::filesystem::path file_;
  Mutex mutex_;
  std::ofstream output_ ABSL_GUARDED_BY(mutex_);
  size_t written_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_ROCKS_LOG_H_
