#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "services/ingest/appender.h"
#include "storage/error.h"
#include "storage/repair.h"
#include "storage/stopped_log.h"
#include "storage/verification.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/recorder.h"
#include "tests/faults/scene.h"

// Faults of the disk, of the log and of the index, each in a log that is past several chunks of the
// index and was opened dozens of times. Nothing that was acknowledged is lost or doubled, nothing
// is answered short, and when the disk is well again all works without anybody's help.
namespace chipline::faults {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;
using storage::IndexState;
using storage::Position;

constexpr int kBatch = 1000;
constexpr int kCompanies = 11;
// Past two chunks of 65,536, and shortly before the end of the third.
constexpr int kBaseBatches = 192;
constexpr int kMoreBatches = 8;
constexpr int kStarts = 24;

v1::AppendEventsRequest BatchOf(const std::string& name) {
  v1::AppendEventsRequest request;
  for (int i = 0; i < kBatch; ++i) {
    *request.add_events() =
        EventOf(fmt::format("{}-{}", name, i), fmt::format("c{}/x", i % kCompanies));
  }
  return request;
}

class StoreFaultsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    base_ = new ScratchFolder();
    for (int start = 0; start < kStarts; ++start) {
      const auto opened = OpenLog(Base());
      ASSERT_TRUE(opened.ok()) << opened.status();
      ingest::Appender appender(*opened->log);
      const int batches = start == 0 ? kBaseBatches - kStarts + 1 : 1;
      for (int i = 0; i < batches; ++i) {
        ASSERT_TRUE(AppendNow(appender, BatchOf(fmt::format("base-{}-{}", start, i))).ok());
      }
    }
  }
  static void TearDownTestSuite() { delete base_; }
  static fs::path Base() { return base_->path() / "log"; }

  void SetUp() override {
    fs::copy(Base(), directory(), fs::copy_options::recursive);
    acknowledged_.clear();
  }
  fs::path directory() const { return folder_.path() / "log"; }

  // Appends batches until one gets no answer that says that it is stored.
  void AppendMore(storage::Log& log, int batches, const std::string& name) {
    ingest::Appender appender(log);
    for (int i = 0; i < batches; ++i) {
      const std::string batch = fmt::format("{}-{}", name, i);
      const auto answer = AppendNow(appender, BatchOf(batch));
      if (answer.ok()) {
        acknowledged_[batch] = answer->events(0).position();
      } else {
        unknown_.push_back(batch);
        failure_ = answer.status();
        return;
      }
    }
  }

  static bool WaitUntilWhole(const storage::Log& log) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!log.index_state().status.ok()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  // With a disk that is well: everything acknowledged is there, once, and every way to ask for it
  // finds it. What is not known is sent again. `rotted`: in tables of the index there may still be
  // rot that nobody has read, which verification finds.
  void ExpectAllIsWell(const std::string& what, bool rotted = false) {
    {
      const auto opened = OpenLog(directory());
      ASSERT_TRUE(opened.ok()) << what << ": " << opened.status();
      storage::Log& log = *opened->log;
      ASSERT_TRUE(WaitUntilWhole(log)) << what << ": " << log.index_state().status;
      ingest::Appender appender(log);
      for (const std::string& batch : unknown_) {
        const auto answer = AppendNow(appender, BatchOf(batch));
        ASSERT_TRUE(answer.ok()) << what << ": " << answer.status();
        acknowledged_[batch] = answer->events(0).position();
      }
      unknown_.clear();
      for (const auto& [batch, position] : acknowledged_) {
        const auto again = AppendNow(appender, BatchOf(batch));
        ASSERT_TRUE(again.ok()) << what << ": " << again.status();
        EXPECT_EQ(again->events(0).position(), position) << what;
        EXPECT_TRUE(again->events(kBatch - 1).duplicate()) << what;
      }
      const Position head = log.reader().head();
      EXPECT_EQ(head, (kBaseBatches + acknowledged_.size()) * kBatch) << what;
      const storage::Filter one{{storage::Clause{{"capex.c1"}, {}}}, {}};
      Position matches = 0;
      storage::Cursor cursor(log.reader(), one, 0);
      while (cursor.position() < head) {
        const auto batch = cursor.Next(1 << 20);
        ASSERT_TRUE(batch.ok()) << what << ": " << batch.status();
        matches += batch->events;
      }
      // Of each batch 91 events.
      EXPECT_EQ(matches, head / kBatch * ((kBatch + kCompanies - 2) / kCompanies)) << what;
      EXPECT_EQ(log.reader().Subjects("", "", 1000)->found.size(), size_t{kCompanies}) << what;
    }
    const auto stopped = storage::StoppedLog::Open(directory());
    ASSERT_TRUE(stopped.ok()) << stopped.status();
    storage::Verification verification(storage::ChecksOf(**stopped));
    std::vector<storage::CheckedFinding> findings;
    while (verification.Step(64 << 20, findings)) {
    }
    for (const auto& finding : findings) {
      EXPECT_TRUE(finding.finding.note || (rotted && finding.finding.place.find("index") == 0) ||
                  (rotted && finding.check == "files"))
          << what << ": " << finding.finding.place << ": " << finding.finding.description;
    }
  }

  static ScratchFolder* base_;
  ScratchFolder folder_;
  std::mt19937_64 random_{Seed()};
  std::map<std::string, Position> acknowledged_;
  std::vector<std::string> unknown_;
  absl::Status failure_;
};

