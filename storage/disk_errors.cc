#include "storage/disk_errors.h"

#include <chrono>
#include <utility>

#include "rocksdb/file_system.h"

#include "storage/file.h"

namespace chipline::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSReadRequest;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

uint64_t& CountOfThisThread() {
  thread_local uint64_t count = 0;
  return count;
}

std::chrono::nanoseconds& SyncsOfThisThread() {
  thread_local std::chrono::nanoseconds syncs{0};
  return syncs;
}

// Adds the time of its life to the sync time.
class SyncTimer {
 public:
  SyncTimer() = default;
  ~SyncTimer() { SyncsOfThisThread() += std::chrono::steady_clock::now() - began_; }
  SyncTimer(const SyncTimer&) = delete;
  SyncTimer& operator=(const SyncTimer&) = delete;

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

IOStatus Noted(DiskErrors& errors, const std::string& file, IOStatus status) {
  const bool is_error =
      !status.ok() && !status.IsNotFound() && !status.IsPathNotFound() && !status.IsNotSupported();
  if (!is_error) return status;
  ++CountOfThisThread();
  std::string text = status.ToString();
  // Most of RocksDB's messages name the file.
  if (text.find(file) == std::string::npos) text = file + ": " + text;
  errors.Note(text);
  return status;
}

class Sequential final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  Sequential(std::unique_ptr<rocksdb::FSSequentialFile> file, std::shared_ptr<DiskErrors> errors,
             std::string name)
      : FSSequentialFileOwnerWrapper(std::move(file)),
        errors_(std::move(errors)),
        name_(std::move(name)) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Read(n, options, result, scratch, context));
  }

 private:
  const std::shared_ptr<DiskErrors> errors_;
  const std::string name_;
};

class RandomAccess final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccess(std::unique_ptr<rocksdb::FSRandomAccessFile> file,
               std::shared_ptr<DiskErrors> errors, std::string name)
      : FSRandomAccessFileOwnerWrapper(std::move(file)),
        errors_(std::move(errors)),
        name_(std::move(name)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* context) const override {
    return Noted(*errors_, name_, target()->Read(offset, n, options, result, scratch, context));
  }
  IOStatus MultiRead(FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* context) override {
    IOStatus status = target()->MultiRead(requests, count, options, context);
    for (size_t i = 0; i < count; ++i) {
      requests[i].status = Noted(*errors_, name_, std::move(requests[i].status));
    }
    return Noted(*errors_, name_, std::move(status));
  }

 private:
  const std::shared_ptr<DiskErrors> errors_;
  const std::string name_;
};

class Writable final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Writable(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<DiskErrors> errors,
           std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)),
        errors_(std::move(errors)),
        name_(std::move(name)) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options, IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Append(bytes, options, context));
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Append(bytes, options, verification, context));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Flush(options, context));
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Truncate(size, options, context));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    return Noted(*errors_, name_, target()->Close(options, context));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    const SyncTimer timer;
    return Noted(*errors_, name_, target()->Sync(options, context));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const SyncTimer timer;
    return Noted(*errors_, name_, target()->Fsync(options, context));
  }

 private:
  const std::shared_ptr<DiskErrors> errors_;
  const std::string name_;
};

class Folder final : public rocksdb::FSDirectoryWrapper {
 public:
  Folder(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<DiskErrors> errors,
         std::string name)
      : FSDirectoryWrapper(std::move(directory)),
        errors_(std::move(errors)),
        name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const SyncTimer timer;
    return Noted(*errors_, name_, FSDirectoryWrapper::Fsync(options, context));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions& directory) override {
    const SyncTimer timer;
    return Noted(*errors_, name_,
                 FSDirectoryWrapper::FsyncWithDirOptions(options, context, directory));
  }

 private:
  const std::shared_ptr<DiskErrors> errors_;
  const std::string name_;
};

class NotingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  NotingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base,
                   std::shared_ptr<DiskErrors> errors)
      : FileSystemWrapper(base), errors_(std::move(errors)) {}
  const char* Name() const override { return "NotingFileSystem"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* context) override {
    return Opened<Sequential>(name, target()->NewSequentialFile(name, options, result, context),
                              result);
  }
  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* context) override {
    return Opened<RandomAccess>(name, target()->NewRandomAccessFile(name, options, result, context),
                                result);
  }
  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* context) override {
    return Opened<Writable>(name, target()->NewWritableFile(name, options, result, context),
                            result);
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext* context) override {
    return Opened<Writable>(name, target()->ReopenWritableFile(name, options, result, context),
                            result);
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* context) override {
    return Opened<Writable>(
        name, target()->ReuseWritableFile(name, old_name, options, result, context), result);
  }
  IOStatus FileExists(const std::string& name, const IOOptions& options,
                      IODebugContext* context) override {
    // RocksDB treats a file without permission as missing, and ends the program by an assertion at
    // errors that it does not know.
    const absl::Status looked = Exists(name).status();
    return Noted(*errors_, name,
                 looked.ok() ? target()->FileExists(name, options, context)
                             : IOStatus::IOError(std::string(looked.message())));
  }
  IOStatus GetFileSize(const std::string& name, const IOOptions& options, uint64_t* size,
                       IODebugContext* context) override {
    return Noted(*errors_, name, target()->GetFileSize(name, options, size, context));
  }
  IOStatus GetChildren(const std::string& directory, const IOOptions& options,
                       std::vector<std::string>* result, IODebugContext* context) override {
    IOStatus status = target()->GetChildren(directory, options, result, context);
    // It does the same with a folder without permission.
    if (status.IsNotFound() && Exists(directory).value_or(true)) {
      status = IOStatus::IOError("cannot list " + directory);
    }
    return Noted(*errors_, directory, std::move(status));
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* context) override {
    return Noted(*errors_, to, target()->RenameFile(from, to, options, context));
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* context) override {
    return Opened<Folder>(name, target()->NewDirectory(name, options, result, context), result);
  }
  IOStatus CreateDir(const std::string& name, const IOOptions& options,
                     IODebugContext* context) override {
    return Noted(*errors_, name, target()->CreateDir(name, options, context));
  }
  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions& options,
                              IODebugContext* context) override {
    return Noted(*errors_, name, target()->CreateDirIfMissing(name, options, context));
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* context) override {
    return Noted(*errors_, name, target()->DeleteFile(name, options, context));
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* context) override {
    return Noted(*errors_, to, target()->LinkFile(from, to, options, context));
  }
  IOStatus LockFile(const std::string& name, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* context) override {
    return Noted(*errors_, name, target()->LockFile(name, options, lock, context));
  }

 private:
  template <typename Wrapper, typename File>
  IOStatus Opened(const std::string& name, IOStatus status, std::unique_ptr<File>* result) {
    if (status.ok()) *result = std::make_unique<Wrapper>(std::move(*result), errors_, name);
    return Noted(*errors_, name, std::move(status));
  }

  const std::shared_ptr<DiskErrors> errors_;
};

}  // namespace

void DiskErrors::Note(std::string_view error) {
  const MutexLock lock(mutex_);
  ++summary_.count;
  summary_.last = error;
}

DiskErrors::Summary DiskErrors::summary() const {
  const MutexLock lock(mutex_);
  return summary_;
}

uint64_t DiskErrors::OfThisThread() { return CountOfThisThread(); }

absl::Duration SyncTimeOfThisThread() { return absl::FromChrono(SyncsOfThisThread()); }

std::unique_ptr<rocksdb::Env> NewNotingEnv(rocksdb::Env* base, std::shared_ptr<DiskErrors> errors) {
  if (base == nullptr) base = rocksdb::Env::Default();
  return rocksdb::NewCompositeEnv(
      std::make_shared<NotingFileSystem>(base->GetFileSystem(), std::move(errors)));
}

}  // namespace chipline::storage
