#include "storage/stopped_log.h"

#include "storage/directory.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/format_file.h"
#include "storage/high_water.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// Where the log ends, as far as can be seen; if its last block is damaged, where that begins.
Position LastKey(const EventStore& events) {
  const auto last = events.LastKey();
  return last.ok() ? *last : 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoppedLog>> StoppedLog::Open(
    const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const bool events, Exists(directory / "log"));
  ASSIGN_OR_RETURN(const bool format, Exists(directory / "FORMAT"));
  ASSIGN_OR_RETURN(const bool restoring, Exists(directory / kRestoring));
  if (!events && !format && !restoring) {
    return Error(absl::StatusCode::kNotFound, "NO_LOG", "there is no log in " + directory.string());
  }
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::TakeToLook(directory));
  return Read(directory, std::move(lock));
}

std::unique_ptr<StoppedLog> StoppedLog::OpenHeld(const std::filesystem::path& directory) {
  return Read(directory, std::nullopt);
}

std::unique_ptr<StoppedLog> StoppedLog::Read(const std::filesystem::path& directory,
                                             std::optional<DirectoryLock> lock) {
  std::unique_ptr<StoppedLog> log(new StoppedLog(directory, std::move(lock)));
  log->format_ = ReadFormat(directory);
  log->high_water_ = HighWater::Read(directory / "HIGHWATER");
  EventStoreOptions opening;
  opening.directory = directory / "log";
  if (log->high_water_.ok()) opening.synced = log->high_water_->value_or(0);
  opening.unsynced = Exists(directory / kUnsynced).value_or(false);
  opening.to_read = true;
  log->events_ = EventStore::Open(opening);
  if (log->events_.ok()) {
    log->end_ = FindEnd(**log->events_);
    log->head_ = log->end_.ok() ? log->end_->head : LastKey(**log->events_);
  } else {
    log->end_ = log->events_.status();
  }
  if (log->format_.ok() && log->format_->has_value()) {
    log->index_ = IndexStore::OpenToRead(directory / "index", (*log->format_)->log_id());
  } else {
    log->index_ = absl::NotFoundError("without FORMAT the index cannot be looked at");
  }
  return log;
}

absl::Status StoppedLog::Openable() const {
  RETURN_IF_ERROR(CheckFinished(directory_));
  RETURN_IF_ERROR(format_.status());
  if (!format_->has_value()) {
    return Error(absl::StatusCode::kDataLoss, "FORMAT_MISSING",
                 "the file FORMAT is missing beside a log; restore it from a backup");
  }
  RETURN_IF_ERROR(CheckFormatVersion("it", (*format_)->version()));
  RETURN_IF_ERROR(end_.status());
  RETURN_IF_ERROR(high_water_.status());
  return HighWater::Check(end_->head, *high_water_);
}

}  // namespace chipline::storage