ScratchFolder* StoreFaultsTest::base_ = nullptr;

struct Fault {
  const char* store;
  Op op;
  bool sticky;
  bool full;
};

std::string NameOf(const ::testing::TestParamInfo<Fault>& info) {
  static constexpr const char* kOpNames[] = {"Open", "Read", "Write", "Sync", "Rename"};
  return fmt::format("{}{}{}{}", info.param.store, kOpNames[static_cast<size_t>(info.param.op)],
                     info.param.full ? "NoSpace" : "", info.param.sticky ? "ForEver" : "Once");
}

class StoreFaultTest : public StoreFaultsTest, public ::testing::WithParamInterface<Fault> {};

// From the nth operation of a kind on a store on, while it is opened and used.
TEST_P(StoreFaultTest, LosesNothingAndHealsByItself) {
  const Fault& fault = GetParam();
  const std::string folder = fmt::format("/{}/", fault.store);
  for (int round = 0; round < Rounds(1); ++round) {
    if (round > 0) {
      fs::remove_all(directory());
      SetUp();
    }
    FaultDisk disk;
    std::atomic<int> seen = 0;
    std::atomic<bool> well = false;
    // Many operations of opening, few of syncing.
    const bool few = fault.op == Op::kSync || fault.op == Op::kRename;
    const int nth = 1 + static_cast<int>(random_() % (few ? 4 : 40));
    disk.files->Watch([&](Op op, Moment moment, const std::string& file) {
      if (op != fault.op || moment != Moment::kBefore || well) return IOStatus::OK();
      if (file.find(folder) == std::string::npos) return IOStatus::OK();
      const int now = ++seen;
      if (fault.sticky ? now < nth : now != nth) return IOStatus::OK();
      return fault.full ? IOStatus::NoSpace(file + ": injected")
                        : IOStatus::IOError(file + ": injected");
    });
    const std::string what = fmt::format("the {}th", nth);
    {
      const auto opened = OpenLog(directory(), disk.env.get());
      if (!opened.ok()) {
        // A disk that fails is no loss, and nobody is told to restore or to repair.
        EXPECT_TRUE(absl::IsUnavailable(opened.status()) ||
                    absl::IsResourceExhausted(opened.status()))
            << what << ": " << opened.status();
        EXPECT_THAT(std::string(opened.status().message()),
                    ::testing::Not(::testing::HasSubstr("backup")));
      } else {
        storage::Log& log = *opened->log;
        // Each answer is whole or an error.
        const auto all = ListAll(log);
        if (all.ok()) {
          Position events = 0;
          for (const auto& entry : all->entries) {
            events += static_cast<Position>(entry.listing().events_size());
          }
          EXPECT_EQ(events, log.reader().head()) << what;
        }
        AppendMore(log, kMoreBatches, fmt::format("first-{}", round));
        well = true;
        // What ends it is the log's own failure, and no other's.
        if (log.health().ok()) {
          log.Look();
        }
        if (log.health().ok()) {
          ASSERT_TRUE(WaitUntilWhole(log)) << what << ": " << log.index_state().status;
          AppendMore(log, kMoreBatches, fmt::format("then-{}", round));
          EXPECT_TRUE(log.health().ok() || std::string(fault.store) == "log");
        } else {
          EXPECT_STREQ(fault.store, "log") << what << ": " << log.health();
        }
      }
    }
    ExpectAllIsWell(what);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Disk, StoreFaultTest,
    ::testing::Values(
        Fault{"index", Op::kOpen, false, false}, Fault{"index", Op::kOpen, true, false},
        Fault{"index", Op::kRead, false, false}, Fault{"index", Op::kRead, true, false},
        Fault{"index", Op::kWrite, false, false}, Fault{"index", Op::kWrite, true, false},
        Fault{"index", Op::kWrite, false, true}, Fault{"index", Op::kWrite, true, true},
        Fault{"index", Op::kSync, false, false}, Fault{"index", Op::kSync, true, false},
        Fault{"log", Op::kOpen, false, false}, Fault{"log", Op::kOpen, true, false},
        Fault{"log", Op::kRead, false, false}, Fault{"log", Op::kRead, true, false},
        Fault{"log", Op::kWrite, false, false}, Fault{"log", Op::kWrite, true, true},
        Fault{"log", Op::kSync, false, false}, Fault{"index", Op::kRename, false, false},
        Fault{"index", Op::kRename, true, false}, Fault{"log", Op::kRename, false, false}),
    NameOf);

// Rot of the index never stops the log, and never shows in an answer.
TEST_F(StoreFaultsTest, AnIndexThatRottedIsMadeAnew) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(Base() / "index")) {
    const std::string name = entry.path().filename().string();
    if (name != "LOCK" && !name.starts_with("LOG")) files.push_back(name);
  }
  std::shuffle(files.begin(), files.end(), random_);
  const size_t rounds = Rounds(1) > 1 ? files.size() : std::min<size_t>(files.size(), 2);
  for (size_t i = 0; i < rounds; ++i) {
    for (const int how : {0, 1, 2}) {
      fs::remove_all(directory());
      SetUp();
      const fs::path file = directory() / "index" / files[i];
      const uint64_t size = fs::file_size(file);
      if (how == 0) {
        fs::remove(file);
      } else if (how == 1) {
        fs::resize_file(file, size / 2);
      } else if (size > 0) {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        const auto at = static_cast<std::streamoff>(random_() % size);
        bytes.seekg(at);
        const int byte = bytes.get() ^ 0x10;
        bytes.seekp(at);
        bytes.put(static_cast<char>(byte));
      }
      const std::string what = fmt::format("{} {}", how, files[i].string());
      {
        const auto opened = OpenLog(directory());
        ASSERT_TRUE(opened.ok()) << what << ": " << opened.status();
        // A block that rotted may be met only by the first lookup.
        for (int attempt = 0; attempt < 3; ++attempt) {
          if (!WaitUntilWhole(*opened->log)) break;
          AppendMore(*opened->log, 1, fmt::format("rot-{}-{}-{}", i, how, attempt));
          opened->log->reader().Subjects("", "", 1000).status().IgnoreError();
        }
      }
      ExpectAllIsWell(what, /*rotted=*/true);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(StoreFaultsTest, DamageThatAScanMeetsIsNoted) {
  // The oldest events are in the largest table.
  fs::path table;
  for (const auto& entry : fs::directory_iterator(directory() / "log")) {
    if (entry.path().extension() != ".sst") continue;
    if (table.empty() || entry.file_size() > fs::file_size(table)) table = entry.path();
  }
  {
    std::fstream bytes(table, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(table) / 3));
    bytes.write("damaged", 7);
  }
  const auto opened = OpenLog(directory());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(absl::IsDataLoss(ListAll(*opened->log).status()));
  EXPECT_TRUE(absl::IsDataLoss(opened->log->damage())) << opened->log->damage();
  // What is not damaged goes on.
  AppendMore(*opened->log, 1, "more");
  EXPECT_EQ(acknowledged_.size(), 1u) << failure_;
}

TEST_F(StoreFaultsTest, AnIndexAheadOfTheLogIsMadeAnew) {
  // The index of a log that went on.
  {
    const auto opened = OpenLog(directory());
    ASSERT_TRUE(opened.ok()) << opened.status();
    AppendMore(*opened->log, kMoreBatches, "ahead");
    ASSERT_EQ(acknowledged_.size(), size_t{kMoreBatches});
  }
  fs::copy(directory() / "index", folder_.path() / "ahead", fs::copy_options::recursive);
  fs::remove_all(directory());
  SetUp();
  fs::remove_all(directory() / "index");
  fs::rename(folder_.path() / "ahead", directory() / "index");
  {
    const auto stopped = storage::StoppedLog::Open(directory());
    ASSERT_TRUE(stopped.ok());
    EXPECT_TRUE((*stopped)->Openable().ok());
    ASSERT_TRUE((*stopped)->index().ok());
    EXPECT_GT((*(*stopped)->index())->position(), (*stopped)->head());
  }
  EXPECT_EQ(ReasonOf(storage::Repair::Plan(directory(), 1, absl::Now()).status()),
            "NOTHING_TO_REPAIR");
  {
    const auto opened = OpenLog(directory());
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->log->index_state().rebuilds, 1u);
    ASSERT_TRUE(WaitUntilWhole(*opened->log));
  }
  ExpectAllIsWell("ahead");
}

