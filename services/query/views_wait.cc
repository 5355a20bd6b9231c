#include "services/query/views_wait.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/mutex.h"

namespace chipline::query {
namespace {

using storage::Position;
using SteadyTime = std::chrono::steady_clock::time_point;

// How soon a client that went away is noticed.
constexpr std::chrono::milliseconds kLookEvery{200};
constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);

// One wait. The ring's and the timer's threads may both come; `done_` is taken by the first. Kept
// alive by whichever of them still holds it.
class Wait : public std::enable_shared_from_this<Wait> {
 public:
  Wait(const ViewsWaitHost& host, const grpc::CallbackServerContext& call, Position position,
       SteadyTime deadline, std::function<void(absl::Status)> done)
      : host_(host),
        call_(call),
        position_(position),
        deadline_(deadline),
        done_(std::move(done)) {}

  void Begin() {
    ArmTimer();
    const uint64_t registration =
        host_.ring.NotifyPast(position_ - 1, [self = shared_from_this()] { self->Woken(); });
    MutexLock lock(mutex_);
    registration_ = registration;
  }

 private:
  void ArmTimer() {
    const SteadyTime next = std::min(deadline_, std::chrono::steady_clock::now() + kLookEvery);
    host_.timer.At(next, [self = shared_from_this()] { self->Look(); });
  }

  // The views have come so far, or stand still.
  void Woken() {
    absl::Status status = host_.ring.failure();
    if (host_.ring.position() >= position_) {
      status = absl::OkStatus();
    } else if (status.ok()) {
      // They stood still for a moment, and are not there yet.
      status = RetryError("VIEWS_FAILED", "the timelines were opened again; send the same again",
                          kRetryDelay);
    }
    End(std::move(status));
  }

  void Look() {
    bool cancelled = false;
    {
      MutexLock lock(mutex_);
      if (done_ == nullptr) return;
      // The call is alive as long as `done_` was not taken.
      cancelled = call_.IsCancelled();
    }
    if (cancelled) {
      End(absl::CancelledError("the client went away"));
    } else if (std::chrono::steady_clock::now() >= deadline_) {
      End(Error(absl::StatusCode::kDeadlineExceeded, "VIEWS_BEHIND",
                fmt::format("the timelines have not reached position {} in time; they are at {}",
                            position_, host_.ring.position()),
                {{"position", fmt::format("{}", position_)}}));
    } else {
      ArmTimer();
    }
  }

  void End(absl::Status status) {
    std::function<void(absl::Status)> done;
    uint64_t registration = 0;
    {
      MutexLock lock(mutex_);
      done.swap(done_);
      registration = registration_;
    }
    if (done == nullptr) return;
    if (!status.ok()) host_.ring.Cancel(registration);
    host_.executor.Schedule([done = std::move(done), status = std::move(status)] { done(status); });
  }

  const ViewsWaitHost host_;
  const grpc::CallbackServerContext& call_;
  const Position position_;
  const SteadyTime deadline_;

  Mutex mutex_;
  std::function<void(absl::Status)> done_ ABSL_GUARDED_BY(mutex_);
  uint64_t registration_ ABSL_GUARDED_BY(mutex_) = 0;
};

absl::Status WithProgress(absl::Status status, const timeline::Materializer& views) {
  if (ReasonOf(status) != "VIEWS_REBUILDING") return status;
  const auto meta = views.store().Meta(nullptr);
  if (!meta.ok()) return status;
  return WithMetadata(std::move(status),
                      {{"position", fmt::format("{}", meta->position())},
                       {"target_position", fmt::format("{}", views.rebuild_target())}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<timeline::ViewSnapshot>> TakeViews(
    const timeline::Materializer& views) {
  auto snapshot = timeline::ViewSnapshot::Take(views);
  if (!snapshot.ok()) return WithProgress(snapshot.status(), views);
  return snapshot;
}

absl::Status CheckServing(const timeline::Materializer& views) {
  if (!views.rebuilding()) return absl::OkStatus();
  return TakeViews(views).status();
}

void WaitForViews(const ViewsWaitHost& host, const grpc::CallbackServerContext& call,
                  Position position, std::function<void(absl::Status)> done) {
  if (host.ring.position() >= position) {
    done(absl::OkStatus());
    return;
  }
  const auto longest = std::chrono::seconds(limits::kMaxWaitSeconds);
  // A call without a deadline has one so far away that adding to it would overflow.
  const auto left = std::clamp<std::chrono::system_clock::duration>(
      call.deadline() - std::chrono::system_clock::now(), std::chrono::system_clock::duration(0),
      longest);
  std::make_shared<Wait>(host, call, position, std::chrono::steady_clock::now() + left,
                         std::move(done))
      ->Begin();
}

}  // namespace chipline::query
