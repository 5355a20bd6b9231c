#include "storage/committer.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "storage/check.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
#include "storage/thread_name.h"

namespace chipline::storage {
namespace {

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

Outcome Refused(absl::Status status) {
  Outcome outcome;
  outcome.status = std::move(status);
  return outcome;
}

// How long appends wait for the index's disk.
constexpr absl::Duration kLongestWait = absl::Seconds(10);

// Never 0.
int64_t SteadyNanoseconds() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count() | 1;
}

// The ids as one readable list, not longer than an error message should be.
std::string Listed(const std::vector<std::string_view>& ids) {
  constexpr size_t kShown = 20;
  std::string list;
  for (size_t i = 0; i < ids.size() && i < kShown; ++i) {
    if (i > 0) list += ", ";
    list += ids[i];
  }
  if (ids.size() > kShown) list += " and " + std::to_string(ids.size() - kShown) + " more";
  return list;
}

uint64_t BytesOf(const v1::Append& append) {
  uint64_t bytes = 0;
  for (const v1::SealedEvent& event : append.events()) bytes += event.event().size();
  return bytes;
}

// PERMISSION_DENIED unless the append's sender may write to the subject.
absl::Status CheckAllowed(const v1::Append& append, std::string_view subject) {
  if (append.allowed_subjects().empty()) return absl::OkStatus();
  for (const std::string& pattern : append.allowed_subjects()) {
    if (SubjectMatches(pattern, subject)) return absl::OkStatus();
  }
  return Error(absl::StatusCode::kPermissionDenied, "SUBJECT_NOT_GRANTED",
               "an event is of the subject " + std::string(subject) + ", which is not granted",
               {{"subject", std::string(subject)}});
}

}  // namespace

Committer::Committer(const CommitterParts& parts, absl::Time last_time, bool sync)
    : parts_(parts),
      sync_(sync),
      last_time_(last_time),
      decided_head_(parts.tail.head()),
      decider_([this] { DecideAll(); }),
      writer_([this] { WriteAll(); }) {}

Committer::~Committer() {
  decider_.join();
  writer_.join();
}

absl::Status Committer::health() const {
  MutexLock lock(mutex_);
  return health_;
}

absl::Duration Committer::writing_for() const {
  const int64_t now = SteadyNanoseconds();
  int64_t longest = 0;
  for (const std::atomic<int64_t>* since : {&writing_since_, &waiting_since_}) {
    const int64_t began = since->load(std::memory_order_relaxed);
    if (began != 0) longest = std::max(longest, now - began);
  }
  return absl::Nanoseconds(longest);
}

void Committer::Latch(const absl::Status& cause) {
  MutexLock lock(mutex_);
  if (!health_.ok()) return;
  health_ = RetryError("OUTCOME_UNKNOWN",
                       "a write to the log failed, and what is on disk is not known until the "
                       "server is started again; then send the same again with the same ids. " +
                           std::string(cause.message()),
                       absl::Seconds(10));
}

void Committer::DecideAll() {
  NameThread("log-decide");
  while (true) {
    std::vector<Sequenced> sequenced = parts_.sequencer.Take(limits::kMaxCommitBytes);
    if (sequenced.empty()) break;
    HandOver(Decide(std::move(sequenced)));
  }
  MutexLock lock(mutex_);
  decided_all_ = true;
  changed_.NotifyAll();
}

Committer::Decided Committer::Decide(std::vector<Sequenced> sequenced) {
  auto group = std::make_shared<CommitGroup>(decided_head_);
  Decided decided;
  decided.outcomes.reserve(sequenced.size());
  absl::Status status = health();
  if (status.ok()) {
    waiting_since_.store(SteadyNanoseconds(), std::memory_order_relaxed);
    // What has no room is refused one by one: cursors and duplicates need none.
    parts_.index.WaitForRoom(kLongestWait);
    waiting_since_.store(0, std::memory_order_relaxed);
  }
  for (const Sequenced& one : sequenced) {
    decided.outcomes.push_back(status.ok() ? Apply(one.command, *group) : Refused(status));
  }
  decided.sequenced = std::move(sequenced);
  decided.write = group->Finish();
  decided.time = last_time_;
  decided_head_ = group->next() - 1;
  // One group can be in the write and one wait for it; older ones are in the log.
  recent_groups_.push_front(std::move(group));
  if (recent_groups_.size() > 2) recent_groups_.pop_back();
  return decided;
}

void Committer::HandOver(Decided decided) {
  MutexLock lock(mutex_);
  while (waiting_.has_value()) changed_.Wait(mutex_);
  waiting_ = std::move(decided);
  changed_.NotifyAll();
}

void Committer::WriteAll() {
  NameThread("log-write");
  while (true) {
    std::optional<Decided> decided;
    {
      MutexLock lock(mutex_);
      while (!waiting_.has_value() && !decided_all_) changed_.Wait(mutex_);
      if (!waiting_.has_value()) return;
      decided.swap(waiting_);
      changed_.NotifyAll();
    }
    Write(*std::move(decided));
  }
}

