#ifndef CHIPLINE_SERVICES_SERVER_EVENT_LOG_SERVICE_H_
#define CHIPLINE_SERVICES_SERVER_EVENT_LOG_SERVICE_H_

#include "chipline/v1/event_log_service.grpc.pb.h"
#include "services/ingest/rpc/append_rpc.h"
#include "services/rpc/stream_reactor.h"
#include "services/stream/event_reads.h"
#include "storage/executor.h"

namespace chipline::server {

// EventLogService: its writing half is in services/ingest, its reading half in services/stream.
// Thread-safe. Every argument must outlive the gRPC server. `points` is for reads of one event,
// `scans` for pages, which may look at much of the log: one must not wait behind the other.
class EventLogService final
    : public v1::EventLogService::WithRawCallbackMethod_AppendEvents<
          v1::EventLogService::WithRawCallbackMethod_PipelineAppend<
              v1::EventLogService::WithRawCallbackMethod_GetEvent<
                  v1::EventLogService::WithRawCallbackMethod_ListEvents<
                      v1::EventLogService::WithRawCallbackMethod_ReadEvents<
                          v1::EventLogService::WithRawCallbackMethod_ListSubjects<
                              v1::EventLogService::WithRawCallbackMethod_GetHead<
                                  v1::EventLogService::Service>>>>>>> {
 public:
  EventLogService(ingest::AppendRpc& appends, const stream::EventReads& reads,
                  const StreamHost& host, Executor& points, Executor& scans)
      : appends_(appends), reads_(reads), host_(host), points_(points), scans_(scans) {}

  grpc::ServerUnaryReactor* AppendEvents(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* PipelineAppend(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetEvent(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ReadEvents(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListSubjects(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;

 private:
  ingest::AppendRpc& appends_;
  const stream::EventReads& reads_;
  const StreamHost host_;
  Executor& points_;
  Executor& scans_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_EVENT_LOG_SERVICE_H_
