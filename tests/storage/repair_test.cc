#include "storage/repair.h"

#include <unistd.h>

#include "gmock/gmock.h"

#include "storage/directory.h"
#include "storage/error.h"
#include "storage/event_store.h"
#include "storage/inspection.h"
#include "tests/storage/tools.h"

namespace chipline::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RepairTest : public LogTest {
 protected:
  static constexpr Position kInFiles = 600;
  static constexpr Position kAll = 900;
  static constexpr uint64_t kEpoch = 1'750'000'000;
  const absl::Time kNow = absl::FromUnixSeconds(kEpoch);

  // The first events are in a table file, the last in the WAL.
  void SetUp() override {
    LogTest::SetUp();
    AppendSome(*log, 0, static_cast<int>(kInFiles));
    ASSERT_TRUE(log->reader().events().rocks().Flush().ok());
    AppendSome(*log, static_cast<int>(kInFiles), static_cast<int>(kAll - kInFiles));
    log.reset();
  }
  std::filesystem::path LastWal() const {
    std::filesystem::path largest;
    for (const auto& file : FilesIn(directory.path() / "log", ".log")) {
      if (largest.empty() ||
          std::filesystem::file_size(file) > std::filesystem::file_size(largest)) {
        largest = file;
      }
    }
    return largest;
  }
  absl::StatusOr<std::unique_ptr<Repair>> Plan(Position accept_loss_after) const {
    return Repair::Plan(directory.path(), accept_loss_after, kNow);
  }
  std::filesystem::path Apply(Position accept_loss_after) {
    auto repair = Plan(accept_loss_after);
    EXPECT_TRUE(repair.ok()) << repair.status();
    if (!repair.ok()) return "";
    const auto replaced = (*repair)->Apply(nullptr);
    EXPECT_TRUE(replaced.ok()) << replaced.status();
    return replaced.value_or("");
  }
  // The log opens, is sound, and ends here.
  void ExpectSound(Position head, uint64_t epoch) {
    EXPECT_THAT(FindingsIn(directory.path()), IsEmpty());
    Open();
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->reader().head(), head);
    EXPECT_EQ(log->identity().epoch, epoch);
    EXPECT_EQ(ReadAll(*log).size(), head);
    AppendSome(*log, 10'000, 30);
    EXPECT_EQ(log->reader().head(), head + 30);
  }
};

TEST_F(RepairTest, ASoundLogIsLeftAlone) {
  const auto before = Everything(directory.path());
  EXPECT_EQ(ReasonOf(Plan(0).status()), "NOTHING_TO_REPAIR");
  EXPECT_EQ(Everything(directory.path()), before);
}

TEST_F(RepairTest, AfterTheWalIsDeletedTheFilesAreKept) {
  std::filesystem::remove(LastWal());
  ASSERT_EQ(TryOpen().status().code(), absl::StatusCode::kDataLoss);
  const auto broken = Everything(directory.path() / "log");
  auto plan = Plan(kInFiles);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ((*plan)->plan().kept, kInFiles);
  EXPECT_EQ((*plan)->plan().known, kAll);
  EXPECT_EQ((*plan)->plan().epoch, kEpoch);
  // Planning changes nothing.
  EXPECT_EQ(Everything(directory.path() / "log"), broken);
  plan->reset();
  const auto replaced = Apply(kInFiles);
  EXPECT_EQ(replaced.filename(), "replaced-20250615T150640Z");
  for (const auto& [file, content] : broken) {
    const auto kept = replaced / std::filesystem::relative(file, directory.path());
    EXPECT_EQ(ContentOf(kept), content) << kept;
  }
  EXPECT_EQ(ContentOf(replaced / "HIGHWATER"), "900\n");
  ExpectSound(kInFiles, kEpoch);
}

TEST_F(RepairTest, MoreIsNotLostThanWasAccepted) {
  std::filesystem::remove(LastWal());
  const auto refused = Plan(kInFiles + 1).status();
  EXPECT_EQ(ReasonOf(refused), "LOSES_MORE");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("up to position 600"));
  EXPECT_NE(TryOpen().status(), absl::OkStatus());
}

