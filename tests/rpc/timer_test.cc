#include "services/rpc/timer.h"

#include <chrono>
#include <future>
#include <vector>

#include "gtest/gtest.h"

namespace chipline {
namespace {

using Clock = std::chrono::steady_clock;

TEST(TimerTest, CallsInTheOrderOfDeadlinesWhateverTheOrderOfArming) {
  Timer timer;
  std::vector<int> order;
  std::promise<void> done;
  const auto start = Clock::now() + std::chrono::milliseconds(20);
  timer.At(start + std::chrono::milliseconds(2), [&] {
    order.push_back(3);
    done.set_value();
  });
  timer.At(start, [&] { order.push_back(1); });
  timer.At(start + std::chrono::milliseconds(1), [&] { order.push_back(2); });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(TimerTest, NeverCallsEarly) {
  Timer timer;
  std::promise<Clock::time_point> called;
  const auto when = Clock::now() + std::chrono::milliseconds(30);
  timer.At(when, [&] { called.set_value(Clock::now()); });
  EXPECT_GE(called.get_future().get(), when);
}

TEST(TimerTest, WakesForTheFirstTaskAfterBeingIdle) {
  Timer timer;
  for (int i = 0; i < 50; ++i) {
    std::promise<void> done;
    timer.At(Clock::now() + std::chrono::milliseconds(1), [&] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
}

TEST(TimerTest, EarlierTaskComesBeforeTheOneItSleepsFor) {
  Timer timer;
  timer.At(Clock::now() + std::chrono::hours(1), [] {});
  for (int i = 0; i < 50; ++i) {
    std::promise<void> done;
    timer.At(Clock::now() + std::chrono::milliseconds(1), [&] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
}

TEST(TimerTest, CancelledTaskIsNotCalled) {
  Timer timer;
  bool called = false;
  std::promise<void> done;
  const auto when = Clock::now() + std::chrono::milliseconds(20);
  const auto handle = timer.At(when, [&] { called = true; });
  timer.At(when + std::chrono::milliseconds(1), [&] { done.set_value(); });
  timer.Cancel(handle);
  timer.Cancel(handle);
  done.get_future().wait();
  EXPECT_FALSE(called);
}

TEST(TimerTest, TaskMayArmTheNext) {
  Timer timer;
  std::promise<void> done;
  timer.At(Clock::now(), [&] { timer.At(Clock::now(), [&] { done.set_value(); }); });
  done.get_future().wait();
}

TEST(TimerTest, TasksStillArmedAreDroppedAtTheEnd) {
  bool called = false;
  {
    Timer timer;
    timer.At(Clock::now() + std::chrono::hours(1), [&] { called = true; });
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace chipline
