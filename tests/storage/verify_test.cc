#include <algorithm>

#include "gmock/gmock.h"

#include "storage/bounded_map.h"
#include "storage/error.h"
#include "storage/event_check.h"
#include "storage/event_store.h"
#include "storage/facet.h"
#include "storage/index_check.h"
#include "storage/limits.h"
#include "tests/storage/tools.h"

// What a verification finds, and that it finds nothing where nothing is wrong.
namespace chipline::storage::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Verify = LogTest;

TEST_F(Verify, AnEmptyLogIsSound) {
  log.reset();
  EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
}

TEST_F(Verify, ALogIsSoundWhileItsEventsAreInTheWalAndInFiles) {
  AppendSome(*log, 0, 500);
  log.reset();
  EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
  Open();
  AppendSome(*log, 500, 500);
  log.reset();
  EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
}

TEST_F(Verify, ALogThatIsServedIsLookedAtWhileItGrows) {
  AppendSome(*log, 0, 300);
  Verification verification(ChecksOf(*log));
  std::vector<CheckedFinding> findings;
  int next = 300;
  do {
    AppendSome(*log, next, 30);
    next += 30;
  } while (verification.Step(4096, findings));
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_EQ(verification.progress().fraction, 1);
}

TEST_F(Verify, ADirectoryThatIsServedIsRefused) {
  EXPECT_EQ(ReasonOf(StoppedLog::Open(directory.path()).status()), "DIRECTORY_IN_USE");
}

TEST_F(Verify, WhereThereIsNoLogItSaysSoAndMakesNothing) {
  const std::filesystem::path nothing = directory.path() / "nothing";
  EXPECT_EQ(ReasonOf(StoppedLog::Open(nothing).status()), "NO_LOG");
  EXPECT_FALSE(std::filesystem::exists(nothing));
}

TEST_F(Verify, LookingChangesNoByte) {
  AppendSome(*log, 0, 100);
  log.reset();
  const auto before = Everything(directory.path());
  EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
  EXPECT_EQ(Everything(directory.path()), before);
}

TEST_F(Verify, TwoMayLookAtATime) {
  log.reset();
  const auto one = StoppedLog::Open(directory.path());
  const auto two = StoppedLog::Open(directory.path());
  EXPECT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(ReasonOf(TryOpen().status()), "DIRECTORY_IN_USE");
}

TEST_F(Verify, AMissingHighWaterIsFoundAndDoesNotOpen) {
  AppendSome(*log, 0, 10);
  log.reset();
  std::filesystem::remove(directory.path() / "HIGHWATER");
  EXPECT_THAT(FindingsIn(directory.path()), Contains(HasSubstr("HIGHWATER: the file is missing")));
  EXPECT_EQ(ReasonOf(TryOpen().status()), "HIGHWATER_MISSING");
}

TEST_F(Verify, AHighWaterPastTheEndIsFound) {
  AppendSome(*log, 0, 10);
  log.reset();
  WriteContent(directory.path() / "HIGHWATER", "12\n");
  EXPECT_THAT(FindingsIn(directory.path()),
              Contains(HasSubstr("events up to position 12 were acknowledged, but the log ends at "
                                 "10")));
}

TEST_F(Verify, ADamagedHighWaterIsFound) {
  AppendSome(*log, 0, 10);
  log.reset();
  WriteContent(directory.path() / "HIGHWATER", "1x\n");
  EXPECT_THAT(FindingsIn(directory.path()), Contains(HasSubstr("is not a position")));
}

TEST_F(Verify, ACursorPastTheEndIsFound) {
  AppendSome(*log, 0, 10);
  log.reset();
  {
    const auto store = EventStore::Open(EventStoreOptions{directory.path() / "log"});
    ASSERT_TRUE(store.ok()) << store.status();
    CommitWrite write;
    write.cursors.emplace_back("far", v1::CursorRow());
    write.cursors.back().second.set_position(99);
    ASSERT_TRUE((*store)->Write(write, true).ok());
  }
  EXPECT_THAT(FindingsIn(directory.path()), Contains(HasSubstr("log, cursor far")));
}

