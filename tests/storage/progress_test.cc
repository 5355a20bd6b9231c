#include "storage/commit_progress.h"
#include "storage/mutex.h"
#include "tests/storage/open_log.h"

namespace chipline::storage::testing {
namespace {

// Holds up whoever answers an append until it is let go.
class HeldUp {
 public:
  Done done() {
    return [this](Outcome) {
      MutexLock lock(mutex_);
      reached_ = true;
      changed_.NotifyAll();
      while (!let_go_) changed_.Wait(mutex_);
    };
  }
  void AwaitReached() {
    MutexLock lock(mutex_);
    while (!reached_) changed_.Wait(mutex_);
  }
  void LetGo() {
    MutexLock lock(mutex_);
    let_go_ = true;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool reached_ = false;
  bool let_go_ = false;
};

// Waits for the threads to come to rest after an answer.
CommitProgress AtRest(const Log& log) {
  CommitProgress progress = log.progress();
  while (progress.busy) {
    std::this_thread::yield();
    progress = log.progress();
  }
  return progress;
}

TEST_F(LogTest, AnIdleLogIsNotBusyAndAnAppendIsASeriesOfSteps) {
  const CommitProgress before = AtRest(*log);
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  const CommitProgress after = AtRest(*log);
  EXPECT_GE(after.steps, before.steps + 4);
  EXPECT_FALSE(after.on_disk);
}

TEST_F(LogTest, AThreadThatIsHeldUpByTheProgramIsBusyAndTakesNoStep) {
  HeldUp held;
  ASSERT_TRUE(log->Submit(AppendCommand({Sealed("a", "capex.x")}), held.done()).ok());
  held.AwaitReached();
  // The deciding thread has nothing to do; the writing one has, and stands still.
  const CommitProgress first = log->progress();
  const CommitProgress second = log->progress();
  EXPECT_TRUE(first.busy);
  EXPECT_TRUE(second.busy);
  EXPECT_FALSE(second.on_disk);
  held.LetGo();
  EXPECT_GT(AtRest(*log).steps, second.steps);
}

TEST(ThreadWaitsForDiskTest, ARunningThreadAndOneThatIsGoneDoNot) {
  EXPECT_FALSE(ThreadWaitsForDisk(ThisThread()));
  EXPECT_FALSE(ThreadWaitsForDisk(-1));
}

}  // namespace
}  // namespace chipline::storage::testing
