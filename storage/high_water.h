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

// A position that the log is known to have reached, kept in a file of its own beside RocksDB: with
// its live write-ahead log gone, RocksDB opens "OK" and empty, and only this can tell. It is
// written off the commit path, so what was acknowledged in the last kInterval before a crash is not
// guarded by it. Thread-safe.
class HighWater {
 public:
  // How far the file may be behind.
  static constexpr absl::Duration kInterval = absl::Seconds(1);

  // Reads the file; none if there is none. DATA_LOSS if it cannot be read.
  static absl::StatusOr<std::optional<Position>> Read(const std::filesystem::path& path);
  // Replaces the file, synced.
  static absl::Status Write(const std::filesystem::path& path, Position position);
  // DATA_LOSS if the log ends before the mark (reason EVENTS_MISSING), or there is none (reason
  // HIGHWATER_MISSING): every directory has one from its beginning on.
  static absl::Status Check(Position head, std::optional<Position> high_water);

  // Keeps the file, which says `position`, up on a thread of its own.
  HighWater(std::filesystem::path path, Position position);
  // Writes what is pending.
  ~HighWater();

  // Everything up to here is synced. Never blocks.
  void Advance(Position position) { position_.store(position, std::memory_order_relaxed); }

 private:
  void Run();

  const std::filesystem::path path_;
  // What the file says. The thread's own.
  Position written_;
  std::atomic<Position> position_;
  Mutex mutex_;
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_HIGH_WATER_H_
