#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <random>
#include <thread>

#include "fmt/format.h"
#include "services/ingest/appender.h"
#include "storage/error.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/recorder.h"
#include "tests/faults/scene.h"

// A disk that fails at the Nth operation, that is full, or that stands still.
namespace chipline::faults {
namespace {

using rocksdb::IOStatus;

struct Kind {
  const char* name;
  Op op;
};

// A small load with the same order of things every time: one writer, one reader.
LoadOptions Small(uint64_t seed) {
  LoadOptions options;
  options.writers = 1;
  options.readers = 1;
  options.seed = seed;
  return options;
}

class DiskTest : public ::testing::Test {
 protected:
  void ExpectKept(const absl::StatusOr<checker::Verdict>& verdict, const std::string& what) {
    ASSERT_TRUE(verdict.ok()) << what << ": " << verdict.status();
    ASSERT_FALSE(verdict->violation.has_value()) << what << ": " << verdict->violation->ToString();
  }

  const uint64_t seed_ = Seed();
};

class FailingDiskTest : public DiskTest, public ::testing::WithParamInterface<Kind> {
 protected:
  static constexpr size_t kAppends = 25;

  // Opens, loads, closes and opens with every Nth operation failing, and then without. False if
  // there is no Nth operation.
  bool FailAt(uint64_t nth, bool sticky) {
    const ScratchFolder folder;
    FaultDisk disk;
    disk.files->Fail(GetParam().op, nth, sticky, IOStatus::IOError("injected"));
    Load load(Small(seed_));
    for (int life = 0; life < 2; ++life) {
      const auto opened = OpenLog(folder.path(), disk.env.get());
      if (!opened.ok()) continue;
      load.Start(*opened->log);
      const bool loaded = load.WaitFor(kAppends);
      load.Stop();
      if (loaded) continue;
      // The writer got no answer that tells. If that was a write to the log, nothing is taken any
      // more, and reads go on; what a read could not settle was not written.
      if (GetParam().op == Op::kRead || GetParam().op == Op::kOpen) continue;
      const storage::IndexState index = opened->log->index_state();
      const bool of_index = !index.status.ok() || index.reopened + index.rebuilds > 0;
      EXPECT_TRUE(!opened->log->health().ok() || of_index);
      const absl::StatusOr<checker::History> listing = ListAll(*opened->log);
      EXPECT_TRUE(listing.ok()) << listing.status();
    }
    const bool reached = disk.files->count(GetParam().op) >= nth;
    ExpectKept(
        Judge(load, folder.path()),
        fmt::format("{} {} of {}", sticky ? "every one from" : "only", nth, GetParam().name));
    return reached;
  }
};

TEST_P(FailingDiskTest, TheNthFailureLosesNothing) {
  std::mt19937_64 random(seed_);
  // Every one in long runs, and here some of each stretch.
  const uint64_t stride = Rounds(1) > 1 ? 1 : 9;
  uint64_t last = 0;
  for (uint64_t nth = 1 + random() % stride; FailAt(nth, false) && !HasFatalFailure();
       nth += 1 + random() % (2 * stride - 1)) {
    last = nth;
  }
  fmt::print("once: up to the {}th {}\n", last, GetParam().name);
  EXPECT_GE(last, 10u);
}

TEST_P(FailingDiskTest, EveryOneFromTheNthOnLosesNothing) {
  std::mt19937_64 random(seed_ + 1);
  const uint64_t stride = Rounds(1) > 1 ? 1 : 9;
  for (uint64_t nth = 1 + random() % stride; FailAt(nth, true) && !HasFatalFailure();
       nth += 1 + random() % (2 * stride - 1)) {
  }
}

INSTANTIATE_TEST_SUITE_P(Operations, FailingDiskTest,
                         ::testing::Values(Kind{"write", Op::kWrite}, Kind{"sync", Op::kSync},
                                           Kind{"read", Op::kRead}, Kind{"open", Op::kOpen}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_F(DiskTest, AFullDiskLosesNothingAndReadsGoOn) {
  std::mt19937_64 random(seed_);
  // A round in which the disk was full too soon proves nothing, and another takes its place.
  constexpr size_t kFloor = 20;
  const int wanted = Rounds(4);
  int told = 0;
  for (int round = 0; told < wanted; ++round) {
    ASSERT_LT(round, 5 * wanted) << "too little load to tell anything";
    const ScratchFolder folder;
    FaultDisk disk;
    LoadOptions options;
    options.seed = random();
    Load load(options);
    {
      const auto opened = OpenLog(folder.path(), disk.env.get());
      ASSERT_TRUE(opened.ok()) << opened.status();
      disk.files->SetRoom(80'000 + random() % 60'000);
      load.Start(*opened->log);
      constexpr size_t kMoreThanFits = 100'000;
      EXPECT_FALSE(load.WaitFor(kMoreThanFits));
      load.Stop();
      EXPECT_FALSE(opened->log->health().ok());
      const auto listing = ListAll(*opened->log);
      EXPECT_TRUE(listing.ok()) << listing.status();
    }
    const auto verdict = Judge(load, folder.path());
    ExpectKept(verdict, fmt::format("round {}", round));
    if (HasFailure()) return;
    told += verdict->load.acknowledged >= kFloor ? 1 : 0;
  }
}

TEST_F(DiskTest, AQuickWriterIsRefusedBeforeTheDiskIsFull) {
  constexpr uint64_t kMiB = 1024 * 1024;
  const ScratchFolder folder;
  FaultDisk disk;
  ingest::NamingRules rules;
  storage::LogOptions options;
  options.directory = folder.path();
  options.env = disk.env.get();
  options.min_free_bytes = 16 * kMiB;
  std::mt19937_64 random(seed_);
  disk.files->SetRoom(96 * kMiB);
  const auto log = storage::Log::Open(options, rules);
  ASSERT_TRUE(log.ok()) << log.status();
  ingest::Appender appender(**log);
  // Nobody looks at the disk but the log itself.
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    v1::AppendEventsRequest request;
    for (int k = 0; k < 9; ++k) {
      v1::Event event = EventOf(fmt::format("{}-{}", i, k), "c1/x");
      for (int c = 0; c < 10; ++c) {
        // What hardly compresses.
        std::string condition;
        while (condition.size() < 3900) condition += std::to_string(random());
        event.mutable_capex_announcement()->add_conditions(condition);
      }
      *request.add_events() = event;
    }
    status = AppendNow(appender, request).status();
  }
  EXPECT_EQ(ReasonOf(status), "DISK_NEARLY_FULL") << status;
  EXPECT_TRUE((*log)->health().ok()) << (*log)->health();
  EXPECT_TRUE(ListAll(**log).ok());
  disk.files->SetRoom(512 * kMiB);
  (*log)->room().Look();
  v1::AppendEventsRequest more;
  *more.add_events() = EventOf("more", "c1/x");
  EXPECT_TRUE(AppendNow(appender, more).ok());
}

TEST_F(DiskTest, OpeningOnAFullDiskIsRefusedOrWorksAndHarmsNothing) {
  const ScratchFolder folder;
  Load load(Small(seed_));
  {
    const auto opened = OpenLog(folder.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    load.Start(*opened->log);
    ASSERT_TRUE(load.WaitFor(30));
    load.Stop();
  }
  for (const uint64_t room : {0u, 10u, 100u, 1000u, 3000u, 10'000u}) {
    FaultDisk disk;
    disk.files->SetRoom(room);
    const auto opened = OpenLog(folder.path(), disk.env.get());
    if (opened.ok()) {
      EXPECT_TRUE(ListAll(*opened->log).ok()) << room;
    }
  }
  ExpectKept(Judge(load, folder.path()), "after opening without room");
}

TEST_F(DiskTest, ADiskThatStandsStillDelaysAnswersAndNothingElse) {
  const ScratchFolder folder;
  FaultDisk disk;
  std::promise<void> standing;
  std::promise<void> released;
  std::atomic<bool> stall = false;
  disk.files->Watch(
      [&, go_on = released.get_future().share()](Op op, Moment moment, const std::string&) {
        if (op == Op::kSync && moment == Moment::kBefore && stall.exchange(false)) {
          standing.set_value();
          go_on.wait();
        }
        return IOStatus::OK();
      });
  Load load(Small(seed_));
  {
    const auto opened = OpenLog(folder.path(), disk.env.get());
    ASSERT_TRUE(opened.ok()) << opened.status();
    load.Start(*opened->log);
    ASSERT_TRUE(load.WaitFor(20));
    stall = true;
    standing.get_future().get();
    const storage::Position head = opened->log->reader().head();
    EXPECT_TRUE(ListAll(*opened->log).ok());
    EXPECT_EQ(opened->log->reader().head(), head);
    released.set_value();
    ASSERT_TRUE(load.WaitFor(40));
    load.Stop();
    EXPECT_TRUE(opened->log->health().ok());
  }
  ExpectKept(Judge(load, folder.path()), "after the stall");
}

}  // namespace
}  // namespace chipline::faults
