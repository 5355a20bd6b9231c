#ifndef CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_
#define CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/timeline/materializer.h"
#include "storage/disk_errors.h"
#include "storage/log.h"

namespace chipline::server {

// Looks after a log and its views from outside, now and then: whether the directory is still there,
// whether the disk has room and gives no errors, whether a commit stands still, whether readers met
// damage, how the index and the views do. Changes are logged, each once. For one thread.
class LogWatch {
 public:
  // A commit that takes longer stands still: a disk that is only slow takes less.
  static constexpr absl::Duration kStall = absl::Seconds(5);

  // `log` and `views` must outlive it; without `views` these are not looked at. `errors` may be
  // null. `stall` is for tests.
  LogWatch(storage::Log& log, timeline::Materializer* views,
           std::shared_ptr<const storage::DiskErrors> errors, absl::Duration stall = kStall)
      : log_(log), views_(views), errors_(std::move(errors)), stall_(stall) {}

  // OK, or why appends do not get through: Log::health(); UNAVAILABLE, reason STALLED, for as long
  // as a commit stands still; INDEX_REBUILDING while the index is not whole. A disk without room is
  // no such reason: that is told to whoever appends.
  absl::Status Look();

 private:
  void LookAtRoom();
  void LookAtErrors();
  void LookForDamage();
  absl::Status LookAtIndex();
  void LookAtViews();
  absl::Status LookForStall();

  storage::Log& log_;
  timeline::Materializer* const views_;
  const std::shared_ptr<const storage::DiskErrors> errors_;
  const absl::Duration stall_;
  bool full_ = false;
  bool stalled_ = false;
  bool damaged_ = false;
  bool index_ok_ = true;
  uint64_t index_rebuilds_ = 0;
  uint64_t index_reopened_ = 0;
  uint64_t view_rebuilds_ = 0;
  uint64_t errors_told_ = 0;
  absl::Time next_error_line_ = absl::InfinitePast();
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_