TEST_F(RepairTest, AFlippedByteInTheWalKeepsWhatIsBeforeIt) {
  const auto wal = LastWal();
  FlipBit(wal, std::filesystem::file_size(wal) / 2);
  ASSERT_EQ(TryOpen().status().code(), absl::StatusCode::kDataLoss);
  auto plan = Plan(0);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const Position kept = (*plan)->plan().kept;
  EXPECT_GE(kept, kInFiles);
  EXPECT_LT(kept, kAll);
  plan->reset();
  Apply(kept);
  ExpectSound(kept, kEpoch);
}

TEST_F(RepairTest, AMissingTableFileKeepsWhatIsBeforeIt) {
  for (const auto& file : FilesIn(directory.path() / "log", ".sst")) std::filesystem::remove(file);
  ASSERT_FALSE(TryOpen().ok());
  Apply(0);
  ExpectSound(0, kEpoch);
}

TEST_F(RepairTest, ADamagedTableFileKeepsWhatIsBeforeTheDamage) {
  const auto files = FilesIn(directory.path() / "log", ".sst");
  ASSERT_FALSE(files.empty());
  const auto largest = *std::max_element(files.begin(), files.end(), [](auto& a, auto& b) {
    return std::filesystem::file_size(a) < std::filesystem::file_size(b);
  });
  FlipBit(largest, std::filesystem::file_size(largest) / 2);
  auto plan = Plan(0);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const Position kept = (*plan)->plan().kept;
  EXPECT_LT(kept, kInFiles);
  plan->reset();
  Apply(0);
  ExpectSound(kept, kEpoch);
}

TEST_F(RepairTest, AMissingManifestLosesWhatItMust) {
  std::filesystem::remove(directory.path() / "log" / "CURRENT");
  Apply(0);
  Open();
  EXPECT_EQ(log->identity().epoch, kEpoch);
}

TEST_F(RepairTest, AMissingHighWaterIsMadeAnew) {
  std::filesystem::remove(directory.path() / "HIGHWATER");
  ASSERT_EQ(ReasonOf(TryOpen().status()), "HIGHWATER_MISSING");
  Apply(kAll);
  EXPECT_EQ(ContentOf(directory.path() / "HIGHWATER"), "900\n");
  ExpectSound(kAll, kEpoch);
}

TEST_F(RepairTest, AHighWaterPastTheEndIsTakenBack) {
  WriteContent(directory.path() / "HIGHWATER", "950\n");
  auto plan = Plan(kAll);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ((*plan)->plan().known, 950u);
  plan->reset();
  Apply(kAll);
  ExpectSound(kAll, kEpoch);
}

TEST_F(RepairTest, CursorsPastTheEndGoBackToIt) {
  Open();
  for (const auto& [name, position] : {std::pair("near", 5), std::pair("far", 890)}) {
    v1::Command cursor;
    cursor.mutable_cursor()->set_name(name);
    cursor.mutable_cursor()->set_position(static_cast<uint64_t>(position));
    ASSERT_TRUE(Submit(*log, cursor).status.ok());
  }
  log.reset();
  // So that the cursors are in a file and the last events are not readable.
  {
    const auto store = EventStore::Open(EventStoreOptions{directory.path() / "log"});
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)->rocks().Flush().ok());
  }
  for (const auto& file : FilesIn(directory.path() / "log", ".sst")) {
    if (std::filesystem::file_size(file) > 4096) {
      FlipBit(file, std::filesystem::file_size(file) / 2);
    }
  }
  auto plan = Plan(0);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const Position kept = (*plan)->plan().kept;
  ASSERT_LT(kept, 890u);
  EXPECT_THAT((*plan)->plan().moved_cursors, ::testing::Contains(::testing::Pair("far", 890u)));
  plan->reset();
  Apply(0);
  Open();
  EXPECT_EQ((*log->GetCursor("far"))->position, kept);
}

TEST_F(RepairTest, WithoutFormatNothingIsDone) {
  std::filesystem::remove(directory.path() / "FORMAT");
  EXPECT_EQ(ReasonOf(Plan(0).status()), "FORMAT_MISSING");
}

