#ifndef CHIPLINE_SERVICES_METRICS_METRICS_H_
#define CHIPLINE_SERVICES_METRICS_METRICS_H_

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "chipline/v1/admin_service.pb.h"
#include "services/http/counts.h"
#include "services/ingest/refusal_counts.h"
#include "services/metrics/backup_watch.h"
#include "services/metrics/call_counts.h"
#include "services/rpc/subscribers.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"
#include "storage/log.h"
#include "storage/mutex.h"

namespace chipline::metrics {

// What metrics are of. All must outlive them.
struct MetricSources {
  const storage::Log& log;
  const timeline::Materializer& views;
  const Subscribers& subscribers;
  const ingest::RefusalCounts& refusals;
  const CallCounts& calls;
  const Clock& clock;
  // Chipline's.
  std::string version;
  absl::Time start_time;
  size_t max_streams = 0;
  // Where backups go; empty if none may be made.
  std::filesystem::path backup_directory;
  // When the TLS certificate of the moment expires. Empty without TLS.
  std::function<absl::Time()> certificate_expire_time;
  // How the cluster does. Empty where the server is alone.
  std::function<v1::GetClusterResponse()> cluster;
  // Of the HTTP listener. Null where there is none.
  const http::HttpCounts* http = nullptr;
};

// What Prometheus scrapes. No label comes from a subject, a client or an address; names of cursors
// are labels, of kMaxCursors at most. Thread-safe.
class Metrics {
 public:
  // Named cursors whose lag is told, in the order of their names.
  static constexpr size_t kMaxCursors = 100;

  explicit Metrics(MetricSources sources);

  // All of them in the text format of Prometheus, version 0.0.4. Takes some milliseconds with a
  // thousand streams; reads rows of the log's disk that are in memory unless it was just opened,
  // and no other disk.
  std::string Text();

 private:
  // Since when the views have not had all of the log; as exact as it is asked often.
  absl::Duration ViewsLag();

  const MetricSources sources_;
  // None if no backups may be made.
  std::optional<BackupWatch> backups_;

  Mutex mutex_;
  // When the log was first seen to end where, for those ends that the views have not reached.
  std::deque<std::pair<storage::Position, std::chrono::steady_clock::time_point>> heads_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::metrics

#endif  // CHIPLINE_SERVICES_METRICS_METRICS_H_
