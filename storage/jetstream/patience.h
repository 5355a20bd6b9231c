#ifndef CHIPLINE_STORAGE_JETSTREAM_PATIENCE_H_
#define CHIPLINE_STORAGE_JETSTREAM_PATIENCE_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::jetstream {

// How long to wait for servers to elect a leader: servers that have just started need some seconds,
// and so do the others when a leader was lost.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

// Sleeps a moment, since servers do not announce when they have agreed.
void WaitForServers();

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Calls `attempt`, which returns a Status or a StatusOr, repeatedly while it is UNAVAILABLE, for up
// to kPatience. Its effect may happen more than once.
template <typename Attempt>
auto WhileUnavailable(Attempt attempt) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kPatience);
  while (true) {
    auto result = attempt();
    if (!absl::IsUnavailable(StatusOf(result)) || std::chrono::steady_clock::now() >= deadline)
      return result;
    WaitForServers();
  }
}

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_PATIENCE_H_
