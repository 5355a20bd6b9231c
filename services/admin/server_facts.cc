#include "services/admin/server_facts.h"

#include "services/timeline/folds/fold.h"
#include "services/values/fold_key.h"
#include "storage/limits.h"
#include "storage/timestamp.h"

namespace chipline::admin {

v1::Limits ToLimits(const ServerFacts& facts) {
  v1::Limits limits;
  limits.set_max_event_bytes(limits::kMaxEventBytes);
  limits.set_max_append_events(limits::kMaxAppendEvents);
  limits.set_max_append_bytes(limits::kMaxAppendBytes);
  limits.set_max_preconditions(limits::kMaxPreconditions);
  limits.set_max_pipeline_appends(limits::kMaxPipelineAppends);
  limits.set_max_queued_bytes(limits::kMaxQueuedBytes);
  limits.set_max_filter_values(limits::kMaxFilterValues);
  limits.set_max_page_size(limits::kMaxPageSize);
  limits.set_max_batch_bytes(limits::kMaxBatchBytes);
  limits.set_max_streams(facts.max_streams);
  limits.set_max_request_bytes(limits::kMaxRequestBytes);
  limits.set_max_connection_streams(facts.max_connection_streams);
  limits.set_max_principal_streams(facts.max_principal_streams);
  limits.set_max_metadata_bytes(limits::kMaxMetadataBytes);
  limits.set_max_query_bytes(limits::kMaxQueryBytes);
  limits.set_max_request_fields(limits::kMaxRequestFields);
  limits.set_max_scan_rows(limits::kMaxScanRows);
  return limits;
}

v1::GetServerInfoResponse ToServerInfo(const ServerFacts& facts,
                                       const storage::LogIdentity& identity, bool sync) {
  v1::GetServerInfoResponse info;
  info.set_version(facts.version);
  info.set_log_id(identity.log_id);
  info.set_epoch(identity.epoch);
  info.set_durability(sync ? v1::DURABILITY_SYNC : v1::DURABILITY_NO_SYNC);
  *info.mutable_limits() = ToLimits(facts);
  info.set_view_version(timeline::kViewVersion);
  info.set_policy_version(timeline::kPolicyVersion);
  info.set_fold_key_version(FoldKeyVersion());
  info.set_format_version(identity.format_version);
  *info.mutable_start_time() = ToTimestamp(facts.start_time);
  info.add_features("pipeline_append");
  return info;
}

}  // namespace chipline::admin
