#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "services/ingest/appender.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/stopped_log.h"
#include "tests/faults/recorder.h"
#include "tests/faults/scene.h"

// The end of the write-ahead log after the power went: the record in flight is there in part, pages
// in any order. A log that has everything acknowledged opens; one that lacks some of it does not.
namespace chipline::faults {
namespace {

namespace fs = std::filesystem;
using storage::Position;

constexpr uint64_t kPage = 4096;

std::string Content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Put(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

class TornTailTest : public ::testing::Test {
 protected:
  // A log of `acknowledged` events, and behind them, in its write-ahead log, one commit of many
  // events, of which nobody was told.
  void SetUp() override {
    const auto opened = OpenLog(whole_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    Append(*opened->log, "acknowledged", kAcknowledged, 20);
    wal_ = LastWal();
    synced_ = fs::file_size(wal_);
    fs::copy(whole_.path(), before_.path() / "log", fs::copy_options::recursive);
    Append(*opened->log, "torn", 1, kTorn);
    record_ = Content(wal_);
    ASSERT_GT(record_.size(), synced_ + 20 * kPage);
  }

  static void Append(storage::Log& log, const std::string& name, int appends, int events) {
    ingest::Appender appender(log);
    for (int i = 0; i < appends; ++i) {
      v1::AppendEventsRequest request;
      for (int k = 0; k < events; ++k) {
        const std::string id = fmt::format("{}-{}-{}", name, i, k);
        *request.add_events() = EventOf(id, fmt::format("c{}/{}", k % 7, std::string(100, 'x')));
      }
      ASSERT_TRUE(AppendNow(appender, request).ok());
    }
  }
  fs::path LastWal() const {
    fs::path last;
    for (const auto& entry : fs::directory_iterator(whole_.path() / "log")) {
      if (entry.path().extension() == ".log" && entry.path() > last) last = entry.path();
    }
    return last;
  }
  // The directory as it was before the last commit, with these bytes as its write-ahead log, and
  // HIGHWATER at `synced`.
  fs::path With(const std::string& wal, Position synced = kAcknowledged * 20) {
    fs::remove_all(copy_.path() / "log");
    const fs::path directory = copy_.path() / "log";
    fs::copy(before_.path() / "log", directory, fs::copy_options::recursive);
    Put(directory / "log" / wal_.filename(), wal);
    Put(directory / "HIGHWATER", std::to_string(synced) + "\n");
    return directory;
  }
  // Where it opens, its head, and that all of it can be read.
  static absl::StatusOr<Position> HeadOf(const fs::path& directory) {
    auto opened = OpenLog(directory);
    if (!opened.ok()) return opened.status();
    const auto all = ListAll(*opened->log);
    if (!all.ok()) return all.status();
    Position count = 0;
    for (const auto& entry : all->entries) {
      count += static_cast<Position>(entry.listing().events_size());
    }
    EXPECT_EQ(count, opened->log->reader().head());
    return opened->log->reader().head();
  }

  static constexpr int kAcknowledged = 30;
  static constexpr int kTorn = 1500;
  ScratchFolder whole_;
  ScratchFolder before_;
  ScratchFolder copy_;
  fs::path wal_;
  uint64_t synced_ = 0;
  std::string record_;
  std::mt19937_64 random_{Seed()};
};

TEST_F(TornTailTest, WhatACrashLeftOfTheLastCommitIsCut) {
  for (int round = 0; round < Rounds(24); ++round) {
    std::string wal = record_;
    // The page in which the synced part ends is there whole, or what was synced of it.
    const uint64_t first = (synced_ + kPage - 1) / kPage * kPage;
    if (round % 2 == 1)
      std::fill(wal.begin() + static_cast<std::ptrdiff_t>(synced_),
                wal.begin() + static_cast<std::ptrdiff_t>(first), '\0');
    bool torn = round % 2 == 1;
    for (uint64_t page = first; page < wal.size(); page += kPage) {
      const bool gone = round % 4 == 0   ? random_() % 2 == 0
                        : round % 4 == 1 ? page == first
                        : round % 4 == 2 ? page + kPage < wal.size()
                                         : random_() % 8 == 0;
      if (!gone) continue;
      torn = true;
      const uint64_t end = std::min<uint64_t>(page + kPage, wal.size());
      // Never written, or with what the disk had there before.
      for (uint64_t at = page; at < end; ++at) {
        wal[at] = round % 3 == 0 ? static_cast<char>(random_()) : '\0';
      }
    }
    if (round % 5 == 4) wal.resize(synced_ + random_() % (wal.size() - synced_));
    torn |= wal.size() < record_.size();
    const fs::path directory = With(wal);
    // To look at it changes nothing, and says what the server will do.
    {
      const auto stopped = storage::StoppedLog::Open(directory);
      ASSERT_TRUE(stopped.ok());
      EXPECT_TRUE((*stopped)->Openable().ok()) << (*stopped)->Openable();
      EXPECT_EQ(Content(directory / "log" / wal_.filename()), wal);
    }
    const auto head = HeadOf(directory);
    ASSERT_TRUE(head.ok()) << "round " << round << ": " << head.status();
    EXPECT_EQ(*head, kAcknowledged * 20u + (torn ? 0u : kTorn)) << "round " << round;
  }
}

TEST_F(TornTailTest, WhatWasAcknowledgedIsNeverCut) {
  // HIGHWATER tells that the last commit was acknowledged, so it is rot and no tear.
  std::string wal = record_;
  wal[synced_ + (wal.size() - synced_) / 2] ^= 0x10;
  const auto head = HeadOf(With(wal, kAcknowledged * 20 + kTorn));
  EXPECT_TRUE(absl::IsDataLoss(head.status())) << head.status();
  EXPECT_TRUE(HeadOf(With(wal)).ok());
}

// Whatever is missing, and however often a supervisor starts the server before somebody looks: what
// is put back is the log again.
TEST_F(TornTailTest, WhatIsMissingCanBePutBack) {
  fs::copy(whole_.path(), copy_.path() / "with", fs::copy_options::recursive);
  const fs::path directory = copy_.path() / "with";
  {
    // So that there are tables as well.
    const auto opened = OpenLog(directory);
    ASSERT_TRUE(opened.ok()) << opened.status();
    Append(*opened->log, "more", 1, 10);
  }
  const Position head = kAcknowledged * 20 + kTorn + 10;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory / "log")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("LO") && !name.starts_with("OPTIONS")) files.push_back(name);
  }
  files.emplace_back("");
  for (const fs::path& file : files) {
    for (const bool mark : {true, false}) {
      const fs::path now = copy_.path() / "now";
      const fs::path aside = copy_.path() / "aside";
      fs::remove_all(now);
      fs::remove_all(aside);
      fs::copy(directory, now, fs::copy_options::recursive);
      // No file: all of them.
      const fs::path missing = file.empty() ? now / "log" : now / "log" / file;
      fs::rename(missing, aside);
      if (!mark) fs::remove(now / "HIGHWATER");
      for (int start = 0; start < 3; ++start) {
        if (const auto opened = HeadOf(now); opened.ok()) {
          EXPECT_EQ(*opened, head) << file;
        }
      }
      if (fs::is_directory(aside)) fs::remove_all(missing);
      // One that is of no use any more may be another's by now.
      if (!fs::exists(missing)) fs::rename(aside, missing);
      Put(now / "HIGHWATER", std::to_string(head) + "\n");
      const auto opened = HeadOf(now);
      ASSERT_TRUE(opened.ok()) << file << ": " << opened.status();
      EXPECT_EQ(*opened, head) << file;
    }
  }
}

TEST_F(TornTailTest, ALogThatIsTakenAwayTakesNoMore) {
  for (const bool all : {true, false}) {
    const ScratchFolder folder;
    const auto opened = OpenLog(folder.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    Append(*opened->log, "before", 1, 10);
    opened->log->Look();
    EXPECT_TRUE(opened->log->health().ok());
    if (all) {
      fs::remove_all(folder.path() / "log");
    } else {
      for (const auto& entry : fs::directory_iterator(folder.path() / "log")) {
        if (entry.path().extension() == ".log") fs::remove(entry.path());
      }
      opened->log->Look();
    }
    ingest::Appender appender(*opened->log);
    v1::AppendEventsRequest request;
    *request.add_events() = EventOf("after", "c1/x");
    EXPECT_EQ(ReasonOf(AppendNow(appender, request).status()), "OUTCOME_UNKNOWN");
    EXPECT_FALSE(opened->log->health().ok());
  }
}

TEST_F(TornTailTest, RotInTheMiddleIsRefused) {
  int refused = 0;
  for (int round = 0; round < Rounds(20); ++round) {
    std::string wal = record_;
    const uint64_t at = random_() % synced_;
    wal[at] = static_cast<char>(wal[at] ^ (1 << (random_() % 8)));
    // As if the file HIGHWATER were old: whole records behind the damage tell all the same.
    const auto head = HeadOf(With(wal, 0));
    if (head.ok()) {
      EXPECT_EQ(*head, kAcknowledged * 20u + kTorn) << "a flipped bit at " << at;
    } else {
      EXPECT_TRUE(absl::IsDataLoss(head.status())) << head.status();
      ++refused;
    }
  }
  EXPECT_GE(refused, 10);
}

TEST_F(TornTailTest, WithoutSyncWhateverIsLeftOpens) {
  for (int round = 0; round < Rounds(12); ++round) {
    std::string wal = record_;
    for (uint64_t page = 0; page < wal.size(); page += kPage) {
      if (random_() % 16 != 0) continue;
      std::fill(wal.begin() + static_cast<std::ptrdiff_t>(page),
                wal.begin() + static_cast<std::ptrdiff_t>(std::min(page + kPage, wal.size())),
                '\0');
    }
    if (round % 2 == 1) wal.resize(random_() % wal.size());
    const fs::path directory = With(wal, 0);
    Put(directory / "UNSYNCED", "\n");
    const auto head = HeadOf(directory);
    ASSERT_TRUE(head.ok()) << "round " << round << ": " << head.status();
    EXPECT_LE(*head, kAcknowledged * 20u + kTorn);
    // What is there now is synced, and the next start takes it so.
    EXPECT_FALSE(fs::exists(directory / "UNSYNCED"));
    EXPECT_EQ(Content(directory / "HIGHWATER"), std::to_string(*head) + "\n");
  }
}

TEST(NoSyncTest, HighwaterStandsForWhatIsSynced) {
  const ScratchFolder folder;
  const ScratchFolder copy;
  ingest::NamingRules rules;
  storage::LogOptions options;
  options.directory = folder.path();
  options.sync = false;
  {
    const auto log = storage::Log::Open(options, rules);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_TRUE(fs::exists(folder.path() / "UNSYNCED"));
    ingest::Appender appender(**log);
    for (int i = 0; i < 100; ++i) {
      v1::AppendEventsRequest request;
      *request.add_events() = EventOf(fmt::format("e{}", i), "c1/x");
      ASSERT_TRUE(AppendNow(appender, request).ok());
    }
    fs::copy(folder.path(), copy.path() / "log", fs::copy_options::recursive);
    EXPECT_EQ(Content(folder.path() / "HIGHWATER"), "0\n");
  }
  // A clean stop syncs.
  EXPECT_FALSE(fs::exists(folder.path() / "UNSYNCED"));
  EXPECT_EQ(Content(folder.path() / "HIGHWATER"), "100\n");
  // The machine stopped, and half of the write-ahead log with it.
  for (const auto& entry : fs::directory_iterator(copy.path() / "log" / "log")) {
    if (entry.path().extension() == ".log") {
      fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
    }
  }
  const auto opened = OpenLog(copy.path() / "log");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_GT(opened->log->reader().head(), 0u);
  EXPECT_LT(opened->log->reader().head(), 100u);
}

}  // namespace
}  // namespace chipline::faults
