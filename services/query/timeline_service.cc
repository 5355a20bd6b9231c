#include "services/query/timeline_service.h"

#include <memory>
#include <utility>

#include "services/query/watch.h"
#include "services/rpc/unary.h"
#include "storage/status_macros.h"

namespace chipline::query {

grpc::ServerUnaryReactor* TimelineService::GetTimeline(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return ServeUnaryAsync<v1::GetTimelineRequest, grpc::ByteBuffer>(
      context, request, response, &executor_,
      [this](const v1::GetTimelineRequest& parsed, Reply<grpc::ByteBuffer> reply,
             const grpc::CallbackServerContext& call) {
        absl::StatusOr<TimelineAsk> ask = reads_.Check(parsed);
        if (!ask.ok()) return reply(ask.status());
        const storage::Position wait_for = ask->wait_for;
        WaitForViews(
            wait_host(), call, wait_for,
            [this, ask = *std::move(ask), reply = std::move(reply)](const absl::Status& reached) {
              if (!reached.ok()) return reply(reached);
              reply(reads_.Answer(ask));
            });
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* TimelineService::WatchTimelines(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return ServeStream<v1::WatchTimelinesRequest>(
      host_, context, request, "TimelineService.WatchTimelines",
      [this](const v1::WatchTimelinesRequest& parsed) { return Plan(parsed); });
}

absl::StatusOr<StreamPlan> TimelineService::Plan(const v1::WatchTimelinesRequest& request) {
  ASSIGN_OR_RETURN(WatchTerms terms, ReadWatchRequest(request, views_.identity()));
  StreamPlan plan;
  plan.heartbeat_interval = terms.heartbeat_interval;
  plan.client_name = terms.client_name;
  auto watch = std::make_unique<Watch>(views_, clock_, bell_, std::move(terms));
  // The stream uses it only until it ends, and the watch lives until then.
  plan.waker = &watch->waker();
  plan.source = std::move(watch);
  return plan;
}

grpc::ServerUnaryReactor* TimelineService::ListTimelines(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  return ServeUnary<v1::ListTimelinesRequest>(
      context, request, response, &executor_,
      [this](const v1::ListTimelinesRequest& parsed) { return reads_.List(parsed); });
}

grpc::ServerUnaryReactor* TimelineService::ExplainEntry(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  using Response = v1::ExplainEntryResponse;
  return ServeUnaryAsync<v1::ExplainEntryRequest, Response>(
      context, request, response, &executor_,
      [this](const v1::ExplainEntryRequest& parsed, Reply<Response> reply,
             const grpc::CallbackServerContext& call) {
        absl::StatusOr<ExplainAsk> ask = reads_.Check(parsed);
        if (!ask.ok()) return reply(ask.status());
        const storage::Position wait_for = ask->known.position.value_or(0);
        WaitForViews(
            wait_host(), call, wait_for,
            [this, ask = *std::move(ask), reply = std::move(reply)](const absl::Status& reached) {
              if (!reached.ok()) return reply(reached);
              reply(reads_.Answer(ask));
            });
      });
}

}  // namespace chipline::query
