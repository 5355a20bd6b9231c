#include "tests/query/watch_record.h"

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/log_events.h"

namespace chipline::query {
namespace {

using storage::Position;
using Entries = std::map<std::string, v1::TimelineEntry>;

// Equal for equal entries, and short.
std::string Print(const v1::TimelineEntry* entry) {
  if (entry == nullptr) return "nothing";
  return fmt::format("{:x}", std::hash<std::string>()(entry->SerializeAsString()));
}

std::string Line(const std::string& entry_id, const v1::TimelineEntry* before,
                 const v1::TimelineEntry* after, const std::string& day) {
  return fmt::format("{} {} > {} {}", entry_id, Print(before), Print(after), day);
}

std::string At(Position position, const std::string& line) {
  return fmt::format("{}: {}", position, line);
}

const v1::TimelineEntry* Find(const Entries& entries, const std::string& id) {
  const auto found = entries.find(id);
  return found == entries.end() ? nullptr : &found->second;
}

Entries EntriesAt(timeline::ViewSnapshot& snapshot, const v1::TimelineQuery& query,
                  Position position) {
  Entries entries;
  const absl::Status visited =
      snapshot.Visit(snapshot.Resolve(query, position), timeline::AsOf{position, std::nullopt}, "",
                     [&](const timeline::EntryVersion& entry) {
                       entries[entry.entry_id] = entry.Parse();
                       return true;
                     });
  EXPECT_TRUE(visited.ok()) << visited;
  return entries;
}

void AddDifferences(Position position, const Entries& before, const Entries& after,
                    std::vector<std::string>* lines) {
  std::set<std::string> ids;
  for (const auto& [id, entry] : before) ids.insert(id);
  for (const auto& [id, entry] : after) ids.insert(id);
  for (const std::string& id : ids) {
    const v1::TimelineEntry* was = Find(before, id);
    const v1::TimelineEntry* is = Find(after, id);
    if (Print(was) != Print(is)) lines->push_back(At(position, Line(id, was, is, "")));
  }
}

void AddDay(Position position, const Entries& entries, const std::string& day,
            std::vector<std::string>* lines) {
  for (const auto& [id, entry] : entries) {
    bool begins = false;
    for (const auto& interval : entry.export_rule().intervals()) {
      begins |= interval.valid().from() == day;
    }
    for (const auto& interval : entry.chip_order().intervals()) {
      begins |= interval.valid().from() == day;
    }
    if (begins) lines->push_back(At(position, Line(id, &entry, &entry, day)));
  }
}

}  // namespace

v1::WatchTimelinesResponse CatchUp(WatchClient* watch) {
  while (true) {
    v1::WatchTimelinesResponse response = watch->Next();
    if (response.has_caught_up() || response.step_case() == 0) return response;
  }
}

void WatchRecord::Take(const v1::WatchTimelinesResponse& message) {
  EXPECT_GE(message.position(), position_) << message.ShortDebugString();
  EXPECT_GE(message.day(), day_) << message.ShortDebugString();
  for (const v1::TimelineChange& change : message.changes().changes()) {
    EXPECT_EQ(change.reason() == v1::CHANGE_REASON_RULE_EFFECTIVE, change.has_passed());
    EXPECT_GT(change.cause_event_ids_size(), 0) << change.ShortDebugString();
    unfinished_.push_back(Line(change.entry_id(), change.has_before() ? &change.before() : nullptr,
                               change.has_after() ? &change.after() : nullptr,
                               change.passed().day()));
  }
  if (message.position() != position_ || message.day() != day_) {
    for (const std::string& line : unfinished_) lines_.push_back(At(message.position(), line));
    unfinished_.clear();
  }
  EXPECT_TRUE(message.has_changes() || unfinished_.empty());
  token_ = message.resume_token();
  position_ = message.position();
  day_ = message.day();
}

std::vector<std::string> ExpectedLines(QueryServer& server, const v1::TimelineQuery& query,
                                       CivilDay from, CivilDay until) {
  const auto snapshot = server.views().Snapshot();
  std::vector<std::string> lines;
  Entries entries;
  Position position = 0;
  CivilDay day = from;
  const auto pass_to = [&](CivilDay last) {
    while (day < last) {
      day = day.AddDays(1);
      AddDay(position, entries, day.Format(), &lines);
    }
  };
  const storage::LogReader& log = server.views().reader();
  while (position < log.head()) {
    const auto event = timeline::ReadEvent(log, position + 1);
    EXPECT_TRUE(event.ok()) << event.status();
    const Position end = position + event->append_size();
    pass_to(CivilDay::FromTimestamp(event->record_time()));
    Entries next = EntriesAt(*snapshot, query, end);
    AddDifferences(end, entries, next, &lines);
    entries = std::move(next);
    position = end;
  }
  pass_to(until);
  return lines;
}

}  // namespace chipline::query