void Committer::Write(Decided decided) {
  absl::Status status = health();
  if (status.ok() && !decided.write.empty()) {
    writing_since_.store(SteadyNanoseconds(), std::memory_order_relaxed);
    status = parts_.events.Write(decided.write, sync_);
    writing_since_.store(0, std::memory_order_relaxed);
    // What is written to files that have no name any more is lost with the process.
    if (status.ok()) status = parts_.directory.CheckThere();
    if (status.ok()) {
      counters_.commits.fetch_add(1, std::memory_order_relaxed);
      parts_.tail.Publish(decided.write.blocks, decided.time);
      if (sync_) {
        parts_.high_water.Advance(parts_.tail.head());
        parts_.index.Synced(parts_.tail.head());
      }
    } else {
      Latch(status);
    }
  }
  for (size_t i = 0; i < decided.sequenced.size(); ++i) {
    // Every answer of the group may rest on what was to be written.
    Outcome outcome = status.ok() ? std::move(decided.outcomes[i]) : Refused(health());
    if (decided.sequenced[i].done) decided.sequenced[i].done(std::move(outcome));
  }
}

Outcome Committer::Apply(const v1::Command& command, CommitGroup& group) {
  // Time moves on by at least a nanosecond from append to append, whatever the clock does.
  const absl::Time time =
      std::max(ToTime(command.sequence_time()), last_time_ + absl::Nanoseconds(1));
  if (command.rules_version() != kRulesVersion) {
    return Refused(Error(absl::StatusCode::kFailedPrecondition, "RULES_UNKNOWN",
                         "the command is of rules version " +
                             std::to_string(command.rules_version()) + ", and this server knows " +
                             std::to_string(kRulesVersion)));
  }
  if (command.has_cursor()) return ApplyCursor(command.cursor(), time, group);
  Outcome outcome = ApplyAppend(command.append(), time, group);
  if (!outcome.status.ok()) counters_.refused_appends.fetch_add(1, std::memory_order_relaxed);
  return outcome;
}

Outcome Committer::ApplyAppend(const v1::Append& append, absl::Time time, CommitGroup& group) {
  auto duplicates = FindDuplicates(append, group);
  if (!duplicates.ok()) return Refused(duplicates.status());
  if (duplicates->has_value()) {
    for (const AppendedEvent& event : (*duplicates)->events) {
      if (absl::Status allowed = CheckAllowed(append, event.subject); !allowed.ok()) {
        return Refused(std::move(allowed));
      }
    }
    counters_.duplicate_events.fetch_add((*duplicates)->events.size(), std::memory_order_relaxed);
    return **std::move(duplicates);
  }
  if (absl::Status status = CheckPreconditions(append); !status.ok()) {
    return Refused(std::move(status));
  }
  if (absl::Status status = parts_.index.CheckRoom(); !status.ok()) {
    return Refused(std::move(status));
  }
  if (absl::Status status = parts_.room.Take(BytesOf(append)); !status.ok()) {
    return Refused(std::move(status));
  }
  return Accept(append, time, group);
}

absl::StatusOr<std::optional<Outcome>> Committer::FindDuplicates(const v1::Append& append,
                                                                 const CommitGroup& group) const {
  Outcome outcome;
  std::vector<std::string_view> known;
  std::vector<std::string_view> different;
  // Events that came together are together in the log.
  std::shared_ptr<const Block> holder;
  for (const v1::SealedEvent& event : append.events()) {
    ASSIGN_OR_RETURN(const auto found, parts_.index.Find(event.event_id()));
    if (!found.has_value()) continue;
    known.push_back(event.event_id());
    ASSIGN_OR_RETURN(const std::string_view bytes, RecordAt(*found, group, holder));
    ASSIGN_OR_RETURN(const Record record, ParseRecord(bytes));
    if (record.event != event.event()) different.push_back(event.event_id());
    outcome.events.push_back(
        {*found, record.header.revision, std::string(record.header.subject), true});
    outcome.time = record.header.record_time;
  }
  if (!different.empty()) {
    return Error(absl::StatusCode::kAlreadyExists, "EVENT_ID_REUSED",
                 "these ids are in the log with other content: " + Listed(different) +
                     "; give new events new ids",
                 {{"event_ids", Listed(different)}});
  }
  if (known.empty()) return std::nullopt;
  if (known.size() < static_cast<size_t>(append.events_size())) {
    return Error(absl::StatusCode::kAlreadyExists, "PARTLY_DUPLICATE",
                 "these events are in the log already, the others are not: " + Listed(known) +
                     "; leave them out",
                 {{"event_ids", Listed(known)}});
  }
  return outcome;
}

absl::StatusOr<std::string_view> Committer::RecordAt(Position position, const CommitGroup& group,
                                                     std::shared_ptr<const Block>& holder) const {
  if (const auto deciding = group.RecordAt(position)) return *deciding;
  for (const auto& recent : recent_groups_) {
    if (const auto pending = recent->RecordAt(position)) return *pending;
  }
  if (holder == nullptr || position < holder->first() || position > holder->last()) {
    ASSIGN_OR_RETURN(holder, parts_.reader.BlockAt(position));
  }
  return holder->Record(position);
}

