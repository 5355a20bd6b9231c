#ifndef CHIPLINE_SERVICES_HTTP_BOUNDS_H_
#define CHIPLINE_SERVICES_HTTP_BOUNDS_H_

#include <chrono>
#include <cstddef>

#include "storage/limits.h"

// Every bound of the HTTP listener. What a request may hold is bounded as over gRPC
// (storage/limits.h).
namespace chipline::http::bounds {

// Connections at a time. A new one beyond that takes the place of one that has no call under way.
inline constexpr size_t kConnections = 1024;
// Calls at a time. So many connections are left for metrics and probes, whatever streams there are.
inline constexpr size_t kCalls = kConnections - 64;
// The request line and all header fields.
inline constexpr size_t kHeadBytes = limits::kMaxMetadataBytes;
// A body, its Connect envelope included.
inline constexpr size_t kBodyBytes = limits::kMaxReceivedBytes;
// Of a body that is read although the answer does not depend on it, so that the connection can go
// on.
inline constexpr size_t kSmallBodyBytes = limits::kMaxQueryBytes;
// What is taken of requests that come before the one at hand is answered.
inline constexpr size_t kPipelinedBytes = 16 * 1024;
// Bodies that are coming in and answers that are not taken yet, all connections together.
inline constexpr size_t kHeldBytes = 64 * 1024 * 1024;
// What is smaller is not worth compressing.
inline constexpr size_t kMinGzipBytes = 4 * 1024;
// JSON that is read or written at once, in less than 0.1 ms; more of it goes to threads of its own.
inline constexpr size_t kPromptJsonBytes = 4 * 1024;
// What is read and thrown away after a last answer, so that it arrives.
inline constexpr size_t kLingerBytes = 1024 * 1024;

// From the connection to the end of the TLS handshake.
inline constexpr std::chrono::seconds kHandshakeTime{limits::kHandshakeSeconds};
// Between two requests.
inline constexpr std::chrono::seconds kIdleTime{60};
// From the first byte of a request to the end of its head, and from there to its end.
inline constexpr std::chrono::seconds kHeadTime{10};
inline constexpr std::chrono::seconds kBodyTime{30};
// What the client may take to accept one answer, or one message of a stream.
inline constexpr std::chrono::seconds kWriteTime{60};
inline constexpr std::chrono::seconds kLingerTime{2};
// What an answer may take whose client sends nothing more. One that is gone looks the same.
inline constexpr std::chrono::seconds kHalfClosedTime{10};

}  // namespace chipline::http::bounds

#endif  // CHIPLINE_SERVICES_HTTP_BOUNDS_H_
