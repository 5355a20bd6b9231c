#include "services/stream/subscribe_request.h"

#include <optional>
#include <utility>

#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/resume_token.h"
#include "services/stream/filter.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::stream {
namespace {

std::optional<storage::Shard> ReadShard(const v1::SubscribeRequest& request, Violations& bad) {
  if (!request.has_shard()) return std::nullopt;
  const storage::Shard shard{request.shard().index(), request.shard().count()};
  if (shard.count < 1 || shard.count > limits::kMaxShards) {
    bad.Add("shard.count",
            fmt::format("is {}; 1 to {} is allowed", shard.count, limits::kMaxShards));
  } else if (shard.index >= shard.count) {
    bad.Add("shard.index", fmt::format("is {}; 0 to {} is allowed", shard.index, shard.count - 1));
  }
  return shard;
}

absl::Duration ReadHeartbeat(const v1::SubscribeRequest& request, Violations& bad) {
  const absl::Duration fallback = absl::Seconds(limits::kDefaultHeartbeatSeconds);
  if (!request.has_heartbeat_interval()) return fallback;
  const auto interval = ReadDuration(request.heartbeat_interval(), "heartbeat_interval", bad);
  if (!interval.has_value()) return fallback;
  if (*interval < absl::Seconds(limits::kMinHeartbeatSeconds) ||
      *interval > absl::Seconds(limits::kMaxHeartbeatSeconds)) {
    bad.Add("heartbeat_interval",
            fmt::format("is outside {} s to {} s", limits::kMinHeartbeatSeconds,
                        limits::kMaxHeartbeatSeconds));
  }
  return *interval;
}

size_t ReadMaxBatchBytes(const v1::SubscribeRequest& request, Violations& bad) {
  const size_t bytes = request.max_batch_bytes();
  if (bytes == 0) return limits::kMaxBatchBytes;
  if (bytes < limits::kMinBatchBytes || bytes > limits::kMaxBatchBytes) {
    bad.Add("max_batch_bytes", fmt::format("is {}; {} to {} is allowed, and 0 for the most", bytes,
                                           limits::kMinBatchBytes, limits::kMaxBatchBytes));
  }
  return bytes;
}

// All but the resume token, which needs the filter to be right.
Start ReadStart(const v1::SubscribeRequest& request, Violations& bad) {
  switch (request.start_case()) {
    case v1::SubscribeRequest::kAfterPosition:
      return AfterPosition{request.after_position()};
    case v1::SubscribeRequest::kStartTime: {
      const auto time = ReadTimestamp(request.start_time(), "start_time", bad);
      return AtTime{time.value_or(absl::InfinitePast())};
    }
    case v1::SubscribeRequest::kHead:
      if (!request.head()) {
        bad.Add("head", "is false; leave it out to start at the beginning");
      }
      return AtHead{};
    case v1::SubscribeRequest::kResumeToken:
    case v1::SubscribeRequest::START_NOT_SET:
      break;
  }
  return AfterPosition{0};
}

}  // namespace

absl::StatusOr<SubscribeTerms> ReadSubscribeRequest(const v1::SubscribeRequest& request,
                                                    const storage::LogIdentity& identity) {
  Violations bad;
  SubscribeTerms terms;
  terms.start = ReadStart(request, bad);
  terms.filter = ToStorageFilter(request.filter(), "filter", bad);
  terms.filter.shard = ReadShard(request, bad);
  terms.heartbeat_interval = ReadHeartbeat(request, bad);
  terms.max_batch_bytes = ReadMaxBatchBytes(request, bad);
  terms.client_name = request.client_name();
  if (terms.client_name.size() > limits::kMaxClientNameBytes) {
    bad.Add("client_name", fmt::format("has {} bytes; {} are the most", terms.client_name.size(),
                                       limits::kMaxClientNameBytes));
  }
  RETURN_IF_ERROR(bad.ToStatus());
  terms.scope = {identity.log_id, identity.epoch, terms.filter.Fingerprint()};
  if (request.start_case() == v1::SubscribeRequest::kResumeToken) {
    ASSIGN_OR_RETURN(const storage::Position position,
                     OpenResumeToken(terms.scope, request.resume_token()));
    terms.start = AfterPosition{position};
  }
  return terms;
}

}  // namespace chipline::stream