absl::StatusOr<Position> Committer::CursorAt(const std::string& name,
                                             const CommitGroup& group) const {
  if (const v1::CursorRow* deciding = group.CursorRow(name)) return deciding->position();
  for (const auto& recent : recent_groups_) {
    if (const v1::CursorRow* pending = recent->CursorRow(name)) return pending->position();
  }
  ASSIGN_OR_RETURN(const auto stored, parts_.events.GetCursor(name));
  return stored.has_value() ? stored->position() : 0;
}

absl::Status Committer::CheckPreconditions(const v1::Append& append) const {
  google::rpc::PreconditionFailure failure;
  for (const v1::Precondition& precondition : append.preconditions()) {
    ASSIGN_OR_RETURN(const Head head, parts_.index.FindHead(precondition.subject()));
    if (head.revision == precondition.expected_revision()) continue;
    auto* violation = failure.add_violations();
    violation->set_type("EXPECTED_REVISION");
    violation->set_subject(precondition.subject());
    violation->set_description("expected revision " +
                               std::to_string(precondition.expected_revision()) +
                               ", but it is at " + std::to_string(head.revision));
  }
  if (failure.violations_size() == 0) return absl::OkStatus();
  return PreconditionError("EXPECTED_REVISION_DIFFERS", failure);
}

Outcome Committer::Accept(const v1::Append& append, absl::Time time, CommitGroup& group) {
  const Position first = group.next();
  const auto size = static_cast<uint32_t>(append.events_size());
  // The names must outlive the index entries below, which look into them.
  std::vector<EventName> names;
  names.reserve(size);
  std::vector<std::string> records;
  std::vector<IndexedEvent> indexed;
  absl::flat_hash_map<std::string, Revision> revisions;
  Outcome outcome;
  outcome.time = time;
  for (const v1::SealedEvent& event : append.events()) {
    const Position position = first + names.size();
    auto name = parts_.rules.Admit(event, position);
    if (name.ok()) {
      absl::Status allowed = CheckAllowed(append, name->subject);
      if (!allowed.ok()) name = std::move(allowed);
    }
    if (!name.ok()) {
      parts_.rules.Forget(first);
      return Refused(name.status());
    }
    names.push_back(*std::move(name));
    const EventName& named = names.back();
    const auto [revision, new_here] = revisions.try_emplace(named.subject, 0);
    if (new_here) {
      const auto head = parts_.index.FindHead(named.subject);
      if (!head.ok()) {
        parts_.rules.Forget(first);
        return Refused(head.status());
      }
      revision->second = head->revision;
    }
    ++revision->second;
    RecordHeader header{position, named.subject, revision->second, time, first, size, {}};
    header.entities.assign(named.entities.begin(), named.entities.end());
    records.push_back(FrameRecord(header, event.event()));
    outcome.events.push_back({position, header.revision, named.subject, false});
    indexed.push_back({position, event.event_id(), named.subject, header.revision,
                       std::move(header.entities),
                       /*begins_block=*/position == first && group.between_blocks()});
  }
  if (append.validate_only()) {
    parts_.rules.Forget(first);
    for (AppendedEvent& event : outcome.events) event.position = event.revision = 0;
    return outcome;
  }
  group.AddAppend(std::move(records));
  parts_.index.Add(indexed);
  last_time_ = time;
  counters_.appends.fetch_add(1, std::memory_order_relaxed);
  counters_.appended_events.fetch_add(size, std::memory_order_relaxed);
  return outcome;
}

Outcome Committer::ApplyCursor(const v1::CursorChange& change, absl::Time time,
                               CommitGroup& group) {
  if (change.position() >= group.next()) {
    return Refused(Error(absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD",
                         "position " + std::to_string(change.position()) +
                             " is beyond the head, which is at " + std::to_string(group.next() - 1),
                         {{"head_position", std::to_string(group.next() - 1)}}));
  }
  const auto current = CursorAt(change.name(), group);
  if (!current.ok()) return Refused(current.status());
  if (change.has_expected_position() && change.expected_position() != *current) {
    google::rpc::PreconditionFailure failure;
    auto* violation = failure.add_violations();
    violation->set_type("EXPECTED_POSITION");
    violation->set_subject(change.name());
    violation->set_description("expected position " + std::to_string(change.expected_position()) +
                               ", but it is at " + std::to_string(*current));
    return Refused(PreconditionError("EXPECTED_POSITION_DIFFERS", failure));
  }
  v1::CursorRow row;
  row.set_position(change.position());
  row.mutable_commit_time()->set_seconds(absl::ToUnixSeconds(time));
  group.SetCursor(change.name(), row);
  Outcome outcome;
  outcome.cursor_position = change.position();
  outcome.time = absl::FromUnixSeconds(row.commit_time().seconds());
  return outcome;
}

}  // namespace chipline::storage
