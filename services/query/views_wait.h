#ifndef CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_
#define CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"

#include "services/rpc/timer.h"
#include "services/timeline/change_ring.h"
#include "services/timeline/view_snapshot.h"
#include "storage/executor.h"

namespace chipline::query {

// The views as they are. UNAVAILABLE, reason VIEWS_REBUILDING, with RetryInfo and, in ErrorInfo's
// metadata, how far the rebuild has come (position) and where it ends (target_position), while they
// are being rebuilt from the log; else the views' own error if they stand still. Reads disk.
absl::StatusOr<std::unique_ptr<timeline::ViewSnapshot>> TakeViews(
    const timeline::Materializer& views);
// The same, for those who wait for the views before they take them.
absl::Status CheckServing(const timeline::Materializer& views);

// What waiting for the views needs; all of it must outlive the gRPC server.
struct ViewsWaitHost {
  timeline::ChangeRing& ring;
  Timer& timer;
  Executor& executor;
};

// Calls `done` once: with OK as soon as the views have reached `position` (at once, on this thread,
// if they have), with DEADLINE_EXCEEDED at the call's deadline or after limits::kMaxWaitSeconds,
// with why the views stand still as soon as they do, with CANCELLED soon after the client went
// away; then on the executor. Holds no thread meanwhile. The call must not be finished before
// `done`.
void WaitForViews(const ViewsWaitHost& host, const grpc::CallbackServerContext& call,
                  storage::Position position, std::function<void(absl::Status)> done);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_
