#ifndef CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_REACTOR_H_
#define CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_REACTOR_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/ingest/rpc/append_traffic.h"
#include "services/rpc/access.h"
#include "services/rpc/open_streams.h"
#include "services/rpc/trace.h"
#include "storage/mutex.h"

namespace chipline::ingest {

// What draining asks of a pipeline. Neither may block, and each may be called after its Remove.
struct PipelineWays {
  // To end as draining does.
  std::function<void()> stop;
  // To cancel the call if its client took nothing since the last time this, or `stop`, was called.
  std::function<void()> cut;
};
using Pipelines = OpenStreams<PipelineWays>;

// One PipelineAppend. Appends go to the log in the order they are read, and answers to the client
// in the same order, whatever order they come in. Reading goes on while fewer than
// limits::kMaxPipelineAppends, and limits::kMaxPipelineBytes of requests, are unanswered; so a
// client that does not read its answers is not read from either.
//
// It owns itself from Start until gRPC's OnDone; the committer, which answers later, holds it too.
// There are two lanes, each with one thing under way at a time: a read, from StartRead until its
// append is with the log, and a write. gRPC's reactions, the committer and the executors may all
// come at once; each changes the state under the lock and calls Advance, which starts what is
// possible. `starting_` keeps Finish, after which nothing may be started, from overtaking what
// another thread is just starting.
//
// It ends with OK when the client has closed its half and has every answer; with INVALID_ARGUMENT
// after the answers to what came before a message that cannot be read; and when the server drains
// with UNAVAILABLE and RetryInfo after the answers to what it has read, or cancelled if the client
// does not read them.
class PipelineReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                              public std::enable_shared_from_this<PipelineReactor> {
 public:
  // `traffic` and `pipelines` must outlive the gRPC server. Ends the call at once if `access` is an
  // error; if it is null, everything may be appended.
  static grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Start(
      AppendTraffic& traffic, Pipelines& pipelines, grpc::CallbackServerContext* context,
      absl::StatusOr<std::shared_ptr<const Access>> access);

  void OnSendInitialMetadataDone(bool ok) override;
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  using Outcome = absl::StatusOr<v1::AppendEventsResponse>;

  // An append that was read, until its answer is on its way.
  struct Slot {
    uint64_t request_id = 0;
    size_t request_bytes = 0;
    std::optional<Outcome> outcome;
  };

  // What Advance is to do outside the lock.
  struct Steps {
    bool read = false;
    std::optional<Slot> write;
    // More answers are ready behind this one, so that gRPC may wait for them and send all at once.
    bool more = false;
    std::optional<absl::Status> finish;
  };

  PipelineReactor(AppendTraffic& traffic, Pipelines& pipelines,
                  grpc::CallbackServerContext* context, std::shared_ptr<const Access> access)
      : traffic_(traffic),
        pipelines_(pipelines),
        context_(context),
        access_(std::move(access)),
        trace_(TraceOf(*context)) {}

  // Reading lane: what to do with the message in incoming_, on which thread.
  void Accept();
  // Reading lane: parses it and gives it to the log.
  void Submit();
  // Reading lane: gives the append its place in the order of answers.
  uint64_t OpenSlot(uint64_t request_id);
  // Reading lane: answers the message in incoming_ with an error, or ends the stream if it cannot
  // be told which it is.
  void Refuse(const absl::Status& error);
  // Reading lane: ends the stream after the answers to what came before.
  void End(const absl::Status& error);
  void EndRead();

  void SetOutcome(uint64_t number, Outcome outcome);
  void Stop();
  // Cancels the call if the write in flight is the one that was in flight at the last look.
  void CutIfIdle();

  void Advance();
  Steps NextSteps() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<absl::Status> EndIfDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  AppendTraffic& traffic_;
  Pipelines& pipelines_;
  // Gone after OnDone.
  grpc::CallbackServerContext* const context_;
  const std::shared_ptr<const Access> access_;
  const storage::Traceparent trace_;
  // In pipelines_.
  uint64_t number_ = 0;
  // The reading lane's.
  grpc::ByteBuffer incoming_;
  // The writing lane's.
  grpc::ByteBuffer outgoing_;

  Mutex mutex_;
  std::shared_ptr<PipelineReactor> self_ ABSL_GUARDED_BY(mutex_);
  // The initial metadata is under way. It goes first since a buffered first write can hang.
  bool opening_ ABSL_GUARDED_BY(mutex_) = true;
  // The reading lane: gRPC reads, or a message that it read is not with the log yet.
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool submitting_ ABSL_GUARDED_BY(mutex_) = false;
  // The writing lane.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  // Writes that were begun, and how many were at the last look for one that stands still.
  uint64_t writes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t writes_looked_at_ ABSL_GUARDED_BY(mutex_) = 0;
  // Somebody is about to call Advance for an outcome.
  bool advancing_ ABSL_GUARDED_BY(mutex_) = false;
  int starting_ ABSL_GUARDED_BY(mutex_) = 0;

  // Not yet written, in order; the first has the number first_slot_.
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_slot_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t slot_bytes_ ABSL_GUARDED_BY(mutex_) = 0;

  // Nothing more is read, and this is the end after the last answer.
  std::optional<absl::Status> last_status_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RPC_PIPELINE_REACTOR_H_
