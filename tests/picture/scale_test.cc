#include "services/picture/scale.h"

#include "gtest/gtest.h"

namespace chipline::picture {
namespace {

CivilDay Day(std::string_view text) { return *DayOf(text); }

TEST(TimeScaleTest, DaysLieInProportion) {
  TimeScale scale;
  scale.Include(Day("2024-01-01"));
  scale.Include(Day("2025-01-01"));
  scale.Span(100, 500);
  const double first = scale.At(Day("2024-01-01"));
  const double last = scale.At(Day("2025-01-01"));
  EXPECT_GT(first, 100);
  EXPECT_LT(last, 500);
  EXPECT_NEAR(scale.At(Day("2024-07-02")), (first + last) / 2, 0.5);
  EXPECT_EQ(scale.At(Day("1900-01-01")), 100);
}

TEST(TimeScaleTest, TicksAreStartsOfMonthsAndYearsAreStrong) {
  TimeScale scale;
  scale.Include(Day("2024-10-15"));
  scale.Include(Day("2025-08-15"));
  scale.Span(0, 500);
  const std::vector<Tick> ticks = scale.Ticks();
  ASSERT_GE(ticks.size(), 3U);
  EXPECT_EQ(ticks[0].label, "Oct");
  EXPECT_EQ(ticks[0].with_year, "Oct 2024");
  EXPECT_EQ(ticks[1].label, "2025");
  EXPECT_TRUE(ticks[1].strong);
  EXPECT_DOUBLE_EQ(ticks[1].at, scale.At(Day("2025-01-01")));
  EXPECT_EQ(ticks[2].label, "Apr");
}

TEST(TimeScaleTest, ADayAloneAndACenturyBothHaveTicks) {
  TimeScale day;
  day.Include(Day("2024-08-15"));
  day.Span(0, 500);
  EXPECT_GE(day.Ticks().size(), 2U);
  TimeScale century;
  century.Include(Day("1926-01-01"));
  century.Include(Day("2026-01-01"));
  century.Span(0, 500);
  EXPECT_GE(century.Ticks().size(), 4U);
  EXPECT_LE(century.Ticks().size(), 9U);
}

TEST(TimeScaleTest, NothingHasNoTicks) { EXPECT_TRUE(TimeScale().Ticks().empty()); }

TEST(FigureScaleTest, OneFigureIsReadFromZero) {
  FigureScale scale;
  scale.Include(85e9);
  scale.Span(200, 0);
  EXPECT_DOUBLE_EQ(scale.At(0), 200);
  EXPECT_DOUBLE_EQ(scale.Ticks().front().figure, 0);
  EXPECT_GE(scale.Ticks().back().figure, 85e9);
}

TEST(FigureScaleTest, CloseFiguresAreToldApart) {
  FigureScale scale;
  scale.Include(80e9);
  scale.Include(100e9);
  scale.Span(200, 0);
  EXPECT_GT(scale.Ticks().front().figure, 0);
  EXPECT_GT(scale.At(80e9) - scale.At(100e9), 60);
}

TEST(FigureScaleTest, TicksLieWhereTheirFiguresDo) {
  FigureScale scale;
  scale.Include(3);
  scale.Include(40);
  scale.Span(200, 0);
  for (const auto& tick : scale.Ticks()) EXPECT_DOUBLE_EQ(tick.at, scale.At(tick.figure));
}

TEST(FigureScaleTest, FewerTicksInASmallPlot) {
  FigureScale scale;
  scale.Include(100);
  scale.Span(60, 0);
  const size_t few = scale.Ticks().size();
  scale.Span(300, 0);
  EXPECT_LT(few, scale.Ticks().size());
}

TEST(FigureTickTest, IsExactWhereItCanBeAndFitsItsMargin) {
  EXPECT_EQ(FigureTickWords(80e9, 80), "80bn");
  EXPECT_EQ(FigureTickWords(0.25, 80), "0.25");
  EXPECT_EQ(FigureTickWords(0.3, 80), "0.3");
  EXPECT_EQ(FigureTickWords(0, 80), "0");
  EXPECT_EQ(FigureTickWords(2e-9, 80), "2e-09");
  EXPECT_EQ(FigureTickWords(5e18, 60), "5e+18");
  EXPECT_EQ(FigureTickWords(1e19, 900), "1e+19");
}

TEST(SpreadTest, WhatDoesNotTouchStays) {
  EXPECT_EQ(Spread({10, 50, 90}, {0, 20, 20}, 0, 100), (std::vector<double>{10, 50, 90}));
}

TEST(SpreadTest, WhatWouldOverlapIsMovedApartAroundItsMiddle) {
  EXPECT_EQ(Spread({50, 50, 50}, {0, 20, 20}, 0, 100), (std::vector<double>{30, 50, 70}));
}

TEST(SpreadTest, StaysWithinTheEnds) {
  EXPECT_EQ(Spread({95, 99}, {0, 20}, 0, 100), (std::vector<double>{80, 100}));
  EXPECT_EQ(Spread({1, 2}, {0, 20}, 0, 100), (std::vector<double>{0, 20}));
  EXPECT_TRUE(Spread({}, {}, 0, 100).empty());
}

TEST(DayWordsTest, ShortAndOtherwiseAsItIs) {
  EXPECT_EQ(DayWords(std::string_view("2025-12-31")), "31 Dec 2025");
  EXPECT_EQ(DayWords(std::string_view("soon")), "soon");
  EXPECT_EQ(DayWords(std::string_view("")), "");
}

}  // namespace
}  // namespace chipline::picture
