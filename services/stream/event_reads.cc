#include "services/stream/event_reads.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/message_builder.h"
#include "services/rpc/page_token.h"
#include "services/rpc/subject_scope.h"
#include "services/stream/event_page.h"
#include "services/stream/event_replay.h"
#include "services/stream/filter.h"
#include "services/stream/start.h"
#include "services/stream/subject_page.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
#include "storage/timestamp.h"

namespace chipline::stream {
namespace {

absl::StatusOr<storage::Position> FindEvent(const storage::LogReader& log,
                                            const v1::GetEventRequest& request) {
  switch (request.event_case()) {
    case v1::GetEventRequest::kPosition:
      if (request.position() == 0) return BadFieldError("position", "is 0; positions start at 1");
      RETURN_IF_ERROR(CheckNotBeyond(request.position(), log));
      return request.position();
    case v1::GetEventRequest::kEventId: {
      if (request.event_id().empty() || request.event_id().size() > limits::kMaxEventIdBytes) {
        return BadFieldError(
            "event_id", fmt::format("has {} bytes; an id has 1 to {}", request.event_id().size(),
                                    limits::kMaxEventIdBytes));
      }
      ASSIGN_OR_RETURN(const auto found, log.Find(request.event_id()));
      if (found.has_value()) return *found;
      return Error(absl::StatusCode::kNotFound, "EVENT_NOT_FOUND",
                   fmt::format("there is no event with the id {}", request.event_id()),
                   {{"event_id", request.event_id()}});
    }
    case v1::GetEventRequest::EVENT_NOT_SET:
      break;
  }
  return BadFieldError("event", "is not set; give a position or an event_id");
}

// The query of a list without its place, and what its tokens bind.
PageQuery ReadQuery(const v1::ListEventsRequest& request, Violations& bad) {
  PageQuery query;
  query.filter = ToStorageFilter(request.filter(), "filter", bad);
  query.backward = request.backward();
  if (request.has_start_time()) {
    query.start_time = ReadTimestamp(request.start_time(), "start_time", bad);
  }
  if (request.has_end_time()) {
    query.end_time = ReadTimestamp(request.end_time(), "end_time", bad);
  }
  if (query.start_time.has_value() && query.end_time.has_value() &&
      *query.end_time <= *query.start_time) {
    bad.Add("end_time", "is not after start_time");
  }
  query.size = ReadPageSize(request.page_size(), bad);
  return query;
}

std::string TimeText(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return "";
  const int64_t seconds = absl::ToUnixSeconds(*time);
  return fmt::format("{}+{}", seconds,
                     absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds)));
}

TokenScope ListEventsScope(const storage::LogIdentity& identity, const PageQuery& query) {
  return {identity.log_id, identity.epoch,
          QueryFingerprint({"ListEvents", query.backward ? "backward" : "forward",
                            std::to_string(query.filter.Fingerprint()), TimeText(query.start_time),
                            TimeText(query.end_time)})};
}

}  // namespace

absl::StatusOr<grpc::ByteBuffer> EventReads::GetEvent(const v1::GetEventRequest& request,
                                                      const Access* access) const {
  ASSIGN_OR_RETURN(const storage::Position position, FindEvent(log_.reader(), request));
  ASSIGN_OR_RETURN(const auto block, log_.reader().BlockAt(position));
  if (access != nullptr) {
    ASSIGN_OR_RETURN(const storage::Record record, storage::ParseRecord(block->Record(position)));
    RETURN_IF_ERROR(CheckSubject(access, record.header.subject));
  }
  // A block's field is this message's, too.
  static_assert(v1::GetEventResponse::kEventFieldNumber == 1);
  MessageBuilder response;
  response.AddSlice({block, block->Fields(position, position)});
  return std::move(response).Build();
}

