#include <gtest/gtest.h>

#include <random>

#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"

// The power goes while 8 writers and 6 readers are at work: what was not synced is gone, all of it
// or a random part. Every promise must hold.
namespace chipline::faults {
namespace {

constexpr size_t kFloor = 60;

class PowerLossTest : public ::testing::Test {
 protected:
  PowerLossTest() : random_(Seed()) {}

  // One life of the log: opened, loaded, cut off.
  void LoadAndCutPower(Load& load, bool drop_all) {
    FaultDisk disk;
    {
      const auto opened = OpenLog(folder_.path(), disk.env.get());
      ASSERT_TRUE(opened.ok()) << opened.status();
      load.Start(*opened->log);
      ASSERT_TRUE(load.WaitFor(kFloor + random_() % 100)) << "too little load to tell anything";
      disk.files->CutPower();
      load.Stop();
    }
    disk.files->DropUnsynced(drop_all ? nullptr : &random_);
  }

  ScratchFolder folder_;
  std::mt19937_64 random_;
};

TEST_F(PowerLossTest, EveryPromiseHoldsWhenAllThatWasNotSyncedIsGone) {
  LoadOptions options;
  options.seed = random_();
  Load load(options);
  for (int round = 0; round < Rounds(4); ++round) {
    LoadAndCutPower(load, true);
    if (HasFatalFailure()) return;
  }
  const auto verdict = Judge(load, folder_.path());
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_FALSE(verdict->violation.has_value()) << verdict->violation->ToString();
  EXPECT_GE(verdict->load.acknowledged, kFloor);
}

TEST_F(PowerLossTest, EveryPromiseHoldsWhenARandomPartOfWhatWasNotSyncedIsGone) {
  LoadOptions options;
  options.seed = random_();
  Load load(options);
  for (int round = 0; round < Rounds(4); ++round) {
    LoadAndCutPower(load, false);
    if (HasFatalFailure()) return;
  }
  const auto verdict = Judge(load, folder_.path());
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_FALSE(verdict->violation.has_value()) << verdict->violation->ToString();
}

}  // namespace
}  // namespace chipline::faults
