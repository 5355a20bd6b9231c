#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/index.h"
#include "storage/limits.h"
#include "tests/storage/open_log.h"

namespace chipline::storage::testing {
namespace {

// What a step may look at beyond limits::kScanStepRows: the rest of an append, and the blocks and
// posting lists on the way.
constexpr size_t kMaxOver = limits::kMaxAppendEvents + 4 * limits::kPostingsRows +
                            limits::kIndexChunkEvents / limits::kPostingsARow;
constexpr size_t kEvents = 3 * limits::kScanStepRows;

// No facet narrows it, so that every event is looked at.
const Filter& Nothing() {
  static const auto* const kFilter = new Filter(SubjectFilter("*.nomatch.>"));
  return *kFilter;
}

class ScanTest : public LogTest {
 protected:
  // Appends of at most 1,000 events, each with a subject of its own.
  void Fill(size_t events) {
    while (events > 0) {
      std::vector<v1::SealedEvent> append;
      for (; events > 0 && append.size() < 1000; --events, ++next_) {
        const std::string number = std::to_string(next_);
        append.push_back(Sealed("e" + number, "usage.s" + number));
      }
      ASSERT_TRUE(Append(*log, append).status.ok());
    }
  }

  size_t next_ = 100'000;
};

TEST_F(ScanTest, AStepForwardLooksAtABoundedNumberOfEvents) {
  Fill(kEvents);
  Cursor cursor(log->reader(), Nothing(), 0);
  size_t steps = 0;
  for (Position before = 0; before < log->reader().head(); ++steps) {
    const auto batch = cursor.Next(limits::kMaxBatchBytes);
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->events, 0u);
    EXPECT_LE(batch->rows, limits::kScanStepRows + kMaxOver);
    EXPECT_LE(cursor.position() - before, limits::kScanStepRows + kMaxOver);
    ASSERT_GT(cursor.position(), before);
    // Progress is told at the end of an append.
    EXPECT_EQ(*log->reader().AppendEndAtOrBefore(cursor.position()), cursor.position());
    before = cursor.position();
  }
  EXPECT_GE(steps, 3u);
}

TEST_F(ScanTest, AStepOverPostingsThatDoNotMatchIsBoundedToo) {
  Fill(kEvents);
  Cursor cursor(log->reader(), SubjectFilter("usage.*.nomatch"), 0);
  const auto batch = cursor.Next(limits::kMaxBatchBytes);
  ASSERT_TRUE(batch.ok());
  EXPECT_LE(batch->rows, limits::kScanStepRows + kMaxOver);
  EXPECT_FALSE(batch->at_end());
  EXPECT_TRUE(ReadAll(*log, SubjectFilter("usage.*.nomatch")).empty());
}

TEST_F(ScanTest, AStepBackwardLooksAtABoundedNumberOfEvents) {
  Fill(kEvents);
  size_t steps = 0;
  for (Position before = log->reader().head() + 1; before > 1; ++steps) {
    const auto step = log->reader().MatchesBackward(Nothing(), before, 1);
    ASSERT_TRUE(step.ok());
    EXPECT_TRUE(step->matches.empty());
    EXPECT_LE(step->rows, limits::kScanStepRows + kMaxOver);
    ASSERT_LT(step->begin, before);
    before = step->begin;
  }
  EXPECT_GE(steps, 3u);
}

TEST_F(ScanTest, AStepOverSubjectsLooksAtABoundedNumberOfThem) {
  Fill(kEvents);
  std::string after;
  size_t looked_at = 0;
  while (true) {
    const auto step = log->reader().Subjects("usage.*.nomatch", after, 1);
    ASSERT_TRUE(step.ok());
    EXPECT_TRUE(step->found.empty());
    EXPECT_LE(step->rows, limits::kScanStepRows + limits::kSubjectsAtATime);
    looked_at += step->rows;
    if (!step->looked_at.has_value()) break;
    ASSERT_GT(step->looked_at->subject, after);
    after = step->looked_at->subject;
  }
  EXPECT_EQ(looked_at, kEvents);
}

// A step that ends with a chunk of the index must not tell the end of an append that goes on in the
// next chunk before that is looked at.
TEST_F(ScanTest, AnAppendAcrossTwoChunksIsReadWhole) {
  Fill(limits::kIndexChunkEvents - 50);
  std::vector<v1::SealedEvent> across;
  for (int i = 0; i < 100; ++i) {
    across.push_back(Sealed("across" + std::to_string(i), "order.across"));
  }
  ASSERT_TRUE(Append(*log, across).status.ok());
  Fill(100);
  for (const char* pattern : {"order.across", "*.across"}) {
    EXPECT_EQ(ReadAll(*log, SubjectFilter(pattern), 0, /*max_bytes=*/1).size(), across.size());
  }
}

TEST_F(ScanTest, SubjectsFromMemoryAndDiskComeInOneOrder) {
  Fill(limits::kIndexChunkEvents + 1000);
  Reopen();
  ASSERT_TRUE(
      Append(*log, {Sealed("again", "usage.s100001"), Sealed("first", "usage.a")}).status.ok());
  std::vector<SubjectHead> all;
  std::string after;
  while (true) {
    const auto step = log->reader().Subjects("", after, 5000);
    ASSERT_TRUE(step.ok());
    all.insert(all.end(), step->found.begin(), step->found.end());
    if (!step->looked_at.has_value()) break;
    after = step->looked_at->subject;
  }
  ASSERT_EQ(all.size(), limits::kIndexChunkEvents + 1001);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.subject < b.subject; }));
  EXPECT_EQ(all[0].subject, "usage.a");
  EXPECT_EQ(all[2].subject, "usage.s100001");
  EXPECT_EQ(all[2].revision, 2u);
}

// The index gets an event before the log is synced: readers see what the log had at its end.
TEST(ScanOfAnIndex, ASubjectIsAsItWasWhereTheLogEnded) {
  const TempDirectory directory;
  EventStoreOptions options;
  options.directory = directory.path() / "log";
  const auto events = EventStore::Open(options);
  ASSERT_TRUE(events.ok()) << events.status();
  IndexParts parts;
  parts.events = events->get();
  parts.store = std::make_unique<IndexStore>(directory.path() / "index", "a log");
  Index index(std::move(parts));
  index.Start();
  ASSERT_TRUE(index.status().ok()) << index.status();
  index.Add({{1, "e1", "capex.a", 1, {}, true},
             {2, "e2", "capex.b", 1, {}, false},
             {3, "e3", "capex.a", 2, {}, false},
             {4, "e4", "capex.a", 3, {}, false},
             {5, "e5", "capex.c", 1, {}, false}});

  const auto heads = index.Heads("capex.", "", 10, /*head=*/3);
  ASSERT_TRUE(heads.ok()) << heads.status();
  ASSERT_EQ(heads->size(), 2u);
  EXPECT_EQ((*heads)[0].first, "capex.a");
  EXPECT_EQ((*heads)[0].second.revision, 2u);
  EXPECT_EQ((*heads)[0].second.position, 3u);
  EXPECT_EQ((*heads)[1].first, "capex.b");
  EXPECT_EQ(index.Heads("", "", 10, /*head=*/5)->size(), 3u);
  // Appends are decided by what is there, synced or not.
  EXPECT_EQ(index.FindHead("capex.a")->revision, 3u);
}

}  // namespace
}  // namespace chipline::storage::testing
