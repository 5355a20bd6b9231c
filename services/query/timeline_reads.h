#ifndef CHIPLINE_SERVICES_QUERY_TIMELINE_READS_H_
#define CHIPLINE_SERVICES_QUERY_TIMELINE_READS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/query/kept_explanation.h"
#include "services/query/known.h"
#include "services/query/valid_time.h"
#include "services/rpc/token.h"
#include "services/timeline/view_snapshot.h"

namespace chipline::query {

// A GetTimelineRequest that was checked.
struct TimelineAsk {
  v1::TimelineQuery query;
  KnownPoint known;
  std::optional<DaySpan> valid;
  size_t page_size = 0;
  TokenScope scope;
  // Where the page before ended; position 0 for the first.
  TokenPlace after;
  // The views must have reached it.
  storage::Position wait_for = 0;
};

// An ExplainEntryRequest that was checked.
struct ExplainAsk {
  std::string entry_id;
  KnownPoint known;
  size_t page_size = 0;
  TokenScope scope;
  // Where the page before ended; position 0 for the first.
  TokenPlace after;
  // The views must have reached it.
  storage::Position wait_for = 0;
};

// A ListTimelinesRequest that was checked.
struct ListAsk {
  std::string prefix;
  size_t page_size = 0;
  TokenScope scope;
  TokenPlace after;
};

// What TimelineService's unary methods answer. Thread-safe. Reads disk, so not for gRPC's threads;
// `views` and `clock` must outlive it. Errors are those of the methods.
class TimelineReads {
 public:
  TimelineReads(const timeline::Materializer& views, const Clock& clock)
      : views_(views), clock_(clock) {}

  absl::StatusOr<TimelineAsk> Check(const v1::GetTimelineRequest& request) const;
  absl::StatusOr<ExplainAsk> Check(const v1::ExplainEntryRequest& request) const;

  absl::StatusOr<ListAsk> Check(const v1::ListTimelinesRequest& request) const;

  // No answer is larger than limits::kMaxBatchBytes: a page ends before it gets so large. What an
  // answer looks at counts in `work`, whose errors are returned.
  //
  // A GetTimelineResponse, whose entries are the bytes that the views hold.
  absl::StatusOr<grpc::ByteBuffer> Answer(const TimelineAsk& ask, timeline::Work* work) const;
  absl::StatusOr<grpc::ByteBuffer> Answer(const ExplainAsk& ask, timeline::Work* work) const;
  absl::StatusOr<grpc::ByteBuffer> Answer(const ListAsk& ask, timeline::Work* work) const;

 private:
  // OUT_OF_RANGE beyond the head.
  absl::StatusOr<storage::Position> WaitFor(storage::Position min_position, const KnownPoint& known,
                                            const TokenPlace& after) const;
  TokenScope ScopeOf(std::initializer_list<std::string_view> parts) const;

  // That which the pages before were of, if it is still there, else made anew.
  absl::StatusOr<std::shared_ptr<const timeline::EntryExplanation>> ExplanationOf(
      const timeline::ViewSnapshot& snapshot, const ExplainAsk& ask,
      const timeline::AsOf& as_of) const;

  const timeline::Materializer& views_;
  const Clock& clock_;
  mutable KeptExplanation kept_;
};

// What an answer as of `as_of` reflects. Reads disk.
absl::StatusOr<v1::AnswerBasis> BasisOf(const timeline::Materializer& views,
                                        const timeline::ViewSnapshot& snapshot,
                                        const timeline::AsOf& as_of);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_TIMELINE_READS_H_
