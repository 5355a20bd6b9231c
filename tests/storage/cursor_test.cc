#include "storage/cursor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/limits.h"
#include "tests/storage/open_log.h"

namespace chipline::storage::testing {
namespace {

using CursorTest = LogTest;

// Appends `count` events in appends of `append_size`, every tenth on another subject.
void Fill(Log& log, int count, int append_size) {
  std::vector<v1::SealedEvent> events;
  for (int i = 0; i < count; ++i) {
    const bool rare = i % 1000 == 999;
    events.push_back(Sealed("e" + std::to_string(i), rare ? "order.rare.x" : "capex.common",
                            std::string(20, 'x'), {rare ? "chip/rare" : "chip/common"}));
    if (static_cast<int>(events.size()) == append_size || i + 1 == count) {
      ASSERT_TRUE(Append(log, events).status.ok());
      events.clear();
    }
  }
}

TEST_F(CursorTest, SeesEveryEventOnceInOrderWhateverTheBatchSize) {
  Fill(*log, 500, 7);
  for (const size_t max_bytes : {1u, 300u, 5'000u, 1u << 20}) {
    const auto events = ReadAll(*log, {}, 0, max_bytes);
    ASSERT_EQ(events.size(), 500u);
    for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].position(), i + 1);
  }
}

TEST_F(CursorTest, ABatchEndsWhereAnAppendEnds) {
  Fill(*log, 500, 7);
  for (const Filter& filter : {Filter(), EntityFilter("chip/common")}) {
    Cursor cursor(log->reader(), filter, 0);
    while (cursor.position() < 500) {
      ASSERT_TRUE(cursor.Next(1000).ok());
      EXPECT_EQ(*log->reader().AppendEndAtOrBefore(cursor.position()), cursor.position());
    }
  }
}

TEST_F(CursorTest, AtTheEndItGivesAnEmptyBatchAtOnce) {
  Cursor cursor(log->reader(), {}, 0);
  const auto batch = cursor.Next(1000);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->events, 0u);
  EXPECT_TRUE(batch->at_end());
}

TEST_F(CursorTest, ProgressMovesOverEventsThatTheFilterLeavesOut) {
  Fill(*log, 500, 7);
  Cursor cursor(log->reader(), EntityFilter("chip/nobody"), 0);
  const auto batch = cursor.Next(1000);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->events, 0u);
  EXPECT_EQ(batch->position, 500u);
}

TEST_F(CursorTest, ABoundIsNotPassed) {
  Fill(*log, 50, 5);
  Cursor cursor(log->reader(), {}, 10, 25);
  const auto batch = cursor.Next(1 << 20);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->events, 15u);
  EXPECT_EQ(batch->position, 25u);
  EXPECT_TRUE(batch->at_end());
}

TEST_F(CursorTest, FiltersAgreeWithAScanAcrossIndexChunksOnDiskAndInMemory) {
  const int count = static_cast<int>(2 * limits::kIndexChunkEvents) + 5000;
  Fill(*log, count, 4096);
  const auto rare = ReadAll(*log, EntityFilter("chip/rare"));
  EXPECT_EQ(rare.size(), static_cast<size_t>(count / 1000));
  EXPECT_EQ(ReadAll(*log, SubjectFilter("order.>")).size(), rare.size());
  EXPECT_EQ(ReadAll(*log, SubjectFilter("order.*.x")).size(), rare.size());
  EXPECT_EQ(ReadAll(*log, SubjectFilter("*.rare.x")).size(), rare.size());
  Filter none{{Clause{{"order.>"}, {}}, Clause{{}, {"chip/common"}}}, {}};
  EXPECT_TRUE(ReadAll(*log, none).empty());
  Reopen();
  EXPECT_EQ(ReadAll(*log, EntityFilter("chip/rare")).size(), rare.size());
  EXPECT_EQ(log->reader().MatchesBackward(EntityFilter("chip/rare"), 0, 3)->matches.front(),
            rare.back().position());
  EXPECT_EQ(*log->reader().Find("e70000"), std::optional<Position>(70001));
  EXPECT_EQ(Append(*log, {Sealed("new", "order.rare.x")}).events[0].revision, rare.size() + 1);
}

TEST_F(CursorTest, ShardsAreDisjointAndTogetherEverything) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(Append(*log, {Sealed("e" + std::to_string(i), "capex.c" + std::to_string(i % 17))})
                    .status.ok());
  }
  std::set<Position> seen;
  for (uint32_t index = 0; index < 3; ++index) {
    for (const auto& event : ReadAll(*log, Filter{{}, Shard{index, 3}})) {
      EXPECT_TRUE(seen.insert(event.position()).second);
    }
  }
  EXPECT_EQ(seen.size(), 200u);
}

TEST_F(CursorTest, AWaitingReaderIsWokenOnceByTheNextCommit) {
  std::promise<void> woken;
  const uint64_t registration = log->reader().NotifyPast(0, [&] { woken.set_value(); });
  EXPECT_NE(registration, 0u);
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  woken.get_future().get();
  EXPECT_EQ(log->reader().head(), 1u);
  log->reader().Cancel(registration);
}

TEST_F(CursorTest, ACancelledWaitIsNotWoken) {
  std::atomic<bool> woken = false;
  const uint64_t registration = log->reader().NotifyPast(0, [&] { woken = true; });
  log->reader().Cancel(registration);
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  EXPECT_FALSE(woken);
}

TEST_F(CursorTest, ReadersThatFollowLiveMissAndRepeatNothing) {
  constexpr Position kEvents = 5000;
  std::vector<std::thread> readers;
  std::atomic<int> good = 0;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      Cursor cursor(log->reader(), r == 0 ? EntityFilter("chip/common") : Filter(), 0);
      Position next = 1;
      while (cursor.position() < kEvents) {
        std::mutex mutex;
        std::condition_variable condition;
        bool ready = false;
        const uint64_t registration = log->reader().NotifyPast(cursor.position(), [&] {
          const std::lock_guard<std::mutex> lock(mutex);
          ready = true;
          condition.notify_one();
        });
        {
          std::unique_lock<std::mutex> lock(mutex);
          condition.wait(lock, [&] { return ready; });
        }
        log->reader().Cancel(registration);
        for (const auto& event : EventsOf(*cursor.Next(64 * 1024))) {
          if (event.position() != next++) return;
        }
      }
      if (next == kEvents + 1) ++good;
    });
  }
  for (Position i = 0; i < kEvents; i += 5) {
    std::vector<v1::SealedEvent> events;
    for (Position j = i; j < i + 5; ++j) {
      events.push_back(Sealed("e" + std::to_string(j), "capex.x", "", {"chip/common"}));
    }
    ASSERT_TRUE(Append(*log, events).status.ok());
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(good, 3);
}

}  // namespace
}  // namespace chipline::storage::testing
