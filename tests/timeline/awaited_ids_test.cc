#include "services/timeline/awaited_ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "tests/timeline/random_events.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::timeline {
namespace {

class AwaitedIdsTest : public testing::Test {
 protected:
  AwaitedIdsTest() {
    std::string name = std::filesystem::temp_directory_path() / "awaited_XXXXXX";
    directory_ = mkdtemp(name.data());
    store_ = std::make_unique<ViewStore>(directory_, 1 << 20);
    EXPECT_TRUE(store_->Open().ok());
  }
  ~AwaitedIdsTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  AwaitedIds Open(size_t max_in_memory) const {
    AwaitedIds ids(*store_, max_in_memory);
    EXPECT_TRUE(ids.Restore().ok());
    return ids;
  }
  void Write(AwaitedIds& ids) {
    ViewBatch batch(*store_);
    ids.MoveTo(&batch);
    ASSERT_TRUE(store_->Write(batch, true).ok());
  }

  std::filesystem::path directory_;
  std::unique_ptr<ViewStore> store_;
};

TEST_F(AwaitedIdsTest, AnswersAreExactWhateverMemoryHoldsAndIsWritten) {
  for (const size_t max : {size_t{0}, size_t{1}, size_t{100}}) {
    SCOPED_TRACE(max);
    AwaitedIds ids = Open(max);
    const auto expect = [&](bool a, bool b) {
      EXPECT_EQ(*ids.Contains("a"), a);
      EXPECT_EQ(*ids.Contains("b"), b);
      EXPECT_FALSE(*ids.Contains("c"));
    };
    expect(false, false);
    ASSERT_TRUE(ids.Add("a").ok());
    expect(true, false);
    ASSERT_TRUE(ids.Add("b").ok());
    ASSERT_TRUE(ids.Add("b").ok());
    expect(true, true);
    ASSERT_TRUE(ids.Remove("a").ok());
    ASSERT_TRUE(ids.Remove("c").ok());
    expect(false, true);
    EXPECT_GT(ids.pending_bytes(), 0u);
    Write(ids);
    EXPECT_EQ(ids.pending_bytes(), 0u);
    expect(false, true);
    EXPECT_TRUE(*Open(max).Contains("b"));
    ASSERT_TRUE(ids.Remove("b").ok());
    expect(false, false);
    ASSERT_TRUE(ids.Add("b").ok());
    expect(false, true);
    ASSERT_TRUE(ids.Remove("b").ok());
    Write(ids);
    expect(false, false);
    EXPECT_FALSE(*Open(max).Contains("b"));
  }
}

// Only whoever asks the store sees what is put there by another.
TEST_F(AwaitedIdsTest, TheStoreIsAskedOnceThereAreMoreThanMemoryHolds) {
  AwaitedIds ids = Open(2);
  ASSERT_TRUE(ids.Add("a").ok());
  ASSERT_TRUE(ids.Add("b").ok());
  Write(ids);
  AwaitedIds again = Open(2);
  ViewBatch batch(*store_);
  batch.Put(ViewFamily::kAwaited, "by another", "");
  ASSERT_TRUE(store_->Write(batch, true).ok());
  EXPECT_FALSE(*ids.Contains("by another"));
  EXPECT_FALSE(*again.Contains("by another"));
  ASSERT_TRUE(ids.Add("c").ok());
  EXPECT_TRUE(*ids.Contains("by another"));
  EXPECT_TRUE(*Open(2).Contains("by another"));
}

using Rows = std::map<std::pair<ViewFamily, std::string>, std::string>;

// What links decide.
Rows RowsOf(const ViewStore& store) {
  Rows rows;
  for (const ViewFamily family : {ViewFamily::kRows, ViewFamily::kCarriers, ViewFamily::kAwaited}) {
    const auto status =
        store.Scan(family, "", "", nullptr, [&](std::string_view key, std::string_view value) {
          rows.emplace(std::pair(family, key), value);
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
  }
  return rows;
}

size_t AwaitedIn(const Rows& rows) {
  return static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& row) {
    return row.first.first == ViewFamily::kAwaited;
  }));
}

// Links to events that come later, and to some that never do. What is awaited goes over the maximum
// again and again: in the middle, and where views are opened.
TEST(AwaitedIdsInViewsTest, TimelinesAreTheSameHoweverMuchMemoryHolds) {
  constexpr uint32_t kSeed = 31;
  constexpr int kWorlds = 4;
  constexpr int kAppends = 16;
  constexpr size_t kFew = 4;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  Views views;
  size_t most_awaited = 0;
  for (int world = 0; world < kWorlds; ++world) {
    views.Stop();
    views.Start(kFew);
    RandomEvents events(fmt::format("w{}", world));
    std::vector<int> numbers(RandomEvents::kNumbers);
    for (int i = 0; i < RandomEvents::kNumbers; ++i) numbers[static_cast<size_t>(i)] = i;
    std::shuffle(numbers.begin(), numbers.end(), random);
    for (int i = 0; i < kAppends; ++i) {
      const v1::Event event =
          events.Make(numbers[static_cast<size_t>(i)], static_cast<uint32_t>(random()));
      // Some are refused: an alias that is taken.
      if (!views.Append({event}).ok()) continue;
      const auto snapshot = views.Snapshot();
      ASSERT_EQ(CurrentEntries(*snapshot), BruteEntriesAt(views.reader(), snapshot->position()));
      most_awaited = std::max(most_awaited, AwaitedIn(RowsOf(views.materializer().store())));
    }
  }
  EXPECT_GT(most_awaited, kFew);
  const Entries entries = CurrentEntries(*views.Snapshot());
  const Rows rows = RowsOf(views.materializer().store());
  for (const size_t max : {AwaitedIds::kMaxInMemory, kFew, size_t{0}}) {
    SCOPED_TRACE(max);
    views.Delete();
    views.Start(max);
    EXPECT_EQ(CurrentEntries(*views.Snapshot()), entries);
    EXPECT_EQ(RowsOf(views.materializer().store()), rows);
  }
}

}  // namespace
}  // namespace chipline::timeline
