#ifndef CHIPLINE_SERVICES_HTTP_COUNTS_H_
#define CHIPLINE_SERVICES_HTTP_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace chipline::http {

// Why a connection was closed before it was served, or before it was over.
enum class Unserved {
  // All connections have a call under way.
  kFull,
  // It had no call under way, and another came while there was no room.
  kDisplaced,
  // TLS was not set up, or not in time.
  kHandshake,
};
inline constexpr std::array<std::string_view, 3> kUnservedNames = {"full", "displaced",
                                                                   "handshake"};

// What a listener did since the start. Thread-safe.
struct HttpCounts {
  using Count = std::atomic<uint64_t>;

  // Open now.
  Count connections{0};
  Count connections_taken{0};
  std::array<Count, kUnservedNames.size()> connections_unserved{};
  // Without TLS; heads, bodies and what frames them.
  Count received_bytes{0};
  Count sent_bytes{0};
  // By the first digit of the HTTP status.
  std::array<Count, 6> responses{};
  // Calls that ended, by status code. A stream that failed is among them, although its HTTP status
  // is 200.
  std::array<Count, 17> calls{};

  void Add(Unserved cause) {
    connections_unserved[static_cast<size_t>(cause)].fetch_add(1, std::memory_order_relaxed);
  }
  void AddResponse(unsigned status) {
    responses[status / 100 % responses.size()].fetch_add(1, std::memory_order_relaxed);
  }
  void AddCall(absl::StatusCode code) {
    const auto index = static_cast<size_t>(code);
    const auto unknown = static_cast<size_t>(absl::StatusCode::kUnknown);
    calls[index < calls.size() ? index : unknown].fetch_add(1, std::memory_order_relaxed);
  }
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_COUNTS_H_
