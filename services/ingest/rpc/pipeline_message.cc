#include "services/ingest/rpc/pipeline_message.h"

#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/support/proto_buffer_reader.h"

#include "services/rpc/message.h"
#include "services/rpc/retry.h"
#include "services/rpc/status.h"
#include "storage/error.h"

namespace chipline::ingest {

using google::protobuf::internal::WireFormatLite;

absl::StatusOr<uint64_t> RequestIdOf(const grpc::ByteBuffer& bytes) {
  constexpr uint32_t kRequestIdTag = WireFormatLite::MakeTag(
      v1::PipelineAppendRequest::kRequestIdFieldNumber, WireFormatLite::WIRETYPE_VARINT);
  const absl::Status damaged =
      BadFieldError("request",
                    "is not a chipline.v1.PipelineAppendRequest, so it cannot be said "
                    "which request_id it has; the stream ends here");
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (!reader.status().ok()) return damaged;
  google::protobuf::io::CodedInputStream input(&reader);
  google::protobuf::uint64 request_id = 0;
  while (const uint32_t tag = input.ReadTag()) {
    const bool read = tag == kRequestIdTag ? input.ReadVarint64(&request_id)
                                           : WireFormatLite::SkipField(&input, tag);
    if (!read) return damaged;
  }
  if (!input.ConsumedEntireMessage()) return damaged;
  return request_id;
}

grpc::ByteBuffer PipelineAnswer(uint64_t request_id,
                                absl::StatusOr<v1::AppendEventsResponse> outcome) {
  v1::PipelineAppendResponse answer;
  answer.set_request_id(request_id);
  if (outcome.ok()) {
    *answer.mutable_result() = *std::move(outcome);
  } else {
    *answer.mutable_error() = ToRpcStatus(WithRetryInfo(outcome.status()));
  }
  return SerializeMessage(answer);
}

}  // namespace chipline::ingest