TEST_F(RepairTest, ADirectoryThatIsServedIsRefused) {
  Open();
  EXPECT_EQ(ReasonOf(Plan(0).status()), "DIRECTORY_IN_USE");
}

// A repair that is killed as it goes, at each moment at which the directory looks different: the
// next one does it all.
TEST_F(RepairTest, ARepairThatWasCutOffIsDoneByTheNext) {
  std::filesystem::remove(LastWal());
  const std::filesystem::path whole = directory.path();
  TempDirectory done;
  CopyFolder(whole, done.path());
  std::filesystem::path replaced;
  {
    auto repair = Repair::Plan(done.path(), 0, kNow);
    ASSERT_TRUE(repair.ok()) << repair.status();
    replaced = *(*repair)->Apply(nullptr);
  }
  const std::string folder = replaced.filename().string();
  // The moves, in their order.
  const std::vector<std::function<void(const std::filesystem::path&)>> steps = {
      [&](const auto& at) { WriteContent(at / "REPAIRING", folder + "\n"); },
      [&](const auto& at) { CopyFolder(done.path() / "log", at / "log.repaired"); },
      [&](const auto& at) { std::filesystem::create_directory(at / folder); },
      [&](const auto& at) { std::filesystem::rename(at / "index", at / folder / "index"); },
      [&](const auto& at) { std::filesystem::rename(at / "HIGHWATER", at / folder / "HIGHWATER"); },
      [&](const auto& at) { std::filesystem::rename(at / "log", at / folder / "log"); },
      [&](const auto& at) { std::filesystem::rename(at / "log.repaired", at / "log"); },
      [&](const auto& at) { WriteContent(at / "HIGHWATER", "600\n"); },
      [&](const auto& at) {
        std::filesystem::copy(done.path() / "FORMAT", at / "FORMAT",
                              std::filesystem::copy_options::overwrite_existing);
      }};
  for (size_t killed_after = 1; killed_after <= steps.size(); ++killed_after) {
    TempDirectory cut;
    CopyFolder(whole, cut.path());
    for (size_t i = 0; i < killed_after; ++i) steps[i](cut.path());
    LiteralRules own_rules;
    LogOptions options;
    options.directory = cut.path();
    EXPECT_EQ(ReasonOf(Log::Open(options, own_rules).status()), "REPAIR_UNFINISHED");
    {
      auto repair = Repair::Plan(cut.path(), kInFiles, kNow + absl::Seconds(1));
      ASSERT_TRUE(repair.ok()) << killed_after << ": " << repair.status();
      const auto again = (*repair)->Apply(nullptr);
      ASSERT_TRUE(again.ok()) << killed_after << ": " << again.status();
      EXPECT_TRUE(std::filesystem::exists(*again / "log" / "CURRENT"));
    }
    EXPECT_THAT(FindingsIn(cut.path()), IsEmpty()) << killed_after;
    const auto opened = Log::Open(options, own_rules);
    ASSERT_TRUE(opened.ok()) << killed_after << ": " << opened.status();
    EXPECT_EQ((*opened)->reader().head(), kInFiles);
  }
}

TEST_F(RepairTest, InspectingABrokenLogChangesNoByteAndTellsWhatItCan) {
  std::filesystem::remove(LastWal());
  const auto before = Everything(directory.path());
  const auto stopped = StoppedLog::Open(directory.path());
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_FALSE((*stopped)->Openable().ok());
  EXPECT_EQ(**(*stopped)->high_water(), kAll);
  Inspect(**stopped);
  EXPECT_EQ(Everything(directory.path()), before);
}

TEST_F(RepairTest, InspectingASoundLogTellsItsSize) {
  const auto stopped = StoppedLog::Open(directory.path());
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_TRUE((*stopped)->Openable().ok()) << (*stopped)->Openable();
  const Inspection found = Inspect(**stopped);
  EXPECT_EQ((*stopped)->head(), kAll);
  EXPECT_EQ(found.subjects, 7u);
  EXPECT_FALSE(found.more_subjects);
  EXPECT_GT(found.blocks, 0u);
  EXPECT_LE(*found.first_time, *found.last_time);
}

}  // namespace
}  // namespace chipline::storage::testing
