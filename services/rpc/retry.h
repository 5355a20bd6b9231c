#ifndef CHIPLINE_SERVICES_RPC_RETRY_H_
#define CHIPLINE_SERVICES_RPC_RETRY_H_

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

// When a client may send the same again. A server tells this with every error that may pass; where
// the place that made the error did not say, it is told here. Pure functions.
namespace chipline {

// After how long, by the reason in ErrorInfo.
struct RetryDelay {
  std::string_view reason;
  // Infinite: never, since the same again would be refused again.
  absl::Duration delay;
};

// The reasons for which the delay is not kRetryDelay.
std::span<const RetryDelay> RetryDelays();

// What a client waits if nothing else is said.
inline constexpr absl::Duration kRetryDelay = absl::Seconds(1);

// The status as it is, unless it is UNAVAILABLE, or RESOURCE_EXHAUSTED for a reason, and has no
// RetryInfo: then with RetryInfo, as RetryDelays says. Without a reason RESOURCE_EXHAUSTED is a
// request that is too large, as gRPC says it.
absl::Status WithRetryInfo(absl::Status status);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_RETRY_H_
