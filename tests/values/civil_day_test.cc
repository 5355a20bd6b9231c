#include "services/values/civil_day.h"

#include <limits>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chipline {
namespace {

google::protobuf::Timestamp At(int64_t seconds, int32_t nanos = 0) {
  google::protobuf::Timestamp instant;
  instant.set_seconds(seconds);
  instant.set_nanos(nanos);
  return instant;
}

TEST(CivilDayTest, EveryDayOfAThousandYearsFormatsAndParsesBack) {
  const CivilDay end = CivilDay::Parse("2400-01-01").value();
  for (CivilDay day = CivilDay::Parse("1400-01-01").value(); day < end; day = day.AddDays(1)) {
    const auto back = CivilDay::Parse(day.Format());
    ASSERT_TRUE(back.ok()) << day.Format();
    ASSERT_EQ(*back, day) << day.Format();
  }
}

TEST(CivilDayTest, KnownDays) {
  EXPECT_EQ(CivilDay::Parse("1970-01-01")->days(), 0);
  EXPECT_EQ(CivilDay::Parse("1969-12-31")->days(), -1);
  EXPECT_EQ(CivilDay::Parse("2000-03-01")->days(), 11'017);
  EXPECT_EQ(CivilDay::Parse("0001-01-01")->days(), -719'162);
  EXPECT_EQ(CivilDay::Parse("9999-12-31")->days(), 2'932'896);
}

TEST(CivilDayTest, RefusesWhatIsNoDay) {
  for (const std::string_view text :
       {"", "2024", "2024-8-15", "2024-08-15 ", " 2024-08-15", "2024/08/15", "2024-02-30",
        "2023-02-29", "2024-00-10", "2024-13-01", "2024-01-00", "0000-01-01", "+024-01-01",
        "2024-08-15T00:00:00Z", "12024-08-15", "２０２４-08"}) {
    EXPECT_EQ(CivilDay::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(CivilDayTest, AnInstantIsInItsUtcDay) {
  EXPECT_EQ(CivilDay::FromTimestamp(At(0)).Format(), "1970-01-01");
  EXPECT_EQ(CivilDay::FromTimestamp(At(86'399, 999'999'999)).Format(), "1970-01-01");
  EXPECT_EQ(CivilDay::FromTimestamp(At(86'400)).Format(), "1970-01-02");
  EXPECT_EQ(CivilDay::FromTimestamp(At(-1, 999'999'999)).Format(), "1969-12-31");
  EXPECT_EQ(CivilDay::FromTimestamp(At(-86'400)).Format(), "1969-12-31");
  EXPECT_EQ(CivilDay::FromTimestamp(At(-86'401)).Format(), "1969-12-30");
}

TEST(CivilDayTest, AnImpossibleInstantGivesTheNearestDay) {
  EXPECT_EQ(CivilDay::FromTimestamp(At(std::numeric_limits<int64_t>::max())).Format(),
            "9999-12-31");
  EXPECT_EQ(CivilDay::FromTimestamp(At(std::numeric_limits<int64_t>::min())).Format(),
            "0001-01-01");
}

TEST(CivilDayTest, ADayStartsAtMidnight) {
  const CivilDay day = CivilDay::Parse("2024-08-15").value();
  EXPECT_EQ(day.Start().seconds(), 1'723'680'000);
  EXPECT_EQ(CivilDay::FromTimestamp(day.Start()), day);
}

TEST(CivilDayTest, ArithmeticStaysInsideThirtyTwoBits) {
  constexpr auto kLast = CivilDay::FromDays(std::numeric_limits<int32_t>::max());
  EXPECT_EQ(kLast.AddDays(1), kLast);
  EXPECT_EQ(CivilDay::Parse("2024-02-28")->AddDays(2).Format(), "2024-03-01");
  EXPECT_EQ(CivilDay::Parse("2024-03-01")->AddDays(-1).Format(), "2024-02-29");
}

TEST(CivilDayTest, IsOrderedAndHashable) {
  EXPECT_LT(CivilDay::FromDays(-1), CivilDay::FromDays(0));
  const absl::flat_hash_set<CivilDay> days = {CivilDay::FromDays(1), CivilDay::FromDays(1),
                                              CivilDay::FromDays(2)};
  EXPECT_EQ(days.size(), 2);
}

}  // namespace
}  // namespace chipline
