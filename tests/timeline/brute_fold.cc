#include <algorithm>
#include <set>

#include "gtest/gtest.h"

#include "services/kinds/entry_key.h"
#include "services/timeline/folds/fold.h"
#include "services/timeline/log_events.h"
#include "services/values/name_table.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::timeline {
namespace {

using storage::Position;

struct BruteLog {
  std::vector<v1::RecordedEvent> events;
  NameTable names;
};

BruteLog Read(const storage::LogReader& log, Position from, Position position) {
  BruteLog read;
  for (Position at = from; at <= position; ++at) {
    auto event = ReadEvent(log, at);
    EXPECT_TRUE(event.ok()) << event.status();
    if (event->event().has_alias_change()) {
      FoldKeys fold_keys;
      const auto change = NameChangeOf(event->event().alias_change(), fold_keys);
      EXPECT_TRUE(read.names.Learn(at, change).ok());
    }
    read.events.push_back(*std::move(event));
  }
  return read;
}

// Indexes into the events.
std::set<size_t> Close(const BruteLog& log, std::set<size_t> rows) {
  std::set<std::string> wanted;
  for (const size_t row : rows) {
    for (const std::string& id : kinds::ReferencesOf(log.events[row].event())) wanted.insert(id);
  }
  for (size_t i = 0; i < log.events.size(); ++i) {
    if (wanted.contains(log.events[i].event().event_id())) rows.insert(i);
  }
  for (size_t before = 0; before != rows.size();) {
    before = rows.size();
    std::set<std::string> ids;
    for (const size_t row : rows) ids.insert(log.events[row].event().event_id());
    for (size_t i = 0; i < log.events.size(); ++i) {
      for (const v1::Link& link : log.events[i].event().links()) {
        if (ids.contains(link.event_id())) rows.insert(i);
      }
    }
  }
  return rows;
}

}  // namespace

Entries BruteEntriesAt(const storage::LogReader& log, Position position, Position from) {
  const BruteLog read = Read(log, from, position);
  const NamesAt names{read.names, position};
  std::map<std::string, std::pair<v1::EntryKey, std::set<size_t>>> own;
  for (size_t i = 0; i < read.events.size(); ++i) {
    for (const v1::EntryKey& key : kinds::KeysOf(read.events[i], names)) {
      auto& entry = own[kinds::EntryId(key)];
      entry.first = key;
      entry.second.insert(i);
    }
  }
  std::map<std::string, FoldInput> inputs;
  std::map<std::string, v1::TimelineEntry> bases;
  for (const auto& [id, entry] : own) {
    FoldInput& input = inputs[id];
    input.key = entry.first;
    for (const size_t row : Close(read, entry.second)) {
      input.rows.push_back(MakeClaim(read.events[row], entry.second.contains(row), names));
    }
    bases[id] = Fold(input, names);
  }
  Entries entries;
  for (auto& [id, input] : inputs) {
    const Dependencies dependencies = DependenciesOf(input.key, input.rows, names);
    for (const auto& [other, base] : bases) {
      const auto starts = [&](const std::string& prefix) { return other.starts_with(prefix); };
      if (std::count(dependencies.ids.begin(), dependencies.ids.end(), other) > 0 ||
          std::any_of(dependencies.prefixes.begin(), dependencies.prefixes.end(), starts)) {
        input.dependencies.push_back(base);
      }
    }
    entries[id] = Fold(input, names).SerializeAsString();
  }
  return entries;
}

std::vector<Position> AppendEnds(const storage::LogReader& log) {
  std::vector<Position> ends;
  for (Position at = 1; at <= log.head();) {
    const auto event = ReadEvent(log, at);
    EXPECT_TRUE(event.ok()) << event.status();
    at = event->append_first_position() + event->append_size();
    ends.push_back(at - 1);
  }
  return ends;
}

}  // namespace chipline::timeline
