#ifndef CHIPLINE_SERVICES_SERVER_WATCHDOG_H_
#define CHIPLINE_SERVICES_SERVER_WATCHDOG_H_

#include <functional>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "services/server/notify.h"
#include "storage/commit_progress.h"
#include "storage/mutex.h"

namespace chipline::server {

// Whether a log gets on, from looks at it some time apart. Only a log that is busy, has taken no
// step since the last look and is not on the disk does not: that is a fault of the program. A slow
// disk, an idle log and a stream that is away are none, and a new start would not mend them.
class CommitsMove {
 public:
  bool Look(const storage::CommitProgress& now);

 private:
  std::optional<uint64_t> steps_;
};

// Tells the supervisor that the program is well, four times within the time that it allows, while
// commits move; from a thread of its own, which waits for no disk. Does nothing if the supervisor
// does not ask for it.
class Watchdog {
 public:
  // `notify` must outlive it, and `progress` is called until it is gone.
  Watchdog(const Notify& notify, std::function<storage::CommitProgress()> progress);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void Run();

  const Notify& notify_;
  const std::function<storage::CommitProgress()> progress_;
  Mutex mutex_;
  CondVar ended_changed_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_WATCHDOG_H_
