#include "services/metrics/call_counts.h"

#include <chrono>

#include "absl/status/status.h"
#include "grpcpp/support/byte_buffer.h"

namespace chipline::metrics {
namespace {

constexpr char kOther[] = "other";
constexpr auto kCancelled = static_cast<size_t>(absl::StatusCode::kCancelled);
constexpr auto kUnknown = static_cast<size_t>(absl::StatusCode::kUnknown);

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

// One call, from when it came until gRPC is done with it.
class CallCounter final : public grpc::experimental::Interceptor {
 public:
  CallCounter(MethodCounts& counts, bool raw) : counts_(counts), raw_(raw) {
    counts_.started.fetch_add(1, std::memory_order_relaxed);
  }
  ~CallCounter() override {
    const auto took = std::chrono::steady_clock::now() - began_;
    counts_.seconds[code_ < kStatusCodes ? code_ : kUnknown]->Add(absl::FromChrono(took));
    if (!raw_) return;
    counts_.received_bytes.Add(static_cast<double>(received_));
    counts_.sent_bytes.Add(static_cast<double>(sent_));
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      code_ = static_cast<size_t>(methods->GetSendStatus().error_code());
    }
    if (raw_ && methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      received_ += LengthOf(methods->GetRecvMessage());
    }
    if (raw_ && methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      sent_ += LengthOf(methods->GetSendMessage());
    }
    methods->Proceed();
  }

 private:
  // Null: there was no message, for example at the end of a stream.
  static size_t LengthOf(const void* message) {
    return message == nullptr ? 0 : static_cast<const grpc::ByteBuffer*>(message)->Length();
  }

  MethodCounts& counts_;
  // Messages are grpc::ByteBuffer.
  const bool raw_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  // What a call is that ends without an answer of ours.
  size_t code_ = kCancelled;
  // One is read and one is written at a time, perhaps by different threads.
  size_t received_ = 0;
  size_t sent_ = 0;
};

class CallCounterFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit CallCounterFactory(CallCounts& counts) : counts_(counts) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    // gRPC owns it.
    MethodCounts& counts = counts_.Of(info->method());
    return new CallCounter(counts, !counts_.IsOther(counts));
  }

 private:
  CallCounts& counts_;
};

}  // namespace

MethodCounts::MethodCounts() {
  for (size_t code = 0; code < kStatusCodes; ++code) {
    seconds.push_back(std::make_unique<Histogram>(kSecondsBounds));
  }
}

CallCounts::CallCounts(const std::vector<std::string>& methods) {
  for (const std::string& method : methods) methods_[method];
  other_ = &methods_[kOther];
}

MethodCounts& CallCounts::Of(std::string_view path) {
  const auto found = methods_.find(path.empty() ? path : path.substr(1));
  return found == methods_.end() ? *other_ : found->second;
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewCallCounter(
    CallCounts& counts) {
  return std::make_unique<CallCounterFactory>(counts);
}

std::string NameOf(size_t code) {
  // Abseil's codes are gRPC's.
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

}  // namespace chipline::metrics
