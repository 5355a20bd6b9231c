#ifndef CHIPLINE_SERVICES_RPC_MESSAGE_H_
#define CHIPLINE_SERVICES_RPC_MESSAGE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

#include "storage/limits.h"

// Messages to and from the bytes that raw methods get. Pure functions.
namespace chipline {

// INVALID_ARGUMENT, naming both sizes, if a request has more than `max_bytes` as it came. Costs
// nothing, so it comes before the request is queued or read.
absl::Status CheckRequestSize(const grpc::ByteBuffer& bytes, size_t max_bytes);

// Reads a request of at most `max_bytes`, as it came and once it is inflated if it came compressed.
// INVALID_ARGUMENT with a BadRequest if it has more, or more than limits::kMaxRequestFields, which
// are counted before anything is made of them, or the bytes are not one, which includes text that
// is not UTF-8: gRPC's own parser would call that INTERNAL, as if it were our fault.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message,
                          size_t max_bytes = limits::kMaxRequestBytes);

// The same for bytes that are not compressed, or not any more: compressed ones are damaged here.
absl::Status ParsePlainMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message,
                               size_t max_bytes = limits::kMaxRequestBytes);

grpc::ByteBuffer SerializeMessage(const google::protobuf::MessageLite& message);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_MESSAGE_H_
