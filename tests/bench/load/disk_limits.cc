#include "tests/bench/load/disk_limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>

#include "absl/time/clock.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"

#include "storage/status_macros.h"

namespace chipline::bench {
namespace {

absl::Status FromErrno(const char* what) {
  return absl::InternalError(fmt::format("{}: {}", what, std::strerror(errno)));
}

absl::Status FromRocksDb(const rocksdb::Status& status) {
  return status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString());
}

// Closes and removes a file.
class ScratchFile {
 public:
  explicit ScratchFile(std::filesystem::path path)
      : path_(std::move(path)),
        descriptor_(
            open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {}
  ~ScratchFile() {
    if (descriptor_ >= 0) close(descriptor_);
    unlink(path_.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  const std::filesystem::path path_;
  const int descriptor_;
};

// A RocksDB that is removed with everything in it.
class ScratchDb {
 public:
  ~ScratchDb() {
    db_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDb(const ScratchDb&) = delete;
  ScratchDb& operator=(const ScratchDb&) = delete;

  static absl::StatusOr<std::unique_ptr<ScratchDb>> Open(std::filesystem::path path) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    RETURN_IF_ERROR(FromRocksDb(rocksdb::DB::Open(options, path.string(), &db)));
    return std::unique_ptr<ScratchDb>(
        new ScratchDb(std::move(path), std::unique_ptr<rocksdb::DB>(db)));
  }
  rocksdb::DB& db() { return *db_; }

 private:
  ScratchDb(std::filesystem::path path, std::unique_ptr<rocksdb::DB> db)
      : path_(std::move(path)), db_(std::move(db)) {}
  const std::filesystem::path path_;
  std::unique_ptr<rocksdb::DB> db_;
};

// Big-endian, so that keys ascend.
std::string KeyOf(uint64_t number) {
  std::string key(8, '\0');
  for (size_t i = 0; i < 8; ++i) key[i] = static_cast<char>(number >> (56 - 8 * i));
  return key;
}

absl::Status WriteAll(int descriptor, const std::string& bytes) {
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = write(descriptor, bytes.data() + written, bytes.size() - written);
    if (count < 0) return FromErrno("write");
    written += static_cast<size_t>(count);
  }
  return fdatasync(descriptor) == 0 ? absl::OkStatus() : FromErrno("fdatasync");
}

absl::Status PutEvents(rocksdb::DB& db, EventSource& source, size_t events, bool sync,
                       uint64_t& next, uint64_t& bytes) {
  rocksdb::WriteBatch batch;
  for (size_t i = 0; i < events; ++i) {
    const std::string event = source.NextEvent();
    bytes += event.size();
    RETURN_IF_ERROR(FromRocksDb(batch.Put(KeyOf(next++), event)));
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  return FromRocksDb(db.Write(options, &batch));
}

}  // namespace

absl::StatusOr<Measurement> FileAppend(const std::filesystem::path& directory, EventSource& source,
                                       size_t events, absl::Duration duration) {
  const ScratchFile file(directory / "limit-file");
  if (file.descriptor() < 0) return FromErrno("open");
  Measurement result;
  const absl::Time start = absl::Now();
  absl::Time now = start;
  while (now - start < duration) {
    std::string bytes;
    for (size_t i = 0; i < events; ++i) bytes += source.NextEvent();
    const absl::Time before = absl::Now();
    RETURN_IF_ERROR(WriteAll(file.descriptor(), bytes));
    now = absl::Now();
    result.latencies.push_back(now - before);
    ++result.operations;
    result.events += events;
    result.bytes += bytes.size();
  }
  result.elapsed = now - start;
  return result;
}

absl::StatusOr<Measurement> RocksDbAppend(const std::filesystem::path& directory,
                                          EventSource& source, size_t events,
                                          absl::Duration duration) {
  ASSIGN_OR_RETURN(const auto scratch, ScratchDb::Open(directory / "limit-rocksdb"));
  Measurement result;
  uint64_t next = 1;
  const absl::Time start = absl::Now();
  absl::Time now = start;
  while (now - start < duration) {
    const absl::Time before = now;
    RETURN_IF_ERROR(PutEvents(scratch->db(), source, events, true, next, result.bytes));
    now = absl::Now();
    result.latencies.push_back(now - before);
    ++result.operations;
    result.events += events;
  }
  result.elapsed = now - start;
  return result;
}

absl::StatusOr<Measurement> RocksDbScan(const std::filesystem::path& directory, EventSource& source,
                                        size_t events, absl::Duration duration) {
  constexpr size_t kLoadBatch = 1000;
  ASSIGN_OR_RETURN(const auto scratch, ScratchDb::Open(directory / "limit-rocksdb-scan"));
  uint64_t next = 1;
  uint64_t loaded = 0;
  while (next <= events) {
    RETURN_IF_ERROR(PutEvents(scratch->db(), source, kLoadBatch, false, next, loaded));
  }
  RETURN_IF_ERROR(FromRocksDb(scratch->db().Flush(rocksdb::FlushOptions())));
  Measurement result;
  const absl::Time start = absl::Now();
  while (absl::Now() - start < duration) {
    const std::unique_ptr<rocksdb::Iterator> at(scratch->db().NewIterator(rocksdb::ReadOptions()));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      ++result.events;
      result.bytes += at->value().size();
    }
    RETURN_IF_ERROR(FromRocksDb(at->status()));
    ++result.operations;
  }
  result.elapsed = absl::Now() - start;
  return result;
}

}  // namespace chipline::bench
