#include "storage/rocks.h"

#include <sys/resource.h>

#include <algorithm>
#include <system_error>

#include "rocksdb/listener.h"
#include "rocksdb/metadata.h"

#include "storage/error.h"
#include "storage/key.h"
#include "storage/rocks_log.h"
#include "storage/rocks_status.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// Open files of one database: an eighth of the limit of the process, since there are three
// databases, and connections. RocksDB needs at least 20.
int MaxOpenFiles() {
  constexpr rlim_t kMost = 512;
  constexpr rlim_t kLeast = 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return static_cast<int>(kMost);
  return static_cast<int>(std::clamp(limit.rlim_cur / 8, kLeast, kMost));
}

rocksdb::ReadOptions Reading() {
  rocksdb::ReadOptions options;
  // Nothing here is deleted by ranges. When it looks for range deletions, RocksDB 7.8.3 treats a
  // table that it cannot read as empty (facebook/rocksdb#11782).
  options.ignore_range_deletions = true;
  return options;
}

// Runs of small tables side by side in one level, each as the names of its tables.
std::vector<std::vector<std::string>> SmallRuns(const rocksdb::LevelMetaData& level) {
  // Larger tables stay as they are.
  constexpr uint64_t kSmallBytes = 8 * 1024 * 1024;
  // Fewer are not joined, so that a start rewrites only what some starts have added.
  constexpr size_t kFewestTables = 8;
  std::vector<const rocksdb::SstFileMetaData*> files;
  for (const auto& file : level.files) files.push_back(&file);
  std::sort(files.begin(), files.end(),
            [](const auto* a, const auto* b) { return a->smallestkey < b->smallestkey; });
  std::vector<std::vector<std::string>> runs;
  std::vector<std::string> run;
  const auto end_run = [&] {
    if (run.size() >= kFewestTables) runs.push_back(std::move(run));
    run.clear();
  };
  uint64_t bytes = 0;
  constexpr uint64_t kMostBytes = 64 * 1024 * 1024;
  for (const auto* file : files) {
    if (file->size >= kSmallBytes || file->being_compacted) {
      end_run();
      continue;
    }
    if (bytes + file->size > kMostBytes) break;
    bytes += file->size;
    run.push_back(file->name);
  }
  end_run();
  return runs;
}

}  // namespace

// Gets the failures of background work.
class Rocks::Listener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    const MutexLock lock(mutex_);
    if (failure_.ok()) failure_ = *status;
  }
  // RocksDB's own recovery from a full disk writes to a file that failed before. In Debian's build
  // an assertion then ends the program. Here the database is opened again instead.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

  void Forget() {
    const MutexLock lock(mutex_);
    failure_ = rocksdb::Status();
  }
  rocksdb::Status failure() const {
    const MutexLock lock(mutex_);
    return failure_;
  }

 private:
  mutable Mutex mutex_;
  rocksdb::Status failure_ ABSL_GUARDED_BY(mutex_);
};

RocksSnapshot::RocksSnapshot(const Rocks& rocks) : rocks_(rocks) {
  const ReaderLock open(rocks_.open_mutex_);
  if (rocks_.db_ == nullptr) return;
  snapshot_ = rocks_.db_->GetSnapshot();
  const MutexLock lock(rocks_.mutex_);
  rocks_.snapshots_.insert(this);
}

RocksSnapshot::~RocksSnapshot() {
  const ReaderLock open(rocks_.open_mutex_);
  if (snapshot_ == nullptr) return;
  rocks_.db_->ReleaseSnapshot(snapshot_);
  const MutexLock lock(rocks_.mutex_);
  rocks_.snapshots_.erase(this);
}

RocksRows::RocksRows(const Rocks& rocks, std::unique_ptr<rocksdb::Iterator> rows)
    : rocks_(rocks), rows_(std::move(rows)) {}

RocksRows::~RocksRows() {
  const ReaderLock open(rocks_.open_mutex_);
  rows_.reset();
  const MutexLock lock(rocks_.mutex_);
  rocks_.rows_.erase(this);
}

template <typename Move>
void RocksRows::Step(const Move& move) {
  valid_ = false;
  if (!status_.ok()) return;
  const ReaderLock open(rocks_.open_mutex_);
  if (rows_ == nullptr) {
    status_ = rocks_.Closed();
    return;
  }
  const uint64_t errors = DiskErrors::OfThisThread();
  move(*rows_);
  if (!rows_->status().ok()) {
    status_ = rocks_.ReadStatus(rows_->status());
  } else if (DiskErrors::OfThisThread() != errors) {
    status_ = Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
                    "cannot read " + rocks_.options_.name + ": " + rocks_.errors_->summary().last);
  } else if (rows_->Valid()) {
    valid_ = true;
    key_ = ToView(rows_->key());
    value_ = ToView(rows_->value());
  }
}

