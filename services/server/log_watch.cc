#include "services/server/log_watch.h"

#include <string>

#include "absl/time/clock.h"

#include "services/server/log_line.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

// A disk that fails gives many errors; each line tells of all since the one before.
constexpr absl::Duration kErrorLines = absl::Seconds(5);

}  // namespace

absl::Status LogWatch::Look() {
  log_.Look();
  LookAtRoom();
  LookAtErrors();
  LookForDamage();
  LookAtViews();
  const absl::Status index = LookAtIndex();
  const absl::Status stall = LookForStall();
  RETURN_IF_ERROR(log_.health());
  RETURN_IF_ERROR(stall);
  return index;
}

absl::Status LogWatch::LookForStall() {
  const absl::Duration writing = log_.writing_for();
  const bool stalled = writing >= stall_;
  if (stalled && !stalled_) {
    LogLine(LogLevel::kError, "a commit stands still: the disk does not answer",
            {{"for", absl::FormatDuration(absl::Trunc(writing, absl::Milliseconds(1)))}});
  } else if (!stalled && stalled_) {
    LogLine(LogLevel::kInfo, "commits go on");
  }
  stalled_ = stalled;
  if (!stalled) return absl::OkStatus();
  return RetryError("STALLED", "a commit stands still: the disk does not answer", absl::Seconds(1));
}

void LogWatch::LookAtErrors() {
  if (errors_ == nullptr) return;
  const storage::DiskErrors::Summary errors = errors_->summary();
  const absl::Time now = absl::Now();
  if (errors.count == errors_told_ || now < next_error_line_) return;
  LogLine(LogLevel::kError, "the disk gave errors",
          {{"errors", std::to_string(errors.count - errors_told_)}, {"last", errors.last}});
  errors_told_ = errors.count;
  next_error_line_ = now + kErrorLines;
}

void LogWatch::LookForDamage() {
  if (damaged_) return;
  const absl::Status damage = log_.damage();
  if (damage.ok()) return;
  damaged_ = true;
  LogLine(LogLevel::kError, "damage was read: verify the log, and restore a backup",
          {{"cause", damage.ToString()}});
}

absl::Status LogWatch::LookAtIndex() {
  const storage::IndexState state = log_.index_state();
  if (state.rebuilds != index_rebuilds_) {
    LogLine(LogLevel::kWarning, "the index is made anew from the log", {{"cause", state.cause}});
  } else if (state.reopened != index_reopened_) {
    LogLine(LogLevel::kWarning, "the index failed and is opened again", {{"cause", state.cause}});
  }
  index_rebuilds_ = state.rebuilds;
  index_reopened_ = state.reopened;
  const bool ok = state.status.ok();
  if (!ok && index_ok_) {
    LogLine(LogLevel::kWarning, "appends are refused until the index is whole",
            {{"events", std::to_string(state.built)}, {"of", std::to_string(state.target)}});
  } else if (ok && !index_ok_) {
    LogLine(LogLevel::kInfo, "the index is whole: appends are taken");
  }
  index_ok_ = ok;
  return state.status;
}

void LogWatch::LookAtViews() {
  if (views_ == nullptr) return;
  views_->Look();
  const uint64_t rebuilds = views_->rebuilds();
  if (rebuilds == view_rebuilds_) return;
  view_rebuilds_ = rebuilds;
  LogLine(LogLevel::kWarning, "the timelines are rebuilt from the log",
          {{"cause", views_->rebuild_cause()}});
}

void LogWatch::LookAtRoom() {
  storage::Room& room = log_.room();
  room.Look();
  const bool full = !room.status().ok();
  if (full && !full_) {
    LogLine(LogLevel::kError, "appends are refused: the disk is nearly full",
            {{"free_bytes", std::to_string(room.free_bytes())},
             {"min_free_bytes", std::to_string(room.min_free_bytes())}});
  } else if (!full && full_) {
    LogLine(LogLevel::kInfo, "appends are taken again: the disk has room",
            {{"free_bytes", std::to_string(room.free_bytes())}});
  }
  full_ = full;
}

}  // namespace chipline::server
