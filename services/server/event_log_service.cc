#include "services/server/event_log_service.h"

#include "services/rpc/access.h"
#include "services/rpc/unary.h"
#include "storage/status_macros.h"

namespace chipline::server {

grpc::ServerUnaryReactor* EventLogService::AppendEvents(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return appends_.AppendEvents(context, request, response);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* EventLogService::PipelineAppend(
    grpc::CallbackServerContext* context) {
  return appends_.PipelineAppend(context);
}

grpc::ServerUnaryReactor* EventLogService::GetEvent(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetEventRequest>(
      context, request, response, &points_,
      [this](const v1::GetEventRequest& parsed,
             const grpc::CallbackServerContext& call) -> absl::StatusOr<grpc::ByteBuffer> {
        ASSIGN_OR_RETURN(const auto access, Admit(host_.gate, call, "EventLogService.GetEvent"));
        return reads_.GetEvent(parsed, access.get());
      });
}

grpc::ServerUnaryReactor* EventLogService::ListEvents(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return ServeUnary<v1::ListEventsRequest>(
      context, request, response, &scans_,
      [this](const v1::ListEventsRequest& parsed,
             const grpc::CallbackServerContext& call) -> absl::StatusOr<grpc::ByteBuffer> {
        ASSIGN_OR_RETURN(const auto access, Admit(host_.gate, call, "EventLogService.ListEvents"));
        return reads_.ListEvents(parsed, access.get(), [&call] { return call.IsCancelled(); });
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* EventLogService::ReadEvents(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return ServeStream<v1::ReadEventsRequest>(
      host_, context, request, "EventLogService.ReadEvents",
      [this](const v1::ReadEventsRequest& parsed, const Access* access) {
        return reads_.ReadEvents(parsed, access);
      });
}

grpc::ServerUnaryReactor* EventLogService::ListSubjects(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return ServeUnary<v1::ListSubjectsRequest>(
      context, request, response, &scans_,
      [this](const v1::ListSubjectsRequest& parsed,
             const grpc::CallbackServerContext& call) -> absl::StatusOr<v1::ListSubjectsResponse> {
        ASSIGN_OR_RETURN(const auto access,
                         Admit(host_.gate, call, "EventLogService.ListSubjects"));
        return reads_.ListSubjects(parsed, access.get(), [&call] { return call.IsCancelled(); });
      });
}

grpc::ServerUnaryReactor* EventLogService::GetHead(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  using Response = v1::GetHeadResponse;
  return ServeUnaryAsync<v1::GetHeadRequest, Response>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::GetHeadRequest& parsed, Reply<Response> reply) {
        if (!parsed.linearizable()) return reads_.GetHead(parsed, std::move(reply));
        // Off the committer's thread, which has the next group to write.
        reads_.GetHead(parsed, [this, reply = std::move(reply)](absl::StatusOr<Response> answer) {
          points_.Schedule([reply, answer = std::move(answer)] { reply(answer); });
        });
      });
}

}  // namespace chipline::server
