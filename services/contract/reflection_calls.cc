#include "services/contract/reflection_calls.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/contract/reflection_service.h"
#include "services/rpc/message.h"
#include "services/rpc/open_streams.h"
#include "services/rpc/refused_call.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::contract {
namespace {

// An answer that a client has not taken for so long keeps nobody else out.
constexpr std::chrono::seconds kPatience{10};

absl::Status TooMany(std::string_view words) {
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
               fmt::format("{} clients use reflection at a time; {}", kMaxReflections, words));
}

}  // namespace

ReflectionReactor* ReflectionCalls::Start(grpc::CallbackServerContext* context,
                                          const std::string& method) {
  absl::StatusOr<std::shared_ptr<const Access>> access = std::shared_ptr<const Access>();
  if (gate_ != nullptr) access = gate_->AdmitStream(*context, method);
  if (!access.ok()) return RefuseCall<ReflectionReactor>(*context, access.status());
  auto call = std::make_shared<ReflectionCall>(*this, context, *std::move(access));
  const absl::StatusOr<Calls::iterator> place = Add(call);
  if (!place.ok()) return RefuseCall<ReflectionReactor>(*context, place.status());
  call->Begin(*place);
  return call.get();
}

absl::StatusOr<ReflectionCalls::Calls::iterator> ReflectionCalls::Add(
    const std::shared_ptr<ReflectionCall>& call) {
  const MutexLock lock(mutex_);
  if (draining_) return DrainingError();
  if (open_ >= kMaxReflections) {
    const absl::Status gone = TooMany("this one did nothing, and gave way to another");
    const auto other = std::find_if(calls_.begin(), calls_.end(), [&gone](const Place& place) {
      if (place.leaving) return false;
      const std::shared_ptr<ReflectionCall> held = place.call.lock();
      return held != nullptr && held->GiveWay(gone);
    });
    if (other == calls_.end()) return TooMany("try again soon");
    other->leaving = true;
    --open_;
  }
  ++open_;
  return calls_.insert(calls_.end(), {call});
}

void ReflectionCalls::Remove(Calls::iterator place) {
  const MutexLock lock(mutex_);
  if (!place->leaving) --open_;
  calls_.erase(place);
}

void ReflectionCalls::MoveToEnd(Calls::iterator place) {
  const MutexLock lock(mutex_);
  calls_.splice(calls_.end(), calls_, place);
}

void ReflectionCalls::Drain() {
  std::vector<std::shared_ptr<ReflectionCall>> open;
  {
    const MutexLock lock(mutex_);
    draining_ = true;
    for (const Place& each : calls_) {
      if (auto call = each.call.lock()) open.push_back(std::move(call));
    }
  }
  for (const auto& call : open) call->End(DrainingError());
}

void ReflectionCall::Begin(ReflectionCalls::Calls::iterator place) {
  place_ = place;
  {
    const MutexLock lock(mutex_);
    self_ = shared_from_this();
  }
  StartSendInitialMetadata();
}

void ReflectionCall::OnSendInitialMetadataDone(bool ok) {
  if (ok) {
    Next();
  } else {
    Conclude(absl::CancelledError("the client is gone"));
  }
}

void ReflectionCall::OnReadDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    if (phase_ == Phase::kFinished) return;
    phase_ = Phase::kBusy;
  }
  if (!ok) return Conclude(absl::OkStatus());
  calls_.MoveToEnd(place_);
  calls_.executor_.Schedule(AddressOf(*context_), [self = shared_from_this()] { self->Answer(); });
}

void ReflectionCall::Answer() {
  if (access_ != nullptr) {
    if (const auto granted = access_->Now(); !granted.ok()) return Conclude(granted.status());
  }
  grpc::reflection::v1::ServerReflectionRequest question;
  absl::Status readable = CheckRequestSize(incoming_, limits::kMaxQueryBytes);
  if (readable.ok()) readable = ParseMessage(incoming_, question, limits::kMaxQueryBytes);
  if (!readable.ok()) return Conclude(readable);
  incoming_.Clear();
  outgoing_ = SerializeMessage(calls_.answers_.Answer(question));
  {
    const MutexLock lock(mutex_);
    phase_ = Phase::kWriting;
    write_began_ = std::chrono::steady_clock::now();
  }
  StartWrite(&outgoing_);
}

void ReflectionCall::OnWriteDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    phase_ = Phase::kBusy;
  }
  outgoing_.Clear();
  if (!ok) return Conclude(absl::CancelledError("the client is gone"));
  calls_.MoveToEnd(place_);
  Next();
}

void ReflectionCall::Next() {
  std::shared_ptr<ReflectionCall> self;
  std::optional<absl::Status> ending;
  uint64_t number = 0;
  {
    const MutexLock lock(mutex_);
    self = self_;
    ending = ending_;
    if (!ending.has_value()) {
      phase_ = Phase::kStarting;
      number = ++reads_;
    }
  }
  if (ending.has_value()) return Conclude(*ending);
  StartRead(&incoming_);
  {
    const MutexLock lock(mutex_);
    // Else that read is over already.
    if (phase_ != Phase::kStarting || reads_ != number) return;
    phase_ = ending_.has_value() ? Phase::kFinished : Phase::kReading;
    ending = ending_;
  }
  if (ending.has_value()) Finish(EndOf(*context_, *ending));
}

void ReflectionCall::End(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    if (phase_ != Phase::kReading) {
      ending_ = status;
      return;
    }
    phase_ = Phase::kFinished;
  }
  Finish(EndOf(*context_, status));
}

bool ReflectionCall::GiveWay(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    if (phase_ == Phase::kWriting && std::chrono::steady_clock::now() - write_began_ >= kPatience) {
      // Finish does not pass a write that a closed window blocks.
      context_->TryCancel();
      return true;
    }
    if (phase_ != Phase::kReading) return false;
    phase_ = Phase::kFinished;
  }
  Finish(EndOf(*context_, status));
  return true;
}

void ReflectionCall::Conclude(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    phase_ = Phase::kFinished;
  }
  Finish(EndOf(*context_, status));
}

void ReflectionCall::OnDone() {
  std::shared_ptr<ReflectionCall> self;
  {
    const MutexLock lock(mutex_);
    self = std::move(self_);
  }
  calls_.Remove(place_);
}

}  // namespace chipline::contract
