#include "tests/folds/claims.h"

#include <algorithm>
#include <map>
#include <set>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/explain.h"
#include "services/values/fold_key.h"
#include "storage/check.h"

namespace chipline::timeline {

namespace pb = chipline::v1;

std::string Log::Add(const Report& report) {
  pb::RecordedEvent event;
  *event.mutable_event() = report.event();
  event.set_position(++last_position_);
  if (event.event().event_id().empty()) {
    event.mutable_event()->set_event_id(fmt::format("e{}", last_position_));
  }
  // 1 February 2026, a second each.
  event.mutable_record_time()->set_seconds(1'769'904'000 + static_cast<int64_t>(last_position_));
  if (event.event().has_chip_order()) {
    const std::string& order = event.event().chip_order().order_id();
    // Without an id each claim is an order of its own.
    event.set_subject("order.recorded." + (order.empty() ? event.event().event_id() : order));
  }
  events_.push_back(std::move(event));
  return events_.back().event().event_id();
}

void Log::Alias(pb::EntityKind kind, std::string_view name, std::string_view entity, bool remove) {
  storage::v1::NameChange change;
  change.set_kind(kind);
  change.set_entity(std::string(entity));
  change.set_fold_key(FoldKey(name));
  change.set_remove(remove);
  CHECK(table_.Learn(++last_position_, change).ok());
}

Rows Log::RowsOf(const pb::EntryKey& key) const {
  const std::string id = kinds::EntryId(key);
  std::map<std::string, bool> rows;
  for (const pb::RecordedEvent& event : events_) {
    for (const pb::EntryKey& own : kinds::KeysOf(event, names())) {
      if (kinds::EntryId(own) == id) rows[event.event().event_id()] = true;
    }
  }
  for (size_t before = 0; before != rows.size();) {
    before = rows.size();
    for (const pb::RecordedEvent& event : events_) {
      for (const pb::Link& link : event.event().links()) {
        if (rows.count(link.event_id()) > 0) rows.emplace(event.event().event_id(), false);
      }
      if (rows.count(event.event().event_id()) == 0) continue;
      for (const std::string& whole : kinds::ReferencesOf(event.event()))
        rows.emplace(whole, false);
    }
  }
  Rows claims;
  for (const pb::RecordedEvent& event : events_) {
    const auto row = rows.find(event.event().event_id());
    if (row != rows.end()) claims.push_back(MakeClaim(event, row->second, names()));
  }
  return claims;
}

std::vector<std::string> Log::EntryIds() const {
  std::set<std::string> ids;
  for (const pb::RecordedEvent& event : events_) {
    for (const pb::EntryKey& key : kinds::KeysOf(event, names())) ids.insert(kinds::EntryId(key));
  }
  return {ids.begin(), ids.end()};
}

FoldInput Log::Input(std::string_view entry_id, bool with_dependencies) const {
  FoldInput input;
  for (const pb::RecordedEvent& event : events_) {
    for (const pb::EntryKey& key : kinds::KeysOf(event, names())) {
      if (kinds::EntryId(key) == entry_id) input.key = key;
    }
  }
  input.rows = RowsOf(input.key);
  if (!with_dependencies) return input;
  const Dependencies wanted = DependenciesOf(input.key, input.rows, names());
  for (const std::string& id : EntryIds()) {
    const bool by_id = std::count(wanted.ids.begin(), wanted.ids.end(), id) > 0;
    const bool by_prefix = std::any_of(
        wanted.prefixes.begin(), wanted.prefixes.end(),
        [&](const std::string& prefix) { return id.substr(0, prefix.size()) == prefix; });
    if (by_id || by_prefix) input.dependencies.push_back(Fold(Input(id, false), names()));
  }
  return input;
}

pb::TimelineEntry Log::Entry(std::string_view entry_id) const {
  const FoldInput input = Input(entry_id);
  pb::TimelineEntry entry = Fold(input, names());
  // Whatever is asked, a fold that goes on from row to row says the same.
  Rows rows;
  RunningFold running(input.key, rows, names());
  for (const Claim& row : input.rows) {
    rows.push_back(row);
    running.Add(names());
    running.Entry(input.dependencies, names());
  }
  EXPECT_EQ(running.Entry(input.dependencies, names()).DebugString(), entry.DebugString());
  return entry;
}

pb::TimelineEntry Log::EntryPublishedBy(std::string_view entry_id, std::string_view day) const {
  FoldInput input = Input(entry_id);
  input.rows = PublishedBy(std::move(input.rows), *CivilDay::Parse(day));
  return Fold(input, names());
}

pb::ExplainEntryResponse Log::Explained(std::string_view entry_id) const {
  return Explain(Input(entry_id), names());
}

}  // namespace chipline::timeline
