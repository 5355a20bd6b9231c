#include "services/http/bridged_exchange.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"

#include "fmt/format.h"
#include "services/http/admission.h"
#include "services/http/bounds.h"
#include "services/http/gzip.h"
#include "services/http/json.h"
#include "services/http/metadata.h"
#include "storage/error.h"
#include "storage/status_macros.h"
#include <boost/asio/post.hpp>

namespace chipline::http {
namespace {

// A peer without its port.
std::string AddressOf(const Peer& peer) { return peer.address.substr(0, peer.address.rfind(':')); }

// The method of a path that Bridge::Find found well-formed. Null if there is none.
const google::protobuf::MethodDescriptor* FindMethod(const std::string& path) {
  std::string name = path.substr(1);
  std::replace(name.begin(), name.end(), '/', '.');
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

absl::Status TooLarge(std::string_view size) {
  return Error(
      absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
      fmt::format("Received message larger than max ({} vs. {})", size, bounds::kBodyBytes));
}

absl::StatusOr<grpc::ByteBuffer> RequestOf(std::string_view bytes, Codec codec,
                                           const google::protobuf::Descriptor& type) {
  if (codec == Codec::kProto) return BufferOf(bytes);
  return RequestFromJson(bytes, type);
}

// How much larger than a message its JSON may be, as a rule.
constexpr size_t kTextOfMessage = 4;

absl::StatusOr<WireMessage> WireMessageOf(const grpc::ByteBuffer& message,
                                          const google::protobuf::Descriptor& type, Codec codec,
                                          bool gzip) {
  std::string bytes;
  if (codec == Codec::kProto) {
    bytes = BytesOf(message);
  } else {
    ASSIGN_OR_RETURN(bytes, AnswerToJson(message, type));
  }
  if (gzip && bytes.size() >= bounds::kMinGzipBytes) {
    std::string smaller = Gzip(bytes);
    if (smaller.size() < bytes.size()) return WireMessage{std::move(smaller), true};
  }
  return WireMessage{std::move(bytes)};
}

absl::Status WrongKind(const google::protobuf::MethodDescriptor& method) {
  return Error(absl::StatusCode::kInvalidArgument, "WRONG_CONTENT_TYPE",
               method.server_streaming()
                   ? fmt::format("{} is a stream: its content type is application/connect+json or "
                                 "application/connect+proto",
                                 method.full_name())
                   : fmt::format("{} is no stream: its content type is application/json or "
                                 "application/proto",
                                 method.full_name()));
}

}  // namespace

BridgedExchange::BridgedExchange(Bridge& bridge, RequestHead head,
                                 std::shared_ptr<Responder> responder)
    : bridge_(bridge),
      held_(bridge.tally_.Hold()),
      head_(std::move(head)),
      address_(AddressOf(responder->peer())),
      responder_(std::move(responder)) {}

void BridgedExchange::Post(std::function<void(BridgedExchange&)> task) {
  boost::asio::post(bridge_.io_, [self = shared_from_this(), task = std::move(task)] {
    if (self->responder_ != nullptr) task(*self);
  });
}

void BridgedExchange::Work(size_t bytes, const std::function<void()>& task) {
  if (bytes <= bounds::kPromptJsonBytes) return task();
  bridge_.threads_.Schedule(address_, task);
}

void BridgedExchange::Start() {
  if (head_.method != "POST") {
    Response response = TextResponse(405, "calls are made by POST");
    response.fields.emplace_back("Allow", "POST");
    return Respond(std::move(response));
  }
  const std::optional<ContentKind> kind = ReadContentType(ValueOf(head_.fields, "content-type"));
  if (!kind.has_value()) {
    Response response =
        TextResponse(415, fmt::format("the content type is one of {}", kContentTypes));
    response.fields.emplace_back("Accept-Post", kContentTypes);
    return Respond(std::move(response));
  }
  kind_ = *kind;
  takes_gzip_ = MayGoAsGzip(head_.fields, kind_);
  counts_ = true;
  if (bridge_.check_ == nullptr) return OnChecked(absl::OkStatus());
  Admit(bridge_.check_, head_.path, head_, *responder_,
        [self = shared_from_this()](const absl::Status& status) {
          self->Post([status](BridgedExchange& exchange) { exchange.OnChecked(status); });
        });
}

void BridgedExchange::OnChecked(const absl::Status& status) {
  refusal_ = status.ok() ? CheckHead() : status;
  // A small rest is read, so that the connection can go on.
  const uint64_t size = head_.body_bytes.value_or(bounds::kBodyBytes);
  if (!refusal_.ok() && size > bounds::kSmallBodyBytes) return Fail(refusal_);
  responder_->ReadBody();
}

absl::Status BridgedExchange::CheckHead() {
  method_ = FindMethod(head_.path);
  if (method_ == nullptr) {
    return absl::UnimplementedError(fmt::format("there is no method {}", head_.path.substr(1)));
  }
  if (method_->client_streaming()) {
    return absl::UnimplementedError(
        fmt::format("{} takes a stream of requests, which HTTP/1.1 cannot carry; call it over gRPC",
                    method_->full_name()));
  }
  if (method_->server_streaming() != kind_.streaming) return WrongKind(*method_);
  if (kind_.streaming && !head_.http11) {
    return absl::UnimplementedError("a stream needs HTTP/1.1");
  }
  RETURN_IF_ERROR(CheckProtocol(head_.fields, kind_));
  ASSIGN_OR_RETURN(const std::optional<std::chrono::milliseconds> timeout,
                   ReadTimeout(head_.fields));
  context_ = std::make_unique<grpc::ClientContext>();
  if (timeout.has_value()) context_->set_deadline(std::chrono::system_clock::now() + *timeout);
  RETURN_IF_ERROR(AddMetadata(head_.fields, *context_));
  if (head_.body_bytes.value_or(0) > bounds::kBodyBytes) {
    return TooLarge(std::to_string(*head_.body_bytes));
  }
  return absl::OkStatus();
}

void BridgedExchange::OnBody(std::optional<std::string> body) {
  if (!refusal_.ok()) return Fail(refusal_);
  if (!body.has_value()) return Fail(TooLarge("more"));
  turn_ = bridge_.TakeTurn();
  if (turn_ == nullptr) {
    return Fail(Error(
        absl::StatusCode::kResourceExhausted, "TOO_MANY_CALLS",
        fmt::format("there are {} calls over HTTP, which is the most at a time", bounds::kCalls),
        {{"max_calls", std::to_string(bounds::kCalls)}}));
  }
  bool gzip = ComesAsGzip(head_.fields, kind_);
  size_t begin = 0;
  if (kind_.streaming) {
    const absl::StatusOr<Enveloped> inner = ReadEnvelope(*body, gzip);
    if (!inner.ok()) return Fail(inner.status());
    gzip = inner->gzip;
    begin = body->size() - inner->message.size();
  }
  // Connect has nothing compressed in nothing.
  if (gzip && body->size() > begin) return Inflate(*std::move(body), begin);
  ReadMessage(*std::move(body), begin);
}

void BridgedExchange::ReadMessage(std::string body, size_t begin) {
  if (kind_.codec == Codec::kProto) {
    return OnRequest(BufferOf(std::string_view(body).substr(begin)));
  }
  auto kept = std::make_shared<const std::string>(std::move(body));
  Work(kept->size(), [self = shared_from_this(), kept, begin, type = method_->input_type()] {
    self->Post([request = RequestFromJson(std::string_view(*kept).substr(begin), *type)](
                   BridgedExchange& exchange) { exchange.OnRequest(request); });
  });
}

void BridgedExchange::Inflate(std::string body, size_t begin) {
  // Nobody knows before how much it is.
  bridge_.threads_.Schedule(address_, [self = shared_from_this(), body = std::move(body), begin,
                                       codec = kind_.codec, type = method_->input_type()] {
    const absl::StatusOr<std::string> message =
        Gunzip(std::string_view(body).substr(begin), bounds::kBodyBytes);
    if (!message.ok()) {
      self->Post([status = message.status()](BridgedExchange& exchange) { exchange.Fail(status); });
      return;
    }
    self->Post([bytes = message->size(), request = RequestOf(*message, codec, *type)](
                   BridgedExchange& exchange) { exchange.OnInflated(bytes, request); });
  });
}

void BridgedExchange::OnInflated(size_t bytes, absl::StatusOr<grpc::ByteBuffer> request) {
  if (request.ok() && !responder_->HoldRequest(bytes)) {
    return Fail(RetryError("REQUESTS_HELD", "too many requests are held in memory at once",
                           absl::Seconds(1)));
  }
  OnRequest(std::move(request));
}

void BridgedExchange::OnRequest(absl::StatusOr<grpc::ByteBuffer> request) {
  if (!request.ok()) return Fail(request.status());
  RpcEvents events;
  events.opened = [self = shared_from_this()](Fields initial) {
    self->Post(
        [initial = std::move(initial)](BridgedExchange& exchange) { exchange.OnOpened(initial); });
  };
  events.message = [self = shared_from_this()](const grpc::ByteBuffer& message) {
    self->Post([message](BridgedExchange& exchange) { exchange.OnMessage(message); });
  };
  events.done = [self = shared_from_this()](const absl::Status& status, Fields trailers) {
    self->Post([status, trailers = std::move(trailers)](BridgedExchange& exchange) {
      exchange.OnDone(status, trailers);
    });
  };
  call_ = RpcCall::Start(bridge_.stub_, head_.path, std::move(context_),
                         {responder_->peer().address, responder_->peer().certificate},
                         *std::move(request), std::move(events));
}

void BridgedExchange::OnOpened(Fields initial) {
  initial_ = std::move(initial);
  if (!kind_.streaming || begun_) return;
  begun_ = true;
  sending_ = true;
  Response head{200, initial_, ""};
  head.fields.emplace_back("Content-Type", ContentTypeOf(kind_));
  if (takes_gzip_) head.fields.emplace_back("Connect-Content-Encoding", "gzip");
  responder_->Begin(std::move(head));
}

void BridgedExchange::OnMessage(const grpc::ByteBuffer& message) {
  if (!kind_.streaming) {
    if (converting_ || answer_.has_value()) {
      return Fail(absl::InternalError("a call that is no stream has two answers"));
    }
    // The status follows.
    call_->Next();
  }
  const bool gzip = takes_gzip_ && message.Length() * kTextOfMessage >= bounds::kMinGzipBytes;
  if (kind_.codec == Codec::kProto && !gzip) return OnAnswer(WireMessage{BytesOf(message)});
  converting_ = true;
  Work(message.Length() * (gzip ? kTextOfMessage : 1), [self = shared_from_this(), message, gzip,
                                                        codec = kind_.codec,
                                                        type = method_->output_type()] {
    self->Post([answer = WireMessageOf(message, *type, codec, gzip)](BridgedExchange& exchange) {
      exchange.converting_ = false;
      exchange.OnAnswer(answer);
    });
  });
}

void BridgedExchange::OnAnswer(absl::StatusOr<WireMessage> answer) {
  if (!kind_.streaming) {
    answer_ = std::move(answer);
  } else if (answer.ok()) {
    due_ = Envelope({answer->bytes, answer->gzip});
  } else {
    call_->Cancel();
    end_ = answer.status();
  }
  Pump();
}

void BridgedExchange::OnDone(absl::Status status, Fields trailers) {
  // One of our own says why the call was cancelled.
  if (!end_.has_value()) end_ = std::move(status);
  trailers_ = std::move(trailers);
  Pump();
}

void BridgedExchange::OnSent() {
  sending_ = false;
  if (std::exchange(sent_message_, false)) call_->Next();
  Pump();
}

void BridgedExchange::Pump() {
  if (sending_ || converting_) return;
  const size_t size = due_.has_value()                       ? due_->size()
                      : answer_.has_value() && answer_->ok() ? (*answer_)->bytes.size()
                                                             : 0;
  if (size > bounds::kSmallBodyBytes && !responder_->HasRoom(size)) {
    due_.reset();
    answer_.reset();
    call_->Cancel();
    end_ = RetryError("SLOW_READERS",
                      "too much is held in memory for clients that do not read; go on after "
                      "the last token",
                      absl::Seconds(1));
  }
  if (due_.has_value()) {
    // A message may come before the news that the call stands.
    if (!begun_) return;
    sending_ = true;
    sent_message_ = true;
    responder_->Send(*std::exchange(due_, std::nullopt));
    return;
  }
  if (!end_.has_value()) return;
  if (begun_) {
    Count(end_->code());
    std::exchange(responder_, nullptr)->End(EndOfStream(*end_, trailers_));
  } else if (!end_->ok() || kind_.streaming) {
    Fail(*end_, trailers_);
  } else if (!answer_.has_value()) {
    Fail(absl::InternalError("the call has no answer"));
  } else if (!answer_->ok()) {
    Fail(answer_->status());
  } else {
    Count(absl::StatusCode::kOk);
    WireMessage answer = **std::exchange(answer_, std::nullopt);
    Response response{200, initial_, std::move(answer.bytes)};
    response.fields.emplace_back("Content-Type", ContentTypeOf(kind_));
    response.fields.emplace_back("Vary", "Accept-Encoding");
    if (answer.gzip) response.fields.emplace_back("Content-Encoding", "gzip");
    for (const auto& [name, value] : trailers_) {
      response.fields.emplace_back("Trailer-" + name, value);
    }
    Respond(std::move(response));
  }
}

void BridgedExchange::Fail(const absl::Status& status, const Fields& trailers) {
  if (call_ != nullptr) call_->Cancel();
  Count(status.code());
  if (!kind_.streaming || (method_ != nullptr && !method_->server_streaming())) {
    return Respond(ErrorResponse(status, trailers));
  }
  Response response{200, initial_, EndOfStream(status, trailers)};
  response.fields.emplace_back("Content-Type", ContentTypeOf(kind_));
  Respond(std::move(response));
}

void BridgedExchange::Count(absl::StatusCode code) {
  if (std::exchange(counts_, false)) bridge_.counts_.AddCall(code);
}

void BridgedExchange::Respond(Response response) {
  if (responder_ == nullptr) return;
  std::exchange(responder_, nullptr)->Respond(std::move(response));
}

void BridgedExchange::OnGone() {
  responder_ = nullptr;
  Count(absl::StatusCode::kCancelled);
  if (call_ != nullptr) call_->Cancel();
}

}  // namespace chipline::http
