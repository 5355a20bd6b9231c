#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

#include "storage/mutex.h"
#include "tests/storage/open_log.h"

// Power loss: whatever was not synced is gone. What was acknowledged must be there all the same.
namespace chipline::storage::testing {
namespace {

// Keeps what is written in memory until it is synced, as a disk's cache would.
class UnsyncedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  UnsyncedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::atomic<bool>& lost)
      : FSWritableFileOwnerWrapper(std::move(file)), lost_(lost) {}

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions&,
                           rocksdb::IODebugContext*) override {
    unsynced_.append(bytes.data(), bytes.size());
    size_ += bytes.size();
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* context) override {
    return Append(bytes, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* context) override {
    if (lost_) return rocksdb::IOStatus::IOError("the power is off");
    const rocksdb::IOStatus status = target()->Append(unsynced_, options, context);
    if (!status.ok()) return status;
    unsynced_.clear();
    return target()->Sync(options, context);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* context) override {
    return Sync(options, context);
  }
  rocksdb::IOStatus RangeSync(uint64_t, uint64_t, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Allocate(uint64_t, uint64_t, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }
  uint64_t GetFileSize(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return size_;
  }

 private:
  std::atomic<bool>& lost_;
  std::string unsynced_;
  uint64_t size_ = 0;
};

// A file system whose power can be cut.
class UnsyncedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  UnsyncedFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "UnsyncedFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    if (lost) return rocksdb::IOStatus::IOError("the power is off");
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, context);
    if (status.ok()) *result = std::make_unique<UnsyncedFile>(std::move(file), lost);
    return status;
  }
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string&,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* context) override {
    return NewWritableFile(name, options, result, context);
  }

  std::atomic<bool> lost = false;
};

struct Acknowledged {
  Mutex mutex;
  // event_id to position.
  std::map<std::string, Position> events;
};

// Appends until the log refuses; notes what was acknowledged.
void WriteUntilRefused(Log& log, int writer, int round, Acknowledged& acknowledged) {
  for (int i = 0;; ++i) {
    const std::string id =
        std::to_string(round) + "-" + std::to_string(writer) + "-" + std::to_string(i);
    const Outcome outcome =
        Append(log, {Sealed(id + "a", "capex.x", std::string(300, 'x')),
                     Sealed(id + "b", "order.w" + std::to_string(writer) + ".x")});
    if (!outcome.status.ok()) return;
    MutexLock lock(acknowledged.mutex);
    acknowledged.events[id + "a"] = outcome.events[0].position;
    acknowledged.events[id + "b"] = outcome.events[1].position;
  }
}

class CrashTest : public ::testing::Test {
 protected:
  std::unique_ptr<Log> Open(rocksdb::Env* env, bool sync = true) {
    rules = LiteralRules();
    LogOptions options;
    options.directory = directory.path();
    options.env = env;
    options.sync = sync;
    auto log = Log::Open(options, rules);
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }

  // Loads the log from 8 writers, cuts the power once `floor` appends were acknowledged, and leaves
  // the directory as the disk then has it.
  void LoadAndCutPower(int round, size_t floor, bool sync = true) {
    const auto files = std::make_shared<UnsyncedFileSystem>();
    const std::unique_ptr<rocksdb::Env> env(rocksdb::NewCompositeEnv(files));
    std::unique_ptr<Log> log = Open(env.get(), sync);
    ASSERT_NE(log, nullptr);
    const Position target = log->reader().head() + floor;
    std::vector<std::thread> writers;
    for (int w = 0; w < 8; ++w) {
      writers.emplace_back([&, w] { WriteUntilRefused(*log, w, round, acknowledged); });
    }
    std::promise<void> reached;
    log->reader().NotifyPast(target, [&] { reached.set_value(); });
    reached.get_future().get();
    files->lost = true;
    // Without syncs nothing tells the log that the power is off.
    if (!sync) log->Drain();
    for (std::thread& writer : writers) writer.join();
    EXPECT_TRUE(!sync || !log->health().ok());
  }

  TempDirectory directory;
  LiteralRules rules;
  Acknowledged acknowledged;
};

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenThePowerGoes) {
  const char* given = std::getenv("CHIPLINE_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device()();
  SCOPED_TRACE("CHIPLINE_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 10 && !HasFatalFailure(); ++round) {
    LoadAndCutPower(round, 100 + random() % 400);
    const std::unique_ptr<Log> log = Open(nullptr);
    ASSERT_NE(log, nullptr);
    MutexLock lock(acknowledged.mutex);
    ASSERT_GE(acknowledged.events.size(), 100u) << "the load was too small to tell anything";
    const auto events = ReadAll(*log);
    for (const auto& [id, position] : acknowledged.events) {
      ASSERT_LE(position, events.size()) << id;
      EXPECT_EQ(events[position - 1].event().event_id(), id);
    }
    // Whole appends, dense positions.
    EXPECT_EQ(events.size() % 2, 0u);
    for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].position(), i + 1);
  }
}

TEST_F(CrashTest, ARetryAfterAnUnknownOutcomeIsStoredOnce) {
  LoadAndCutPower(0, 100);
  const std::unique_ptr<Log> log = Open(nullptr);
  ASSERT_NE(log, nullptr);
  std::map<std::string, int> seen;
  for (int w = 0; w < 8; ++w) {
    for (int i = 0; i < 20; ++i) {
      const std::string id = "0-" + std::to_string(w) + "-" + std::to_string(i);
      ASSERT_TRUE(Append(*log, {Sealed(id + "a", "capex.x", std::string(300, 'x')),
                                Sealed(id + "b", "order.w" + std::to_string(w) + ".x")})
                      .status.ok());
    }
  }
  for (const auto& event : ReadAll(*log)) EXPECT_EQ(++seen[event.event().event_id()], 1);
}

TEST_F(CrashTest, WithoutTheSyncAcknowledgedEventsAreLost) {
  // Proves that the test above can fail: the same load, acknowledged before the sync.
  LoadAndCutPower(0, 100, false);
  rules = LiteralRules();
  LogOptions options;
  options.directory = directory.path();
  const auto log = Log::Open(options, rules);
  MutexLock lock(acknowledged.mutex);
  // Either the high-water mark tells, or the events are visibly fewer.
  EXPECT_TRUE(!log.ok() || (*log)->reader().head() < acknowledged.events.size());
}

TEST_F(CrashTest, AFailedWriteLatchesTheLogAndReadsGoOn) {
  const auto files = std::make_shared<UnsyncedFileSystem>();
  const std::unique_ptr<rocksdb::Env> env(rocksdb::NewCompositeEnv(files));
  const std::unique_ptr<Log> log = Open(env.get());
  ASSERT_NE(log, nullptr);
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  files->lost = true;
  EXPECT_EQ(Append(*log, {Sealed("b", "capex.x")}).status.code(), absl::StatusCode::kUnavailable);
  files->lost = false;
  EXPECT_EQ(Append(*log, {Sealed("c", "capex.x")}).status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(log->health().ok());
  EXPECT_EQ(ReadAll(*log).size(), 1u);
  EXPECT_FALSE(log->reader().Find("b")->has_value());
}

}  // namespace
}  // namespace chipline::storage::testing
