#include "services/metrics/backup_watch.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"

#include "storage/backup_folder.h"
#include "storage/mutex.h"
#include "storage/thread_name.h"
#include "storage/timestamp.h"

namespace chipline::metrics {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::minutes kEvery{1};
// How long anybody waits for a look.
constexpr std::chrono::seconds kPatience{1};

// The infinite past if the folder is none of backups.
absl::Time NewestRightIn(const std::filesystem::path& folder) {
  absl::Time newest = absl::InfinitePast();
  const auto backups = storage::ListBackups(folder);
  if (!backups.ok()) return newest;
  for (const storage::v1::BackupManifest& backup : *backups) {
    newest = std::max(newest, FromTimestamp(backup.create_time()));
  }
  return newest;
}

absl::Time NewestIn(const std::filesystem::path& folder) {
  absl::Time newest = NewestRightIn(folder);
  std::error_code error;
  for (std::filesystem::directory_iterator inside(folder, error), end; !error && inside != end;
       inside.increment(error)) {
    if (inside->is_directory(error)) newest = std::max(newest, NewestRightIn(inside->path()));
  }
  return newest;
}

}  // namespace

struct BackupWatch::State {
  explicit State(std::filesystem::path watched) : folder(std::move(watched)) {}

  const std::filesystem::path folder;
  Mutex mutex;
  CondVar changed;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  bool ended ABSL_GUARDED_BY(mutex) = false;
  Look last ABSL_GUARDED_BY(mutex);

  void Run() {
    NameThread("backup-watch");
    while (true) {
      const absl::Time newest = NewestIn(folder);
      const auto next = steady_clock::now() + kEvery;
      const MutexLock lock(mutex);
      last = {newest, absl::Now()};
      changed.NotifyAll();
      while (!stopping && changed.WaitUntil(mutex, next)) {
      }
      if (!stopping) continue;
      ended = true;
      changed.NotifyAll();
      return;
    }
  }
};

BackupWatch::BackupWatch(std::filesystem::path folder)
    : state_(std::make_shared<State>(std::move(folder))),
      thread_([state = state_] { state->Run(); }) {
  const auto until = steady_clock::now() + kPatience;
  const MutexLock lock(state_->mutex);
  while (state_->last.time == absl::InfinitePast() &&
         state_->changed.WaitUntil(state_->mutex, until)) {
  }
}

BackupWatch::~BackupWatch() {
  bool ended = false;
  {
    const auto until = steady_clock::now() + kPatience;
    const MutexLock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.NotifyAll();
    while (!state_->ended && state_->changed.WaitUntil(state_->mutex, until)) {
    }
    ended = state_->ended;
  }
  if (ended) {
    thread_.join();
  } else {
    // To wait for it could take for ever. It ends by itself once the disk answers.
    static_cast<void>(std::make_unique<std::thread>(std::move(thread_)).release());
  }
}

BackupWatch::Look BackupWatch::last() const {
  const MutexLock lock(state_->mutex);
  return state_->last;
}

}  // namespace chipline::metrics
