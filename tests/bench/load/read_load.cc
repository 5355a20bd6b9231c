#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

#include "services/cli/client.h"
#include "storage/mutex.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/bench/load/subscriber.h"

namespace chipline::bench {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kEventsField = 1;
constexpr int kBatchField = 5;
constexpr int kResultField = 2;

uint64_t CountField(CodedInputStream& input, int field) {
  uint64_t count = 0;
  while (const uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) == field) ++count;
    if (!WireFormatLite::SkipField(&input, tag)) break;
  }
  return count;
}

}  // namespace

uint64_t CountEvents(const grpc::ByteBuffer& message, bool in_batch) {
  grpc::ByteBuffer copy = message;
  grpc::ProtoBufferReader reader(&copy);
  CodedInputStream input(&reader);
  if (!in_batch) return CountField(input, kEventsField);
  uint64_t count = 0;
  while (const uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) != kBatchField) {
      if (!WireFormatLite::SkipField(&input, tag)) break;
      continue;
    }
    uint32_t length = 0;
    if (!input.ReadVarint32(&length)) break;
    const auto limit = input.PushLimit(static_cast<int>(length));
    count += CountField(input, kEventsField);
    input.PopLimit(limit);
  }
  return count;
}

bool HoldsResult(const grpc::ByteBuffer& message) {
  grpc::ByteBuffer copy = message;
  grpc::ProtoBufferReader reader(&copy);
  CodedInputStream input(&reader);
  return CountField(input, kResultField) > 0;
}

Subscriber::Subscriber(const std::string& server, const ReadOptions& options)
    : stub_(cli::OpenChannel(server)), options_(options), request_(options.request) {}

void Subscriber::Start() {
  stub_.PrepareBidiStreamingCall(&context_, options_.method, {}, this);
  StartWriteLast(&request_, grpc::WriteOptions());
  StartRead(&message_);
  StartCall();
}

void Subscriber::Cancel() { context_.TryCancel(); }

void Subscriber::OnReadDone(bool ok) {
  if (!ok) return;
  {
    const MutexLock lock(mutex_);
    ++result_.operations;
    result_.bytes += message_.Length();
    result_.events += options_.count(message_);
    last_ = absl::Now();
    changed_.NotifyAll();
  }
  StartRead(&message_);
}

void Subscriber::OnDone(const grpc::Status&) {
  const MutexLock lock(mutex_);
  done_ = true;
  changed_.NotifyAll();
}

bool Subscriber::AwaitMessages(uint64_t count, absl::Time deadline) {
  const MutexLock lock(mutex_);
  const auto until = absl::ToChronoTime(deadline);
  while (!done_ && result_.operations < count && changed_.WaitUntil(mutex_, until)) {
  }
  return result_.operations >= count;
}

bool Subscriber::AwaitEvents(uint64_t count, absl::Time deadline) {
  const MutexLock lock(mutex_);
  const auto until = absl::ToChronoTime(deadline);
  while (!done_ && result_.events < count && changed_.WaitUntil(mutex_, until)) {
  }
  return result_.events >= count;
}

void Subscriber::AwaitEnd(absl::Time deadline) {
  const MutexLock lock(mutex_);
  const auto until = absl::ToChronoTime(deadline);
  while (!done_ && changed_.WaitUntil(mutex_, until)) {
  }
}

void Subscriber::CancelAndAwait() {
  Cancel();
  const MutexLock lock(mutex_);
  while (!done_) changed_.Wait(mutex_);
}

Measurement Subscriber::result() {
  const MutexLock lock(mutex_);
  return result_;
}

absl::Time Subscriber::last() {
  const MutexLock lock(mutex_);
  return last_;
}

Measurement ReadLoad(const std::string& server, const ReadOptions& options, size_t streams,
                     absl::Duration duration) {
  const absl::Time start = absl::Now();
  std::vector<std::unique_ptr<Subscriber>> running;
  for (size_t i = 0; i < streams; ++i) {
    running.push_back(std::make_unique<Subscriber>(server, options));
  }
  for (const auto& stream : running) stream->Start();
  Measurement total;
  absl::Time last = start;
  for (const auto& stream : running) {
    stream->AwaitEnd(start + duration);
    stream->CancelAndAwait();
    const Measurement one = stream->result();
    total.operations += one.operations;
    total.events += one.events;
    total.bytes += one.bytes;
    last = std::max(last, stream->last());
  }
  total.elapsed = last - start;
  return total;
}

}  // namespace chipline::bench
