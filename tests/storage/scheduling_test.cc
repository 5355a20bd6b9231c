#include "storage/scheduling.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>
#include <utility>

namespace chipline {
namespace {

int Niceness() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

// What `change` makes of a thread of its own.
template <typename Change>
std::pair<int, int> PolicyAndNicenessAfter(Change change) {
  std::pair<int, int> result;
  std::thread([&] {
    change();
    result = {::sched_getscheduler(0), Niceness()};
  }).join();
  return result;
}

TEST(Scheduling, BackgroundWorkHasTheLowestNiceness) {
  EXPECT_EQ(PolicyAndNicenessAfter([] { RunInBackground(); }), std::pair(SCHED_BATCH, 19));
}

TEST(Scheduling, WhatIsPromptKeepsItsNiceness) {
  EXPECT_EQ(PolicyAndNicenessAfter([] {
              ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 7);
              RunPromptly();
            }),
            std::pair(SCHED_OTHER, 7));
}

// What comes of a thread that serves may be work that nobody waits for.
TEST(Scheduling, APromptThreadCanGoToTheBackground) {
  EXPECT_EQ(PolicyAndNicenessAfter([] {
              RunPromptly();
              RunInBackground();
            }),
            std::pair(SCHED_BATCH, 19));
}

// A policy that the operator chose stays.
TEST(Scheduling, AnotherPolicyIsLeftAlone) {
  EXPECT_EQ(PolicyAndNicenessAfter([] {
              const sched_param none{};
              ASSERT_EQ(::sched_setscheduler(0, SCHED_BATCH, &none), 0);
              RunPromptly();
            }),
            std::pair(SCHED_BATCH, Niceness()));
}

}  // namespace
}  // namespace chipline
