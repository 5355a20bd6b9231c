#ifndef CHIPLINE_SERVICES_INGEST_APPENDER_H_
#define CHIPLINE_SERVICES_INGEST_APPENDER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/ingest/refusal_counts.h"
#include "storage/log.h"

namespace chipline::ingest {

// Of whoever appends.
struct AppendContext {
  // Patterns of the subjects that they may write to, and make conditions on; null: all.
  std::shared_ptr<const std::vector<std::string>> allowed = nullptr;
  storage::Traceparent trace = {};
};

// Appends to a log, as AppendEvents and each step of PipelineAppend do. Thread-safe. `log` must
// outlive it.
class Appender {
 public:
  using Done = std::function<void(absl::StatusOr<v1::AppendEventsResponse>)>;

  explicit Appender(storage::Log& log) : log_(log) {}

  // Seals the request and gives it to the log. Calls `done` once: on the caller's thread before it
  // returns, if the request is refused before it is in the log's order; else on the committer's, so
  // `done` must not block. Never blocks; takes a few microseconds for each event. The codes are
  // those of EventLogService.AppendEvents; PERMISSION_DENIED, reason SUBJECT_NOT_GRANTED, for
  // subjects that the context does not allow. `request` may be on an arena, and is not to be used
  // afterwards.
  void Append(v1::AppendEventsRequest&& request, Done done, const AppendContext& context = {});

  // Those of this appender.
  const RefusalCounts& refusals() const { return refusals_; }

 private:
  void Answer(const Done& done, absl::StatusOr<v1::AppendEventsResponse> response);

  storage::Log& log_;
  RefusalCounts refusals_;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_APPENDER_H_
