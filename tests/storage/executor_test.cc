#include "storage/executor.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>

namespace chipline {
namespace {

// An executor of one thread that is busy until told to go on, and writes down who ran.
class ExecutorTest : public ::testing::Test {
 protected:
  ExecutorTest() {
    executor_->Schedule([this] { go_.get_future().wait(); });
  }

  void Schedule(const std::string& caller) {
    executor_->Schedule(caller, [this, caller] { ran_ += caller; });
  }
  // Everybody in the order in which they ran, once all have: the executor runs them before it ends.
  std::string Ran() {
    go_.set_value();
    executor_.reset();
    return ran_;
  }

  std::promise<void> go_;
  std::string ran_;
  std::optional<Executor> executor_{std::in_place, 1};
};

TEST_F(ExecutorTest, AQueueOfOneCallerDoesNotHoldUpAnother) {
  for (int i = 0; i < 1000; ++i) Schedule("a");
  Schedule("b");
  EXPECT_EQ(Ran().substr(0, 2), "ab");
}

TEST_F(ExecutorTest, CallersTakeTurnsAndEachKeepsItsOrder) {
  for (const char* caller : {"a", "a", "a", "b", "b", "c"}) Schedule(caller);
  EXPECT_EQ(Ran(), "abcaba");
}

TEST_F(ExecutorTest, WhatHasNoCallerTakesTurnsAsOne) {
  for (const char* caller : {"a", "a", "a"}) Schedule(caller);
  executor_->Schedule([this] { ran_ += '-'; });
  executor_->Schedule([this] { ran_ += '-'; });
  EXPECT_EQ(Ran(), "a-a-a");
}

TEST(Executor, RunsWhatWasScheduledBeforeItEnds) {
  std::string ran;
  {
    Executor executor(1, ExecutorKind::kPatient);
    for (const char* caller : {"a", "a", "b"}) executor.Schedule(caller, [&] { ran += 'x'; });
  }
  EXPECT_EQ(ran, "xxx");
}

}  // namespace
}  // namespace chipline
