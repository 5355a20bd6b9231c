#ifndef CHIPLINE_SERVICES_CLI_IMPORTER_H_
#define CHIPLINE_SERVICES_CLI_IMPORTER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

#include "chipline/v1/event_log_service.grpc.pb.h"
#include "services/cli/event_lines.h"
#include "storage/mutex.h"

namespace chipline::cli {

// How an import goes about it.
struct ImportOptions {
  // Events and bytes of one append; 1 or more, within the server's limits.
  size_t batch_events = 256;
  size_t batch_bytes = 256 * 1024;
  // Appends in flight, 1 to limits::kMaxPipelineAppends. With 1 the log has the order of the file
  // also where an append was refused.
  size_t window = 16;
};

// What has become of the lines so far.
struct ImportCounts {
  uint64_t appended = 0;
  // Were there already, also from an earlier run, or sent twice since an answer was lost.
  uint64_t duplicates = 0;
  uint64_t refused = 0;

  uint64_t total() const { return appended + duplicates + refused; }
};

// Hears of an import as it goes; never two calls at a time, but on different threads.
struct ImportListener {
  std::function<void(uint64_t line, const google::rpc::Status& why)> on_refused;
  std::function<void(const ImportCounts& counts)> on_progress;
};

// Sends lines to the log as appends over PipelineAppend, or one at a time by AppendEvents where the
// caller may not use that or the server does not have it. An append that is refused is halved until
// the events at fault stand alone, so that one bad line costs nobody else; those are refused, and
// the rest goes in. Any number of runs over the same lines store them once, by event_id. For one
// import; Run is to be called from one thread.
class Importer {
 public:
  // Both must outlive the importer.
  Importer(v1::EventLogService::StubInterface& log, const ImportOptions& options,
           const ImportListener& listener);

  // Sends what is left until everything is settled. UNAVAILABLE if the server went away: call again
  // to go on from there. FAILED_PRECONDITION if the lines could not be read to their end; what was
  // read before it is settled. Other errors are the server's, and calling again is of no use.
  absl::Status Run(EventLines& lines);

  // Makes Run return CANCELLED once what is in flight is answered. From any thread.
  void Stop();

  ImportCounts counts() const;

 private:
  // One append, and the lines that its events are from.
  struct Batch {
    std::vector<uint64_t> lines;
    v1::AppendEventsRequest append;
    size_t bytes = 0;
  };
  using BatchPtr = std::shared_ptr<const Batch>;

  void BeginRun();
  // Run by the one method and by the other; how the call ended.
  grpc::Status Pipeline(EventLines& lines);
  grpc::Status OneByOne(EventLines& lines);
  // Whether the call ended because its method is not there for this caller.
  bool LacksPipeline(const grpc::Status& ended) const;
  absl::Status Conclude(const EventLines& lines, const grpc::Status& ended);

  // The next append to send; waits for room. Null when all is settled or the stream has ended.
  BatchPtr Next(EventLines& lines);
  // An append from the file; null at its end.
  BatchPtr ReadBatch(EventLines& lines) ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadAnswers(grpc::ClientReaderWriterInterface<v1::PipelineAppendRequest,
                                                     v1::PipelineAppendResponse>& stream);
  void Settle(const v1::PipelineAppendResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SettleError(BatchPtr batch, const google::rpc::Status& error)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Refuse(uint64_t line, const google::rpc::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendAgain(BatchPtr batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  v1::EventLogService::StubInterface& log_;
  const ImportOptions options_;
  const ImportListener& listener_;

  // Used by Run's thread alone.
  std::optional<EventLine> carried_;
  bool file_done_ = false;
  // No PipelineAppend.
  bool one_by_one_ = false;

  mutable Mutex mutex_;
  CondVar changed_;
  // Sent and not answered, in the order sent.
  std::deque<BatchPtr> in_flight_ ABSL_GUARDED_BY(mutex_);
  // To be sent once more, by first line.
  std::map<uint64_t, BatchPtr> again_ ABSL_GUARDED_BY(mutex_);
  ImportCounts counts_ ABSL_GUARDED_BY(mutex_);
  bool stream_ended_ ABSL_GUARDED_BY(mutex_) = false;
  // An answer after which going on is of no use, or not now.
  absl::Status fatal_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_IMPORTER_H_
