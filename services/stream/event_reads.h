#ifndef CHIPLINE_SERVICES_STREAM_EVENT_READS_H_
#define CHIPLINE_SERVICES_STREAM_EVENT_READS_H_

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/rpc/access.h"
#include "services/rpc/stream_source.h"
#include "services/stream/caller_gone.h"
#include "storage/log.h"

namespace chipline::stream {

// The reading half of EventLogService: its handlers without gRPC's calls around them. The codes are
// those of the service. Events are answered as the bytes that are stored, so those methods return
// the response's bytes instead of a message. All but GetHead and ReadEvents read disk. Thread-safe.
// `log` must outlive it. `access` is the caller's; null: everybody may read everything. Pages come
// short rather than look at more than limits::kMaxScanRows, and end with CANCELLED soon after
// `gone` says so.
class EventReads {
 public:
  explicit EventReads(storage::Log& log) : log_(log) {}

  // A GetEventResponse.
  absl::StatusOr<grpc::ByteBuffer> GetEvent(const v1::GetEventRequest& request,
                                            const Access* access = nullptr) const;
  // A ListEventsResponse.
  absl::StatusOr<grpc::ByteBuffer> ListEvents(const v1::ListEventsRequest& request,
                                              const Access* access = nullptr,
                                              const CallerGone& gone = nullptr) const;
  absl::StatusOr<v1::ListSubjectsResponse> ListSubjects(const v1::ListSubjectsRequest& request,
                                                        const Access* access = nullptr,
                                                        const CallerGone& gone = nullptr) const;
  using HeadDone = std::function<void(absl::StatusOr<v1::GetHeadResponse>)>;
  // Answers at once, or on the committer's thread once everything before was applied, if it is to
  // be linearizable over several nodes.
  void GetHead(const v1::GetHeadRequest& request, HeadDone done) const;
  // The stream of ReadEventsResponses.
  absl::StatusOr<StreamPlan> ReadEvents(const v1::ReadEventsRequest& request,
                                        const Access* access = nullptr) const;

 private:
  v1::GetHeadResponse Head() const;

  storage::Log& log_;
};

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_EVENT_READS_H_
