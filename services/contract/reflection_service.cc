#include "services/contract/reflection_service.h"

#include <utility>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

#include "services/contract/reflection_calls.h"
#include "services/rpc/reflection_names.h"

namespace chipline::contract {
namespace {

// Either version, whose service takes and gives bytes as they are: both have the same messages.
template <typename Raw>
class Version final : public Raw {
 public:
  Version(std::shared_ptr<ReflectionCalls> calls, std::string_view method)
      : calls_(std::move(calls)), method_(method) {}

  ReflectionReactor* ServerReflectionInfo(grpc::CallbackServerContext* context) override {
    return calls_->Start(context, method_);
  }

 private:
  const std::shared_ptr<ReflectionCalls> calls_;
  const std::string method_;
};

using V1 =
    Version<grpc::reflection::v1::ServerReflection::WithRawCallbackMethod_ServerReflectionInfo<
        grpc::reflection::v1::ServerReflection::Service>>;
using V1Alpha =
    Version<grpc::reflection::v1alpha::ServerReflection::WithRawCallbackMethod_ServerReflectionInfo<
        grpc::reflection::v1alpha::ServerReflection::Service>>;

std::vector<std::string> WithReflection(std::vector<std::string> services) {
  for (const std::string_view method : kReflectionMethods) {
    services.emplace_back(method.substr(0, method.find('/')));
  }
  return services;
}

std::vector<std::unique_ptr<grpc::Service>> Versions(
    const std::shared_ptr<ReflectionCalls>& calls) {
  std::vector<std::unique_ptr<grpc::Service>> versions;
  versions.push_back(std::make_unique<V1>(calls, kReflectionMethods[0]));
  versions.push_back(std::make_unique<V1Alpha>(calls, kReflectionMethods[1]));
  return versions;
}

}  // namespace

ReflectionService::ReflectionService(std::vector<std::string> services, Executor& executor,
                                     const Gate* gate)
    : calls_(
          std::make_shared<ReflectionCalls>(WithReflection(std::move(services)), executor, gate)),
      services_(Versions(calls_)) {}

ReflectionService::~ReflectionService() = default;

std::vector<grpc::Service*> ReflectionService::services() {
  std::vector<grpc::Service*> each;
  for (const auto& service : services_) each.push_back(service.get());
  return each;
}

void ReflectionService::Drain() { calls_->Drain(); }

}  // namespace chipline::contract
