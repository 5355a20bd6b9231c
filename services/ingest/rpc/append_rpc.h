#ifndef CHIPLINE_SERVICES_INGEST_RPC_APPEND_RPC_H_
#define CHIPLINE_SERVICES_INGEST_RPC_APPEND_RPC_H_

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

#include "services/ingest/rpc/append_traffic.h"
#include "services/ingest/rpc/pipeline_reactor.h"
#include "services/rpc/access.h"
#include "storage/limits.h"

namespace chipline::ingest {

// The writing half of EventLogService, as raw methods. Thread-safe. The arguments must outlive it,
// and it must outlive the gRPC server.
class AppendRpc {
 public:
  // Without a gate everybody may append everything.
  AppendRpc(Appender& appender, Executor& sealing, Executor& answering, const Gate* gate = nullptr)
      : gate_(gate), traffic_(appender, sealing, answering) {}

  grpc::ServerUnaryReactor* AppendEvents(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response);
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* PipelineAppend(
      grpc::CallbackServerContext* context);

  // Ends the pipelines, each after the answers to what it has read, and refuses new ones.
  void Drain() { pipelines_.Drain(); }
  // After Drain, now and then: cuts pipelines whose clients do not read their answers. A write that
  // a closed window blocks cannot be finished past.
  void CutIdle() {
    for (const auto& cut : pipelines_.List([](const PipelineWays& ways) { return ways.cut; })) {
      cut();
    }
  }
  // Nobody waits for an answer and no pipeline is open.
  bool idle() const { return traffic_.idle() && pipelines_.count() == 0; }

 private:
  const Gate* const gate_;
  AppendTraffic traffic_;
  Pipelines pipelines_{limits::kMaxStreams, "pipelines"};
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RPC_APPEND_RPC_H_
