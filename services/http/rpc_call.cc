#include "services/http/rpc_call.h"

#include <utility>

#include "services/http/metadata.h"
#include "services/rpc/status.h"

namespace chipline::http {

std::shared_ptr<RpcCall> RpcCall::Start(grpc::GenericStub& stub, const std::string& path,
                                        std::unique_ptr<grpc::ClientContext> context,
                                        BridgedCaller caller, grpc::ByteBuffer request,
                                        RpcEvents events) {
  std::shared_ptr<RpcCall> call(
      new RpcCall(std::move(context), std::move(caller), std::move(request), std::move(events)));
  call->context_->AddMetadata(kBridgeKey, call->caller_.handle());
  // Every kind of method looks the same on the way, so one kind of call does for all.
  stub.PrepareBidiStreamingCall(call->context_.get(), path, {}, call.get());
  // Reads are begun outside of reactions.
  call->AddHold();
  call->StartWriteLast(&call->request_, grpc::WriteOptions());
  call->StartRead(&call->message_);
  {
    const MutexLock lock(call->mutex_);
    call->self_ = call;
  }
  call->StartCall();
  return call;
}

RpcCall::RpcCall(std::unique_ptr<grpc::ClientContext> context, BridgedCaller caller,
                 grpc::ByteBuffer request, RpcEvents events)
    : caller_(std::move(caller)),
      context_(std::move(context)),
      request_(std::move(request)),
      events_(std::move(events)) {}

void RpcCall::Next() {
  {
    const MutexLock lock(mutex_);
    if (over_) return;
    reading_ = true;
  }
  StartRead(&message_);
}

void RpcCall::Cancel() {
  bool release = false;
  {
    const MutexLock lock(mutex_);
    if (over_) return;
    cancelled_ = true;
    // Else the read ends at once.
    release = !reading_;
    if (release) over_ = true;
  }
  context_->TryCancel();
  if (release) RemoveHold();
}

void RpcCall::OnReadInitialMetadataDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    if (!ok || cancelled_) return;
  }
  events_.opened(FieldsOf(context_->GetServerInitialMetadata()));
}

void RpcCall::OnReadDone(bool ok) {
  bool release = false;
  {
    const MutexLock lock(mutex_);
    reading_ = false;
    release = !ok || cancelled_;
    if (release) over_ = true;
  }
  if (release) {
    RemoveHold();
  } else {
    events_.message(std::exchange(message_, grpc::ByteBuffer()));
  }
}

void RpcCall::OnDone(const grpc::Status& status) {
  std::shared_ptr<RpcCall> self;
  {
    const MutexLock lock(mutex_);
    self = std::move(self_);
  }
  const RpcEvents events = std::move(events_);
  events.done(FromGrpcStatus(status), FieldsOf(context_->GetServerTrailingMetadata()));
}

}  // namespace chipline::http
