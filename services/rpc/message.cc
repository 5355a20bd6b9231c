#include "services/rpc/message.h"

#include <cstdint>
#include <limits>

#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline {

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  if (bytes.Length() > limits::kMaxRequestBytes) {
    return BadFieldError("request", fmt::format("is {} bytes; a request has at most {}",
                                                bytes.Length(), limits::kMaxRequestBytes));
  }
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return BadFieldError(
      "request", fmt::format("is not a {}: the bytes are damaged, nested too deeply, or hold text "
                             "that is not UTF-8",
                             message.GetDescriptor()->full_name()));
}

grpc::ByteBuffer SerializeMessage(const google::protobuf::MessageLite& message) {
  const size_t size = message.ByteSizeLong();
  // Protobuf's own limit, which no bounded answer comes near.
  CHECK(size <= static_cast<size_t>(std::numeric_limits<int32_t>::max()));
  grpc::Slice slice(size);
  // A slice that nobody else holds yet may be written to.
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace chipline