TEST_F(StoreFaultsTest, AnIndexOfALogThatWentOnOtherwiseIsMadeAnew) {
  const auto go_on = [this](const std::string& name) {
    const auto opened = OpenLog(directory());
    ASSERT_TRUE(opened.ok()) << opened.status();
    AppendMore(*opened->log, kMoreBatches, name);
  };
  go_on("one");
  fs::copy(directory() / "index", folder_.path() / "other", fs::copy_options::recursive);
  fs::remove_all(directory());
  SetUp();
  go_on("another");
  fs::remove_all(directory() / "index");
  fs::rename(folder_.path() / "other", directory() / "index");
  {
    const auto opened = OpenLog(directory());
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->log->index_state().rebuilds, 1u);
    ASSERT_TRUE(WaitUntilWhole(*opened->log));
    EXPECT_FALSE(opened->log->reader().Find("one-0-1")->has_value());
  }
  ExpectAllIsWell("of another");
}

// While `stall` is set, no sync of a file whose path has `part` in it begins.
void StallSyncs(FaultDisk& disk, const std::string& part, const std::atomic<bool>& stall) {
  disk.files->Watch([part, &stall](Op op, Moment moment, const std::string& file) {
    if (op == Op::kSync && moment == Moment::kBefore && file.find(part) != std::string::npos) {
      while (stall) std::this_thread::yield();
    }
    return IOStatus::OK();
  });
}

