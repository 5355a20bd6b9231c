#ifndef CHIPLINE_STORAGE_HIGH_WATER_H_
#define CHIPLINE_STORAGE_HIGH_WATER_H_

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/mutex.h"
#include "storage/position.h"

namespace chipline::storage {

// A position that the log has reached, kept in a file of its own beside RocksDB. If its live
// write-ahead log is lost, RocksDB opens "OK" and empty, and only this file shows the loss. It is
// written off the commit path, so it does not cover what was acknowledged in the last kInterval
// before a crash. Thread-safe.
class HighWater {
 public:
  // How old the position in the file may be.
  static constexpr absl::Duration kInterval = absl::Seconds(1);

  // Reads the file; none if there is none. DATA_LOSS if it cannot be read.
  static absl::StatusOr<std::optional<Position>> Read(const std::filesystem::path& path);
  // Replaces the file, synced.
  static absl::Status Write(const std::filesystem::path& path, Position position);
  // DATA_LOSS if the log ends before the mark (reason EVENTS_MISSING), or the file is missing
  // (HIGHWATER_MISSING): every directory has had one from the beginning.
  static absl::Status Check(Position head, std::optional<Position> high_water);

  // Keeps the file up to date on a thread of its own. It contains `position` now.
  HighWater(std::filesystem::path path, Position position);
  // Writes what is pending.
  ~HighWater();

  // Everything up to here is synced. Never blocks.
  void Advance(Position position) { position_.store(position, std::memory_order_relaxed); }

 private:
  void Run();

  const std::filesystem::path path_;
  // The position in the file. Used by the thread only.
  Position written_;
  std::atomic<Position> position_;
  Mutex mutex_;
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_HIGH_WATER_H_
