#include "services/server/log_watch.h"

#include <string>

#include "absl/strings/cord.h"

#include "fmt/format.h"
#include "services/server/log_line.h"
#include "storage/error.h"

namespace chipline::server {
namespace {

// When to look again whether there is room.
constexpr absl::Duration kRoomRetry = absl::Seconds(10);

absl::Status NoRoomError(uint64_t free, uint64_t wanted) {
  const absl::Status retry = RetryError(
      "DISK_NEARLY_FULL",
      fmt::format("the server's disk has {} bytes free, and appends are taken from {} on; reads go "
                  "on; send the same again later",
                  free, wanted),
      kRoomRetry);
  absl::Status status(absl::StatusCode::kResourceExhausted, retry.message());
  retry.ForEachPayload([&status](absl::string_view type, const absl::Cord& payload) {
    status.SetPayload(type, payload);
  });
  return status;
}

}  // namespace

absl::Status LogWatch::Look() {
  LookAtRoom();
  LookForDamage();
  const absl::Duration writing = log_.writing_for();
  const bool stalled = writing >= stall_;
  if (stalled && !stalled_) {
    LogLine(LogLevel::kError, "a commit stands still: the disk does not answer",
            {{"for", absl::FormatDuration(absl::Trunc(writing, absl::Milliseconds(1)))}});
  } else if (!stalled && stalled_) {
    LogLine(LogLevel::kInfo, "commits go on");
  }
  stalled_ = stalled;
  if (absl::Status health = log_.health(); !health.ok()) return health;
  if (!stalled) return absl::OkStatus();
  return RetryError("STALLED", "a commit stands still: the disk does not answer", absl::Seconds(1));
}

void LogWatch::LookForDamage() {
  if (damaged_) return;
  const absl::Status damage = log_.damage();
  if (damage.ok()) return;
  damaged_ = true;
  LogLine(LogLevel::kError, "damage was read: verify the log, and restore a backup",
          {{"cause", damage.ToString()}});
}

void LogWatch::LookAtRoom() {
  if (min_free_bytes_ == 0) return;
  const absl::StatusOr<uint64_t> free = log_.free_bytes();
  // What cannot be told is left as it was; a disk that really fails says so by a write.
  if (!free.ok()) return;
  // A little more to begin again than to stop, so that it does not flutter.
  const uint64_t wanted = full_ ? min_free_bytes_ + min_free_bytes_ / 4 : min_free_bytes_;
  const bool full = *free < wanted;
  if (full) {
    log_.Refuse(NoRoomError(*free, min_free_bytes_ + min_free_bytes_ / 4));
  } else if (full_) {
    log_.Refuse(absl::OkStatus());
  }
  if (full && !full_) {
    LogLine(LogLevel::kError, "appends are refused: the disk is nearly full",
            {{"free_bytes", std::to_string(*free)},
             {"min_free_bytes", std::to_string(min_free_bytes_)}});
  } else if (!full && full_) {
    LogLine(LogLevel::kInfo, "appends are taken again: the disk has room",
            {{"free_bytes", std::to_string(*free)}});
  }
  full_ = full;
}

}  // namespace chipline::server
