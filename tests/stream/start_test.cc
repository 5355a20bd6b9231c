#include "services/stream/start.h"

#include "gtest/gtest.h"

#include "storage/error.h"
#include "tests/rpc/test_log.h"

namespace chipline::stream {
namespace {

// An hour behind a time.
class ClockBefore final : public Clock {
 public:
  explicit ClockBefore(absl::Time time) : now_(time - absl::Hours(1)) {}
  absl::Time Now() const override { return now_; }

 private:
  const absl::Time now_;
};

class StartTest : public ::testing::Test {
 protected:
  absl::StatusOr<storage::Position> Resolve(const Start& start) {
    return ResolveStart(start, log_.reader(), clock_);
  }

  testing::TestLog log_;
  SystemClock clock_;
};

TEST_F(StartTest, EmptyLogStartsAtZeroFromEveryStart) {
  EXPECT_EQ(*Resolve(AfterPosition{0}), 0U);
  EXPECT_EQ(*Resolve(AtHead{}), 0U);
  EXPECT_EQ(*Resolve(AtTime{absl::UnixEpoch()}), 0U);
}

TEST_F(StartTest, PositionBeyondTheHeadIsOutOfRange) {
  log_.AppendOne("capex.a");
  EXPECT_EQ(*Resolve(AfterPosition{1}), 1U);
  const absl::Status status = Resolve(AfterPosition{2}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "POSITION_BEYOND_HEAD");
}

TEST_F(StartTest, TimeStartsWithTheFirstEventAtOrAfterIt) {
  const absl::Time first = log_.Append({{"a", "capex.a", {}, 0}, {"b", "capex.a", {}, 0}}).time;
  const absl::Time second = log_.Append({{"c", "capex.a", {}, 0}}).time;
  EXPECT_EQ(*Resolve(AtTime{absl::InfinitePast()}), 0U);
  EXPECT_EQ(*Resolve(AtTime{first}), 0U);
  EXPECT_EQ(*Resolve(AtTime{first + absl::Nanoseconds(1)}), 2U);
  EXPECT_EQ(*Resolve(AtTime{second}), 2U);
  EXPECT_EQ(*Resolve(AtTime{second + absl::Nanoseconds(1)}), 3U);
}

TEST_F(StartTest, TimeYetToComeIsOutOfRange) {
  const absl::Status status = Resolve(AtTime{clock_.Now() + absl::Hours(1)}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "TIME_IN_FUTURE");
}

// Record times never go back, so a clock that was once ahead leaves them ahead of it.
TEST_F(StartTest, TimeOfTheLogIsNotYetToComeThoughTheClockIsBehindIt) {
  const absl::Time last = log_.Append({{"a", "capex.a", {}, 0}}).time;
  const ClockBefore behind(last);
  EXPECT_EQ(*ResolveStart(AtTime{last}, log_.reader(), behind), 0U);
  const auto later = ResolveStart(AtTime{last + absl::Nanoseconds(1)}, log_.reader(), behind);
  EXPECT_EQ(ReasonOf(later.status()), "TIME_IN_FUTURE");
}

}  // namespace
}  // namespace chipline::stream
