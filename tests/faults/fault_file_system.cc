#include "tests/faults/fault_file_system.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace chipline::faults {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class Sequential final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  Sequential(std::unique_ptr<rocksdb::FSSequentialFile> file, FaultFileSystem& disk,
             std::string name)
      : FSSequentialFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* context) override {
    if (IOStatus status = disk_.Begin(Op::kRead, name_); !status.ok()) return status;
    return disk_.End(Op::kRead, name_,
                     FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, context));
  }

 private:
  FaultFileSystem& disk_;
  const std::string name_;
};

class RandomAccess final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccess(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FaultFileSystem& disk,
               std::string name)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* context) const override {
    if (IOStatus status = disk_.Begin(Op::kRead, name_); !status.ok()) return status;
    return disk_.End(
        Op::kRead, name_,
        FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, context));
  }
  // Through Read, so that each one counts.
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* context) override {
    for (size_t i = 0; i < count; ++i) {
      requests[i].status = Read(requests[i].offset, requests[i].len, options, &requests[i].result,
                                requests[i].scratch, context);
    }
    return IOStatus::OK();
  }

 private:
  FaultFileSystem& disk_;
  const std::string name_;
};

class Writable final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Writable(std::unique_ptr<rocksdb::FSWritableFile> file, FaultFileSystem& disk, std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options, IODebugContext* context) override {
    if (IOStatus status = disk_.Begin(Op::kWrite, name_); !status.ok()) return status;
    if (!disk_.TakeRoom(bytes.size())) return IOStatus::NoSpace("no room is left");
    IOStatus status = target()->Append(bytes, options, context);
    if (status.ok()) disk_.Wrote(name_, bytes.size());
    return disk_.End(Op::kWrite, name_, std::move(status));
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&, IODebugContext* context) override {
    return Append(bytes, options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    if (IOStatus status = disk_.Begin(Op::kSync, name_); !status.ok()) return status;
    // To the machine's own disk nothing needs to be synced: what is lost is decided here.
    IOStatus status = target()->Flush(options, context);
    if (status.ok()) disk_.Synced(name_);
    return disk_.End(Op::kSync, name_, std::move(status));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Sync(options, context);
  }
  // A hint, on which nothing rests.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  FaultFileSystem& disk_;
  const std::string name_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultFileSystem& disk,
            std::string name)
      : FSDirectoryWrapper(std::move(directory)), disk_(disk), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    if (IOStatus status = disk_.Begin(Op::kSync, name_); !status.ok()) return status;
    disk_.SyncedDirectory(name_);
    return disk_.End(Op::kSync, name_, IOStatus::OK());
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, context);
  }

 private:
  FaultFileSystem& disk_;
  const std::string name_;
};

// What a file holds; none if there is none.
std::optional<std::string> ContentOf(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string FolderOf(const std::string& name) {
  return std::filesystem::path(name).parent_path().lexically_normal().string();
}

}  // namespace

void FaultFileSystem::Fail(Op op, uint64_t nth, bool sticky, IOStatus status) {
  const MutexLock lock(mutex_);
  plans_[static_cast<size_t>(op)] = {0, nth, sticky, std::move(status)};
}

void FaultFileSystem::Mend() {
  const MutexLock lock(mutex_);
  for (Plan& plan : plans_) plan.nth = 0;
}

uint64_t FaultFileSystem::count(Op op) const {
  const MutexLock lock(mutex_);
  return plans_[static_cast<size_t>(op)].seen;
}

void FaultFileSystem::SetRoom(uint64_t bytes) {
  const MutexLock lock(mutex_);
  room_ = bytes;
}

void FaultFileSystem::SetUnlimitedRoom() {
  const MutexLock lock(mutex_);
  room_.reset();
}

bool FaultFileSystem::TakeRoom(uint64_t bytes) {
  const MutexLock lock(mutex_);
  if (!room_.has_value()) return true;
  if (*room_ < bytes) return false;
  *room_ -= bytes;
  return true;
}

void FaultFileSystem::CutPower() {
  const MutexLock lock(mutex_);
  off_ = true;
}

bool FaultFileSystem::power_is_off() const {
  const MutexLock lock(mutex_);
  return off_;
}

IOStatus FaultFileSystem::Begin(Op op, const std::string& file) {
  {
    const MutexLock lock(mutex_);
    if (off_ && op != Op::kRead) return IOStatus::IOError("the power is off");
    Plan& plan = plans_[static_cast<size_t>(op)];
    ++plan.seen;
    if (plan.nth != 0 && (plan.sticky ? plan.seen >= plan.nth : plan.seen == plan.nth)) {
      return plan.status;
    }
  }
  return watcher_ ? watcher_(op, Moment::kBefore, file) : IOStatus::OK();
}

