#ifndef CHIPLINE_TESTS_FAULTS_FAULT_FILE_SYSTEM_H_
#define CHIPLINE_TESTS_FAULTS_FAULT_FILE_SYSTEM_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "absl/base/thread_annotations.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

#include "storage/mutex.h"

namespace chipline::faults {

// What a disk is asked for, as far as faults go.
enum class Op { kOpen, kRead, kWrite, kSync, kRename };
inline constexpr size_t kOps = 5;

// When in an operation something happens.
enum class Moment { kBefore, kAfter };

// A file system of RocksDB over the machine's, whose power can be cut and whose operations fail,
// stand still or call back as planned. What it keeps of a file is how much of it was synced, and of
// a directory which names are new since it was. Thread-safe.
class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  // Called at each operation, without a lock held; what it returns before one is the operation's
  // result unless it is OK.
  using Watcher = std::function<rocksdb::IOStatus(Op op, Moment moment, const std::string& file)>;

  FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  // Set before the first operation.
  void Watch(Watcher watcher) { watcher_ = std::move(watcher); }

  // From the `nth` operation of this kind on, counted from now and from 1, only that one or every
  // further one fails with `status`.
  void Fail(Op op, uint64_t nth, bool sticky, rocksdb::IOStatus status);
  // No operation fails any more.
  void Mend();
  // How many operations of a kind there were since the start or the last Fail of it.
  uint64_t count(Op op) const;

  // Room for so many more bytes, which is what is free; what does not fit fails with NoSpace.
  void SetRoom(uint64_t bytes);
  void SetUnlimitedRoom();

  // From here on every operation fails and changes nothing.
  void CutPower();
  bool power_is_off() const;
  // Makes the disk what it is after the power was off: unsynced bytes and names are gone; or, with
  // `random`, a random part of each. To be called when nothing has a file open.
  void DropUnsynced(std::mt19937_64* random);

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;

  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* free, rocksdb::IODebugContext* context) override;

  // For the files that it makes.
  rocksdb::IOStatus Begin(Op op, const std::string& file);
  rocksdb::IOStatus End(Op op, const std::string& file, rocksdb::IOStatus status);
  void Wrote(const std::string& file, uint64_t bytes);
  void Synced(const std::string& file);
  void SyncedDirectory(const std::string& directory);
  // Takes the room for bytes; false if there is none.
  bool TakeRoom(uint64_t bytes);

 private:
  struct Plan {
    uint64_t seen = 0;
    uint64_t nth = 0;
    bool sticky = false;
    rocksdb::IOStatus status;
  };
  struct FileState {
    uint64_t size = 0;
    uint64_t synced = 0;
  };

  Watcher watcher_;
  mutable Mutex mutex_;
  std::array<Plan, kOps> plans_ ABSL_GUARDED_BY(mutex_);
  bool off_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<uint64_t> room_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, FileState> files_ ABSL_GUARDED_BY(mutex_);
  // Names that are new since their directory was synced, with what they stood for before; none if
  // there was no such file.
  std::map<std::string, std::optional<std::string>> new_names_ ABSL_GUARDED_BY(mutex_);
};

// A fault file system and RocksDB's environment over it.
struct FaultDisk {
  std::shared_ptr<FaultFileSystem> files = std::make_shared<FaultFileSystem>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
};

}  // namespace chipline::faults

#endif  // CHIPLINE_TESTS_FAULTS_FAULT_FILE_SYSTEM_H_
