#ifndef CHIPLINE_SERVICES_METRICS_PARTS_H_
#define CHIPLINE_SERVICES_METRICS_PARTS_H_

// The metrics by what they are of. Each adds its families, always the same ones in the same order
// for the same kind of server; what has no value now has no sample. Inside of metrics.h.

#include "absl/time/time.h"

#include "chipline/v1/admin_service.pb.h"
#include "services/http/counts.h"
#include "services/ingest/refusal_counts.h"
#include "services/metrics/call_counts.h"
#include "services/metrics/families.h"
#include "services/rpc/subscribers.h"
#include "services/timeline/materializer.h"
#include "storage/log.h"

namespace chipline::metrics {

void AddCalls(const CallCounts& calls, Families& families);
void AddHttp(const http::HttpCounts& counts, Families& families);
void AddLog(const storage::Log& log, const ingest::RefusalCounts& refusals, Families& families);
void AddDisk(const storage::Log& log, const timeline::Materializer& views, Families& families);
void AddViews(const storage::Log& log, const timeline::Materializer& views, absl::Duration lag,
              Families& families);
void AddStreams(const storage::Log& log, const Subscribers& subscribers, size_t max_streams,
                Families& families);
void AddCursors(const storage::Log& log, size_t max_cursors, Families& families);
// `cluster` as AdminService.GetCluster answers it.
void AddCluster(const v1::GetClusterResponse& cluster, absl::Time now, Families& families);
// Of the process: memory, time, descriptors, under the names that all of Prometheus' libraries use.
void AddProcess(absl::Time start_time, Families& families);

}  // namespace chipline::metrics

#endif  // CHIPLINE_SERVICES_METRICS_PARTS_H_
