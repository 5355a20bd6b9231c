#include "services/server/service_names.h"

#include "google/protobuf/descriptor.h"

#include "chipline/v1/admin_service.grpc.pb.h"
#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "fmt/format.h"

namespace chipline::server {
namespace {

std::vector<std::string> OwnServices() {
  return {v1::EventLogService::service_full_name(), v1::SubscriptionService::service_full_name(),
          v1::TimelineService::service_full_name(), v1::AdminService::service_full_name()};
}

}  // namespace

std::vector<std::string> ServiceNames() {
  std::vector<std::string> names = OwnServices();
  names.insert(names.end(), {"grpc.health.v1.Health", "grpc.channelz.v1.Channelz"});
  return names;
}

std::vector<std::string> CountedMethods() {
  std::vector<std::string> methods = {"grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch"};
  for (const std::string& name : OwnServices()) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back(fmt::format("{}/{}", name, service->method(i)->name()));
    }
  }
  return methods;
}

}  // namespace chipline::server
