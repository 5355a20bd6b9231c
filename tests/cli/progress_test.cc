#include "services/cli/progress.h"

#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

TEST(ProgressLineTest, ShowsBarRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine({0.5, 12'000, absl::Seconds(4)}, 200),
            "[###############---------------]  50 %  12,000 events  3,000/s  4 s left");
}

TEST(ProgressLineTest, WithoutALengthThereIsNoBar) {
  EXPECT_EQ(ProgressLine({-1, 10, absl::Seconds(5)}, 200), "10 events  2/s");
}

TEST(ProgressLineTest, NeverPastTheEnd) {
  EXPECT_EQ(ProgressLine({1.5, 10, absl::Seconds(10)}, 200),
            "[##############################] 100 %  10 events  1/s");
}

TEST(ProgressLineTest, FitsTheTerminal) {
  EXPECT_EQ(ProgressLine({0.5, 12'000, absl::Seconds(4)}, 20).size(), 20U);
}

}  // namespace
}  // namespace chipline::cli
