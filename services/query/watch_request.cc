#include "fmt/format.h"
#include "services/query/versions.h"
#include "services/query/watch.h"
#include "services/query/watch_token.h"
#include "services/rpc/field_checks.h"
#include "services/timeline/timeline_query.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::query {

absl::StatusOr<WatchTerms> ReadWatchRequest(const v1::WatchTimelinesRequest& request,
                                            const storage::LogIdentity& identity) {
  RETURN_IF_ERROR(timeline::CheckQuery(request.query(), "query"));
  WatchTerms terms;
  terms.query = request.query();
  terms.client_name = request.client_name();
  terms.heartbeat_interval = absl::Seconds(limits::kDefaultHeartbeatSeconds);
  Violations bad;
  if (request.client_name().size() > limits::kMaxClientNameBytes) {
    bad.Add("client_name", fmt::format("is longer than {} bytes", limits::kMaxClientNameBytes));
  }
  if (request.has_heartbeat_interval()) {
    const auto interval = ReadDuration(request.heartbeat_interval(), "heartbeat_interval", bad);
    if (interval.has_value() && (*interval < absl::Seconds(limits::kMinHeartbeatSeconds) ||
                                 *interval > absl::Seconds(limits::kMaxHeartbeatSeconds))) {
      bad.Add("heartbeat_interval",
              fmt::format("is outside {} s to {} s", limits::kMinHeartbeatSeconds,
                          limits::kMaxHeartbeatSeconds));
    }
    terms.heartbeat_interval = interval.value_or(terms.heartbeat_interval);
  }
  CheckVersions(request, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  terms.scope =
      TokenScope{identity.log_id, identity.epoch,
                 QueryFingerprint({"WatchTimelines", request.query().SerializeAsString()})};
  if (request.resume_token().empty()) return terms;
  ASSIGN_OR_RETURN(const WatchResume resume, OpenWatchToken(terms.scope, request.resume_token()));
  terms.reset = !resume.same_views;
  terms.resumed = resume.same_views;
  terms.after = resume.place;
  return terms;
}

}  // namespace chipline::query
