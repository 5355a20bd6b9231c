#include "services/query/long_answers.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "storage/error.h"
#include "storage/mutex.h"

namespace chipline::query {
namespace {

using Answer = absl::StatusOr<std::string>;

// Looks at `rows` rows, and then waits for the gate if there is one.
auto Looking(size_t rows, std::shared_future<void> gate = {}) {
  return [rows, gate](timeline::Work* work) -> Answer {
    for (size_t i = 0; i < rows; ++i) {
      if (absl::Status counted = work->Count(); !counted.ok()) return counted;
    }
    if (gate.valid()) gate.wait();
    return std::string("done");
  };
}

bool Never() { return false; }

// What was replied, once it was.
class Replied {
 public:
  auto Reply() {
    return [promise = promise_](Answer answer) { promise->set_value(std::move(answer)); };
  }
  Answer Get() { return future_.get(); }

 private:
  std::shared_ptr<std::promise<Answer>> promise_ = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future_ = promise_->get_future();
};

constexpr size_t kLong = 1'000'000;

TEST(LongAnswersTest, AShortAnswerIsGivenWhileLongOnesWait) {
  LongAnswers answers;
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::vector<Replied> replied(20);
  for (Replied& each : replied) answers.Give("a", Never, Looking(kLong, opened), each.Reply());
  Replied brief;
  answers.Give("b", Never, Looking(10), brief.Reply());
  EXPECT_EQ(*brief.Get(), "done");
  gate.set_value();
  for (Replied& each : replied) EXPECT_EQ(*each.Get(), "done");
}

TEST(LongAnswersTest, NeverMoreThanOneLongAnswerIsMadeAtATime) {
  LongAnswers answers;
  std::atomic<int> under_way = 0;
  std::atomic<int> most = 0;
  const auto answer = [&](timeline::Work* work) -> Answer {
    const int now = ++under_way;
    most = std::max(most.load(), now);
    absl::Status counted;
    for (size_t i = 0; i < kLong && counted.ok(); ++i) counted = work->Count();
    --under_way;
    if (!counted.ok()) return counted;
    return std::string("done");
  };
  std::vector<Replied> replied(8);
  for (Replied& each : replied) answers.Give("a", Never, answer, each.Reply());
  for (Replied& each : replied) EXPECT_EQ(*each.Get(), "done");
  // This thread begins each one, too, up to where it is found to be long.
  EXPECT_LE(most, 2);
}

TEST(LongAnswersTest, OneThatNobodyWaitsForIsGivenUp) {
  LongAnswers answers;
  Replied replied;
  std::atomic<int> asked = 0;
  answers.Give(
      "a", [&asked] { return ++asked > 100; }, Looking(timeline::Work::kNoLimit - 1),
      replied.Reply());
  EXPECT_TRUE(absl::IsCancelled(replied.Get().status()));
}

TEST(LongAnswersTest, TooManyThatWaitAreRefusedWithAdvice) {
  LongAnswers answers;
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::vector<Replied> replied(300);
  for (Replied& each : replied) answers.Give("a", Never, Looking(kLong, opened), each.Reply());
  const absl::Status refused = replied.back().Get().status();
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  gate.set_value();
  EXPECT_EQ(*replied.front().Get(), "done");
}

TEST(LongAnswersTest, CallersTakeTurnsHoweverManyOneHasWaiting) {
  Mutex mutex;
  CondVar opens;
  bool open = false;
  std::vector<std::string> answered;
  {
    LongAnswers answers;
    const auto give = [&](const std::string& caller) {
      answers.Give(
          caller, [] { return false; },
          [&](timeline::Work* work) -> absl::StatusOr<int> {
            // More than the thread that asks may look at.
            for (int i = 0; i < 1'000'000; ++i) {
              if (absl::Status counted = work->Count(); !counted.ok()) return counted;
            }
            const MutexLock lock(mutex);
            while (!open) opens.Wait(mutex);
            return 1;
          },
          [&, caller](const absl::StatusOr<int>& answer) {
            EXPECT_TRUE(answer.ok()) << answer.status();
            const MutexLock lock(mutex);
            answered.push_back(caller);
          });
    };
    for (int i = 0; i < 5; ++i) give("many");
    give("one");
    const MutexLock lock(mutex);
    open = true;
    opens.NotifyAll();
  }
  ASSERT_EQ(answered.size(), 6u);
  // Behind the answer that was under way, and one more where that had not begun.
  const size_t place =
      static_cast<size_t>(std::find(answered.begin(), answered.end(), "one") - answered.begin());
  EXPECT_LE(place, 2u);
}

}  // namespace
}  // namespace chipline::query
