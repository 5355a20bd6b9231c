#ifndef CHIPLINE_SERVICES_RPC_REFUSED_CALL_H_
#define CHIPLINE_SERVICES_RPC_REFUSED_CALL_H_

#include <memory>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"

#include "services/rpc/status.h"

namespace chipline {

// Answers a streaming call that is refused before it becomes a stream. `Reactor` is the kind of
// reactor that gRPC expects for the method. The result owns itself until OnDone.
template <typename Reactor>
Reactor* RefuseCall(grpc::CallbackServerContext& call, const absl::Status& status) {
  class RefusedCall final : public Reactor {
   public:
    RefusedCall(grpc::CallbackServerContext& refused, const absl::Status& reason) {
      this->Finish(EndOf(refused, reason));
    }
    void OnDone() override { const std::unique_ptr<RefusedCall> self(this); }
  };
  return std::make_unique<RefusedCall>(call, status).release();
}

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_REFUSED_CALL_H_
