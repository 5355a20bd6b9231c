#include "services/ingest/appender.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chipline/storage/v1/command.pb.h"
#include "services/ingest/seal.h"
#include "storage/check.h"
#include "storage/committer.h"
#include "storage/error.h"
#include "storage/subject_pattern.h"
#include "storage/timestamp.h"

namespace chipline::ingest {
namespace {

// What is kept of a request until its outcome is known.
struct Pending {
  std::vector<std::string> event_ids;
  Appender::Done done;
};

// A condition tells what revision a subject has, so it is a look at the subject.
absl::Status CheckPreconditions(const storage::v1::Append& append,
                                const std::vector<std::string>& allowed) {
  for (const storage::v1::Precondition& precondition : append.preconditions()) {
    const std::string& subject = precondition.subject();
    if (std::any_of(allowed.begin(), allowed.end(), [&](const std::string& pattern) {
          return storage::SubjectMatches(pattern, subject);
        })) {
      continue;
    }
    return Error(absl::StatusCode::kPermissionDenied, "SUBJECT_NOT_GRANTED",
                 "a precondition is on the subject " + subject + ", which is not granted",
                 {{"subject", subject}});
  }
  return absl::OkStatus();
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
  if (response.events(0).position() != 0) {
    *response.mutable_record_time() = ToTimestamp(outcome.time);
  }
  return response;
}

}  // namespace

void Appender::Answer(const Done& done, absl::StatusOr<v1::AppendEventsResponse> response) {
  refusals_.Count(response.status());
  done(std::move(response));
}

void Appender::Append(v1::AppendEventsRequest&& request, Done done, const AppendContext& context) {
  absl::StatusOr<storage::v1::Append> append = Seal(std::move(request));
  if (!append.ok()) return Answer(done, append.status());
  if (context.allowed != nullptr) {
    const std::vector<std::string>& allowed = *context.allowed;
    if (absl::Status status = CheckPreconditions(*append, allowed); !status.ok()) {
      return Answer(done, std::move(status));
    }
    append->mutable_allowed_subjects()->Add(allowed.begin(), allowed.end());
  }

  const auto pending = std::make_shared<Pending>();
  pending->done = std::move(done);
  for (const auto& event : append->events()) pending->event_ids.push_back(event.event_id());
  storage::v1::Command command;
  *command.mutable_append() = *std::move(append);
  const absl::Status submitted = log_.Submit(
      std::move(command),
      [this, pending](storage::Outcome outcome) {
        Answer(pending->done, Response(*pending, std::move(outcome)));
      },
      context.trace);
  if (!submitted.ok()) Answer(pending->done, submitted);
}

}  // namespace chipline::ingest
