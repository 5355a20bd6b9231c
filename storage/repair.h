#ifndef CHIPLINE_STORAGE_REPAIR_H_
#define CHIPLINE_STORAGE_REPAIR_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/format.pb.h"
#include "storage/directory_lock.h"
#include "storage/position.h"
#include "storage/salvage.h"

namespace chipline::storage {

// What a repair will do, to be shown before it is done.
struct RepairPlan {
  // Why the log does not open, in plain words.
  std::vector<std::string> problems;
  // The log will end here.
  Position kept = 0;
  // The highest position that HIGHWATER or the log mentions. What is between `kept` and this is
  // lost. More may be lost, from the last second before a crash.
  Position known = 0;
  // Named cursors past the end, with their positions. They are moved to the end.
  std::vector<std::pair<std::string, Position>> moved_cursors;
  uint64_t epoch = 0;
};

// Repairs a log that does not open: makes a new log of all events that can be read from position 1
// on without a gap, and moves the old files into a folder DATA/replaced-TIME, where they stay. The
// epoch is a new one. The index and the views are rebuilt at the next open. Holds the lock of the
// directory. Not thread-safe.
class Repair {
 public:
  // Finds out what can be kept, and changes nothing. NOT_FOUND if there is no log.
  // FAILED_PRECONDITION if a server uses the directory, there is nothing to repair (reason
  // NOTHING_TO_REPAIR), what can be kept ends before `accept_loss_after` (LOSES_MORE), or the
  // directory is an unfinished restore or of a newer format. DATA_LOSS if FORMAT is missing or
  // damaged, since it is then not known which log this is. UNAVAILABLE, reason STORAGE_FAILED, if
  // something cannot be read now, since it is then not known what would be lost.
  static absl::StatusOr<std::unique_ptr<Repair>> Plan(const std::filesystem::path& directory,
                                                      Position accept_loss_after, absl::Time now);

  const RepairPlan& plan() const { return plan_; }

  // Makes the repair, once. Returns the folder with the old files. `progress` is called with the
  // position reached. An interrupted repair leaves a file REPAIRING, and no server opens the
  // directory with that. The next repair starts again from the old files.
  absl::StatusOr<std::filesystem::path> Apply(const std::function<void(Position)>& progress);

 private:
  Repair(std::filesystem::path directory, DirectoryLock lock, absl::Time now)
      : directory_(std::move(directory)), lock_(std::move(lock)), now_(now) {}

  absl::Status ReadState();
  absl::Status FindProblems(Position accept_loss_after);
  absl::Status FindCursors();
  // Where a file or folder is that was in the directory before an interrupted repair.
  std::filesystem::path Original(const char* name) const;
  absl::Status TakeBack();
  absl::Status CopyLog(const std::filesystem::path& to,
                       const std::function<void(Position)>& progress);
  absl::Status CopyNames(class EventStore& to) const;
  absl::Status CopyCursors(class EventStore& to) const;
  absl::Status Exchange(const std::filesystem::path& made, const std::filesystem::path& replaced);

  const std::filesystem::path directory_;
  const DirectoryLock lock_;
  const absl::Time now_;
  v1::Format format_;
  // The folder of an interrupted repair.
  std::optional<std::filesystem::path> cut_off_;
  std::optional<Position> high_water_;
  std::string high_water_problem_;
  Salvage salvage_;
  RepairPlan plan_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_REPAIR_H_
