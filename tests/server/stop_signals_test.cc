#include "services/server/stop_signals.h"

#include <unistd.h>

#include <cstdlib>

#include "gtest/gtest.h"

namespace chipline::server {
namespace {

// In processes of their own, since threads of other tests would take the signals.
class StopSignalsDeathTest : public testing::Test {
 protected:
  StopSignalsDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(StopSignalsDeathTest, ASignalIsWaitedForAlsoIfItCameBefore) {
  EXPECT_EXIT(
      {
        StopSignals signals;
        kill(getpid(), SIGTERM);
        const auto first = signals.WaitFor(absl::Seconds(10));
        kill(getpid(), SIGINT);
        const auto second = signals.WaitFor(absl::Seconds(10));
        std::_Exit(first == SIGTERM && second == SIGINT ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(StopSignalsDeathTest, NoneIsNone) {
  EXPECT_EXIT(
      {
        StopSignals signals;
        std::_Exit(signals.WaitFor(absl::Milliseconds(1)).has_value() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(StopSignalsDeathTest, AfterReleaseASignalEndsTheProgramAtOnce) {
  EXPECT_EXIT(
      {
        StopSignals signals;
        signals.Release();
        kill(getpid(), SIGTERM);
        std::_Exit(0);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST_F(StopSignalsDeathTest, AReaderOfTheLogThatWentAwayIsNoReasonToEnd) {
  EXPECT_EXIT(
      {
        StopSignals signals;
        kill(getpid(), SIGPIPE);
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace chipline::server
