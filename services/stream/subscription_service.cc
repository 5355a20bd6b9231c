#include "services/stream/subscription_service.h"

#include <memory>
#include <utility>

#include "services/rpc/subject_scope.h"
#include "services/rpc/unary.h"
#include "services/stream/subscribe_request.h"
#include "services/stream/subscription.h"
#include "storage/status_macros.h"

namespace chipline::stream {

grpc::ServerWriteReactor<grpc::ByteBuffer>* SubscriptionService::Subscribe(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return ServeStream<v1::SubscribeRequest>(
      host_, context, request, "SubscriptionService.Subscribe",
      [this](const v1::SubscribeRequest& parsed, const Access* access) {
        return Plan(parsed, access);
      });
}

absl::StatusOr<StreamPlan> SubscriptionService::Plan(const v1::SubscribeRequest& request,
                                                     const Access* access) {
  ASSIGN_OR_RETURN(SubscribeTerms terms, ReadSubscribeRequest(request, log_.identity()));
  RETURN_IF_ERROR(CheckFilter(access, terms.filter));
  StreamPlan plan;
  plan.waker = &head_;
  plan.heartbeat_interval = terms.heartbeat_interval;
  plan.client_name = terms.client_name;
  plan.source = std::make_unique<Subscription>(log_, clock_, std::move(terms));
  return plan;
}

grpc::ServerUnaryReactor* SubscriptionService::GetCursor(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetCursorRequest>(
      context, request, response, &points_,
      [this](const v1::GetCursorRequest& parsed) { return cursors_.Get(parsed); });
}

grpc::ServerUnaryReactor* SubscriptionService::CommitCursor(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  using Response = v1::CommitCursorResponse;
  return ServeUnaryAsync<v1::CommitCursorRequest, Response>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::CommitCursorRequest& parsed, Reply<Response> reply) {
        // Off the committer's thread, which has the next group to write.
        cursors_.Commit(parsed, [this, reply = std::move(reply)](absl::StatusOr<Response> answer) {
          points_.Schedule([reply, answer = std::move(answer)] { reply(answer); });
        });
      });
}

grpc::ServerUnaryReactor* SubscriptionService::ListCursors(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return ServeUnary<v1::ListCursorsRequest>(
      context, request, response, &scans_,
      [this](const v1::ListCursorsRequest& parsed) { return cursors_.List(parsed); });
}

}  // namespace chipline::stream
