#include "services/cli/importer.h"

#include <grpcpp/client_context.h>

#include <thread>
#include <utility>

#include "services/cli/status_words.h"
#include "services/rpc/status.h"

namespace chipline::cli {
namespace {

// What no event in the append is to be blamed for: the whole import stops.
bool IsFatal(const google::rpc::Status& error) {
  // Other events may be of subjects that the caller may append to.
  if (ReasonOf(error) == "SUBJECT_NOT_GRANTED") return false;
  switch (static_cast<absl::StatusCode>(error.code())) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

Importer::Importer(v1::EventLogService::StubInterface& log, const ImportOptions& options,
                   const ImportListener& listener)
    : log_(log), options_(options), listener_(listener) {}

ImportCounts Importer::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

void Importer::Stop() {
  const MutexLock lock(mutex_);
  fatal_ = absl::CancelledError("stopped");
  changed_.NotifyAll();
}

void Importer::BeginRun() {
  const MutexLock lock(mutex_);
  stream_ended_ = false;
  fatal_ = absl::OkStatus();
}

absl::Status Importer::Run(EventLines& lines) {
  if (!one_by_one_) {
    const grpc::Status ended = Pipeline(lines);
    one_by_one_ = LacksPipeline(ended);
    if (!one_by_one_) return Conclude(lines, ended);
  }
  return Conclude(lines, OneByOne(lines));
}

bool Importer::LacksPipeline(const grpc::Status& ended) const {
  if (ended.error_code() == grpc::StatusCode::UNIMPLEMENTED) return true;
  // One that was taken away in the middle is told of.
  return ended.error_code() == grpc::StatusCode::PERMISSION_DENIED && counts().total() == 0;
}

grpc::Status Importer::Pipeline(EventLines& lines) {
  grpc::ClientContext context;
  const auto stream = log_.PipelineAppend(&context);
  BeginRun();
  std::thread answers([this, &stream] { ReadAnswers(*stream); });
  while (const BatchPtr batch = Next(lines)) {
    v1::PipelineAppendRequest request;
    request.set_request_id(batch->lines.front());
    *request.mutable_append() = batch->append;
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  answers.join();
  const grpc::Status ended = stream->Finish();
  const MutexLock lock(mutex_);
  // What was sent and not answered may or may not be in the log: its event ids make it safe to
  // send.
  for (BatchPtr& batch : in_flight_) SendAgain(std::move(batch));
  in_flight_.clear();
  return ended;
}

grpc::Status Importer::OneByOne(EventLines& lines) {
  BeginRun();
  while (const BatchPtr batch = Next(lines)) {
    grpc::ClientContext context;
    v1::PipelineAppendResponse response;
    response.set_request_id(batch->lines.front());
    const grpc::Status status =
        log_.AppendEvents(&context, batch->append, response.mutable_result());
    if (!status.ok()) *response.mutable_error() = ToRpcStatus(FromGrpcStatus(status));
    const MutexLock lock(mutex_);
    Settle(response);
    listener_.on_progress(counts_);
  }
  return grpc::Status::OK;
}

absl::Status Importer::Conclude(const EventLines& lines, const grpc::Status& ended) {
  const MutexLock lock(mutex_);
  if (!fatal_.ok()) return fatal_;
  // Nobody here cancels the call: a server that is just stopping cut it.
  if (ended.error_code() == grpc::StatusCode::CANCELLED) {
    return absl::UnavailableError("the server ended the call");
  }
  if (!ended.ok()) return FromGrpcStatus(ended);
  if (again_.empty() && file_done_) return lines.status();
  return absl::UnavailableError("the server ended the stream");
}

Importer::BatchPtr Importer::Next(EventLines& lines) {
  while (true) {
    {
      const MutexLock lock(mutex_);
      const auto must_wait = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        if (stream_ended_ || !fatal_.ok()) return false;
        if (in_flight_.size() >= options_.window) return true;
        return file_done_ && again_.empty() && !in_flight_.empty();
      };
      while (must_wait()) changed_.Wait(mutex_);
      if (stream_ended_ || !fatal_.ok()) return nullptr;
      if (!again_.empty()) {
        BatchPtr batch = again_.extract(again_.begin()).mapped();
        in_flight_.push_back(batch);
        return batch;
      }
      if (file_done_) return nullptr;
    }
    BatchPtr batch = ReadBatch(lines);
    if (batch == nullptr) {
      file_done_ = true;
      continue;
    }
    const MutexLock lock(mutex_);
    in_flight_.push_back(batch);
    return batch;
  }
}

Importer::BatchPtr Importer::ReadBatch(EventLines& lines) {
  auto batch = std::make_shared<Batch>();
  while (batch->lines.size() < options_.batch_events) {
    if (!carried_) carried_ = lines.Next();
    if (!carried_) break;
    if (!carried_->event.ok()) {
      const MutexLock lock(mutex_);
      Refuse(carried_->number, ToRpcStatus(carried_->event.status()));
      carried_.reset();
      continue;
    }
    const size_t bytes = carried_->event->ByteSizeLong();
    // The first event of a batch goes in whatever its size; the server says if it is too large.
    if (!batch->lines.empty() && batch->bytes + bytes > options_.batch_bytes) break;
    batch->bytes += bytes;
    batch->lines.push_back(carried_->number);
    *batch->append.add_events() = *std::move(carried_->event);
    carried_.reset();
  }
  return batch->lines.empty() ? nullptr : std::move(batch);
}

void Importer::ReadAnswers(grpc::ClientReaderWriterInterface<v1::PipelineAppendRequest,
                                                             v1::PipelineAppendResponse>& stream) {
  v1::PipelineAppendResponse response;
  while (stream.Read(&response)) {
    const MutexLock lock(mutex_);
    Settle(response);
    listener_.on_progress(counts_);
    changed_.NotifyAll();
  }
  const MutexLock lock(mutex_);
  stream_ended_ = true;
  changed_.NotifyAll();
}

void Importer::Settle(const v1::PipelineAppendResponse& response) {
  if (in_flight_.empty() || in_flight_.front()->lines.front() != response.request_id()) {
    fatal_ = absl::InternalError("the server answered an append that was not the next one");
    return;
  }
  BatchPtr batch = std::move(in_flight_.front());
  in_flight_.pop_front();
  if (!response.has_result()) {
    SettleError(std::move(batch), response.error());
    return;
  }
  for (const v1::AppendedEvent& event : response.result().events()) {
    ++(event.duplicate() ? counts_.duplicates : counts_.appended);
  }
}

void Importer::SettleError(BatchPtr batch, const google::rpc::Status& error) {
  if (IsFatal(error)) {
    SendAgain(std::move(batch));
    if (fatal_.ok()) fatal_ = FromRpcStatus(error);
    return;
  }
  if (batch->lines.size() == 1) {
    Refuse(batch->lines.front(), error);
    return;
  }
  const size_t half = batch->lines.size() / 2;
  auto first = std::make_shared<Batch>();
  auto second = std::make_shared<Batch>();
  for (size_t i = 0; i < batch->lines.size(); ++i) {
    Batch& to = i < half ? *first : *second;
    to.lines.push_back(batch->lines[i]);
    *to.append.add_events() = batch->append.events(static_cast<int>(i));
  }
  SendAgain(std::move(first));
  SendAgain(std::move(second));
}

void Importer::Refuse(uint64_t line, const google::rpc::Status& why) {
  ++counts_.refused;
  listener_.on_refused(line, why);
}

void Importer::SendAgain(BatchPtr batch) {
  const uint64_t first = batch->lines.front();
  again_.emplace(first, std::move(batch));
}

}  // namespace chipline::cli
