#ifndef CHIPLINE_STORAGE_STOPPED_LOG_H_
#define CHIPLINE_STORAGE_STOPPED_LOG_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "chipline/storage/v1/format.pb.h"
#include "storage/directory_lock.h"
#include "storage/event_store.h"
#include "storage/index_store.h"
#include "storage/log_end.h"
#include "storage/position.h"

namespace chipline::storage {

// A data directory that no server has, to look at: not a byte in it changes. Each part is there or
// says why it is not, so that one that would not open as a log can be looked at too. Holds the
// directory's lock meanwhile, as one of those who look. Const after Open, thread-safe.
class StoppedLog {
 public:
  // NOT_FOUND, reason NO_LOG, if there is none; FAILED_PRECONDITION, reason DIRECTORY_IN_USE, if
  // a server has it.
  static absl::StatusOr<std::unique_ptr<StoppedLog>> Open(const std::filesystem::path& directory);

  // For a caller who holds the directory's lock for longer than the object lives.
  static std::unique_ptr<StoppedLog> OpenHeld(const std::filesystem::path& directory);

  std::filesystem::path path(std::string_view name) const { return directory_ / name; }

  // None if the file is missing.
  const absl::StatusOr<std::optional<v1::Format>>& format() const { return format_; }
  const absl::StatusOr<std::optional<Position>>& high_water() const { return high_water_; }
  // As the server would open it: a commit that a crash tore is left out.
  const absl::StatusOr<std::unique_ptr<EventStore>>& events() const { return events_; }
  // NOT_FOUND if there is no index, which is no fault.
  const absl::StatusOr<std::unique_ptr<IndexStore>>& index() const { return index_; }
  // The error if the events or the last of them cannot be read.
  const absl::StatusOr<LogEnd>& end() const { return end_; }
  // The last position that the log has a block for; what can be read of it is another matter.
  Position head() const { return head_; }
  // OK, or why it would not open as a log.
  absl::Status Openable() const;

 private:
  StoppedLog(std::filesystem::path directory, std::optional<DirectoryLock> lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}
  static std::unique_ptr<StoppedLog> Read(const std::filesystem::path& directory,
                                          std::optional<DirectoryLock> lock);

  const std::filesystem::path directory_;
  const std::optional<DirectoryLock> lock_;
  absl::StatusOr<std::optional<v1::Format>> format_;
  absl::StatusOr<std::optional<Position>> high_water_;
  absl::StatusOr<std::unique_ptr<EventStore>> events_;
  absl::StatusOr<std::unique_ptr<IndexStore>> index_;
  absl::StatusOr<LogEnd> end_;
  Position head_ = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_STOPPED_LOG_H_