// Blocks as no committer writes them, straight into a store.
class VerifyBlocks : public ::testing::Test {
 protected:
  struct Event {
    std::string id;
    std::string subject;
    Revision revision;
    Position append_first;
    uint32_t append_size;
    int64_t seconds = 100;
  };

  void SetUp() override {
    auto opened = EventStore::Open(EventStoreOptions{directory_.path()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  void Put(Position first, const std::vector<Event>& events) {
    BlockBuilder builder(first);
    Position position = first;
    for (const Event& event : events) {
      chipline::v1::Event content;
      content.set_event_id(event.id);
      RecordHeader header;
      header.position = position++;
      header.subject = event.subject;
      header.revision = event.revision;
      header.record_time = absl::FromUnixSeconds(event.seconds);
      header.append_first_position = event.append_first;
      header.append_size = event.append_size;
      builder.Add(FrameRecord(header, content.SerializeAsString()));
    }
    CommitWrite write;
    write.blocks.push_back(std::move(builder).Finish());
    head_ = std::max(head_, write.blocks.back()->last());
    ASSERT_TRUE(store_->Write(write, false).ok());
  }

  std::vector<std::string> Findings(size_t max_names = 1000) {
    EventCheckTarget target{*store_, head_, head_};
    target.max_names = max_names;
    EventCheck check(target);
    std::vector<Finding> findings;
    while (check.Step(1, findings)) {
    }
    std::vector<std::string> lines;
    for (const Finding& finding : findings) {
      lines.push_back(fmt::format("{}: {}", finding.position, finding.description));
    }
    return lines;
  }

  TempDirectory directory_;
  std::unique_ptr<EventStore> store_;
  Position head_ = 0;
};

TEST_F(VerifyBlocks, SoundBlocksAreSound) {
  Put(1, {{"a", "capex.x", 1, 1, 2}, {"b", "capex.y", 1, 1, 2}});
  Put(3, {{"c", "capex.x", 2, 3, 1}});
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(VerifyBlocks, MissingPositionsAreNamed) {
  Put(1, {{"a", "capex.x", 1, 1, 1}});
  Put(4, {{"d", "capex.y", 1, 4, 1}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: positions 2 to 3 missing")));
}

TEST_F(VerifyBlocks, AMissingBeginningIsNamed) {
  Put(3, {{"c", "capex.x", 1, 3, 1}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("1: positions 1 to 2 missing")));
}

TEST_F(VerifyBlocks, PositionsStoredTwiceAreNamed) {
  Put(1, {{"a", "capex.x", 1, 1, 2}, {"b", "capex.y", 1, 1, 2}});
  Put(2, {{"c", "capex.z", 1, 2, 1}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: position 2 stored twice")));
}

TEST_F(VerifyBlocks, AnEventOfAnotherPositionIsNamed) {
  Put(1, {{"a", "capex.x", 1, 1, 1}});
  // Its bytes say 2; it is stored at 3.
  BlockBuilder builder(2);
  RecordHeader header;
  header.position = 3;
  header.subject = "capex.y";
  header.revision = 1;
  header.append_first_position = 2;
  header.append_size = 1;
  builder.Add(FrameRecord(header, "\x0a\x01z"));
  CommitWrite write;
  write.blocks.push_back(std::move(builder).Finish());
  head_ = 2;
  ASSERT_TRUE(store_->Write(write, false).ok());
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: the event says it is at position 3")));
}

TEST_F(VerifyBlocks, ARecordTimeThatGoesBackIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 1, 100}});
  Put(2, {{"b", "capex.y", 1, 2, 1, 99}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: recorded at 1970-01-01T00:01:39")));
}

TEST_F(VerifyBlocks, AnAppendThatIsNotWholeIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 2}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("1: the append that begins at 1 is not whole")));
}

TEST_F(VerifyBlocks, AnAppendInTwoBlocksIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 2}});
  Put(2, {{"b", "capex.y", 1, 1, 2}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: the append that begins at 1 goes on in another")));
}

TEST_F(VerifyBlocks, AnAppendWithAnotherInsideIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 3}, {"b", "capex.y", 1, 2, 1}, {"c", "capex.z", 1, 1, 3}});
  EXPECT_THAT(Findings(), Contains(HasSubstr("2: the append that begins at 1 is not contiguous")));
}

