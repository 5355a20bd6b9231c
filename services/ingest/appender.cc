#include "services/ingest/appender.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "chipline/storage/v1/command.pb.h"
#include "services/ingest/seal.h"
#include "storage/check.h"
#include "storage/committer.h"

namespace chipline::ingest {
namespace {

// What is kept of a request until its outcome is known.
struct Pending {
  std::vector<std::string> event_ids;
  Appender::Done done;
};

void SetTime(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const timespec spec = absl::ToTimespec(time);
  timestamp.set_seconds(spec.tv_sec);
  timestamp.set_nanos(static_cast<int32_t>(spec.tv_nsec));
}

absl::StatusOr<v1::AppendEventsResponse> Response(Pending& pending, storage::Outcome outcome) {
  if (!outcome.status.ok()) return std::move(outcome.status);
  CHECK(outcome.events.size() == pending.event_ids.size());
  v1::AppendEventsResponse response;
  for (size_t i = 0; i < outcome.events.size(); ++i) {
    storage::AppendedEvent& appended = outcome.events[i];
    v1::AppendedEvent& event = *response.add_events();
    event.set_event_id(std::move(pending.event_ids[i]));
    event.set_position(appended.position);
    event.set_subject(std::move(appended.subject));
    event.set_revision(appended.revision);
    event.set_duplicate(appended.duplicate);
  }
  // What was only validated is at no position and has no time.
  if (response.events(0).position() != 0) SetTime(outcome.time, *response.mutable_record_time());
  return response;
}

}  // namespace

void Appender::Append(v1::AppendEventsRequest&& request, Done done) {
  absl::StatusOr<storage::v1::Append> append = Seal(std::move(request));
  if (!append.ok()) return done(append.status());

  const auto pending = std::make_shared<Pending>();
  pending->done = std::move(done);
  for (const auto& event : append->events()) pending->event_ids.push_back(event.event_id());
  storage::v1::Command command;
  command.set_rules_version(storage::kRulesVersion);
  *command.mutable_append() = *std::move(append);
  const absl::Status submitted =
      log_.Submit(std::move(command), [pending](storage::Outcome outcome) {
        pending->done(Response(*pending, std::move(outcome)));
      });
  if (!submitted.ok()) pending->done(submitted);
}

}  // namespace chipline::ingest
