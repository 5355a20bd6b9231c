#include "services/ingest/rpc/pipeline_reactor.h"

#include <utility>

#include "google/protobuf/arena.h"

#include "services/ingest/rpc/pipeline_message.h"
#include "services/rpc/gzip.h"
#include "services/rpc/message.h"
#include "services/rpc/refused_call.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/unknown_fields.h"

namespace chipline::ingest {

using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

BidiReactor* PipelineReactor::Start(AppendTraffic& traffic, Pipelines& pipelines,
                                    grpc::CallbackServerContext* context,
                                    absl::StatusOr<std::shared_ptr<const Access>> access) {
  if (!access.ok()) return RefuseCall<BidiReactor>(*context, access.status());
  std::shared_ptr<PipelineReactor> reactor(
      new PipelineReactor(traffic, pipelines, context, *std::move(access)));
  const std::weak_ptr<PipelineReactor> weak = reactor;
  const absl::StatusOr<uint64_t> number = pipelines.Add([&weak](uint64_t) {
    return PipelineWays{[weak] {
                          const auto pipeline = weak.lock();
                          if (pipeline) pipeline->Stop();
                        },
                        [weak] {
                          const auto pipeline = weak.lock();
                          if (pipeline) pipeline->CutIfIdle();
                        }};
  });
  if (!number.ok()) return RefuseCall<BidiReactor>(*context, number.status());
  PipelineReactor* const raw = reactor.get();
  raw->number_ = *number;
  {
    const MutexLock lock(raw->mutex_);
    raw->self_ = std::move(reactor);
  }
  raw->StartSendInitialMetadata();
  return raw;
}

void PipelineReactor::OnSendInitialMetadataDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    opening_ = false;
    if (!ok) cancelled_ = true;
  }
  Advance();
}

void PipelineReactor::OnReadDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    reading_ = false;
    if (finished_) return;
    if (ok) {
      submitting_ = true;
    } else if (!last_status_.has_value()) {
      last_status_ = absl::OkStatus();
    }
  }
  if (ok) {
    Accept();
  } else {
    Advance();
  }
}

void PipelineReactor::OnWriteDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
  }
  Advance();
}

void PipelineReactor::OnCancel() {
  {
    const MutexLock lock(mutex_);
    cancelled_ = true;
  }
  Advance();
}

void PipelineReactor::OnDone() {
  std::shared_ptr<PipelineReactor> self;
  {
    const MutexLock lock(mutex_);
    self = std::move(self_);
  }
  pipelines_.Remove(number_);
}

void PipelineReactor::Stop() {
  {
    const MutexLock lock(mutex_);
    if (!last_status_.has_value()) last_status_ = DrainingError();
    writes_looked_at_ = writes_;
  }
  Advance();
}

void PipelineReactor::CutIfIdle() {
  const MutexLock lock(mutex_);
  // While a write is in flight the call is not over, so its context is there.
  if (writing_ && writes_ == writes_looked_at_) context_->TryCancel();
  writes_looked_at_ = writes_;
}

void PipelineReactor::Accept() {
  absl::StatusOr<AppendTraffic::Place> place = traffic_.Admit(incoming_);
  if (!place.ok()) {
    Refuse(place.status());
  } else if (place->executor == nullptr) {
    Submit();
  } else {
    place->executor->Schedule(
        AddressOf(*context_),
        [self = shared_from_this(), reserved = std::move(place->reserved)] { self->Submit(); });
  }
}

void PipelineReactor::Submit() {
  google::protobuf::Arena arena;
  auto& request = *google::protobuf::Arena::CreateMessage<v1::PipelineAppendRequest>(&arena);
  // Here and not by ParseMessage: a refusal needs the plain bytes, which name the request.
  if (IsGzip(incoming_)) {
    absl::StatusOr<grpc::ByteBuffer> inflated = Gunzip(incoming_, limits::kMaxRequestBytes);
    if (!inflated.ok()) return Refuse(inflated.status());
    incoming_.Swap(&*inflated);
  }
  const absl::Status parsed = ParsePlainMessage(incoming_, request);
  if (!parsed.ok()) return Refuse(parsed);
  Violations bad;
  AddUnknownFields(request.GetReflection()->GetUnknownFields(request), "request", bad);
  if (!bad.empty()) return Refuse(bad.ToStatus());
  const uint64_t number = OpenSlot(request.request_id());
  traffic_.Append(std::move(*request.mutable_append()), access_, trace_,
                  [self = shared_from_this(), number](Outcome outcome) {
                    self->SetOutcome(number, std::move(outcome));
                  });
  EndRead();
}