TEST_F(VerifyBlocks, ARevisionThatIsNotDueIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 1}});
  Put(2, {{"b", "capex.x", 3, 2, 1}});
  EXPECT_THAT(Findings(), Contains("2: revision 3 of subject capex.x where 2 was due"));
}

TEST_F(VerifyBlocks, AnEventIdThatIsThereTwiceIsFound) {
  Put(1, {{"a", "capex.x", 1, 1, 1}});
  Put(2, {{"a", "capex.y", 1, 2, 1}});
  EXPECT_THAT(Findings(), Contains("2: the event id a is at position 1 as well"));
}

TEST_F(VerifyBlocks, NamesBeyondMemoryAreLookedAtInFurtherPasses) {
  constexpr Position kEvents = 300;
  for (Position i = 1; i <= kEvents; ++i) {
    Put(i, {{fmt::format("id-{}", i), fmt::format("capex.s{}", i), 1, i, 1}});
  }
  EXPECT_THAT(Findings(8), IsEmpty());
  Put(kEvents + 1, {{"id-77", "capex.s123", 5, kEvents + 1, 1}});
  EXPECT_THAT(Findings(8), ::testing::UnorderedElementsAre(
                               "301: revision 5 of subject capex.s123 where 2 was due",
                               "301: the event id id-77 is at position 77 as well"));
}

TEST_F(VerifyBlocks, WhatFollowsAGapIsLookedAt) {
  Put(1, {{"a", "capex.x", 1, 1, 1}});
  Put(3, {{"c", "capex.y", 1, 3, 1}});
  Put(4, {{"a", "capex.z", 1, 4, 1}});
  EXPECT_THAT(Findings(),
              ::testing::UnorderedElementsAre("2: position 2 missing before this block",
                                              "4: the event id a is at position 1 as well"));
}

TEST(BoundedMap, EveryNameIsCoveredByOnePass) {
  BoundedMap map(3);
  std::map<uint64_t, int> covered;
  do {
    for (uint64_t i = 0; i < 50; ++i) {
      const uint64_t hash = i * 0x0505050505050505u;
      if (!map.Covers(hash)) continue;
      map.Exchange(hash, 1);
    }
    // What is still covered at the end of a pass was covered all through it.
    for (uint64_t i = 0; i < 50; ++i) covered[i] += map.Covers(i * 0x0505050505050505u);
  } while (map.NextRange());
  for (const auto& [name, times] : covered) EXPECT_EQ(times, 1) << name;
}

// More events than a chunk of the index has, so that there is something on disk.
class VerifyIndex : public LogTest {
 protected:
  static constexpr int kEvents = static_cast<int>(limits::kIndexChunkEvents) + 2000;

  void SetUp() override {
    LogTest::SetUp();
    for (int first = 0; first < kEvents; first += 3000) {
      AppendSome(*log, first, std::min(3000, kEvents - first));
    }
    // A clean stop writes what is full.
    log.reset();
  }
};

// Puts a row of the index, or deletes it if there is no value.
void ChangeRow(IndexStore& index, IndexFamily family, const std::string& key,
               const std::string* value) {
  rocksdb::WriteBatch batch;
  auto* handle = index.rocks().family(static_cast<size_t>(family));
  ASSERT_TRUE((value == nullptr ? batch.Delete(handle, key) : batch.Put(handle, key, *value)).ok());
  ASSERT_TRUE(index.rocks().Write({}, batch).ok());
}

