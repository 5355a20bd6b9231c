#ifndef CHIPLINE_STORAGE_JETSTREAM_API_ERROR_H_
#define CHIPLINE_STORAGE_JETSTREAM_API_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace chipline::jetstream {

// Error codes of the JetStream API that are compared with ErrCodeOf.
namespace err_code {
inline constexpr int kNoSuitablePeers = 10005;
inline constexpr int kNoMessageFound = 10037;
inline constexpr int kStorageExceeded = 10047;
inline constexpr int kStreamNameExists = 10058;
inline constexpr int kStreamNotFound = 10059;
inline constexpr int kReplicasNeedCluster = 10074;
inline constexpr int kStoreFailed = 10077;
}  // namespace err_code

// The status of an error that a nats-server gave on `what` ("STREAM.INFO chipline"):
//   RESOURCE_EXHAUSTED   the stream or its account is full, and the message is not stored
//   NOT_FOUND            no such stream, consumer or message
//   ALREADY_EXISTS       a stream of that name with other settings
//   FAILED_PRECONDITION  the servers cannot have as many replicas: no cluster, disks, tags
//   UNAVAILABLE          no leader, too few servers that it knows, or JetStream is not ready; or
//                        the leader could not store a message, which others may have stored
//   PERMISSION_DENIED, INVALID_ARGUMENT, INTERNAL   as the server's code says
absl::Status ApiError(std::string_view what, int code, int err_code, std::string_view description);

// The err_code in a status of ApiError; 0 in any other.
int ErrCodeOf(const absl::Status& status);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_API_ERROR_H_
