#ifndef CHIPLINE_SERVICES_RPC_MESSAGE_H_
#define CHIPLINE_SERVICES_RPC_MESSAGE_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

// Messages to and from the bytes that raw methods get. Pure functions.
namespace chipline {

// Reads a request. INVALID_ARGUMENT with a BadRequest if it is larger than
// limits::kMaxRequestBytes, which gRPC itself would call RESOURCE_EXHAUSTED, or the bytes are not
// one, which includes text that is not UTF-8: gRPC's own parser would call that INTERNAL, as if it
// were our fault.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

grpc::ByteBuffer SerializeMessage(const google::protobuf::MessageLite& message);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_MESSAGE_H_
