#include "storage/backup.h"

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/utilities/backup_engine.h"

#include "storage/backup_folder.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/high_water.h"
#include "storage/log.h"
#include "storage/log_end.h"
#include "storage/rocks_status.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::storage {
namespace {

// Bytes between two calls of `progress`: some milliseconds of a disk, and at most a tenth of a
// second at a limited rate, since a backup can be stopped only then.
uint64_t ProgressBytes(const BackupOptions& options) {
  constexpr uint64_t kMost = 4 * 1024 * 1024;
  constexpr uint64_t kLeast = 100;
  if (options.max_bytes_per_second == 0) return kMost;
  return std::clamp(options.max_bytes_per_second / 10, kLeast, kMost);
}

absl::Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder / "manifests", error);
  if (!error) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
               "cannot make " + folder.string() + ": " + error.message());
}

// Refuses a folder that contains other things.
absl::Status CheckNew(const std::filesystem::path& folder) {
  ASSIGN_OR_RETURN(const auto names, ListFolder(folder));
  for (const std::string& name : names) {
    if (name == "LOCK" || name == "manifests" || name == "BACKUPS.new") continue;
    return Error(absl::StatusCode::kFailedPrecondition, "NOT_A_BACKUP_FOLDER",
                 folder.string() + " holds something else (" + name +
                     "); name an empty folder or one of backups");
  }
  return absl::OkStatus();
}

// Two logs with one id and two epochs had the same beginning and then diverged, by a restore or a
// repair. With both in a folder, nobody could tell which history a restore would give.
absl::Status CheckEpoch(const std::filesystem::path& folder, const v1::Format& format) {
  ASSIGN_OR_RETURN(const auto manifests, ListBackups(folder));
  if (manifests.empty() || manifests.back().format().epoch() == format.epoch()) {
    return absl::OkStatus();
  }
  const std::string there = std::to_string(manifests.back().format().epoch());
  const std::string here = std::to_string(format.epoch());
  return Error(absl::StatusCode::kFailedPrecondition, "BACKUP_OF_ANOTHER_EPOCH",
               folder.string() + " holds backups of the log " + format.log_id() + " in its epoch " +
                   there + ", and this one is in epoch " + here +
                   ": it was restored or repaired since, or the other was; name another folder",
               {{"folder_epoch", there}, {"log_epoch", here}});
}

