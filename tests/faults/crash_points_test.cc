#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "storage/check.h"
#include "tests/faults/scene.h"

// kill -9 at each named point of a commit: before and after the write, the sync, the publishing and
// the reply. The program that dies is a real one, with 8 writers and 6 readers in it.
namespace chipline::faults {
namespace {

class CrashPointsTest : public ::testing::TestWithParam<const char*> {
 protected:
  CrashPointsTest() : random_(Seed()) { std::filesystem::create_directories(histories_); }

  // Runs the child to its death.
  void Crash(int round, uint64_t nth) {
    const std::string data = (folder_.path() / "data").string();
    const std::string histories = histories_.string();
    const std::string name = fmt::format("round{}", round);
    const std::string seed = std::to_string(random_());
    const std::string count = std::to_string(nth);
    std::vector<std::string> arguments = {CHIPLINE_CRASH_CHILD, data, histories, name, seed,
                                          GetParam(),           count};
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    pid_t child = 0;
    ASSERT_EQ(::posix_spawn(&child, CHIPLINE_CRASH_CHILD, nullptr, nullptr, raw.data(), environ),
              0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "it did not die at the point, but ended with status " << status;
  }

  std::vector<checker::History> Histories() const {
    std::vector<checker::History> histories;
    for (const auto& entry : std::filesystem::directory_iterator(histories_)) {
      auto history = checker::ReadHistory(entry.path());
      CHECK(history.ok());
      histories.push_back(*std::move(history));
    }
    return histories;
  }

  // Over all rounds until now.
  size_t Acknowledged() const { return checker::Check(Histories()).load.acknowledged; }

  ScratchFolder folder_;
  const std::filesystem::path histories_ = folder_.path() / "histories";
  std::mt19937_64 random_;
};

TEST_P(CrashPointsTest, EveryPromiseHoldsAfterAKill) {
  constexpr size_t kFloor = 20;
  const int rounds = Rounds(2);
  // How much a child has had acknowledged when it dies is chance. Too little of it proves nothing,
  // so there are more rounds then, but never without end.
  const int most = 5 * rounds;
  for (int round = 0; round < rounds || (round < most && Acknowledged() < kFloor); ++round) {
    Crash(round, 30 + random_() % 60);
    if (HasFatalFailure()) return;
  }
  const auto verdict = Judge(Histories(), folder_.path() / "data");
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_FALSE(verdict->violation.has_value()) << verdict->violation->ToString();
  EXPECT_GE(verdict->load.acknowledged, kFloor) << "too little load to tell anything";
}

INSTANTIATE_TEST_SUITE_P(Points, CrashPointsTest,
                         ::testing::Values("before_write", "after_write", "before_sync",
                                           "after_sync", "publish", "before_reply", "after_reply"),
                         [](const auto& point) { return std::string(point.param); });

}  // namespace
}  // namespace chipline::faults
