#ifndef CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_MESSAGE_H_
#define CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_MESSAGE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

#include "chipline/v1/event_log_service.pb.h"

// Messages of PipelineAppend as the bytes that its raw method has. Pure functions.
namespace chipline::ingest {

// The request_id in the bytes of a PipelineAppendRequest, without a look into the append, so that a
// request that cannot be read can still be answered. INVALID_ARGUMENT if not even that is there.
absl::StatusOr<uint64_t> RequestIdOf(const grpc::ByteBuffer& bytes);

// A PipelineAppendResponse.
grpc::ByteBuffer PipelineAnswer(uint64_t request_id,
                                absl::StatusOr<v1::AppendEventsResponse> outcome);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_MESSAGE_H_
