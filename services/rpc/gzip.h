#ifndef CHIPLINE_SERVICES_RPC_GZIP_H_
#define CHIPLINE_SERVICES_RPC_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

// Requests that come compressed. gRPC would inflate them itself, but without a bound, so a message
// of 4 MiB could become 4 GiB; it hands them over as they came (services/server/grpc_settings.cc),
// and they are inflated here, as are those of HTTP. Pure functions.
namespace chipline {

// Whether a message is compressed. No Protobuf message begins as gzip does: 0x1f is a tag of a wire
// type that does not exist.
bool IsGzip(const grpc::ByteBuffer& bytes);

// How inflating ended.
enum class Inflated {
  kWhole,
  // It would be more than was allowed.
  kTooLarge,
  // It is not one whole member of gzip (RFC 1952).
  kDamaged
};

// Inflates the member of gzip that `parts` are, one after the other. What comes out is appended to
// `bytes`: at most `max_bytes` and one step of 32 KiB.
Inflated Inflate(const std::vector<std::string_view>& parts, size_t max_bytes, std::string& bytes);

// What was compressed. INVALID_ARGUMENT if that has more than `max_bytes`, of which no more is ever
// held, or if it is damaged.
absl::StatusOr<grpc::ByteBuffer> Gunzip(const grpc::ByteBuffer& bytes, size_t max_bytes);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_GZIP_H_
