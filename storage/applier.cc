#include "storage/applier.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "storage/error.h"
#include "storage/record.h"
#include "storage/rules_version.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
#include "storage/timestamp.h"

namespace chipline::storage {
namespace {

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

absl::StatusOr<Outcome> Applier::Apply(const Sequenced& sequenced, CommitGroup& group) {
  const v1::Command& command = sequenced.command;
  // Time moves on by at least a nanosecond from append to append, whatever the clock does.
  const absl::Time time =
      std::max(FromTimestamp(command.sequence_time()), last_time_ + absl::Nanoseconds(1));
  if (command.has_set_rules()) return ApplyRules(command.set_rules(), group);
  if (command.has_barrier()) return Outcome();
  if (command.rules_version() < rules_version()) {
    return Refused(RetryError("RULES_CHANGED",
                              "the rules changed while this was under way; send it again",
                              absl::Milliseconds(100)));
  }
  if (command.rules_version() > rules_version()) return Unknown(command.rules_version());
  if (command.has_cursor()) return ApplyCursor(command.cursor(), time, group);
  if (!command.has_append()) return Unknown(command.rules_version());
  auto outcome = ApplyAppend(sequenced, time, group);
  if (!outcome.ok() || !outcome->status.ok()) {
    counters_.refused_appends.fetch_add(1, std::memory_order_relaxed);
  }
  return outcome;
}

void Applier::Finished(std::shared_ptr<const CommitGroup> group) {
  // One group may be in the write and one may wait for it. Older ones are in the log.
  recent_groups_.push_front(std::move(group));
  if (recent_groups_.size() > 2) recent_groups_.pop_back();
}

absl::Status Applier::Unknown(uint32_t version) const {
  return Error(absl::StatusCode::kFailedPrecondition, "RULES_UNKNOWN",
               "a command is of rules version " + std::to_string(version) +
                   " or of a kind that this program does not know; it knows rules up to " +
                   std::to_string(NewestRulesVersion()) + "; start a newer chipline here");
}

absl::StatusOr<Outcome> Applier::ApplyRules(const v1::SetRules& rules, CommitGroup& group) {
  if (rules.version() > NewestRulesVersion() || rules.version() == 0)
    return Unknown(rules.version());
  if (rules.version() < rules_version()) {
    return Refused(Error(absl::StatusCode::kFailedPrecondition, "RULES_OLDER",
                         "rules version " + std::to_string(rules.version()) +
                             " is older than the one in force, which is " +
                             std::to_string(rules_version())));
  }
  rules_version_.store(rules.version(), std::memory_order_relaxed);
  group.SetState(kRulesKey, rules.SerializeAsString());
  return Outcome();
}

absl::StatusOr<Outcome> Applier::ApplyAppend(const Sequenced& sequenced, absl::Time time,
                                             CommitGroup& group) {
  const v1::Append& append = sequenced.command.append();
  ASSIGN_OR_RETURN(std::optional<Outcome> known, FindDuplicates(append, group));
  if (known.has_value()) {
    if (!known->status.ok()) return *std::move(known);
    for (const AppendedEvent& event : known->events) {
      if (absl::Status allowed = CheckAllowed(append, event.subject); !allowed.ok()) {
        return Refused(std::move(allowed));
      }
    }
    counters_.duplicate_events.fetch_add(known->events.size(), std::memory_order_relaxed);
    return *std::move(known);
  }
  ASSIGN_OR_RETURN(std::optional<Outcome> differs, CheckPreconditions(append));
  if (differs.has_value()) return *std::move(differs);
  // Only for an order of this process: a command of a shared order is applied by every node, so it
  // is not refused for lack of room.
  if (sequenced.bytes.empty()) {
    if (absl::Status status = parts_.index.CheckRoom(); !status.ok()) {
      return Refused(std::move(status));
    }
    if (absl::Status status = parts_.room.Take(BytesOf(append)); !status.ok()) {
      return Refused(std::move(status));
    }
  }
  return Accept(append, time, group);
}

absl::StatusOr<std::optional<Outcome>> Applier::FindDuplicates(const v1::Append& append,
                                                               const CommitGroup& group) const {
  Outcome outcome;
  std::vector<std::string_view> known;
  std::vector<std::string_view> different;
  // Events of one append are next to each other in the log.
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
    return Refused(Error(absl::StatusCode::kAlreadyExists, "EVENT_ID_REUSED",
                         "these ids are in the log with other content: " + Listed(different) +
                             "; give new events new ids",
                         {{"event_ids", Listed(different)}}));
  }
  if (known.empty()) return std::nullopt;
  if (known.size() < static_cast<size_t>(append.events_size())) {
    return Refused(Error(absl::StatusCode::kAlreadyExists, "PARTLY_DUPLICATE",
                         "these events are in the log already, the others are not: " +
                             Listed(known) + "; leave them out",
                         {{"event_ids", Listed(known)}}));
  }
  return outcome;
}

absl::StatusOr<std::string_view> Applier::RecordAt(Position position, const CommitGroup& group,
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

absl::StatusOr<Position> Applier::CursorAt(const std::string& name,
                                           const CommitGroup& group) const {
  if (const v1::CursorRow* deciding = group.CursorRow(name)) return deciding->position();
  for (const auto& recent : recent_groups_) {
    if (const v1::CursorRow* pending = recent->CursorRow(name)) return pending->position();
  }
  ASSIGN_OR_RETURN(const auto stored, parts_.events.GetCursor(name));
  return stored.has_value() ? stored->position() : 0;
}

absl::StatusOr<std::optional<Outcome>> Applier::CheckPreconditions(const v1::Append& append) const {
  std::vector<FailedPrecondition> failures;
  for (const v1::Precondition& precondition : append.preconditions()) {
    ASSIGN_OR_RETURN(const Head head, parts_.index.FindHead(precondition.subject()));
    if (head.revision == precondition.expected_revision()) continue;
    failures.push_back({precondition.subject(), precondition.expected_revision(), head.revision});
  }
  if (failures.empty()) return std::nullopt;
  return Refused(PreconditionError("revision", failures));
}

absl::StatusOr<Outcome> Applier::Accept(const v1::Append& append, absl::Time time,
                                        CommitGroup& group) {
  const Position first = group.next();
  const auto size = static_cast<uint32_t>(append.events_size());
  // The names must outlive the index entries below, which point into them.
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
        return head.status();
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
  for (size_t i = 0; i < size; ++i) {
    const v1::Naming& naming = append.events(static_cast<int>(i)).naming();
    if (!naming.has_name_change()) continue;
    group.SetState(NameKey(first + i), naming.name_change().SerializeAsString());
  }
  group.AddAppend(std::move(records));
  parts_.index.Add(indexed);
  last_time_ = time;
  counters_.appends.fetch_add(1, std::memory_order_relaxed);
  counters_.appended_events.fetch_add(size, std::memory_order_relaxed);
  return outcome;
}

absl::StatusOr<Outcome> Applier::ApplyCursor(const v1::CursorChange& change, absl::Time time,
                                             CommitGroup& group) {
  if (change.position() >= group.next()) {
    return Refused(Error(absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD",
                         "position " + std::to_string(change.position()) +
                             " is beyond the head, which is at " + std::to_string(group.next() - 1),
                         {{"head_position", std::to_string(group.next() - 1)}}));
  }
  ASSIGN_OR_RETURN(const Position current, CursorAt(change.name(), group));
  if (change.has_expected_position() && change.expected_position() != current) {
    return Refused(
        PreconditionError("position", {{change.name(), change.expected_position(), current}}));
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
