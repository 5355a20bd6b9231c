#ifndef CHIPLINE_SERVICES_METRICS_BACKUP_WATCH_H_
#define CHIPLINE_SERVICES_METRICS_BACKUP_WATCH_H_

#include <filesystem>
#include <memory>
#include <thread>

#include "absl/time/time.h"

namespace chipline::metrics {

// When the newest backup was made, in a folder or in one right inside of it. A thread looks once a
// minute: the folder may be on another machine's disk, which may not answer, and nobody else is to
// wait for that. Thread-safe.
class BackupWatch {
 public:
  // Waits for the first look, but not for longer than a second.
  explicit BackupWatch(std::filesystem::path folder);
  // Waits as long for a look that is under way, and else leaves its thread behind.
  ~BackupWatch();
  BackupWatch(const BackupWatch&) = delete;
  BackupWatch& operator=(const BackupWatch&) = delete;

  struct Look {
    // Of the newest backup; the infinite past if there was none.
    absl::Time newest = absl::InfinitePast();
    // When the look ended; the infinite past if none has yet.
    absl::Time time = absl::InfinitePast();
  };
  // The last one that ended. Waits for no disk.
  Look last() const;

 private:
  // Shared with the thread, which may outlive this.
  struct State;

  const std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace chipline::metrics

#endif  // CHIPLINE_SERVICES_METRICS_BACKUP_WATCH_H_
