#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"

#include "services/cli/client.h"
#include "storage/mutex.h"
#include "tests/bench/load/grpc_load.h"

namespace chipline::bench {
namespace {

// One stream with a window of messages in flight. Answers come in the order of the requests.
class Stream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Stream(const std::string& server, const Exchange& exchange, size_t window, absl::Time end,
         uint64_t messages)
      : stub_(cli::OpenChannel(server)),
        exchange_(exchange),
        window_(window),
        end_(end),
        messages_(messages) {}

  void Start() {
    stub_.PrepareBidiStreamingCall(&context_, exchange_.method, {}, this);
    StartRead(&answer_);
    // Writes start on answers as well as on writes: the hold keeps the call open until the last.
    AddHold();
    StartCall();
    {
      const MutexLock lock(mutex_);
      WriteMore();
    }
  }

  // Waits for the end and adds to `total`.
  void Await(Measurement& total) {
    const MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
    total.operations += result_.operations;
    total.events += result_.events;
    total.bytes += result_.bytes;
    total.failures += result_.failures;
    total.latencies.insert(total.latencies.end(), result_.latencies.begin(),
                           result_.latencies.end());
  }

  void OnWriteDone(bool ok) override {
    const MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) broken_ = true;
    WriteMore();
  }

  void OnReadDone(bool ok) override {
    const MutexLock lock(mutex_);
    if (!ok || sent_.empty()) {
      broken_ = true;
      WriteMore();
      return;
    }
    result_.latencies.push_back(absl::Now() - sent_.front());
    sent_.pop_front();
    if (exchange_.succeeded && !exchange_.succeeded(answer_)) {
      ++result_.failures;
    } else {
      ++result_.operations;
      result_.events += exchange_.events;
    }
    StartRead(&answer_);
    WriteMore();
  }

  void OnDone(const grpc::Status& status) override {
    const MutexLock lock(mutex_);
    if (!status.ok()) ++result_.failures;
    done_ = true;
    changed_.NotifyAll();
  }

 private:
  // Writes the next message if it may, or ends the stream once.
  void WriteMore() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || closed_) return;
    const absl::Time now = absl::Now();
    if (broken_ || now >= end_ || (messages_ > 0 && written_ == messages_)) {
      closed_ = true;
      StartWritesDone();
      RemoveHold();
      return;
    }
    if (sent_.size() >= window_) return;
    request_ = exchange_.request();
    result_.bytes += request_.Length();
    sent_.push_back(now);
    ++written_;
    writing_ = true;
    StartWrite(&request_);
  }

  grpc::GenericStub stub_;
  const Exchange& exchange_;
  const size_t window_;
  const absl::Time end_;
  const uint64_t messages_;
  grpc::ClientContext context_;
  grpc::ByteBuffer answer_;

  Mutex mutex_;
  CondVar changed_;
  grpc::ByteBuffer request_ ABSL_GUARDED_BY(mutex_);
  std::deque<absl::Time> sent_ ABSL_GUARDED_BY(mutex_);
  uint64_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  Measurement result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

Measurement BidiLoad(const std::string& server, const Exchange& exchange, size_t streams,
                     size_t window, absl::Duration duration, uint64_t messages) {
  const absl::Time start = absl::Now();
  std::vector<std::unique_ptr<Stream>> running;
  for (size_t i = 0; i < streams; ++i) {
    running.push_back(
        std::make_unique<Stream>(server, exchange, window, start + duration, messages));
  }
  for (const auto& stream : running) stream->Start();
  Measurement total;
  for (const auto& stream : running) stream->Await(total);
  total.elapsed = absl::Now() - start;
  return total;
}

}  // namespace chipline::bench
