#include "tests/faults/recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <map>

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/cursor.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::faults {
namespace {

using checker::Attempt;
using checker::Entry;
using checker::History;

// What nobody can tell from the code alone is not known.
checker::Outcome OutcomeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return checker::OUTCOME_ACKNOWLEDGED;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kDataLoss:
      return checker::OUTCOME_UNKNOWN;
    default:
      return checker::OUTCOME_REFUSED;
  }
}

}  // namespace

Recorder::Recorder(std::string name, const std::filesystem::path& folder) {
  history_.name = std::move(name);
  if (folder.empty()) return;
  const std::filesystem::path path = folder / (history_.name + ".ndjson");
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  CHECK(file_ >= 0);
}

Recorder::~Recorder() {
  if (file_ >= 0) ::close(file_);
}

void Recorder::Add(Entry entry) {
  if (file_ >= 0) {
    const std::string line = checker::ToLine(entry);
    CHECK(::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  }
  history_.entries.push_back(std::move(entry));
}

v1::Event EventOf(const std::string& event_id, const std::string& content) {
  const std::string company = content.substr(0, content.find('/'));
  v1::Event event;
  event.set_event_id(event_id);
  v1::CapexAnnouncement& capex = *event.mutable_capex_announcement();
  capex.add_companies()->set_id(company);
  capex.set_scope(v1::CAPEX_SCOPE_TOTAL);
  capex.mutable_period()->set_kind(v1::PERIOD_KIND_CALENDAR);
  capex.mutable_period()->set_edtf("2026");
  capex.set_basis(v1::CAPEX_BASIS_PLAN);
  capex.mutable_amount()->set_currency(company == "bad" ? "QQQ" : "CNY");
  capex.mutable_amount()->mutable_value()->set_units(1);
  capex.mutable_amount()->set_bound(v1::BOUND_EXACT);
  capex.set_accounting(v1::ACCOUNTING_CAPEX);
  capex.set_scope_text(content);
  return event;
}

v1::AppendEventsRequest RequestOf(const Attempt& attempt) {
  v1::AppendEventsRequest request;
  for (const auto& event : attempt.events()) {
    *request.add_events() = EventOf(event.event_id(), event.content());
  }
  for (const auto& expected : attempt.preconditions()) {
    v1::Precondition& precondition = *request.add_preconditions();
    precondition.set_subject(expected.subject());
    precondition.set_expected_revision(expected.revision());
  }
  return request;
}

Entry AnswerOf(uint64_t number, const absl::StatusOr<v1::AppendEventsResponse>& answer) {
  Entry entry;
  checker::Answer& noted = *entry.mutable_answer();
  noted.set_number(number);
  noted.set_outcome(OutcomeOf(answer.status()));
  if (!answer.ok()) {
    noted.set_code(absl::StatusCodeToString(answer.status().code()));
    return entry;
  }
  for (const v1::AppendedEvent& event : answer->events()) {
    checker::Placed& placed = *noted.add_events();
    placed.set_position(event.position());
    placed.set_subject(event.subject());
    placed.set_revision(event.revision());
    placed.set_duplicate(event.duplicate());
  }
  return entry;
}

checker::SeenEvent SeenOf(std::string_view record) {
  v1::RecordedEvent event;
  CHECK(event.ParseFromArray(record.data(), static_cast<int>(record.size())));
  checker::SeenEvent seen;
  seen.set_position(event.position());
  seen.set_subject(event.subject());
  seen.set_revision(event.revision());
  seen.set_record_time(event.record_time().seconds() * 1'000'000'000 + event.record_time().nanos());
  seen.set_append_first_position(event.append_first_position());
  seen.set_append_size(event.append_size());
  seen.set_event_id(event.event().event_id());
  seen.set_content(event.event().capex_announcement().scope_text());
  seen.set_digest(fmt::format("{:016x}", std::hash<std::string_view>()(record)));
  return seen;
}

absl::StatusOr<v1::AppendEventsResponse> AppendNow(ingest::Appender& appender,
                                                   v1::AppendEventsRequest request) {
  std::promise<absl::StatusOr<v1::AppendEventsResponse>> answered;
  appender.Append(std::move(request), [&](absl::StatusOr<v1::AppendEventsResponse> answer) {
    answered.set_value(std::move(answer));
  });
  return answered.get_future().get();
}

absl::StatusOr<History> ListAll(const storage::Log& log) {
  History history{"final", {}};
  const storage::Position head = log.reader().head();
  storage::Cursor cursor(log.reader(), {}, 0, head);
  while (cursor.position() < head) {
    ASSIGN_OR_RETURN(const storage::Batch batch, cursor.Next(1024 * 1024));
    checker::Listing& listing = *history.entries.emplace_back().mutable_listing();
    listing.set_name("log");
    for (const storage::BlockSlice& slice : batch.slices) {
      RETURN_IF_ERROR(storage::ForEachRecord(slice.bytes, [&](std::string_view record) {
        *listing.add_events() = SeenOf(record);
        return absl::OkStatus();
      }));
    }
  }
  return history;
}

History SendAgain(const std::vector<History>& histories, storage::Log& log, size_t every) {
  Recorder recorder("again");
  ingest::Appender appender(log);
  uint64_t number = 0;
  size_t acknowledged = 0;
  for (const History& history : histories) {
    std::map<uint64_t, checker::Outcome> outcomes;
    for (const Entry& entry : history.entries) {
      if (entry.has_answer()) outcomes[entry.answer().number()] = entry.answer().outcome();
    }
    for (const Entry& entry : history.entries) {
      if (!entry.has_attempt()) continue;
      const checker::Outcome outcome = outcomes[entry.attempt().number()];
      if (outcome == checker::OUTCOME_REFUSED) continue;
      if (outcome == checker::OUTCOME_ACKNOWLEDGED && ++acknowledged % every != 0) continue;
      Entry again = entry;
      again.mutable_attempt()->set_number(++number);
      recorder.Add(again);
      recorder.Add(AnswerOf(number, AppendNow(appender, RequestOf(entry.attempt()))));
    }
  }
  return recorder.history();
}

}  // namespace chipline::faults
