#include "services/rpc/stream_reactor.h"

#include <string>

#include "services/rpc/bridged_call.h"
#include "services/rpc/refused_call.h"
#include "services/rpc/status.h"
#include "storage/check.h"

namespace chipline {
namespace {

// How long a drained stream's last write may take before the call is cancelled.
constexpr std::chrono::seconds kDrainGrace{1};

using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

std::chrono::nanoseconds Interval(absl::Duration interval) {
  return interval == absl::InfiniteDuration() ? std::chrono::nanoseconds::zero()
                                              : absl::ToChronoNanoseconds(interval);
}

}  // namespace

WriteReactor* StreamReactor::Start(const StreamHost& host, grpc::CallbackServerContext* context,
                                   std::string_view method, absl::StatusOr<StreamPlan> plan) {
  if (!plan.ok()) return RefuseCall<WriteReactor>(*context, plan.status());
  std::string client_name = std::move(plan->client_name);
  std::string principal = plan->access == nullptr ? "" : plan->access->principal();
  std::shared_ptr<StreamReactor> reactor(new StreamReactor(host, context, *std::move(plan)));
  auto subscriber = host.subscribers.Add(
      {std::string(method), std::move(client_name), PeerOf(*context), std::move(principal)},
      [weak = reactor->weak_from_this()] {
        if (auto stream = weak.lock()) stream->Stop();
      });
  if (!subscriber.ok()) return RefuseCall<WriteReactor>(*context, subscriber.status());
  StreamReactor* const raw = reactor.get();
  reactor->subscriber_ = *std::move(subscriber);
  {
    MutexLock lock(raw->mutex_);
    raw->self_ = std::move(reactor);
  }
  raw->StartSendInitialMetadata();
  return raw;
}

StreamReactor::StreamReactor(const StreamHost& host, grpc::CallbackServerContext* context,
                             StreamPlan plan)
    : host_(host),
      waker_(plan.waker),
      access_(std::move(plan.access)),
      heartbeat_interval_(Interval(plan.heartbeat_interval)),
      context_(context),
      source_(std::move(plan.source)),
      last_sent_(std::chrono::steady_clock::now()) {}

void StreamReactor::OnSendInitialMetadataDone(bool ok) {
  {
    MutexLock lock(mutex_);
    phase_ = Phase::kBusy;
    if (!ok && ending_ == Ending::kNo) ending_ = Ending::kCancelled;
  }
  ScheduleTurn();
}

void StreamReactor::OnWriteDone(bool ok) {
  std::optional<storage::Position> wait_past;
  grpc::ByteBuffer sent;
  {
    MutexLock lock(mutex_);
    phase_ = Phase::kBusy;
    sent.Swap(&message_.bytes);
    if (ok) {
      placed_ = true;
      subscriber_->position = message_.position;
      subscriber_->live = message_.live;
      wait_past = message_.wait_past;
      host_.subscribers.CountDelivered(message_.events);
    } else if (ending_ == Ending::kNo) {
      ending_ = Ending::kCancelled;
    }
  }
  host_.subscribers.MessageDone(*subscriber_);
  if (ok && wait_past.has_value()) {
    WaitPast(*wait_past);
  } else if (ok) {
    ScheduleTurn();
  } else {
    Conclude(absl::OkStatus());
  }
}

void StreamReactor::OnCancel() {
  {
    MutexLock lock(mutex_);
    if (ending_ == Ending::kNo) ending_ = Ending::kCancelled;
    if (phase_ != Phase::kWaiting) return;
    phase_ = Phase::kBusy;
  }
  Conclude(absl::OkStatus());
}

void StreamReactor::OnDone() {
  std::shared_ptr<StreamReactor> self;
  {
    MutexLock lock(mutex_);
    self = std::move(self_);
  }
  source_.reset();
  host_.subscribers.Held(*subscriber_, 0);
  host_.subscribers.Remove(subscriber_->id);
}

void StreamReactor::Stop() {
  {
    MutexLock lock(mutex_);
    if (phase_ == Phase::kFinished || ending_ != Ending::kNo) return;
    ending_ = Ending::kDrained;
    if (phase_ == Phase::kWriting) {
      grace_ =
          host_.timer.At(std::chrono::steady_clock::now() + kDrainGrace, [weak = weak_from_this()] {
            if (auto stream = weak.lock()) stream->OnGraceOver();
          });
    }
    if (phase_ != Phase::kWaiting) return;
    phase_ = Phase::kBusy;
  }
  Conclude(absl::OkStatus());
}

void StreamReactor::OnGraceOver() {
  MutexLock lock(mutex_);
  // While a write is in flight the call is not over, so its context is there.
  if (phase_ == Phase::kWriting) context_->TryCancel();
}

void StreamReactor::ScheduleTurn() {
  Executor& executor = subscriber_->live ? host_.live : host_.catch_up;
  executor.Schedule([self = shared_from_this()] { self->Turn(); });
}

void StreamReactor::Turn() {
  StreamTurn turn;
  bool ending = false;
  {
    MutexLock lock(mutex_);
    ending = ending_ != Ending::kNo;
    turn.heartbeat_due = HeartbeatDue();
  }
  if (ending) return Conclude(absl::OkStatus());
  if (access_ != nullptr) {
    if (const auto granted = access_->Now(); !granted.ok()) return Conclude(granted.status());
  }
  turn.max_bytes = host_.subscribers.MessageAllowance();
  absl::StatusOr<StreamStep> step = source_->Next(turn);
  if (!step.ok()) return Conclude(step.status());
  host_.subscribers.Held(*subscriber_, source_->held_bytes());
  std::visit([this](auto&& one) { Do(std::forward<decltype(one)>(one)); }, *std::move(step));
}

void StreamReactor::Do(StreamMessage message) {
  const grpc::ByteBuffer* bytes = nullptr;
  const size_t size = message.bytes.Length();
  if (absl::Status room = host_.subscribers.CheckRoom(size); !room.ok()) {
    return Conclude(std::move(room));
  }
  host_.subscribers.MessageStarted(*subscriber_, size);
  {
    MutexLock lock(mutex_);
    if (ending_ == Ending::kNo) {
      phase_ = Phase::kWriting;
      message_ = std::move(message);
      last_sent_ = std::chrono::steady_clock::now();
      bytes = &message_.bytes;
    }
  }
  if (bytes != nullptr) return StartWrite(bytes);
  host_.subscribers.MessageDone(*subscriber_);
  Conclude(absl::OkStatus());
}

void StreamReactor::Do(StreamWait wait) {
  subscriber_->position = wait.past;
  WaitPast(wait.past);
}

// What takes long is not for the threads of live streams.
void StreamReactor::Do(StreamPause) {
  host_.catch_up.Schedule([self = shared_from_this()] { self->Turn(); });
}

void StreamReactor::Do(StreamEnd) { Conclude(absl::OkStatus()); }

void StreamReactor::WaitPast(storage::Position position) {
  CHECK(waker_ != nullptr);
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    number = ++wait_number_;
    woken_ = false;
  }
  const uint64_t registration = waker_->NotifyPast(position, [weak = weak_from_this(), number] {
    if (auto stream = weak.lock()) stream->OnWake(number);
  });
  bool ending = false;
  {
    MutexLock lock(mutex_);
    ending = ending_ != Ending::kNo;
    if (!ending && !woken_ && !HeartbeatDue()) {
      phase_ = Phase::kWaiting;
      registration_ = registration;
      if (!heartbeat_.has_value()) ArmHeartbeat();
      return;
    }
  }
  waker_->Cancel(registration);
  if (ending) {
    Conclude(absl::OkStatus());
  } else {
    ScheduleTurn();
  }
}