TEST_F(VerifyIndex, EachKindOfDamageIsFound) {
  EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
  const std::string log_id = (*StoppedLog::Open(directory.path()))->format()->value().log_id();
  const std::filesystem::path sound = directory.path() / "sound";
  std::filesystem::rename(directory.path() / "index", sound);
  const auto damage = [&](const std::function<void(IndexStore&)>& change) {
    CopyFolder(sound, directory.path() / "index");
    IndexStore index(directory.path() / "index", log_id);
    ASSERT_TRUE(index.Open().ok());
    ASSERT_EQ(index.position(), limits::kIndexChunkEvents - 1);
    change(index);
  };
  using Key = std::string;
  const auto row = [](IndexStore& index, IndexFamily family, const Key& prefix) {
    auto rows = index.Rows(family);
    rows->Seek(prefix);
    return std::pair<Key, Key>(rows->key(), rows->value());
  };
  const auto change = [&](IndexFamily family, const Key& prefix,
                          const std::function<std::pair<Key, Key>(Key, Key)>& to, bool remove) {
    damage([&](IndexStore& index) {
      const auto [key, value] = row(index, family, prefix);
      if (remove) {
        ChangeRow(index, family, key, nullptr);
      } else {
        const auto [new_key, new_value] = to(key, value);
        ChangeRow(index, family, new_key, &new_value);
      }
    });
    const auto stopped = StoppedLog::Open(directory.path());
    EXPECT_TRUE(stopped.ok()) << stopped.status();
    IndexCheck check(**(*stopped)->events(), **(*stopped)->index(), (*stopped)->head());
    std::vector<Finding> findings;
    while (check.Step(1 << 20, findings)) {
    }
    std::vector<std::string> lines;
    for (const Finding& finding : findings) {
      lines.push_back(finding.place + ": " + finding.description);
    }
    return lines;
  };
  const auto same = [](Key key, Key value) { return std::pair(key, value); };
  const auto other_value = [](Key key, Key value) {
    value.back() = static_cast<char>(value.back() ^ 1);
    return std::pair(key, value);
  };
  const auto other_key = [](Key key, Key value) { return std::pair("zz" + key, value); };
  EXPECT_THAT(change(IndexFamily::kIds, "event-5", same, true),
              Contains(HasSubstr("but the index does not have it")));
  EXPECT_THAT(change(IndexFamily::kIds, "event-5", other_value, false),
              Contains(HasSubstr("but the index has it at")));
  EXPECT_THAT(change(IndexFamily::kIds, "event-5", other_key, false),
              Contains(HasSubstr("index, ids: 65536 rows, and the events make 65535")));
  EXPECT_THAT(change(IndexFamily::kSubjects, "capex", same, true),
              Contains(HasSubstr("index, subject capex.company-0: the index does not have its")));
  EXPECT_THAT(change(IndexFamily::kSubjects, "capex", other_value, false),
              Contains(HasSubstr("index, subject capex.company-0")));
  EXPECT_THAT(change(IndexFamily::kSubjects, "capex", other_key, false),
              Contains(HasSubstr("index, subjects: 8 rows, and the events make 7")));
  EXPECT_THAT(change(IndexFamily::kPostings, "echip", same, true),
              Contains(HasSubstr("index, chunk 0, facet echip/0: the posting list has 0")));
  EXPECT_THAT(change(IndexFamily::kPostings, "echip", other_value, false),
              Contains(HasSubstr("index, chunk 0, facet echip/0")));
  EXPECT_THAT(change(IndexFamily::kPostings, "echip", other_key, false),
              Contains(HasSubstr("index, chunk 0, postings")));
  // An index from before there was a list of blocks.
  EXPECT_THAT(change(IndexFamily::kPostings, "b", same, true), IsEmpty());
}

