#ifndef CHIPLINE_SERVICES_RPC_UNARY_H_
#define CHIPLINE_SERVICES_RPC_UNARY_H_

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

#include "services/rpc/access.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/message.h"
#include "services/rpc/status.h"
#include "storage/executor.h"
#include "storage/limits.h"

// Unary methods, for services built on the generated WithRawCallbackMethod_… classes:
//
//   grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context,
//                                     const grpc::ByteBuffer* request,
//                                     grpc::ByteBuffer* response) override {
//     return ServeUnary<v1::GetHeadRequest>(context, request, response, &executor_,
//                                           [this](const auto& r) { return reads_.GetHead(r); });
//   }
//
// A handler answers a message, or the bytes of one (grpc::ByteBuffer) if it has them as they are.
// It may take `const grpc::CallbackServerContext&` as well, for who is calling and whether somebody
// still waits. With an executor, parsing and handler run there and may block, and callers take
// turns by address; with null they run on gRPC's thread and must not. What the handler holds must
// outlive the gRPC server. Requests larger than limits::kMaxQueryBytes, or what an append may have,
// are refused before they are queued. ServeUnary refuses requests with unknown fields;
// ServeUnaryAsync leaves that to its handler, as an append knows better paths to name.
namespace chipline {

template <typename Response>
using Reply = std::function<void(absl::StatusOr<Response>)>;

namespace rpc_internal {

template <typename Response>
void FinishUnary(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
                 grpc::ByteBuffer* bytes, absl::StatusOr<Response> response) {
  if (response.ok()) {
    if constexpr (std::is_same_v<Response, grpc::ByteBuffer>) {
      bytes->Swap(&*response);
    } else {
      *bytes = SerializeMessage(*response);
    }
  }
  reactor->Finish(EndOf(*context, response.status()));
}

// Calls the handler, with the context if it takes that.
template <typename Handler, typename... Args>
auto Call(Handler& handler, [[maybe_unused]] const grpc::CallbackServerContext& context,
          Args&&... args) {
  if constexpr (std::is_invocable_v<Handler&, Args&&..., const grpc::CallbackServerContext&>) {
    return handler(std::forward<Args>(args)..., context);
  } else {
    return handler(std::forward<Args>(args)...);
  }
}

// Parses the request and calls `handle` with it, or ends the call.
template <typename Request, typename Handle>
grpc::ServerUnaryReactor* Accept(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* bytes, size_t max_bytes,
                                 Executor* executor, Handle handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (absl::Status size = CheckRequestSize(*bytes, max_bytes); !size.ok()) {
    reactor->Finish(ToGrpcStatus(size));
    return reactor;
  }
  auto run = [context, bytes, max_bytes, reactor, handle = std::move(handle)]() mutable {
    // Nobody waits any more for what came while the executor was busy.
    if (context->IsCancelled()) {
      reactor->Finish(grpc::Status::CANCELLED);
      return;
    }
    Request request;
    if (absl::Status parsed = ParseMessage(*bytes, request, max_bytes); !parsed.ok()) {
      reactor->Finish(ToGrpcStatus(parsed));
      return;
    }
    handle(reactor, std::move(request));
  };
  if (executor == nullptr) {
    run();
  } else {
    executor->Schedule(AddressOf(*context), std::move(run));
  }
  return reactor;
}

}  // namespace rpc_internal

// `handler` is absl::StatusOr<Response>(const Request&).
template <typename Request, typename Handler>
grpc::ServerUnaryReactor* ServeUnary(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     Executor* executor, Handler handler) {
  return rpc_internal::Accept<Request>(
      context, request, limits::kMaxQueryBytes, executor,
      [context, response, handler = std::move(handler)](grpc::ServerUnaryReactor* reactor,
                                                        Request parsed) mutable {
        if (absl::Status known = CheckKnownFields(parsed); !known.ok()) {
          reactor->Finish(ToGrpcStatus(known));
        } else {
          rpc_internal::FinishUnary(context, reactor, response,
                                    rpc_internal::Call(handler, *context, std::as_const(parsed)));
        }
      });
}

// `handler` is void(Request, Reply<Response>) and calls the reply exactly once, on any thread. The
// reply serialises the answer and hands it to gRPC, some tens of microseconds in which that thread
// does nothing else; the committer's threads may be kept so long only while few appends are under
// way (AppendTraffic::Answer).
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* ServeUnaryAsync(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response, Executor* executor,
                                          Handler handler,
                                          size_t max_bytes = limits::kMaxQueryBytes) {
  return rpc_internal::Accept<Request>(
      context, request, max_bytes, executor,
      [context, response, handler = std::move(handler)](grpc::ServerUnaryReactor* reactor,
                                                        Request parsed) mutable {
        Reply<Response> reply = [context, reactor, response](absl::StatusOr<Response> answer) {
          rpc_internal::FinishUnary(context, reactor, response, std::move(answer));
        };
        rpc_internal::Call(handler, *context, std::move(parsed), std::move(reply));
      });
}

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_UNARY_H_
