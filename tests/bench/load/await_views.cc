#include "tests/bench/load/await_views.h"

#include <grpcpp/client_context.h>

#include <chrono>

#include "absl/time/clock.h"

#include "services/rpc/status.h"
#include "storage/mutex.h"
#include "storage/status_macros.h"

namespace chipline::bench {
namespace {

constexpr std::chrono::milliseconds kPoll(20);
constexpr std::chrono::seconds kCallPatience(30);

void WaitALittle() {
  Mutex mutex;
  CondVar never;
  const MutexLock lock(mutex);
  never.WaitUntil(mutex, std::chrono::steady_clock::now() + kPoll);
}

}  // namespace

absl::StatusOr<v1::GetStatsResponse> StatsOf(v1::AdminService::StubInterface& admin) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallPatience);
  v1::GetStatsResponse stats;
  RETURN_IF_ERROR(FromGrpcStatus(admin.GetStats(&context, {}, &stats)));
  return stats;
}

absl::StatusOr<absl::Duration> AwaitViews(
    v1::AdminService::StubInterface& admin, absl::Duration patience,
    const std::function<absl::Status(const v1::GetStatsResponse&)>& look) {
  const absl::Time start = absl::Now();
  while (true) {
    ASSIGN_OR_RETURN(const v1::GetStatsResponse stats, StatsOf(admin));
    const absl::Duration elapsed = absl::Now() - start;
    if (stats.view_position() >= stats.head_position() && stats.rebuild_target() == 0) {
      return elapsed;
    }
    if (look) RETURN_IF_ERROR(look(stats));
    if (elapsed > patience) {
      return absl::DeadlineExceededError("the views do not come to the log's head");
    }
    WaitALittle();
  }
}

}  // namespace chipline::bench
