#ifndef CHIPLINE_SERVICES_RPC_STREAM_REACTOR_H_
#define CHIPLINE_SERVICES_RPC_STREAM_REACTOR_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

#include "services/rpc/access.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/message.h"
#include "services/rpc/stream_source.h"
#include "services/rpc/subscribers.h"
#include "services/rpc/timer.h"
#include "storage/executor.h"
#include "storage/limits.h"
#include "storage/mutex.h"

namespace chipline {

// What streams run on. All of it must outlive the gRPC server. The executors may be one; with two,
// a live stream does not queue behind those that read history from disk. Without a gate everybody
// may read everything.
struct StreamHost {
  Executor& live;
  Executor& catch_up;
  Timer& timer;
  Subscribers& subscribers;
  const Gate* gate = nullptr;
};

// One response stream: pulls steps from its source and writes them, one write in flight. It owns
// itself from Start until gRPC's OnDone; whatever may call it later (waker, timer, drain) holds it
// weakly. gRPC's reactions, the executors, the waker's and the timer's threads may all come at
// once; `phase_` says who may act:
//
//   opening   the initial metadata is under way, so that the client sees the stream stand at once
//             (and because a first write with nothing before it can hang)
//   busy      exactly one thread of ours is at work on it: in source_->Next, or between two steps
//   writing   one write is in flight; OnWriteDone goes on
//   waiting   nothing is in flight; whoever moves it to busy under the lock goes on: the waker,
//             the timer (a heartbeat), OnCancel or Stop
//   finished  Finish was called; nothing may be started any more
//
//   opening ─▶ busy ─▶ writing ─▶ busy …          a message
//              busy ─▶ waiting ─▶ busy …          nothing to send
//              busy ─▶ finished                   the end, an error, or `ending_` was set meanwhile
//
// A cancel or a drain only sets `ending_` while somebody is at work, who then finishes; while
// waiting it finishes at once. A write that the client's closed window blocks cannot be finished
// past, so a drain that meets one cancels the call after a grace. A drained stream ends with
// UNAVAILABLE, RetryInfo and the last position written in ErrorInfo's metadata. One whose caller
// may not go on (a token expired, another policy) ends before its next message.
class StreamReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                            public std::enable_shared_from_this<StreamReactor> {
 public:
  // Begins the stream, or ends it with the plan's error.
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Start(const StreamHost& host,
                                                           grpc::CallbackServerContext* context,
                                                           std::string_view method,
                                                           absl::StatusOr<StreamPlan> plan);

  void OnSendInitialMetadataDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class Phase { kOpening, kBusy, kWriting, kWaiting, kFinished };
  enum class Ending { kNo, kCancelled, kDrained };

  StreamReactor(const StreamHost& host, grpc::CallbackServerContext* context, StreamPlan plan);

  // Busy: asks the source for a step and does it.
  void Turn();
  void Do(StreamMessage message);
  void Do(StreamWait wait);
  void Do(StreamPause pause);
  void Do(StreamEnd end);
  // Busy: waits, or goes on if there is no need to.
  void WaitPast(storage::Position position);
  // Busy: ends the stream with `status`, or as `ending_` says.
  void Conclude(absl::Status status);
  void ScheduleTurn();

  void OnWake(uint64_t wait_number);
  void OnHeartbeatTime();
  void OnGraceOver();
  void Stop();

  bool HeartbeatDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ArmHeartbeat() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const StreamHost host_;
  Waker* const waker_;
  // Null: everybody may.
  const std::shared_ptr<const Access> access_;
  // Zero: none.
  const std::chrono::nanoseconds heartbeat_interval_;
  // Gone after OnDone.
  grpc::CallbackServerContext* const context_;
  std::shared_ptr<Subscriber> subscriber_;
  // Used by whoever is busy.
  std::unique_ptr<StreamSource> source_;

  Mutex mutex_;
  std::shared_ptr<StreamReactor> self_ ABSL_GUARDED_BY(mutex_);
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kOpening;
  Ending ending_ ABSL_GUARDED_BY(mutex_) = Ending::kNo;
  // The message in flight; gRPC reads its bytes until OnWriteDone.
  StreamMessage message_ ABSL_GUARDED_BY(mutex_);
  // A message was written, so that the subscriber's position is the client's.
  bool placed_ ABSL_GUARDED_BY(mutex_) = false;
  Timer::TimePoint last_sent_ ABSL_GUARDED_BY(mutex_);
  // Counts the waits, so that a wake-up for an earlier one is known as such.
  uint64_t wait_number_ ABSL_GUARDED_BY(mutex_) = 0;
  // The wake-up came before the wait was entered.
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t registration_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Timer::Handle> heartbeat_ ABSL_GUARDED_BY(mutex_);
  std::optional<Timer::Handle> grace_ ABSL_GUARDED_BY(mutex_);
};

// A streaming method of a service built on WithRawCallbackMethod_…: parses the request and begins
// the stream that `make`, absl::StatusOr<StreamPlan>(const Request&), plans. `make` runs on gRPC's
// thread, so it must not block; what reads disk belongs in the source's first step. It may take
// `const Access*` as well, which is null if everybody may read everything.
template <typename Request, typename Make>
grpc::ServerWriteReactor<grpc::ByteBuffer>* ServeStream(const StreamHost& host,
                                                        grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* bytes,
                                                        std::string_view method, const Make& make) {
  absl::StatusOr<std::shared_ptr<const Access>> access = AdmitStream(host.gate, *context, method);
  if (!access.ok()) return StreamReactor::Start(host, context, method, access.status());
  Request request;
  absl::Status readable = CheckRequestSize(*bytes, limits::kMaxQueryBytes);
  if (readable.ok()) readable = ParseMessage(*bytes, request, limits::kMaxQueryBytes);
  if (readable.ok()) readable = CheckKnownFields(request);
  if (!readable.ok()) return StreamReactor::Start(host, context, method, std::move(readable));
  absl::StatusOr<StreamPlan> plan = absl::UnknownError("");
  if constexpr (std::is_invocable_v<Make, const Request&, const Access*>) {
    plan = make(request, access->get());
  } else {
    plan = make(request);
  }
  if (plan.ok()) plan->access = *std::move(access);
  return StreamReactor::Start(host, context, method, std::move(plan));
}

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_STREAM_REACTOR_H_
