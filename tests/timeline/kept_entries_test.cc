#include "services/timeline/kept_entries.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace chipline::timeline {
namespace {

class KeptEntriesTest : public ::testing::Test {
 protected:
  std::unique_ptr<OpenEntry> Entry(storage::Position position, int count) const {
    Rows rows;
    for (int i = 0; i < count; ++i) {
      Claim claim;
      claim.event.set_position(position);
      claim.event.mutable_event()->set_event_id(std::string(1000, 'x'));
      rows.push_back(std::move(claim));
    }
    return std::make_unique<OpenEntry>(v1::EntryKey(), std::move(rows), position,
                                       NamesAt{names_, position});
  }

 private:
  NameTable names_;
};

TEST_F(KeptEntriesTest, WhatIsTakenIsThereNoMore) {
  KeptEntries kept(1 << 20);
  kept.Put("a", Entry(7, 3));
  const auto taken = kept.Take("a");
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(taken->position(), 7u);
  EXPECT_EQ(taken->rows().size(), 3u);
  EXPECT_EQ(kept.Take("a"), nullptr);
}

TEST_F(KeptEntriesTest, WhatIsPutLastReplacesWhatWasThere) {
  KeptEntries kept(1 << 20);
  kept.Put("a", Entry(7, 3));
  kept.Put("a", Entry(9, 4));
  EXPECT_EQ(kept.Take("a")->position(), 9u);
  EXPECT_EQ(kept.Take("a"), nullptr);
}

TEST_F(KeptEntriesTest, WhatWasPutBackTheLongestAgoGoesFirst) {
  const size_t each = Entry(1, 10)->bytes();
  KeptEntries kept(4 * each);
  for (const char* id : {"a", "b", "c"}) kept.Put(id, Entry(1, 10));
  kept.Put("a", kept.Take("a"));
  kept.Put("d", Entry(1, 10));
  EXPECT_EQ(kept.Take("b"), nullptr);
  EXPECT_NE(kept.Take("a"), nullptr);
  EXPECT_NE(kept.Take("c"), nullptr);
  EXPECT_NE(kept.Take("d"), nullptr);
}

TEST_F(KeptEntriesTest, WhatDoesNotFitIsNotKept) {
  KeptEntries kept(Entry(1, 10)->bytes());
  kept.Put("small", Entry(1, 1));
  kept.Put("large", Entry(1, 1000));
  EXPECT_EQ(kept.Take("large"), nullptr);
  EXPECT_NE(kept.Take("small"), nullptr);
}

// Entries without a claim take room, too.
TEST_F(KeptEntriesTest, EntriesAreBounded) {
  KeptEntries kept(1'000'000);
  for (int i = 0; i < 10'000; ++i) kept.Put(fmt::format("entry {}", i), Entry(1, 0));
  EXPECT_EQ(kept.Take("entry 0"), nullptr);
  EXPECT_NE(kept.Take("entry 9999"), nullptr);
}

}  // namespace
}  // namespace chipline::timeline
