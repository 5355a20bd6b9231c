#include "services/words/date_words.h"

#include "gtest/gtest.h"

namespace chipline {
namespace {

TEST(EdtfWordsTest, PointsInTime) {
  EXPECT_EQ(EdtfWords("2026"), "2026");
  EXPECT_EQ(EdtfWords("2024-08"), "August 2024");
  EXPECT_EQ(EdtfWords("2026-02-17"), "17 February 2026");
  EXPECT_EQ(EdtfWords("2024-35"), "Q3 2024");
  EXPECT_EQ(EdtfWords("2024-40"), "H1 2024");
}

TEST(EdtfWordsTest, Qualifiers) {
  EXPECT_EQ(EdtfWords("2025-12~"), "about December 2025");
  EXPECT_EQ(EdtfWords("2025?"), "perhaps 2025");
}

TEST(EdtfWordsTest, IntervalsAndOpenEnds) {
  EXPECT_EQ(EdtfWords("2024/2026"), "2024 to 2026");
  EXPECT_EQ(EdtfWords("../2024-08"), "until August 2024");
  EXPECT_EQ(EdtfWords("2026-01-15/.."), "from 15 January 2026");
}

TEST(EdtfWordsTest, WhatItCannotReadStaysAsItIs) {
  EXPECT_EQ(EdtfWords("soon"), "soon");
  EXPECT_EQ(EdtfWords("2024-99"), "2024-99");
  EXPECT_EQ(EdtfWords("2024-xx-01"), "2024-xx-01");
  EXPECT_EQ(EdtfWords(""), "");
}

TEST(PeriodWordsTest, FiscalPeriodsAreMarked) {
  v1::Period period;
  period.set_kind(v1::PERIOD_KIND_FISCAL);
  period.set_fiscal_label("FY2026");
  EXPECT_EQ(PeriodWords(period), "FY2026 (fiscal)");
}

TEST(TimeWordsTest, IsInUtcAndCutToTheSecond) {
  google::protobuf::Timestamp time;
  time.set_seconds(1'768'472'430);
  time.set_nanos(999'999'999);
  EXPECT_EQ(TimeWords(time), "2026-01-15 10:20:30Z");
}

}  // namespace
}  // namespace chipline
