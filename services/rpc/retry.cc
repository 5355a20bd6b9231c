#include "services/rpc/retry.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

#include "storage/error.h"
#include "storage/timestamp.h"

namespace chipline {
namespace {

// Somebody has to do something first.
constexpr absl::Duration kLater = absl::Seconds(10);

constexpr std::array kDelays = {
    RetryDelay{"DIRECTORY_GONE", kLater},
    RetryDelay{"DISK_FULL", kLater},
    RetryDelay{"STREAM_FULL", kLater},
    RetryDelay{"STREAM_HOLE", kLater},
    RetryDelay{"REQUEST_TOO_LARGE", absl::InfiniteDuration()},
};

absl::Duration DelayFor(std::string_view reason) {
  const auto* const found =
      std::find_if(kDelays.begin(), kDelays.end(),
                   [&](const RetryDelay& each) { return each.reason == reason; });
  return found == kDelays.end() ? kRetryDelay : found->delay;
}

}  // namespace

std::span<const RetryDelay> RetryDelays() { return kDelays; }

absl::Status WithRetryInfo(absl::Status status) {
  const std::string reason = ReasonOf(status);
  const bool passes =
      absl::IsUnavailable(status) || (absl::IsResourceExhausted(status) && !reason.empty());
  const std::string type_url =
      "type.googleapis.com/" + google::rpc::RetryInfo::descriptor()->full_name();
  if (!passes || status.GetPayload(type_url).has_value()) return status;
  const absl::Duration delay = DelayFor(reason);
  if (delay == absl::InfiniteDuration()) return status;
  google::rpc::RetryInfo retry;
  *retry.mutable_retry_delay() = ToDuration(delay);
  status.SetPayload(type_url, absl::Cord(retry.SerializeAsString()));
  return status;
}

}  // namespace chipline
