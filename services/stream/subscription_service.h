#ifndef CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_SERVICE_H_
#define CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_SERVICE_H_

#include "absl/status/statusor.h"

#include "chipline/v1/subscription_service.grpc.pb.h"
#include "services/rpc/stream_reactor.h"
#include "services/rpc/waker.h"
#include "services/stream/cursor_commits.h"
#include "storage/clock.h"
#include "storage/executor.h"
#include "storage/log.h"

namespace chipline::stream {

// SubscriptionService, all of it. Every argument must outlive the gRPC server; `points` is for one
// cursor and `scans` for lists of them, `head` wakes at the log's head.
class SubscriptionService final
    : public v1::SubscriptionService::WithRawCallbackMethod_Subscribe<
          v1::SubscriptionService::WithRawCallbackMethod_GetCursor<
              v1::SubscriptionService::WithRawCallbackMethod_CommitCursor<
                  v1::SubscriptionService::WithRawCallbackMethod_ListCursors<
                      v1::SubscriptionService::Service>>>> {
 public:
  SubscriptionService(storage::Log& log, const Clock& clock, const StreamHost& host,
                      Executor& points, Executor& scans, Waker& head)
      : log_(log),
        clock_(clock),
        host_(host),
        points_(points),
        scans_(scans),
        head_(head),
        cursors_(log) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscribe(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* GetCursor(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CommitCursor(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListCursors(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;

 private:
  absl::StatusOr<StreamPlan> Plan(const v1::SubscribeRequest& request, const Access* access);

  storage::Log& log_;
  const Clock& clock_;
  const StreamHost host_;
  Executor& points_;
  Executor& scans_;
  Waker& head_;
  CursorCommits cursors_;
};

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_SERVICE_H_