absl::StatusOr<grpc::ByteBuffer> EventReads::ListEvents(const v1::ListEventsRequest& request,
                                                        const Access* access,
                                                        const CallerGone& gone) const {
  Violations bad;
  PageQuery query = ReadQuery(request, bad);
  RETURN_IF_ERROR(bad.ToStatus());
  RETURN_IF_ERROR(CheckFilter(access, query.filter));
  const TokenScope scope = ListEventsScope(log_.identity(), query);
  const storage::Position head = log_.reader().head();
  query.after = request.after_position();
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const TokenPlace place, OpenPageToken(scope, request.page_token()));
    query.after = place.position;
  }
  RETURN_IF_ERROR(
      CheckNotBeyond(query.after - (query.backward && query.after > 0 ? 1 : 0), log_.reader()));
  ASSIGN_OR_RETURN(const EventPage page, ReadPage(log_.reader(), query, head, gone));

  using Fields = v1::ListEventsResponse;
  static_assert(Fields::kEventsFieldNumber == 1);
  MessageBuilder response;
  for (const storage::BlockSlice& slice : page.events) response.AddSlice(slice);
  if (page.more) {
    response.AddText(Fields::kNextPageTokenFieldNumber, SealPageToken(scope, {page.last, ""}));
  }
  response.AddNumber(Fields::kHeadPositionFieldNumber, head);
  return std::move(response).Build();
}

absl::StatusOr<v1::ListSubjectsResponse> EventReads::ListSubjects(
    const v1::ListSubjectsRequest& request, const Access* access, const CallerGone& gone) const {
  Violations bad;
  const std::string& pattern = request.subject_pattern();
  if (!pattern.empty() && !storage::IsSubjectPattern(pattern)) {
    bad.Add("subject_pattern",
            "is not a pattern: tokens of a-z, 0-9, + and - joined by dots, with * for one "
            "token and a last > for one or more");
  }
  const size_t size = ReadPageSize(request.page_size(), bad);
  RETURN_IF_ERROR(bad.ToStatus());
  RETURN_IF_ERROR(CheckPattern(access, pattern));
  const TokenScope scope{log_.identity().log_id, log_.identity().epoch,
                         QueryFingerprint({"ListSubjects", pattern})};
  ASSIGN_OR_RETURN(const TokenPlace place, OpenPageToken(scope, request.page_token()));
  ASSIGN_OR_RETURN(const std::string after, SubjectAt(log_.reader(), place.position));
  ASSIGN_OR_RETURN(const SubjectPage page,
                   ReadSubjects(log_.reader(), {pattern, after, size}, gone));
  v1::ListSubjectsResponse response;
  if (page.last != 0) response.set_next_page_token(SealPageToken(scope, {page.last, ""}));
  for (const storage::SubjectHead& head : page.subjects) {
    v1::Subject& subject = *response.add_subjects();
    subject.set_name(head.subject);
    subject.set_revision(head.revision);
    subject.set_last_position(head.last_position);
  }
  return response;
}

void EventReads::GetHead(const v1::GetHeadRequest& request, HeadDone done) const {
  if (absl::Status known = CheckKnownFields(request); !known.ok()) return done(std::move(known));
  // Alone, nothing is acknowledged before the head is past it.
  if (!request.linearizable() || !log_.shared()) return done(Head());
  storage::v1::Command command;
  command.mutable_barrier();
  // Shared, because the log does not call its copy if it refuses the command.
  const auto answer = std::make_shared<HeadDone>(std::move(done));
  absl::Status submitted =
      log_.Submit(std::move(command), [this, answer](const storage::Outcome& outcome) {
        if (!outcome.status.ok()) return (*answer)(outcome.status);
        (*answer)(Head());
      });
  if (!submitted.ok()) (*answer)(std::move(submitted));
}

v1::GetHeadResponse EventReads::Head() const {
  const storage::LogReader& log = log_.reader();
  v1::GetHeadResponse response;
  response.set_log_id(log_.identity().log_id);
  response.set_epoch(log_.identity().epoch);
  // The two are read apart; a head that stayed has the time that was read.
  storage::Position head = log.head();
  absl::Time time = log.head_time();
  for (storage::Position now = log.head(); now != head; now = log.head()) {
    head = now;
    time = log.head_time();
  }
  if (head == 0) return response;
  response.set_head_position(head);
  *response.mutable_record_time() = ToTimestamp(time);
  return response;
}

absl::StatusOr<StreamPlan> EventReads::ReadEvents(const v1::ReadEventsRequest& request,
                                                  const Access* access) const {
  Violations bad;
  storage::Filter filter = ToStorageFilter(request.filter(), "filter", bad);
  RETURN_IF_ERROR(bad.ToStatus());
  RETURN_IF_ERROR(CheckFilter(access, filter));
  StreamPlan plan;
  plan.source =
      std::make_unique<EventReplay>(log_.reader(), std::move(filter), request.after_position());
  return plan;
}

}  // namespace chipline::stream
