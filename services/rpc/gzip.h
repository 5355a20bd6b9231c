#ifndef CHIPLINE_SERVICES_RPC_GZIP_H_
#define CHIPLINE_SERVICES_RPC_GZIP_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

// Requests that come compressed. gRPC would inflate them itself, but without a bound, so a message
// of 4 MiB could become 4 GiB; it hands them over as they came (services/server/grpc_settings.cc),
// and they are inflated here. Pure functions.
namespace chipline {

// Whether a message is compressed. No Protobuf message begins as gzip does: 0x1f is a tag of a wire
// type that does not exist.
bool IsGzip(const grpc::ByteBuffer& bytes);

// What was compressed. INVALID_ARGUMENT if that has more than `max_bytes`, of which no more is ever
// held, or if it is damaged.
absl::StatusOr<grpc::ByteBuffer> Gunzip(const grpc::ByteBuffer& bytes, size_t max_bytes);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_GZIP_H_