IOStatus FaultFileSystem::End(Op op, const std::string& file, IOStatus status) {
  if (watcher_) watcher_(op, Moment::kAfter, file).PermitUncheckedError();
  return status;
}

void FaultFileSystem::Wrote(const std::string& file, uint64_t bytes) {
  const MutexLock lock(mutex_);
  files_[file].size += bytes;
}

void FaultFileSystem::Synced(const std::string& file) {
  const MutexLock lock(mutex_);
  FileState& state = files_[file];
  // A cut that came in between wins.
  if (!off_) state.synced = state.size;
}

void FaultFileSystem::SyncedDirectory(const std::string& directory) {
  const std::string folder =
      std::filesystem::path(directory + "/x").parent_path().lexically_normal().string();
  const MutexLock lock(mutex_);
  if (off_) return;
  for (auto name = new_names_.begin(); name != new_names_.end();) {
    name = FolderOf(name->first) == folder ? new_names_.erase(name) : std::next(name);
  }
}

void FaultFileSystem::DropUnsynced(std::mt19937_64* random) {
  const MutexLock lock(mutex_);
  std::error_code ignored;
  for (const auto& [name, state] : files_) {
    const uint64_t unsynced = state.size - state.synced;
    if (unsynced == 0 || !std::filesystem::exists(name)) continue;
    const uint64_t kept = random != nullptr ? (*random)() % (unsynced + 1) : 0;
    std::filesystem::resize_file(name, state.synced + kept, ignored);
  }
  for (const auto& [name, before] : new_names_) {
    if (random != nullptr && (*random)() % 2 == 0) continue;
    if (!before.has_value()) {
      std::filesystem::remove(name, ignored);
    } else {
      std::ofstream(name, std::ios::binary | std::ios::trunc) << *before;
    }
  }
}

IOStatus FaultFileSystem::NewSequentialFile(const std::string& name,
                                            const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                            IODebugContext* context) {
  if (IOStatus status = Begin(Op::kOpen, name); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  IOStatus status = target()->NewSequentialFile(name, options, &file, context);
  if (status.ok()) *result = std::make_unique<Sequential>(std::move(file), *this, name);
  return End(Op::kOpen, name, std::move(status));
}

IOStatus FaultFileSystem::NewRandomAccessFile(const std::string& name,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                              IODebugContext* context) {
  if (IOStatus status = Begin(Op::kOpen, name); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  IOStatus status = target()->NewRandomAccessFile(name, options, &file, context);
  if (status.ok()) *result = std::make_unique<RandomAccess>(std::move(file), *this, name);
  return End(Op::kOpen, name, std::move(status));
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& name,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* result,
                                          IODebugContext* context) {
  if (IOStatus status = Begin(Op::kOpen, name); !status.ok()) return status;
  std::optional<std::string> before = ContentOf(name);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = target()->NewWritableFile(name, options, &file, context);
  if (status.ok()) {
    {
      const MutexLock lock(mutex_);
      files_[name] = FileState();
      new_names_.try_emplace(name, std::move(before));
    }
    *result = std::make_unique<Writable>(std::move(file), *this, name);
  }
  return End(Op::kOpen, name, std::move(status));
}

IOStatus FaultFileSystem::ReuseWritableFile(const std::string& name, const std::string&,
                                            const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* result,
                                            IODebugContext* context) {
  return NewWritableFile(name, options, result, context);
}

IOStatus FaultFileSystem::GetFreeSpace(const std::string& path, const IOOptions& options,
                                       uint64_t* free, IODebugContext* context) {
  {
    const MutexLock lock(mutex_);
    if (room_.has_value()) {
      *free = *room_;
      return IOStatus::OK();
    }
  }
  return target()->GetFreeSpace(path, options, free, context);
}

IOStatus FaultFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* result,
                                       IODebugContext* context) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  IOStatus status = target()->NewDirectory(name, options, &directory, context);
  if (status.ok()) *result = std::make_unique<Directory>(std::move(directory), *this, name);
  return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                     const IOOptions& options, IODebugContext* context) {
  if (IOStatus status = Begin(Op::kRename, to); !status.ok()) return status;
  std::optional<std::string> before = ContentOf(to);
  IOStatus status = target()->RenameFile(from, to, options, context);
  if (status.ok()) {
    const MutexLock lock(mutex_);
    if (const auto moved = files_.find(from); moved != files_.end()) {
      files_[to] = moved->second;
      files_.erase(moved);
    }
    new_names_.erase(from);
    new_names_.try_emplace(to, std::move(before));
  }
  return End(Op::kRename, to, std::move(status));
}

IOStatus FaultFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                     IODebugContext* context) {
  {
    const MutexLock lock(mutex_);
    if (off_) return IOStatus::IOError("the power is off");
    files_.erase(name);
    new_names_.erase(name);
  }
  return target()->DeleteFile(name, options, context);
}

}  // namespace chipline::faults
