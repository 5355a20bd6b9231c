#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <string>
#include <thread>

#include "fmt/format.h"
#include "storage/error.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"
#include "tests/timeline/views_fixture.h"

// Views whose disk fails, or that rotted: whoever asks is told, nothing is answered short, and once
// the disk is well they are what they were, without anybody's help.
namespace chipline::timeline {
namespace {

namespace fs = std::filesystem;
using faults::Moment;
using faults::Op;
using rocksdb::IOStatus;

// The files of a folder as they are now.
class ScratchCopy {
 public:
  explicit ScratchCopy(fs::path folder) : folder_(std::move(folder)) {
    fs::copy(folder_, copy_.path() / "copy", fs::copy_options::recursive);
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (name != "LOCK" && !name.starts_with("LOG")) files_.push_back(name);
    }
  }
  const std::vector<fs::path>& files() const { return files_; }
  void PutBack() const {
    fs::remove_all(folder_);
    fs::copy(copy_.path() / "copy", folder_, fs::copy_options::recursive);
  }

 private:
  const fs::path folder_;
  const faults::ScratchFolder copy_;
  std::vector<fs::path> files_;
};

void FlipBit(const fs::path& file, uint64_t at) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(at));
  const int byte = bytes.get() ^ 0x10;
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(static_cast<char>(byte));
}

v1::Event ClaimOf(int number) {
  v1::Event event;
  event.set_event_id(fmt::format("e{}", number));
  v1::UsageReport& usage = *event.mutable_usage_report();
  usage.mutable_company()->set_id(fmt::format("co{}", number % 5));
  usage.set_metric(v1::USAGE_METRIC_TOKENS_PER_DAY);
  usage.mutable_value()->set_unit(v1::UNIT_TOKEN);
  usage.mutable_value()->set_value(number + 1);
  usage.mutable_value()->set_bound(v1::BOUND_EXACT);
  usage.mutable_as_of()->set_edtf(fmt::format("2025-01-{:02}", number % 28 + 1));
  return event;
}

class ViewFaultsTest : public testing::Test {
 protected:
  void Fill(int claims) {
    for (int i = 0; i < claims; ++i) {
      const auto end = views_.Append({ClaimOf(next_++)});
      ASSERT_TRUE(end.ok()) << end.status();
    }
  }
  // The entries once the views are at the head, however often they stand still before.
  Entries Settled() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < until) {
      views_.materializer().Look();
      const auto snapshot = ViewSnapshot::Take(views_.materializer());
      if (!snapshot.ok()) {
        EXPECT_TRUE(absl::IsUnavailable(snapshot.status())) << snapshot.status();
      } else if ((*snapshot)->position() == views_.reader().head()) {
        return CurrentEntries(**snapshot);
      }
      std::this_thread::yield();
    }
    ADD_FAILURE() << "the views do not come back: " << views_.materializer().health();
    return {};
  }

  Views views_;
  int next_ = 0;
  std::mt19937_64 random_{faults::Seed()};
};

TEST_F(ViewFaultsTest, AFailureIsToldAndHealsByItself) {
  for (const Op op : {Op::kWrite, Op::kOpen, Op::kRead, Op::kSync}) {
    for (const bool sticky : {false, true}) {
      Fill(40);
      views_.Stop();
      faults::FaultDisk disk;
      std::atomic<bool> failing = false;
      std::atomic<int> seen = 0;
      const int nth = 1 + static_cast<int>(random_() % 12);
      disk.files->Watch([&](Op now, Moment moment, const std::string& file) {
        if (now != op || moment != Moment::kBefore || !failing) return IOStatus::OK();
        const int number = ++seen;
        if (sticky ? number < nth : number != nth) return IOStatus::OK();
        // Of a full disk RocksDB would heal itself, in its own way, if it were let.
        return op == Op::kWrite && nth % 2 == 0 ? IOStatus::NoSpace(file + ": injected")
                                                : IOStatus::IOError(file + ": injected");
      });
      failing = op == Op::kOpen || op == Op::kRead || op == Op::kSync;
      views_.StartOn(disk.env.get());
      failing = true;
      Fill(60);
      std::this_thread::yield();
      failing = false;
      const Entries settled = Settled();
      views_.Delete();
      views_.Start();
      EXPECT_EQ(settled, Settled()) << "operation " << static_cast<int>(op) << " from " << nth;
      views_.Stop();
      views_.Start();
    }
  }
}

TEST_F(ViewFaultsTest, WhoWaitsIsToldAtOnce) {
  Fill(5);
  Settled();
  views_.Stop();
  faults::FaultDisk disk;
  views_.StartOn(disk.env.get());
  Settled();
  std::promise<void> woken;
  views_.materializer().ring().NotifyPast(views_.reader().head() + 1000,
                                          [&woken] { woken.set_value(); });
  disk.files->Fail(Op::kWrite, 1, /*sticky=*/true, IOStatus::IOError("injected"));
  Fill(1);
  EXPECT_EQ(woken.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_EQ(ReasonOf(ViewSnapshot::Take(views_.materializer()).status()), "VIEWS_FAILED");
  disk.files->Mend();
  Settled();
  EXPECT_TRUE(views_.materializer().health().ok());
  // The views go before their disk.
  views_.Stop();
  views_.Start();
}

TEST_F(ViewFaultsTest, ViewsThatRottedAreRebuilt) {
  Fill(300);
  const Entries whole = Settled();
  ASSERT_FALSE(whole.empty());
  views_.Stop();
  const ScratchCopy good(views_.directory() / "views");
  int rebuilt = 0;
  for (const fs::path& file : good.files()) {
    for (const int how : {0, 1, 2}) {
      good.PutBack();
      const fs::path spoilt = views_.directory() / "views" / file;
      const uint64_t size = fs::file_size(spoilt);
      if (how == 0) fs::remove(spoilt);
      if (how == 1) fs::resize_file(spoilt, size / 2);
      if (how == 2 && size > 0) FlipBit(spoilt, random_() % size);
      views_.Start();
      // A read may be what meets it.
      const Entries entries = Settled();
      EXPECT_EQ(entries, whole) << how << " " << file;
      rebuilt += views_.materializer().rebuilds() > 0 ? 1 : 0;
      views_.Stop();
    }
  }
  EXPECT_GE(rebuilt, 3);
  views_.Start();
}

}  // namespace
}  // namespace chipline::timeline
