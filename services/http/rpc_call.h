#ifndef CHIPLINE_SERVICES_HTTP_RPC_CALL_H_
#define CHIPLINE_SERVICES_HTTP_RPC_CALL_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/client_callback.h"

#include "services/http/message.h"
#include "services/rpc/bridged_call.h"
#include "storage/mutex.h"

namespace chipline::http {

// What comes of a call. Called on gRPC's threads, one at a time; must not block.
struct RpcEvents {
  // The call stands: what it sent in advance. Not told of a call that was cancelled before.
  std::function<void(Fields initial)> opened;
  // A message of the answer. Nothing else comes until RpcCall::Next, but for the end of a call that
  // was cancelled.
  std::function<void(grpc::ByteBuffer message)> message;
  // The end, once.
  std::function<void(absl::Status status, Fields trailers)> done;
};

// One call of any method by the in-process channel: a request of one message, and an answer of one
// or many, read one at a time as they are asked for. So a reader that is slow holds one message.
// Lives until its end was told. Thread-safe.
class RpcCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // `context` has the deadline and the metadata of the call.
  static std::shared_ptr<RpcCall> Start(grpc::GenericStub& stub, const std::string& path,
                                        std::unique_ptr<grpc::ClientContext> context,
                                        BridgedCaller caller, grpc::ByteBuffer request,
                                        RpcEvents events);

  // Asks for the next message. Once for each that came.
  void Next();
  // Ends the call. May be called at any time, and again.
  void Cancel();

 private:
  RpcCall(std::unique_ptr<grpc::ClientContext> context, BridgedCaller caller,
          grpc::ByteBuffer request, RpcEvents events);

  void OnReadInitialMetadataDone(bool ok) override;
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  // The services look the caller up for as long as the call lasts.
  const BridgedCall caller_;
  const std::unique_ptr<grpc::ClientContext> context_;
  const grpc::ByteBuffer request_;
  RpcEvents events_;
  // Written by gRPC while a read is under way.
  grpc::ByteBuffer message_;

  Mutex mutex_;
  std::shared_ptr<RpcCall> self_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  // No read will be begun any more, so gRPC may tell the end.
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_RPC_CALL_H_
