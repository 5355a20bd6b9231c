#include "services/metrics/metrics.h"

#include <algorithm>
#include <utility>

#include "services/metrics/families.h"
#include "services/metrics/parts.h"

namespace chipline::metrics {
namespace {

// Ends of the log that are kept; what came between two that are left out counts as the later one.
constexpr size_t kMaxHeads = 256;

// Of what has not been: 0.
double Seconds(absl::Time time) {
  return std::max(0.0, absl::ToDoubleSeconds(time - absl::UnixEpoch()));
}

void AddBackups(const BackupWatch::Look& look, Families& families) {
  families.Gauge("chipline_backup_newest_time_seconds",
                 "When the newest backup in --backup-dir, or in a folder right inside of it, was "
                 "made, in seconds since 1970; 0 if there is none. As it was when last looked at.");
  if (look.time != absl::InfinitePast()) families.Add(Seconds(look.newest));
  families.Gauge("chipline_backup_looked_at_time_seconds",
                 "When --backup-dir was last looked at, once a minute unless its disk does not "
                 "answer, in seconds since 1970; 0 if not since the start.",
                 Seconds(look.time));
}

}  // namespace

Metrics::Metrics(MetricSources sources) : sources_(std::move(sources)) {
  if (!sources_.backup_directory.empty()) backups_.emplace(sources_.backup_directory);
}

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
  if (backups_.has_value()) AddBackups(backups_->last(), families);
  AddCalls(sources_.calls, families);
  if (sources_.http != nullptr) AddHttp(*sources_.http, families);
  AddProcess(sources_.start_time, families);
  return families.Text();
}

}  // namespace chipline::metrics
