#ifndef CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_
#define CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_

#include <chrono>
#include <functional>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"

#include "services/rpc/timer.h"
#include "services/rpc/waker.h"
#include "services/timeline/change_ring.h"
#include "storage/executor.h"

namespace chipline::query {

// The views' position as something that streams wait for. Thread-safe. The ring must outlive it.
class ViewWaker final : public Waker {
 public:
  explicit ViewWaker(timeline::ChangeRing& ring) : ring_(ring) {}

  uint64_t NotifyPast(storage::Position position, std::function<void()> wake) override {
    return ring_.NotifyPast(position, std::move(wake));
  }
  void Cancel(uint64_t registration) override { ring_.Cancel(registration); }

 private:
  timeline::ChangeRing& ring_;
};

// What waiting for the views needs; all of it must outlive the gRPC server.
struct ViewsWaitHost {
  timeline::ChangeRing& ring;
  Timer& timer;
  Executor& executor;
};

// Calls `done` once: with OK as soon as the views have reached `position` (at once, on this thread,
// if they have), with DEADLINE_EXCEEDED at the call's deadline or after limits::kMaxWaitSeconds,
// with CANCELLED soon after the client went away; then on the executor. Holds no thread meanwhile.
// The call must not be finished before `done`.
void WaitForViews(const ViewsWaitHost& host, const grpc::CallbackServerContext& call,
                  storage::Position position, std::function<void(absl::Status)> done);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_VIEWS_WAIT_H_