uint64_t PipelineReactor::OpenSlot(uint64_t request_id) {
  const size_t bytes = incoming_.Length();
  const MutexLock lock(mutex_);
  slots_.push_back({request_id, bytes, std::nullopt});
  slot_bytes_ += bytes;
  return first_slot_ + slots_.size() - 1;
}

void PipelineReactor::Refuse(const absl::Status& error) {
  // Which request it is would have to be inflated first.
  if (IsGzip(incoming_)) return End(error);
  const absl::StatusOr<uint64_t> request_id = RequestIdOf(incoming_);
  if (request_id.ok()) {
    SetOutcome(OpenSlot(*request_id), error);
    EndRead();
  } else {
    End(request_id.status());
  }
}

void PipelineReactor::End(const absl::Status& error) {
  {
    const MutexLock lock(mutex_);
    last_status_ = error;
  }
  EndRead();
}

void PipelineReactor::EndRead() {
  incoming_.Clear();
  {
    const MutexLock lock(mutex_);
    submitting_ = false;
  }
  Advance();
}

void PipelineReactor::SetOutcome(uint64_t number, Outcome outcome) {
  {
    const MutexLock lock(mutex_);
    slots_[number - first_slot_].outcome = std::move(outcome);
    // Whoever is writing, or about to advance, sees it then.
    if (writing_ || advancing_ || !slots_.front().outcome.has_value()) return;
    advancing_ = true;
  }
  traffic_.Answer([self = shared_from_this()] { self->Advance(); });
}

void PipelineReactor::Advance() {
  // Once everything is answered another thread may finish, and gRPC be done, before this returns.
  const std::shared_ptr<PipelineReactor> self = shared_from_this();
  Steps steps;
  {
    const MutexLock lock(mutex_);
    advancing_ = false;
    steps = NextSteps();
  }
  if (steps.write.has_value()) {
    outgoing_ = PipelineAnswer(steps.write->request_id, *std::move(steps.write->outcome));
    grpc::WriteOptions options;
    if (steps.more) options.set_buffer_hint();
    StartWrite(&outgoing_, options);
  }
  if (steps.read) StartRead(&incoming_);
  if (steps.write.has_value() || steps.read) {
    const MutexLock lock(mutex_);
    --starting_;
    steps.finish = EndIfDone();
  }
  if (steps.finish.has_value()) Finish(EndOf(*context_, *steps.finish));
}

PipelineReactor::Steps PipelineReactor::NextSteps() {
  Steps steps;
  if (finished_ || opening_) return steps;
  if (!writing_ && !cancelled_ && !slots_.empty() && slots_.front().outcome.has_value()) {
    steps.write = std::move(slots_.front());
    slots_.pop_front();
    ++first_slot_;
    slot_bytes_ -= steps.write->request_bytes;
    steps.more = !slots_.empty() && slots_.front().outcome.has_value();
    writing_ = true;
    ++writes_;
  }
  if (MayRead()) {
    steps.read = true;
    reading_ = true;
  }
  if (steps.write.has_value() || steps.read) {
    ++starting_;
  } else {
    steps.finish = EndIfDone();
  }
  return steps;
}

bool PipelineReactor::MayRead() const {
  return !reading_ && !submitting_ && !cancelled_ && !last_status_.has_value() &&
         slots_.size() < limits::kMaxPipelineAppends && slot_bytes_ < limits::kMaxPipelineBytes;
}

std::optional<absl::Status> PipelineReactor::EndIfDone() {
  if (finished_ || opening_ || starting_ > 0 || writing_ || submitting_) return std::nullopt;
  if (cancelled_) {
    finished_ = true;
    return absl::CancelledError("the client is gone");
  }
  if (!last_status_.has_value() || !slots_.empty()) return std::nullopt;
  finished_ = true;
  return last_status_;
}

}  // namespace chipline::ingest