void RocksRows::SeekToFirst() {
  Step([](rocksdb::Iterator& rows) { rows.SeekToFirst(); });
}
void RocksRows::SeekToLast() {
  Step([](rocksdb::Iterator& rows) { rows.SeekToLast(); });
}
void RocksRows::Seek(std::string_view key) {
  Step([key](rocksdb::Iterator& rows) { rows.Seek(ToSlice(key)); });
}
void RocksRows::SeekForPrev(std::string_view key) {
  Step([key](rocksdb::Iterator& rows) { rows.SeekForPrev(ToSlice(key)); });
}
void RocksRows::Next() {
  Step([](rocksdb::Iterator& rows) { rows.Next(); });
}

Rocks::Rocks(RocksOptions options)
    : options_(std::move(options)),
      errors_(options_.errors != nullptr ? options_.errors : std::make_shared<DiskErrors>()),
      env_(NewNotingEnv(options_.env, errors_)),
      listener_(std::make_shared<Listener>()) {}

Rocks::~Rocks() { Close(); }

absl::Status Rocks::Closed() const {
  return RetryError("STORAGE_FAILED",
                    "cannot use " + options_.name +
                        " now: something failed, and it is being opened again; try again soon",
                    absl::Seconds(1));
}

absl::Status Rocks::ReadStatus(const rocksdb::Status& status) const {
  absl::Status read = FromRocksRead(status, "cannot read " + options_.name);
  if (absl::IsDataLoss(read)) {
    const MutexLock lock(mutex_);
    if (damage_.ok()) damage_ = read;
  }
  return read;
}

absl::Status Rocks::Open() {
  Close();
  listener_->Forget();
  const uint64_t errors = errors_->summary().count;
  const absl::Status opened = OpenDb();
  // RocksDB reports corruption if it cannot access a file. Only data that was read is known to be
  // damaged.
  if (absl::IsDataLoss(opened) && errors_->summary().count != errors) {
    return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED", std::string(opened.message()));
  }
  RETURN_IF_ERROR(opened);
  if (options_.to_read || JoinSmallTables().ok()) return absl::OkStatus();
  // Tables that cannot be joined stay. RocksDB accepts no writes after such a failure until it is
  // opened again.
  Close();
  listener_->Forget();
  return OpenDb();
}

