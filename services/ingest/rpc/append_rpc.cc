#include "services/ingest/rpc/append_rpc.h"

#include <utility>

#include "services/ingest/rpc/pipeline_reactor.h"
#include "services/rpc/status.h"
#include "services/rpc/trace.h"
#include "services/rpc/unary.h"
#include "storage/limits.h"

namespace chipline::ingest {

grpc::ServerUnaryReactor* AppendRpc::AppendEvents(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  using Request = v1::AppendEventsRequest;
  using Response = v1::AppendEventsResponse;
  const auto refuse = [context](const absl::Status& status) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(EndOf(*context, status));
    return reactor;
  };
  const auto access = Admit(gate_, *context, "EventLogService.AppendEvents");
  if (!access.ok()) return refuse(access.status());
  const absl::StatusOr<AppendTraffic::Place> place = traffic_.Admit(*request);
  if (!place.ok()) return refuse(place.status());
  return ServeUnaryAsync<Request, Response>(
      context, request, response, place->executor,
      [this, reserved = place->reserved, access = *access, trace = TraceOf(*context)](
          Request parsed, Reply<Response> reply) {
        traffic_.Append(
            std::move(parsed), access, trace,
            [this, reply = std::move(reply)](absl::StatusOr<Response> answer) mutable {
              traffic_.Answer([reply = std::move(reply), answer = std::move(answer)]() mutable {
                reply(std::move(answer));
              });
            });
      },
      limits::kMaxRequestBytes);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* AppendRpc::PipelineAppend(
    grpc::CallbackServerContext* context) {
  return PipelineReactor::Start(traffic_, pipelines_, context,
                                AdmitStream(gate_, *context, "EventLogService.PipelineAppend"));
}

}  // namespace chipline::ingest
