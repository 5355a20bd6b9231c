#ifndef CHIPLINE_SERVICES_QUERY_TIMELINE_SERVICE_H_
#define CHIPLINE_SERVICES_QUERY_TIMELINE_SERVICE_H_

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/query/day_bell.h"
#include "services/query/long_answers.h"
#include "services/query/timeline_reads.h"
#include "services/query/views_wait.h"
#include "services/rpc/stream_reactor.h"
#include "services/rpc/unary.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"
#include "storage/executor.h"

namespace chipline::query {

// TimelineService, all of it. Every argument must outlive the gRPC server; `executor` is for the
// unary methods.
class TimelineService final : public v1::TimelineService::WithRawCallbackMethod_GetTimeline<
                                  v1::TimelineService::WithRawCallbackMethod_WatchTimelines<
                                      v1::TimelineService::WithRawCallbackMethod_ListTimelines<
                                          v1::TimelineService::WithRawCallbackMethod_ExplainEntry<
                                              v1::TimelineService::Service>>>> {
 public:
  TimelineService(timeline::Materializer& views, const Clock& clock, const StreamHost& host,
                  Executor& executor)
      : views_(views),
        clock_(clock),
        host_{host.live, catch_up_, host.timer, host.subscribers, host.gate},
        executor_(executor),
        bell_(clock, host.timer),
        reads_(views, clock) {}

  grpc::ServerUnaryReactor* GetTimeline(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchTimelines(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListTimelines(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ExplainEntry(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

  // For whoever has set the clock: watches hear of a day that has come within a minute without it.
  void ClockWasSet() { bell_.Look(); }

 private:
  absl::StatusOr<StreamPlan> Plan(const v1::WatchTimelinesRequest& request);
  ViewsWaitHost wait_host() { return {views_.ring(), host_.timer, executor_}; }
  // Answers once the views have what the call waits for.
  template <typename Ask>
  void Answer(const Ask& ask, storage::Position wait_for, Reply<grpc::ByteBuffer> reply,
              const grpc::CallbackServerContext& call);

  timeline::Materializer& views_;
  const Clock& clock_;
  // For snapshots of watches, and for what they missed. One thread: however many watches have much
  // to fold, the views, which all of them wait for, have the other processors.
  Executor catch_up_{1, ExecutorKind::kPatient};
  const StreamHost host_;
  Executor& executor_;
  DayBell bell_;
  const TimelineReads reads_;
  LongAnswers long_answers_;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_TIMELINE_SERVICE_H_
