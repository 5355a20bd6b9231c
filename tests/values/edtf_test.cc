#include "services/values/edtf.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline {
namespace {

using ::testing::HasSubstr;

std::string Text(const std::optional<CivilDay>& day) { return day ? day->Format() : ".."; }

std::string Bounds(std::string_view edtf) {
  const auto bounds = ParseDate(edtf);
  if (!bounds.ok()) return bounds.status().ToString();
  return Text(bounds->earliest) + " " + Text(bounds->latest);
}

std::string Range(std::string_view edtf) {
  const auto range = ParsePeriod(edtf);
  if (!range.ok()) return range.status().ToString();
  return range->start.Format() + " " + range->end.Format();
}

struct Expected {
  std::string_view edtf;
  std::string_view days;
};

TEST(EdtfTest, DatesHaveTheirBounds) {
  for (const auto& [edtf, bounds] : std::vector<Expected>{
           {"2024", "2024-01-01 2024-12-31"},
           {"0001", "0001-01-01 0001-12-31"},
           {"9998", "9998-01-01 9998-12-31"},
           {"2024-02", "2024-02-01 2024-02-29"},
           {"2023-02", "2023-02-01 2023-02-28"},
           {"2024-12", "2024-12-01 2024-12-31"},
           {"2024-08-15", "2024-08-15 2024-08-15"},
           {"2024-02-29", "2024-02-29 2024-02-29"},
           {"2024-33", "2024-01-01 2024-03-31"},
           {"2024-34", "2024-04-01 2024-06-30"},
           {"2024-35", "2024-07-01 2024-09-30"},
           {"2024-36", "2024-10-01 2024-12-31"},
           {"2024-40", "2024-01-01 2024-06-30"},
           {"2024-41", "2024-07-01 2024-12-31"},
           {"2024?", "2024-01-01 2024-12-31"},
           {"2024-08~", "2024-08-01 2024-08-31"},
           {"2024-08-15%", "2024-08-15 2024-08-15"},
           {"2024/2026", "2024-01-01 2026-12-31"},
           {"2024-08-15/2024-08-20", "2024-08-15 2024-08-20"},
           {"2024-08-15/2024-09", "2024-08-15 2024-09-30"},
           {"2024-33/2024-41", "2024-01-01 2024-12-31"},
           {"2024?/2025~", "2024-01-01 2025-12-31"},
           {"../2024-08", ".. 2024-08-31"},
           {"../2024-07-31", ".. 2024-07-31"},
           {"2026-02-17/..", "2026-02-17 .."},
           {"../2024?", ".. 2024-12-31"},
           {"2024~/..", "2024-01-01 .."},
           {"2024/2024", "2024-01-01 2024-12-31"},
       }) {
    EXPECT_EQ(Bounds(edtf), bounds) << edtf;
  }
}

TEST(EdtfTest, PeriodsAreHalfOpen) {
  for (const auto& [edtf, range] : std::vector<Expected>{
           {"2026", "2026-01-01 2027-01-01"},
           {"2024-40", "2024-01-01 2024-07-01"},
           {"2024-41", "2024-07-01 2025-01-01"},
           {"2024-36", "2024-10-01 2025-01-01"},
           {"2024-08", "2024-08-01 2024-09-01"},
           {"2024-12-31", "2024-12-31 2025-01-01"},
           {"2024/2026", "2024-01-01 2027-01-01"},
           {"9998", "9998-01-01 9999-01-01"},
       }) {
    EXPECT_EQ(Range(edtf), range) << edtf;
  }
}

TEST(EdtfTest, RefusesTheRest) {
  for (const std::string_view edtf : {"",
                                      "2026-",
                                      "2026-1",
                                      "2026-13",
                                      "2026-00",
                                      "2026-02-30",
                                      "2026-02-",
                                      "2026-2-3",
                                      "2026-02-031",
                                      "202",
                                      "20260",
                                      "20260215",
                                      "2026-21",
                                      "2026-24",
                                      "2026-32",
                                      "2026-37",
                                      "2026-39",
                                      "2026-42",
                                      "2026-33-01",
                                      "2026-40-01",
                                      "0000",
                                      "9999",
                                      "-0044",
                                      "Y12026",
                                      "202X",
                                      "2026-XX",
                                      "?2026",
                                      "2026??",
                                      "2026?~",
                                      "~",
                                      "..",
                                      "../..",
                                      "/2026",
                                      "2026/",
                                      "/",
                                      "2026/2025",
                                      "2026/20",
                                      "2026/2027/..",
                                      "2026//2027",
                                      "2026-08/2026-07",
                                      "../",
                                      "/..",
                                      "[2026,2027]",
                                      "{2026}",
                                      "2026-08-15T00:00:00Z",
                                      " 2026",
                                      "2026 ",
                                      "2026–08",
                                      "２０２６",
                                      "next year",
                                      "2026..",
                                      "...2026",
                                      "../2026/..",
                                      "2024-08/2024-08-20",
                                      "2024-08-15/2024-08"}) {
    EXPECT_EQ(ParseDate(edtf).status().code(), absl::StatusCode::kInvalidArgument) << edtf;
    EXPECT_EQ(ParsePeriod(edtf).status().code(), absl::StatusCode::kInvalidArgument) << edtf;
    EXPECT_EQ(YearBefore(edtf), std::nullopt) << edtf;
  }
}

TEST(EdtfTest, APeriodHasNoOpenEndAndNoQualifier) {
  for (const std::string_view edtf : {"../2026", "2026/..", "2026?", "2026~", "2024%/2026"}) {
    EXPECT_TRUE(ParseDate(edtf).ok()) << edtf;
    EXPECT_EQ(ParsePeriod(edtf).status().code(), absl::StatusCode::kInvalidArgument) << edtf;
  }
}

TEST(EdtfTest, ARefusalSaysWhatWasThereAndWhatIsAllowed) {
  const std::string half(ParseDate("2026-13").status().message());
  EXPECT_THAT(half, HasSubstr("\"2026-13\": 13 is no month, quarter or half"));
  EXPECT_THAT(half, HasSubstr("quarter 2024-33 to 2024-36"));
  EXPECT_THAT(std::string(ParseDate("2026-02-30").status().message()),
              HasSubstr("there is no such day"));
  EXPECT_THAT(std::string(ParsePeriod("2026/..").status().message()),
              HasSubstr("a period has no open end"));
  EXPECT_THAT(std::string(ParseDate(std::string(100'000, 'x')).status().message()).size(),
              ::testing::Lt(400));
}

TEST(EdtfTest, TheYearBeforeIsTheSamePointOfIt) {
  EXPECT_EQ(YearBefore("2024"), "2023");
  EXPECT_EQ(YearBefore("2024-40"), "2023-40");
  EXPECT_EQ(YearBefore("2024-33"), "2023-33");
  EXPECT_EQ(YearBefore("2024-08"), "2023-08");
  EXPECT_EQ(YearBefore("2024-02-28"), "2023-02-28");
  EXPECT_EQ(YearBefore("1000"), "0999");
  EXPECT_EQ(YearBefore("2024-02-29"), std::nullopt);
  EXPECT_EQ(YearBefore("0001"), std::nullopt);
  EXPECT_EQ(YearBefore("2024/2026"), std::nullopt);
  EXPECT_EQ(YearBefore("2024?"), std::nullopt);
}

}  // namespace
}  // namespace chipline
