#include "services/server/watchdog.h"

#include <chrono>
#include <utility>

#include "services/server/log_line.h"
#include "storage/thread_name.h"

namespace chipline::server {

bool CommitsMove::Look(const storage::CommitProgress& now) {
  const bool moves = !now.busy || now.on_disk || steps_ != now.steps;
  steps_ = now.steps;
  return moves;
}

Watchdog::Watchdog(const Notify& notify, std::function<storage::CommitProgress()> progress)
    : notify_(notify), progress_(std::move(progress)) {
  if (notify.watchdog() > absl::ZeroDuration()) thread_ = std::thread([this] { Run(); });
}

Watchdog::~Watchdog() {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::Run() {
  NameThread("watchdog");
  const auto interval = absl::ToChronoNanoseconds(notify_.watchdog() / 4);
  CommitsMove moves;
  bool moved = true;
  while (true) {
    const bool move = moves.Look(progress_());
    if (move) notify_.Well();
    if (moved && !move) {
      LogLine(
          LogLevel::kError,
          "commits stand still, and not for the disk: the supervisor is not told that all is well",
          {{"watchdog", absl::FormatDuration(notify_.watchdog())}});
    } else if (move && !moved) {
      LogLine(LogLevel::kInfo, "commits go on: the supervisor is told again");
    }
    moved = move;
    const auto next = std::chrono::steady_clock::now() + interval;
    const MutexLock lock(mutex_);
    while (!ended_ && ended_changed_.WaitUntil(mutex_, next)) {
    }
    if (ended_) return;
  }
}

}  // namespace chipline::server