absl::Status Rocks::OpenDb() {
  rocksdb::DBOptions options;
  options.create_if_missing = !options_.to_read;
  options.create_missing_column_families = !options_.to_read;
  options.wal_recovery_mode = options_.wal_recovery;
  options.track_and_verify_wals_in_manifest =
      options_.wal_recovery == rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.best_efforts_recovery = options_.best_effort;
  options.max_total_wal_size = options_.max_wal_bytes;
  options.atomic_flush = options_.atomic_flush;
  options.db_write_buffer_size = options_.write_buffer_bytes;
  options.max_open_files = MaxOpenFiles();
  // Derived data reserves no disk space in advance: on a small disk the log would need that space.
  options.allow_fallocate = !options_.atomic_flush;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_bgerror_resume_count = 0;
  options.listeners.push_back(listener_);
  options.env = env_.get();
  options.info_log = std::make_shared<RocksLog>(options_.to_read ? std::filesystem::path()
                                                                 : options_.directory / "LOG");
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  const std::string directory = options_.directory.string();
  std::vector<std::string> there;
  // If they cannot be listed, opening reports why.
  const bool listed =
      options_.to_read && rocksdb::DB::ListColumnFamilies(options, directory, &there).ok();
  std::vector<bool> missing;
  for (const auto& [name, family] : options_.families) {
    missing.push_back(listed && std::find(there.begin(), there.end(), name) == there.end());
    if (!missing.back()) descriptors.emplace_back(name, family);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options_.to_read ? rocksdb::DB::OpenForReadOnly(options, directory, descriptors, &opened, &db)
                       : rocksdb::DB::Open(options, directory, descriptors, &opened, &db);
  if (!status.ok()) return FromRocksRead(status, "cannot open " + directory);
  const WriterLock open(open_mutex_);
  db_.reset(db);
  families_.clear();
  auto next = opened.begin() + 1;
  for (const bool none : missing) families_.push_back(none ? nullptr : *next++);
  closed_ = false;
  // The default family always exists and is never used.
  return FromRocks(db_->DestroyColumnFamilyHandle(opened.front()), "cannot open " + directory);
}

void Rocks::Close() {
  closed_ = true;
  const WriterLock open(open_mutex_);
  CloseDb();
  const MutexLock lock(mutex_);
  damage_ = absl::OkStatus();
}

void Rocks::CloseDb() {
  if (db_ == nullptr) return;
  {
    const MutexLock lock(mutex_);
    for (RocksRows* rows : rows_) {
      rows->rows_.reset();
      rows->valid_ = false;
    }
    for (RocksSnapshot* snapshot : snapshots_) {
      db_->ReleaseSnapshot(std::exchange(snapshot->snapshot_, nullptr));
    }
    rows_.clear();
    snapshots_.clear();
  }
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    if (family != nullptr) db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  families_.clear();
  // Unflushed data is in the write-ahead log, so a failed close loses nothing.
  db_->Close().PermitUncheckedError();
  db_.reset();
}

absl::Status Rocks::Destroy() {
  Close();
  std::error_code error;
  std::filesystem::remove_all(options_.directory, error);
  if (!error) return absl::OkStatus();
  const std::string words = "cannot delete " + options_.directory.string() + ": " + error.message();
  errors_->Note(words);
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED", words);
}

absl::Status Rocks::failure() const {
  return FromRocks(listener_->failure(), "cannot write " + options_.name);
}

absl::Status Rocks::damage() const {
  const MutexLock lock(mutex_);
  return damage_;
}

absl::StatusOr<std::optional<std::string>> Rocks::Get(size_t family, std::string_view key,
                                                      const RocksSnapshot* snapshot) const {
  if (closed_) return Closed();
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr || (snapshot != nullptr && snapshot->snapshot_ == nullptr)) return Closed();
  if (families_[family] == nullptr) return std::optional<std::string>();
  rocksdb::ReadOptions options = Reading();
  if (snapshot != nullptr) options.snapshot = snapshot->snapshot_;
  std::string value;
  const rocksdb::Status status = db_->Get(options, families_[family], ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  RETURN_IF_ERROR(ReadStatus(status));
  return std::optional<std::string>(std::move(value));
}

std::unique_ptr<RocksRows> Rocks::Rows(size_t family, const RocksSnapshot* snapshot,
                                       size_t readahead) const {
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr || (snapshot != nullptr && snapshot->snapshot_ == nullptr)) {
    return std::unique_ptr<RocksRows>(new RocksRows(*this, nullptr));
  }
  rocksdb::ReadOptions options = Reading();
  if (snapshot != nullptr) options.snapshot = snapshot->snapshot_;
  options.readahead_size = readahead;
  options.fill_cache = readahead == 0;
  rocksdb::ColumnFamilyHandle* const there = families_[family];
  std::unique_ptr<RocksRows> rows(new RocksRows(
      *this,
      std::unique_ptr<rocksdb::Iterator>(there == nullptr ? rocksdb::NewEmptyIterator()
                                                          : db_->NewIterator(options, there))));
  const MutexLock lock(mutex_);
  rows_.insert(rows.get());
  return rows;
}

absl::Status Rocks::Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch& batch) {
  if (closed_) return Closed();
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr) return Closed();
  return FromRocks(db_->Write(options, &batch), "cannot write " + options_.name);
}

absl::Status Rocks::SyncWal() {
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr) return Closed();
  return FromRocks(db_->SyncWAL(), "cannot sync " + options_.name);
}

absl::Status Rocks::Flush() {
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr) return Closed();
  return FromRocks(db_->Flush(rocksdb::FlushOptions(), families_), "cannot write " + options_.name);
}

absl::Status Rocks::JoinSmallTables() {
  const ReaderLock open(open_mutex_);
  if (db_ == nullptr) return Closed();
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    rocksdb::ColumnFamilyMetaData tables;
    db_->GetColumnFamilyMetaData(family, &tables);
    for (const rocksdb::LevelMetaData& level : tables.levels) {
      // RocksDB itself joins those of the first level or moves them down.
      if (level.level == 0) continue;
      for (const auto& run : SmallRuns(level)) {
        RETURN_IF_ERROR(
            FromRocks(db_->CompactFiles(rocksdb::CompactionOptions(), family, run, level.level),
                      "cannot join the tables " + run.front() + " to " + run.back() + " of " +
                          options_.name));
      }
    }
  }
  return absl::OkStatus();
}

std::vector<rocksdb::LiveFileMetaData> Rocks::Tables() const {
  const ReaderLock open(open_mutex_);
  std::vector<rocksdb::LiveFileMetaData> tables;
  if (db_ != nullptr) db_->GetLiveFilesMetaData(&tables);
  return tables;
}

uint64_t Rocks::Property(size_t family, const std::string& name) const {
  const ReaderLock open(open_mutex_);
  uint64_t value = 0;
  if (db_ != nullptr && families_[family] != nullptr) {
    db_->GetIntProperty(families_[family], name, &value);
  }
  return value;
}

}  // namespace chipline::storage
