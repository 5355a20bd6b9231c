#include "services/rpc/log_waker.h"

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

#include "tests/rpc/test_log.h"

namespace chipline {
namespace {

class LogWakerTest : public ::testing::Test {
 protected:
  testing::TestLog log_;
  Executor executor_{2};
  LogWaker waker_{log_.reader(), executor_};
};

TEST_F(LogWakerTest, CallsAtOnceWhatIsPastAlready) {
  log_.AppendOne("capex.a");
  bool called = false;
  EXPECT_EQ(waker_.NotifyPast(0, [&] { called = true; }), 0U);
  EXPECT_TRUE(called);
}

TEST_F(LogWakerTest, WakesOneAndManyWhenTheHeadMoves) {
  for (const int waiters : {1, 500}) {
    std::atomic<int> left{waiters};
    std::promise<void> all;
    for (int i = 0; i < waiters; ++i) {
      waker_.NotifyPast(log_.reader().head(), [&] {
        if (--left == 0) all.set_value();
      });
    }
    log_.AppendOne("capex.a");
    all.get_future().wait();
    EXPECT_EQ(left, 0);
  }
}

TEST_F(LogWakerTest, WaitsForItsPositionOverSeveralAppends) {
  for (const int others : {0, 100}) {
    const storage::Position head = log_.reader().head();
    std::atomic<bool> far_called{false};
    std::promise<void> far;
    waker_.NotifyPast(head + 2, [&] {
      far_called = true;
      far.set_value();
    });
    for (int i = 0; i < 2; ++i) {
      std::atomic<int> left{others + 1};
      std::promise<void> near;
      for (int j = 0; j <= others; ++j) {
        waker_.NotifyPast(log_.reader().head(), [&] {
          if (--left == 0) near.set_value();
        });
      }
      log_.AppendOne("capex.a");
      near.get_future().wait();
      EXPECT_FALSE(far_called);
    }
    log_.AppendOne("capex.a");
    far.get_future().wait();
  }
}

TEST_F(LogWakerTest, CancelledIsNotCalled) {
  std::atomic<bool> called{false};
  const uint64_t registration = waker_.NotifyPast(0, [&] { called = true; });
  waker_.Cancel(registration);
  std::promise<void> done;
  waker_.NotifyPast(0, [&] { done.set_value(); });
  log_.AppendOne("capex.a");
  done.get_future().wait();
  EXPECT_FALSE(called);
}

TEST_F(LogWakerTest, GoesAwayWhileSomebodyWaitsAndTheHeadMoves) {
  for (int round = 0; round < 50; ++round) {
    auto waker = std::make_unique<LogWaker>(log_.reader(), executor_);
    for (int i = 0; i < 10; ++i) {
      waker->NotifyPast(log_.reader().head() + static_cast<uint64_t>(i % 2), [] {});
    }
    auto append = std::async(std::launch::async, [&] { log_.AppendOne("capex.a"); });
    waker.reset();
    append.wait();
  }
}

}  // namespace
}  // namespace chipline
