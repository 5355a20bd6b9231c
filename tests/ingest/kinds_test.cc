#include <set>
#include <string>

#include "gtest/gtest.h"

#include "services/kinds/entry_key.h"
#include "services/kinds/entry_kind.h"
#include "services/kinds/event_kind.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

TEST(KindsTest, EachPayloadOfTheContractIsAKind) {
  const auto* payload = v1::Event::descriptor()->FindOneofByName("payload");
  ASSERT_EQ(static_cast<size_t>(payload->field_count()), kinds::EventKinds().size());
  std::set<std::string_view> roots;
  for (const kinds::EventKindRow& row : kinds::EventKinds()) {
    const auto* field = v1::Event::descriptor()->FindFieldByNumber(row.payload);
    ASSERT_NE(field, nullptr);
    EXPECT_EQ(field->containing_oneof(), payload);
    EXPECT_FALSE(row.subject_root.empty());
    EXPECT_TRUE(roots.insert(row.subject_root).second) << row.subject_root;
    EXPECT_EQ(kinds::SubjectRoot(row.type), row.subject_root);
    v1::Event event;
    event.GetReflection()->MutableMessage(&event, field);
    EXPECT_EQ(&kinds::KindOf(event), &row.kind());
  }
}

TEST(KindsTest, EachKeyOfTheContractIsAKindOfEntryWithItsState) {
  const auto* key = v1::EntryKey::descriptor()->FindOneofByName("key");
  const auto* state = v1::TimelineEntry::descriptor()->FindOneofByName("state");
  ASSERT_EQ(static_cast<size_t>(key->field_count()), kinds::EntryKinds().size());
  ASSERT_EQ(key->field_count(), state->field_count());
  std::set<std::string_view> prefixes;
  for (const kinds::EntryKindRow& row : kinds::EntryKinds()) {
    const auto* of = v1::EntryKey::descriptor()->FindFieldByNumber(row.key);
    const auto* says = v1::TimelineEntry::descriptor()->FindFieldByNumber(row.state);
    ASSERT_TRUE(of != nullptr && says != nullptr);
    EXPECT_EQ(of->name(), says->name());
    EXPECT_TRUE(prefixes.insert(row.prefix).second);
    v1::EntryKey entry;
    entry.GetReflection()->MutableMessage(&entry, of);
    EXPECT_TRUE(kinds::EntryId(entry).starts_with(row.prefix)) << kinds::EntryId(entry);
    v1::TimelineEntry empty;
    empty.GetReflection()->MutableMessage(&empty, says);
    EXPECT_EQ(kinds::FirstDay(empty), kinds::kNoDay);
  }
}

TEST(KindsTest, AnEventWithoutAPayloadNamesAndSaysNothing) {
  const v1::Event event;
  const NameTable table;
  const NamesAt names{table, NameTable::kHead};
  EXPECT_TRUE(kinds::NamesIn(event).empty());
  EXPECT_TRUE(kinds::StatementOf(event, names).empty());
  EXPECT_TRUE(kinds::KeysOf(v1::RecordedEvent(), names).empty());
  EXPECT_TRUE(kinds::KindOf(event).conditions(event).empty());
}

TEST(KindsTest, WordsOfEachKindAreItsPayloads) {
  for (const v1::Event& event : AllEvents()) {
    EXPECT_FALSE(kinds::KindOf(event).conditions(event).empty()) << event.event_id();
    EXPECT_FALSE(kinds::KindOf(event).scope_text(event).empty()) << event.event_id();
  }
}

}  // namespace
}  // namespace chipline::ingest
