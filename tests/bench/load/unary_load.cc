#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"

#include "storage/mutex.h"
#include "tests/bench/load/grpc_load.h"

namespace chipline::bench {
namespace {

// One of the calls in flight; when it is answered, the next takes its place.
struct Slot {
  std::unique_ptr<grpc::ClientContext> context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  absl::Time sent;
  std::vector<absl::Duration> latencies;
};

class UnaryRun {
 public:
  UnaryRun(const std::shared_ptr<grpc::Channel>& channel, const Exchange& exchange,
           size_t in_flight, absl::Duration duration)
      : stub_(channel),
        exchange_(exchange),
        slots_(in_flight),
        start_(absl::Now()),
        end_(start_ + duration),
        running_(in_flight) {}

  Measurement Run() {
    for (Slot& slot : slots_) Send(slot);
    {
      const MutexLock lock(mutex_);
      while (running_ > 0) idle_.Wait(mutex_);
    }
    Measurement result;
    result.elapsed = absl::Now() - start_;
    for (const Slot& slot : slots_) {
      result.latencies.insert(result.latencies.end(), slot.latencies.begin(), slot.latencies.end());
    }
    result.operations = result.latencies.size();
    result.events = result.operations * exchange_.events;
    result.bytes = bytes_;
    result.failures = failures_;
    return result;
  }

 private:
  void Send(Slot& slot) {
    slot.request = exchange_.request();
    slot.response.Clear();
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.sent = absl::Now();
    stub_.UnaryCall(slot.context.get(), exchange_.method, {}, &slot.request, &slot.response,
                    [this, &slot](const grpc::Status& status) { Receive(slot, status); });
  }

  void Receive(Slot& slot, const grpc::Status& status) {
    const absl::Time now = absl::Now();
    if (status.ok()) {
      slot.latencies.push_back(now - slot.sent);
      bytes_ += slot.request.Length();
    } else {
      ++failures_;
    }
    // A server that refuses everything would be asked as fast as it can refuse.
    if (now < end_ && status.ok()) {
      Send(slot);
      return;
    }
    const MutexLock lock(mutex_);
    --running_;
    idle_.NotifyAll();
  }

  grpc::GenericStub stub_;
  const Exchange& exchange_;
  std::vector<Slot> slots_;
  const absl::Time start_;
  const absl::Time end_;
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<uint64_t> failures_ = 0;
  Mutex mutex_;
  CondVar idle_;
  size_t running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

Measurement UnaryLoad(const std::shared_ptr<grpc::Channel>& channel, const Exchange& exchange,
                      size_t in_flight, absl::Duration duration) {
  return UnaryRun(channel, exchange, in_flight, duration).Run();
}

}  // namespace chipline::bench
