#include "services/rpc/message.h"

#include <cstdint>
#include <limits>

#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

#include "fmt/format.h"
#include "services/rpc/field_count.h"
#include "services/rpc/gzip.h"
#include "storage/check.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline {
namespace {

absl::Status ParsePlain(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  // A field takes two bytes at least.
  if (bytes.Length() > 2 * limits::kMaxRequestFields &&
      HasMoreFields(bytes, *message.GetDescriptor(), limits::kMaxRequestFields)) {
    return BadFieldError("request",
                         fmt::format("has more than {} fields, those inside of others among them; "
                                     "send several requests",
                                     limits::kMaxRequestFields));
  }
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return BadFieldError(
      "request", fmt::format("is not a {}: the bytes are damaged, nested too deeply, or hold text "
                             "that is not UTF-8",
                             message.GetDescriptor()->full_name()));
}

}  // namespace

absl::Status CheckRequestSize(const grpc::ByteBuffer& bytes, size_t max_bytes) {
  if (bytes.Length() <= max_bytes) return absl::OkStatus();
  return BadFieldError("request", fmt::format("is {} bytes; a request of this kind has at most {}",
                                              bytes.Length(), max_bytes));
}

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message,
                          size_t max_bytes) {
  RETURN_IF_ERROR(CheckRequestSize(bytes, max_bytes));
  if (IsGzip(bytes)) {
    ASSIGN_OR_RETURN(const grpc::ByteBuffer inflated, Gunzip(bytes, max_bytes));
    return ParsePlain(inflated, message);
  }
  return ParsePlain(bytes, message);
}

absl::Status ParsePlainMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message,
                               size_t max_bytes) {
  RETURN_IF_ERROR(CheckRequestSize(bytes, max_bytes));
  return ParsePlain(bytes, message);
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