TEST_F(StoreFaultsTest, AnIndexWhoseDiskStandsStillHoldsUpNoAppend) {
  FaultDisk disk;
  std::atomic<bool> stall = false;
  StallSyncs(disk, "/index/", stall);
  {
    const auto opened = OpenLog(directory(), disk.env.get());
    ASSERT_TRUE(opened.ok()) << opened.status();
    storage::Log& log = *opened->log;
    const Position before = log.stats().indexed_position;
    stall = true;
    AppendMore(log, kMoreBatches, "while");
    EXPECT_EQ(acknowledged_.size(), size_t{kMoreBatches}) << failure_;
    EXPECT_EQ(log.stats().indexed_position, before);
    stall = false;
  }
  ExpectAllIsWell("stalled");
}

TEST_F(StoreFaultsTest, NoChunkIsWrittenBeforeTheLogHasSyncedPastIt) {
  FaultDisk disk;
  std::atomic<bool> stall = false;
  StallSyncs(disk, "/log/0", stall);
  const auto opened = OpenLog(directory(), disk.env.get());
  ASSERT_TRUE(opened.ok()) << opened.status();
  storage::Log& log = *opened->log;
  const Position before = log.stats().indexed_position;
  const int until_chunk = static_cast<int>((3 * 65'536 - log.reader().head()) / kBatch);
  AppendMore(log, until_chunk, "filling");
  stall = true;
  // Decided, and in no file yet.
  std::thread writer([&] { AppendMore(log, 2, "over"); });
  while (log.writing_for() < absl::Milliseconds(300)) std::this_thread::yield();
  EXPECT_EQ(log.stats().indexed_position, before);
  stall = false;
  writer.join();
  const auto due = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (log.stats().indexed_position == before && std::chrono::steady_clock::now() < due) {
    std::this_thread::yield();
  }
  EXPECT_EQ(log.stats().indexed_position, Position{3 * 65'536 - 1});
}

}  // namespace
}  // namespace chipline::faults
