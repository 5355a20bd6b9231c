#include "services/query/timeline_service.h"

#include <memory>
#include <utility>

#include "services/query/watch.h"
#include "services/rpc/access.h"
#include "storage/status_macros.h"

namespace chipline::query {

template <typename Ask>
void TimelineService::Answer(const Ask& ask, storage::Position wait_for,
                             Reply<grpc::ByteBuffer> reply,
                             const grpc::CallbackServerContext& call) {
  WaitForViews(wait_host(), call, wait_for,
               [this, ask, reply = std::move(reply), &call](const absl::Status& reached) {
                 if (!reached.ok()) return reply(reached);
                 // The call lives until it is replied to.
                 long_answers_.Give(
                     AddressOf(call), [&call] { return call.IsCancelled(); },
                     [this, ask](timeline::Work* work) { return reads_.Answer(ask, work); }, reply);
               });
}

grpc::ServerUnaryReactor* TimelineService::GetTimeline(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return ServeUnaryAsync<v1::GetTimelineRequest, grpc::ByteBuffer>(
      context, request, response, &executor_,
      [this](const v1::GetTimelineRequest& parsed, Reply<grpc::ByteBuffer> reply,
             const grpc::CallbackServerContext& call) {
        absl::StatusOr<TimelineAsk> ask = reads_.Check(parsed);
        if (!ask.ok()) return reply(ask.status());
        Answer(*ask, ask->wait_for, std::move(reply), call);
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
  return ServeUnaryAsync<v1::ListTimelinesRequest, grpc::ByteBuffer>(
      context, request, response, &executor_,
      [this](const v1::ListTimelinesRequest& parsed, Reply<grpc::ByteBuffer> reply,
             const grpc::CallbackServerContext& call) {
        absl::StatusOr<ListAsk> ask = reads_.Check(parsed);
        if (!ask.ok()) return reply(ask.status());
        Answer(*ask, 0, std::move(reply), call);
      });
}

grpc::ServerUnaryReactor* TimelineService::ExplainEntry(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return ServeUnaryAsync<v1::ExplainEntryRequest, grpc::ByteBuffer>(
      context, request, response, &executor_,
      [this](const v1::ExplainEntryRequest& parsed, Reply<grpc::ByteBuffer> reply,
             const grpc::CallbackServerContext& call) {
        absl::StatusOr<ExplainAsk> ask = reads_.Check(parsed);
        if (!ask.ok()) return reply(ask.status());
        Answer(*ask, ask->wait_for, std::move(reply), call);
      });
}

}  // namespace chipline::query
