#include "services/metrics/call_counts.h"

#include <chrono>

#include "absl/status/status.h"

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
  explicit CallCounter(MethodCounts& counts) : counts_(counts) {
    counts_.started.fetch_add(1, std::memory_order_relaxed);
  }
  ~CallCounter() override {
    const auto took = std::chrono::steady_clock::now() - began_;
    counts_.seconds[code_ < kStatusCodes ? code_ : kUnknown]->Add(absl::FromChrono(took));
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      code_ = static_cast<size_t>(methods->GetSendStatus().error_code());
    }
    methods->Proceed();
  }

 private:
  MethodCounts& counts_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  // What a call is that ends without an answer of ours.
  size_t code_ = kCancelled;
};

class CallCounterFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit CallCounterFactory(CallCounts& counts) : counts_(counts) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    // gRPC owns it.
    return new CallCounter(counts_.Of(info->method()));
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