void StreamReactor::OnWake(uint64_t wait_number) {
  {
    MutexLock lock(mutex_);
    if (wait_number != wait_number_) return;
    if (phase_ != Phase::kWaiting) {
      woken_ = true;
      return;
    }
    phase_ = Phase::kBusy;
    registration_ = 0;
  }
  ScheduleTurn();
}

void StreamReactor::OnHeartbeatTime() {
  uint64_t registration = 0;
  {
    MutexLock lock(mutex_);
    heartbeat_.reset();
    // Whoever is busy sees that a heartbeat is due before it waits.
    if (phase_ != Phase::kWaiting) return;
    if (!HeartbeatDue()) return ArmHeartbeat();
    phase_ = Phase::kBusy;
    registration = std::exchange(registration_, 0);
  }
  waker_->Cancel(registration);
  ScheduleTurn();
}

bool StreamReactor::HeartbeatDue() const {
  return heartbeat_interval_ > std::chrono::nanoseconds::zero() &&
         std::chrono::steady_clock::now() >= last_sent_ + heartbeat_interval_;
}

void StreamReactor::ArmHeartbeat() {
  if (heartbeat_interval_ == std::chrono::nanoseconds::zero()) return;
  heartbeat_ = host_.timer.At(last_sent_ + heartbeat_interval_, [weak = weak_from_this()] {
    if (auto stream = weak.lock()) stream->OnHeartbeatTime();
  });
}

void StreamReactor::Conclude(absl::Status status) {
  uint64_t registration = 0;
  std::optional<Timer::Handle> heartbeat;
  std::optional<Timer::Handle> grace;
  {
    MutexLock lock(mutex_);
    CHECK(phase_ == Phase::kBusy);
    phase_ = Phase::kFinished;
    registration = std::exchange(registration_, 0);
    heartbeat = heartbeat_;
    grace = grace_;
    if (ending_ == Ending::kCancelled) {
      status = absl::CancelledError("the client is gone");
    } else if (ending_ == Ending::kDrained) {
      status = DrainingError();
      if (placed_) {
        status = WithMetadata(std::move(status),
                              {{"position", std::to_string(subscriber_->position.load())}});
      }
    }
  }
  if (registration != 0) waker_->Cancel(registration);
  if (heartbeat.has_value()) host_.timer.Cancel(*heartbeat);
  if (grace.has_value()) host_.timer.Cancel(*grace);
  // Nothing may follow: OnDone can come on another thread before this returns.
  Finish(EndOf(*context_, status));
}

}  // namespace chipline
