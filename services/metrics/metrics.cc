#include "services/metrics/metrics.h"

#include <algorithm>
#include <system_error>

#include "services/metrics/families.h"
#include "services/metrics/parts.h"
#include "storage/backup_folder.h"
#include "storage/timestamp.h"

namespace chipline::metrics {
namespace {

constexpr absl::Duration kLookAtBackups = absl::Minutes(1);
// Ends of the log that are kept; what came between two that are left out counts as the later one.
constexpr size_t kMaxHeads = 256;

// The infinite past if the folder is none of backups.
absl::Time NewestIn(const std::filesystem::path& folder) {
  absl::Time newest = absl::InfinitePast();
  const auto backups = storage::ListBackups(folder);
  if (!backups.ok()) return newest;
  for (const storage::v1::BackupManifest& backup : *backups) {
    newest = std::max(newest, storage::FromTimestamp(backup.create_time()));
  }
  return newest;
}

double Seconds(absl::Time time) { return absl::ToDoubleSeconds(time - absl::UnixEpoch()); }

}  // namespace

absl::Duration Metrics::ViewsLag() {
  const auto now = std::chrono::steady_clock::now();
  const storage::Position views = sources_.views.ring().position();
  const storage::Position head = sources_.log.reader().head();
  MutexLock lock(mutex_);
  while (!heads_.empty() && heads_.front().first <= views) heads_.pop_front();
  if (head > views && (heads_.empty() || heads_.back().first < head)) {
    if (heads_.size() >= kMaxHeads) heads_.pop_back();
    heads_.emplace_back(head, now);
  }
  return heads_.empty() ? absl::ZeroDuration() : absl::FromChrono(now - heads_.front().second);
}

absl::Time Metrics::NewestBackup(absl::Time now) {
  {
    MutexLock lock(mutex_);
    if (now - backups_looked_at_ < kLookAtBackups) return newest_backup_;
    backups_looked_at_ = now;
  }
  absl::Time newest = NewestIn(sources_.backup_directory);
  std::error_code error;
  for (std::filesystem::directory_iterator inside(sources_.backup_directory, error), end;
       !error && inside != end; inside.increment(error)) {
    if (inside->is_directory(error)) newest = std::max(newest, NewestIn(inside->path()));
  }
  MutexLock lock(mutex_);
  newest_backup_ = newest;
  return newest;
}

std::string Metrics::Text() {
  const absl::Time now = sources_.clock.Now();
  Families families;
  families.Gauge("chipline_build_info", "1, with the version of Chipline.");
  families.Add(1, {{"version", sources_.version}});
  AddLog(sources_.log, sources_.refusals, families);
  AddViews(sources_.log, sources_.views, ViewsLag(), families);
  AddStreams(sources_.log, sources_.subscribers, sources_.max_streams, families);
  AddCursors(sources_.log, kMaxCursors, families);
  AddDisk(sources_.log, sources_.views, families);
  if (sources_.cluster != nullptr) AddCluster(sources_.cluster(), now, families);
  if (sources_.certificate_expire_time != nullptr) {
    families.Gauge("chipline_tls_certificate_expire_time_seconds",
                   "When the server's TLS certificate expires, in seconds since 1970.",
                   Seconds(sources_.certificate_expire_time()));
  }
  if (!sources_.backup_directory.empty()) {
    families.Gauge("chipline_backup_newest_time_seconds",
                   "When the newest backup in --backup-dir, or in a folder right inside of it, was "
                   "made, in seconds since 1970; 0 if there is none.",
                   std::max(0.0, Seconds(NewestBackup(now))));
  }
  AddCalls(sources_.calls, families);
  if (sources_.http != nullptr) AddHttp(*sources_.http, families);
  AddProcess(sources_.start_time, families);
  return families.Text();
}

}  // namespace chipline::metrics
