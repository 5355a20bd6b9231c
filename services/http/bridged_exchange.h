#ifndef CHIPLINE_SERVICES_HTTP_BRIDGED_EXCHANGE_H_
#define CHIPLINE_SERVICES_HTTP_BRIDGED_EXCHANGE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/byte_buffer.h"

#include "services/http/bridge.h"
#include "services/http/connect.h"
#include "services/http/exchange.h"
#include "services/http/rpc_call.h"

namespace chipline::http {

// An answer's message as the client takes it, without an envelope.
struct WireMessage {
  std::string bytes;
  bool gzip = false;
};

// One RPC over HTTP:
//
//   Start ─▶ the gatekeeper's check ─▶ OnBody ─▶ JSON read ─▶ RpcCall ─▶ JSON written ─▶ answer
//
// Gzip is inflated before JSON is read, and what is large is compressed after it was written.
//
// What another thread finds out comes back to the listener's thread by Post, where all members are
// used. A stream asks for its next message once the one before is with the kernel.
class BridgedExchange final : public Exchange,
                              public std::enable_shared_from_this<BridgedExchange> {
 public:
  BridgedExchange(Bridge& bridge, RequestHead head, std::shared_ptr<Responder> responder);

  void Start() override;
  void OnBody(std::optional<std::string> body) override;
  void OnSent() override;
  void OnGone() override;
  bool is_call() const override { return turn_ != nullptr; }
  bool is_stream() const override { return kind_.streaming; }

 private:
  // Runs `task` on the listener's thread, unless nobody waits for the answer by then.
  void Post(std::function<void(BridgedExchange&)> task);
  // Runs `task`, which reads or writes so many bytes of JSON: at once if they are few, else on a
  // thread that may take its time.
  void Work(size_t bytes, const std::function<void()>& task);

  void OnChecked(const absl::Status& status);
  // What is wrong with the call as far as its head shows.
  absl::Status CheckHead();
  // Reads the message, which begins at `begin` in the body.
  void ReadMessage(std::string body, size_t begin);
  // The same for one that is gzip.
  void Inflate(std::string body, size_t begin);
  void OnInflated(size_t bytes, absl::StatusOr<grpc::ByteBuffer> request);
  void OnRequest(absl::StatusOr<grpc::ByteBuffer> request);
  void OnOpened(Fields initial);
  void OnMessage(const grpc::ByteBuffer& message);
  void OnAnswer(absl::StatusOr<WireMessage> answer);
  void OnDone(absl::Status status, Fields trailers);

  // Sends what is due, if nothing is under way.
  void Pump();
  void Fail(const absl::Status& status, const Fields& trailers = {});
  // The call ended so; counts it once.
  void Count(absl::StatusCode code);
  void Respond(Response response);

  Bridge& bridge_;
  const std::shared_ptr<const void> held_;
  const RequestHead head_;
  const std::string address_;
  std::shared_ptr<Responder> responder_;
  ContentKind kind_{Codec::kJson, false};
  const google::protobuf::MethodDescriptor* method_ = nullptr;
  // The client takes gzip.
  bool takes_gzip_ = false;
  // It is a call, whose end is not counted yet.
  bool counts_ = false;
  std::unique_ptr<grpc::ClientContext> context_;
  // Why the call is refused, while the rest of the request is read.
  absl::Status refusal_;
  std::shared_ptr<const void> turn_;
  std::shared_ptr<RpcCall> call_;

  // Unary: the answer, and how the call ended.
  std::optional<absl::StatusOr<WireMessage>> answer_;
  bool converting_ = false;
  std::optional<absl::Status> end_;
  Fields initial_;
  Fields trailers_;

  // Stream: what is written, and what is to be.
  bool begun_ = false;
  bool sending_ = false;
  bool sent_message_ = false;
  std::optional<std::string> due_;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_BRIDGED_EXCHANGE_H_