// Whatever the list of blocks says, a filter finds what it should.
TEST_F(VerifyIndex, AFilterNeedsNoListOfBlocks) {
  const auto find = [&](const std::function<void(IndexStore&)>& change) {
    const std::string log_id = (*StoppedLog::Open(directory.path()))->format()->value().log_id();
    {
      IndexStore index(directory.path() / "index", log_id);
      EXPECT_TRUE(index.Open().ok());
      change(index);
    }
    LiteralRules literal;
    const auto opened = Log::Open({.directory = directory.path()}, literal);
    EXPECT_TRUE(opened.ok()) << opened.status();
    std::vector<Position> positions;
    for (const auto& event : ReadAll(**opened, EntityFilter("chip/3"))) {
      positions.push_back(event.position());
    }
    return positions;
  };
  const auto with = find([](IndexStore& index) {
    const auto starts = index.Postings(BlockFacet(), 0);
    ASSERT_TRUE(starts.ok());
    EXPECT_GT(starts->size(), 100u);
    EXPECT_EQ(starts->front(), 1u);
  });
  EXPECT_GT(with.size(), 1000u);
  const auto with_list = [&](const std::string& value) {
    return find([&](IndexStore& index) {
      auto rows = index.Rows(IndexFamily::kPostings);
      rows->Seek(BlockFacet());
      rocksdb::WriteBatch batch;
      auto* family = index.rocks().family(static_cast<size_t>(IndexFamily::kPostings));
      ASSERT_TRUE(batch.Put(family, std::string(rows->key()), value).ok());
      ASSERT_TRUE(index.rocks().Write({}, batch).ok());
    });
  };
  // Roaring's bytes of no position, of 1 alone, and of 5 alone, at which no block begins.
  using std::string_literals::operator""s;
  EXPECT_EQ(with_list("\x3a\x30\0\0\0\0\0\0"s), with);
  EXPECT_EQ(with_list("\x3a\x30\0\0\1\0\0\0\0\0\0\0\x10\0\0\0\1\0"s), with);
  EXPECT_EQ(with_list("\x3a\x30\0\0\1\0\0\0\0\0\0\0\x10\0\0\0\5\0"s), with);
}

// The index has the first of the two.
TEST_F(VerifyIndex, AnIdOfAnIndexedEventThatComesAgainIsFound) {
  BlockBuilder builder(kEvents + 1);
  RecordHeader header;
  header.position = kEvents + 1;
  header.subject = "capex.again";
  header.revision = 1;
  header.record_time = clock.now + absl::Hours(1);
  header.append_first_position = header.position;
  header.append_size = 1;
  builder.Add(FrameRecord(header, Sealed("event-7", "capex.again").event()));
  {
    const auto store = EventStore::Open(EventStoreOptions{directory.path() / "log"});
    ASSERT_TRUE(store.ok()) << store.status();
    CommitWrite write;
    write.blocks.push_back(std::move(builder).Finish());
    ASSERT_TRUE((*store)->Write(write, true).ok());
  }
  EXPECT_THAT(FindingsIn(directory.path()),
              ::testing::ElementsAre(HasSubstr("the event id event-7 is at position 8 as well")));
}

// Bytes of the log's and the index's files: whatever is wrong with them is found, or it changes
// nothing that is read.
TEST_F(Verify, DamageToAFileIsFoundOrHarmless) {
  AppendSome(*log, 0, 400);
  log.reset();
  // With a table file, a WAL and a manifest of two sessions.
  Open();
  AppendSome(*log, 400, 100);
  log.reset();
  const std::filesystem::path sound = directory.path() / "sound";
  CopyFolder(directory.path() / "log", sound);
  int found = 0;
  const auto check = [&](const std::string& what, const std::function<void()>& damage) {
    CopyFolder(sound, directory.path() / "log");
    damage();
    if (!FindingsIn(directory.path()).empty()) {
      ++found;
      return;
    }
    Open();
    EXPECT_EQ(log->reader().head(), 500u) << what;
    EXPECT_EQ(ReadAll(*log).size(), 500u) << what;
    log.reset();
  };
  for (const auto& original : FilesIn(sound)) {
    const std::string name = original.filename().string();
    if (name == "LOCK" || name.starts_with("LOG")) continue;
    const auto file = directory.path() / "log" / name;
    const size_t size = std::filesystem::file_size(original);
    check("deleted " + name, [&] { std::filesystem::remove(file); });
    check("renamed " + name, [&] { std::filesystem::rename(file, file.string() + "x"); });
    if (size == 0) continue;
    check("cut " + name, [&] { std::filesystem::resize_file(file, size / 2); });
    for (size_t byte = size / 17; byte < size; byte += std::max<size_t>(size / 6, 1)) {
      check(fmt::format("byte {} of {}", byte, name), [&] { FlipBit(file, byte); });
    }
  }
  EXPECT_GT(found, 10);
}

}  // namespace
}  // namespace chipline::storage::testing
