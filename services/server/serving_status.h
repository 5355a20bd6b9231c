#ifndef CHIPLINE_SERVICES_SERVER_SERVING_STATUS_H_
#define CHIPLINE_SERVICES_SERVER_SERVING_STATUS_H_

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "grpcpp/health_check_service_interface.h"

#include "storage/mutex.h"

namespace chipline::server {

// Why the server is not ready, in plain words for /readyz; empty: it is. Thread-safe.
class Readiness {
 public:
  void Set(std::string words) {
    const MutexLock lock(mutex_);
    words_ = std::move(words);
  }
  std::string words() const {
    const MutexLock lock(mutex_);
    return words_;
  }

 private:
  mutable Mutex mutex_;
  std::string words_ ABSL_GUARDED_BY(mutex_) = "starting";
};

// What grpc.health.v1 says of the server ("") and of each service by its full name: NOT_SERVING
// while appends do not get through, also for TimelineService alone if the views stand still, and
// for all when the server drains. Changes are logged. For one thread.
class ServingStatus {
 public:
  // `health` belongs to the gRPC server, which must outlive it, as must `readiness`.
  ServingStatus(grpc::HealthCheckServiceInterface& health, Readiness& readiness);

  // What LogWatch::Look() and Materializer::health() say.
  void Set(const absl::Status& log, const absl::Status& views);
  // NOT_SERVING, for good.
  void Drain();

 private:
  void Apply();

  grpc::HealthCheckServiceInterface& health_;
  Readiness& readiness_;
  bool log_serving_ = true;
  bool views_serving_ = true;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_SERVING_STATUS_H_
