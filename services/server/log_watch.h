#ifndef CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_
#define CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "storage/log.h"

namespace chipline::server {

// Looks after a log from outside, now and then: whether its disk has room, whether a commit stands
// still, whether readers met damage, whether it takes appends at all. While less than
// `min_free_bytes` are free appends are refused with RESOURCE_EXHAUSTED, reason DISK_NEARLY_FULL,
// and RetryInfo, and reads go on; with a quarter more than that free they are taken again. Changes
// are logged. For one thread.
class LogWatch {
 public:
  // A commit that takes longer stands still: a disk that is only slow takes less.
  static constexpr absl::Duration kStall = absl::Seconds(5);

  // `log` must outlive it. 0 bytes: room is not looked at. `stall` is for tests.
  LogWatch(storage::Log& log, uint64_t min_free_bytes, absl::Duration stall = kStall)
      : log_(log), min_free_bytes_(min_free_bytes), stall_(stall) {}

  // OK, or why appends do not get through: Log::health(), or UNAVAILABLE, reason STALLED, for as
  // long as a commit stands still. A disk without room is no such reason: that is told to whoever
  // appends.
  absl::Status Look();

 private:
  void LookAtRoom();
  void LookForDamage();

  storage::Log& log_;
  const uint64_t min_free_bytes_;
  const absl::Duration stall_;
  bool full_ = false;
  bool stalled_ = false;
  bool damaged_ = false;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LOG_WATCH_H_
