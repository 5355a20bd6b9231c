#include "services/server/serving_status.h"

#include <string>

#include "chipline/v1/admin_service.grpc.pb.h"
#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/server/log_line.h"

namespace chipline::server {

ServingStatus::ServingStatus(grpc::HealthCheckServiceInterface& health, Readiness& readiness)
    : health_(health), readiness_(readiness) {
  Apply();
}

void ServingStatus::Set(const absl::Status& log, const absl::Status& views) {
  if (log.ok() == log_serving_ && views.ok() == views_serving_) return;
  if (!log.ok() && log_serving_) {
    LogLine(LogLevel::kError, "not serving: appends do not get through",
            {{"cause", std::string(log.message())}});
  } else if (log.ok() && !log_serving_) {
    LogLine(LogLevel::kInfo, "serving again");
  }
  if (!views.ok() && views_serving_) {
    LogLine(LogLevel::kError, "the timelines stand still",
            {{"cause", std::string(views.message())}});
  }
  log_serving_ = log.ok();
  views_serving_ = views.ok();
  Apply();
}

void ServingStatus::Drain() {
  readiness_.Set("the server is stopping");
  health_.Shutdown();
}

void ServingStatus::Apply() {
  for (const char* service :
       {"", v1::EventLogService::service_full_name(), v1::SubscriptionService::service_full_name(),
        v1::AdminService::service_full_name()}) {
    health_.SetServingStatus(service, log_serving_);
  }
  health_.SetServingStatus(v1::TimelineService::service_full_name(),
                           log_serving_ && views_serving_);
  if (!log_serving_) {
    readiness_.Set("appends do not get through; the server's log says why");
  } else {
    readiness_.Set(views_serving_ ? "" : "the timelines stand still; the server's log says why");
  }
}

}  // namespace chipline::server
