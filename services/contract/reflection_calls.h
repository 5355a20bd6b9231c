#ifndef CHIPLINE_SERVICES_CONTRACT_REFLECTION_CALLS_H_
#define CHIPLINE_SERVICES_CONTRACT_REFLECTION_CALLS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

#include "services/contract/reflection_answers.h"
#include "services/rpc/access.h"
#include "storage/executor.h"
#include "storage/mutex.h"

namespace chipline::contract {

using ReflectionReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

class ReflectionCall;

// The calls that are open, and what they have in common. Thread-safe.
class ReflectionCalls {
 public:
  ReflectionCalls(std::vector<std::string> services, Executor& executor, const Gate* gate)
      : answers_(std::move(services)), executor_(executor), gate_(gate) {}

  // The reactor of a new call of `method`, for example "grpc.reflection.v1.ServerReflection/…". It
  // ends at once with what the gate says, or with UNAVAILABLE once draining began.
  ReflectionReactor* Start(grpc::CallbackServerContext* context, const std::string& method);
  void Drain();

 private:
  friend class ReflectionCall;
  struct Place {
    std::weak_ptr<ReflectionCall> call;
    // It gave way, and is about to be gone.
    bool leaving = false;
  };
  using Calls = std::list<Place>;

  // Takes a call in, in place of another if it must be. RESOURCE_EXHAUSTED if none gives way.
  absl::StatusOr<Calls::iterator> Add(const std::shared_ptr<ReflectionCall>& call);
  void Remove(Calls::iterator place);
  // It was asked something, or took an answer.
  void MoveToEnd(Calls::iterator place);

  const ReflectionAnswers answers_;
  Executor& executor_;
  const Gate* const gate_;

  Mutex mutex_;
  // The one that did nothing for the longest comes first.
  Calls calls_ ABSL_GUARDED_BY(mutex_);
  // Of them that are not leaving.
  size_t open_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

// One call. It owns itself until gRPC's OnDone; who ends it from outside holds it weakly. One thing
// is under way at a time: the initial metadata, a read, an answer being made, or its write. Only
// Finish may come beside a read.
class ReflectionCall final : public ReflectionReactor,
                             public std::enable_shared_from_this<ReflectionCall> {
 public:
  ReflectionCall(ReflectionCalls& calls, grpc::CallbackServerContext* context,
                 std::shared_ptr<const Access> access)
      : calls_(calls), context_(context), access_(std::move(access)) {}

  void Begin(ReflectionCalls::Calls::iterator place);
  // Ends it with `status`: at once while it waits for a question, else after the answer.
  void End(const absl::Status& status);
  // The same, if it does nothing, or its client has long not taken an answer. Else false.
  bool GiveWay(const absl::Status& status);

  void OnSendInitialMetadataDone(bool ok) override;
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  // Starting: a read is about to be begun. Finished: Finish was called, or is about to be.
  enum class Phase { kBusy, kStarting, kReading, kWriting, kFinished };

  // Busy: makes the answer to incoming_.
  void Answer();
  // Busy: reads the next question, or ends.
  void Next();
  // Busy: ends.
  void Conclude(const absl::Status& status);

  ReflectionCalls& calls_;
  // Gone after OnDone.
  grpc::CallbackServerContext* const context_;
  // Null: everybody may.
  const std::shared_ptr<const Access> access_;
  ReflectionCalls::Calls::iterator place_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;

  Mutex mutex_;
  std::shared_ptr<ReflectionCall> self_ ABSL_GUARDED_BY(mutex_);
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kBusy;
  // Reads that were begun.
  uint64_t reads_ ABSL_GUARDED_BY(mutex_) = 0;
  // How to end once that is possible.
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point write_began_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::contract

#endif  // CHIPLINE_SERVICES_CONTRACT_REFLECTION_CALLS_H_