// Checks that the folder is for this log, or makes it so. Updates the highest epoch.
absl::Status Claim(const std::filesystem::path& folder, const v1::Format& format) {
  absl::StatusOr<v1::BackupFolder> content = ReadBackupFolder(folder);
  if (absl::IsNotFound(content.status())) {
    RETURN_IF_ERROR(CheckNew(folder));
    content = v1::BackupFolder();
    content->set_log_id(format.log_id());
  }
  RETURN_IF_ERROR(content.status());
  if (content->log_id() != format.log_id()) {
    return Error(absl::StatusCode::kFailedPrecondition, "BACKUP_OF_ANOTHER_LOG",
                 folder.string() + " holds backups of the log " + content->log_id() +
                     ", and this one is " + format.log_id());
  }
  if (content->version() != 0) {
    RETURN_IF_ERROR(CheckEpoch(folder, format));
    if (content->highest_epoch() >= format.epoch()) return absl::OkStatus();
  }
  content->set_version(kBackupFolderVersion);
  content->set_highest_epoch(std::max(content->highest_epoch(), format.epoch()));
  return WriteBackupFolder(folder, *content);
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(const BackupOptions& options) {
  rocksdb::BackupEngineOptions engine_options(BackupEngineFolder(options.to).string());
  engine_options.share_table_files = true;
  engine_options.share_files_with_checksum = true;
  engine_options.sync = true;
  engine_options.backup_rate_limit = options.max_bytes_per_second;
  engine_options.callback_trigger_interval_size = ProgressBytes(options);
  rocksdb::BackupEngine* engine = nullptr;
  RETURN_IF_ERROR(
      FromRocks(rocksdb::BackupEngine::Open(rocksdb::Env::Default(), engine_options, &engine),
                "cannot open " + options.to.string()));
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

bool Holds(const std::vector<v1::BackupManifest>& manifests, uint32_t backup_id) {
  return std::any_of(manifests.begin(), manifests.end(), [backup_id](const auto& manifest) {
    return manifest.backup_id() == backup_id;
  });
}

// Deletes backups that were interrupted before their manifest was written.
absl::Status DeleteUnfinished(const std::filesystem::path& folder, rocksdb::BackupEngine& engine) {
  ASSIGN_OR_RETURN(const auto manifests, ListBackups(folder));
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::vector<rocksdb::BackupID> unfinished;
  engine.GetCorruptedBackups(&unfinished);
  for (const auto& info : infos) unfinished.push_back(info.backup_id);
  for (const rocksdb::BackupID backup_id : unfinished) {
    // A damaged one with a manifest stays. A restore reports it.
    if (Holds(manifests, backup_id)) continue;
    RETURN_IF_ERROR(FromRocks(engine.DeleteBackup(backup_id), "cannot delete a cut-off backup"));
  }
  return FromRocks(engine.GarbageCollect(), "cannot delete what a cut-off backup left");
}

absl::Status DeleteAllBut(uint32_t keep, const std::filesystem::path& folder,
                          rocksdb::BackupEngine& engine) {
  ASSIGN_OR_RETURN(const auto manifests, ListBackups(folder));
  for (size_t i = 0; i + keep < manifests.size(); ++i) {
    // The manifest first: the next backup deletes what has none.
    std::error_code error;
    std::filesystem::remove(ManifestPath(folder, manifests[i].backup_id()), error);
    RETURN_IF_ERROR(FromRocks(engine.DeleteBackup(manifests[i].backup_id()),
                              "cannot delete backup " + std::to_string(manifests[i].backup_id())));
  }
  return absl::OkStatus();
}

// Describes a backup from its content.
absl::StatusOr<v1::BackupManifest> Describe(rocksdb::BackupEngine& engine,
                                            rocksdb::BackupID backup_id, uint64_t epoch) {
  rocksdb::BackupInfo info;
  RETURN_IF_ERROR(
      FromRocks(engine.GetBackupInfo(backup_id, &info, true), "cannot read the backup"));
  v1::BackupManifest manifest;
  manifest.set_backup_id(backup_id);
  manifest.set_bytes(info.size);
  manifest.set_files(info.number_files);
  ASSIGN_OR_RETURN(const auto events, EventStore::OpenToRead(info.name_for_open, ReadMode::kStrict,
                                                             info.env_for_open.get()));
  ASSIGN_OR_RETURN(const LogEnd end, FindEnd(*events));
  manifest.set_head_position(end.head);
  ASSIGN_OR_RETURN(const auto genesis, events->GetStateMessage<v1::Genesis>(kGenesisKey));
  ASSIGN_OR_RETURN(const auto applied, events->GetStateMessage<v1::Applied>(kAppliedKey));
  // There may still be rows of an earlier epoch.
  if (genesis.has_value() && applied.has_value() && genesis->epoch() == epoch) {
    manifest.set_applied_sequence(applied->sequence());
  }
  if (end.head > 0) *manifest.mutable_head_time() = ToTimestamp(end.time);
  return manifest;
}

// Damaged data must not be backed up: it would in time replace the good backups.
absl::Status CheckSound(const EventStore& events) {
  const rocksdb::Status status = events.rocks().db()->VerifyChecksum();
  if (status.ok()) return absl::OkStatus();
  if (!status.IsCorruption() && !status.IsPathNotFound()) {
    return FromRocks(status, "cannot read the log");
  }
  return Error(absl::StatusCode::kDataLoss, "STORAGE_DAMAGED",
               "the log is damaged, so no backup is made of it; chipline verify says how much, and "
               "the backups from before it are good: " +
                   status.ToString());
}

// Checks that everything in the backup is as it was written, including files shared with earlier
// ones.
absl::Status CheckWritten(rocksdb::BackupEngine& engine, rocksdb::BackupID backup_id,
                          const std::filesystem::path& folder) {
  const rocksdb::Status status = engine.VerifyBackup(backup_id, /*verify_with_checksum=*/true);
  if (status.ok()) return absl::OkStatus();
  if (!status.IsCorruption() && !status.IsNotFound() && !status.IsPathNotFound()) {
    return FromRocks(status, "cannot read the backup that was made");
  }
  return Error(absl::StatusCode::kDataLoss, "BACKUP_DAMAGED",
               "files that earlier backups in " + folder.string() +
                   " wrote are damaged, and with them all of its backups that share them; begin a "
                   "new folder: " +
                   status.ToString());
}

absl::StatusOr<rocksdb::BackupID> Create(rocksdb::BackupEngine& engine, const EventStore& events,
                                         const BackupOptions& options) {
  bool stopped = false;
  uint64_t bytes = 0;
  rocksdb::CreateBackupOptions create;
  // Flush first, so that files are copied, which the next backup shares, and not a long WAL.
  create.flush_before_backup = true;
  create.progress_callback = [&] {
    bytes += ProgressBytes(options);
    if (stopped || !options.progress || options.progress(bytes)) return;
    stopped = true;
    engine.StopBackup();
  };
  if (options.progress && !options.progress(0)) return absl::CancelledError("stopped");
  rocksdb::BackupID backup_id = 0;
  const rocksdb::Status created = engine.CreateNewBackup(create, events.rocks().db(), &backup_id);
  if (stopped) return absl::CancelledError("stopped");
  RETURN_IF_ERROR(FromRocks(created, "cannot make the backup"));
  return backup_id;
}

}  // namespace

absl::StatusOr<v1::BackupManifest> BackUp(const EventStore& events, const v1::Format& format,
                                          BackupOptions options) {
  // RocksDB accepts only absolute paths.
  options.to = std::filesystem::absolute(options.to);
  RETURN_IF_ERROR(CheckSound(events));
  RETURN_IF_ERROR(MakeFolder(options.to));
  ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(options.to));
  RETURN_IF_ERROR(Claim(options.to, format));
  ASSIGN_OR_RETURN(const auto engine, OpenEngine(options));
  RETURN_IF_ERROR(DeleteUnfinished(options.to, *engine));
  const uint64_t bytes_before = FolderBytes(options.to);
  ASSIGN_OR_RETURN(const rocksdb::BackupID backup_id, Create(*engine, events, options));
  RETURN_IF_ERROR(CheckWritten(*engine, backup_id, options.to));
  ASSIGN_OR_RETURN(v1::BackupManifest manifest, Describe(*engine, backup_id, format.epoch()));
  *manifest.mutable_format() = format;
  manifest.mutable_create_time()->set_seconds(absl::ToUnixSeconds(options.now));
  manifest.set_new_bytes(FolderBytes(options.to) - bytes_before);
  RETURN_IF_ERROR(WriteJsonFile(ManifestPath(options.to, backup_id), manifest));
  // The folder may be new.
  RETURN_IF_ERROR(SyncFolder(options.to));
  if (options.keep > 0) RETURN_IF_ERROR(DeleteAllBut(options.keep, options.to, *engine));
  return manifest;
}

absl::StatusOr<v1::BackupManifest> BackUp(const Log& log, const BackupOptions& options) {
  return BackUp(log.reader().events(), log.format(), options);
}

absl::StatusOr<v1::BackupManifest> BackUpStopped(const std::filesystem::path& directory,
                                                 const BackupOptions& options) {
  ASSIGN_OR_RETURN(const auto held, Directory::OpenExisting(directory));
  ASSIGN_OR_RETURN(const auto high_water, HighWater::Read(held->high_water()));
  // Before anything is opened: a log without the mark is not changed.
  if (!high_water.has_value()) return HighWater::Check(0, high_water);
  EventStoreOptions opening;
  opening.directory = held->log();
  opening.synced = *high_water;
  opening.unsynced = held->unsynced();
  ASSIGN_OR_RETURN(const auto events, EventStore::Open(opening));
  ASSIGN_OR_RETURN(const LogEnd end, FindEnd(*events));
  RETURN_IF_ERROR(HighWater::Check(end.head, high_water));
  return BackUp(*events, held->format(), options);
}

}  // namespace chipline::storage
