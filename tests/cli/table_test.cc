#include "services/cli/table.h"

#include <clocale>
#include <string>

#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

const Palette kPlain(false);

class TableTest : public ::testing::Test {
 protected:
  void SetUp() override { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(TableTest, AlignsColumnsAndCutsPadding) {
  Table table({{"ID", Align::kRight}, {"NAME"}});
  table.AddRow({"7", "a"});
  table.AddRow({"1,300", "bb"});
  EXPECT_EQ(table.Render(kPlain, 0),
            "   ID  NAME\n"
            "    7  a\n"
            "1,300  bb\n");
}

TEST_F(TableTest, IndentsEveryLine) {
  Table table({{"A"}, {"B"}});
  table.AddRow({"1", "2"});
  EXPECT_EQ(table.Render(kPlain, 0, 2), "  A  B\n  1  2\n");
}

TEST_F(TableTest, ShortRowsAreFilledWithEmptyCells) {
  Table table({{"A"}, {"B"}, {"C"}});
  table.AddRow({"1"});
  table.AddRow({"1", "2", "3"});
  EXPECT_EQ(table.Render(kPlain, 0), "A  B  C\n1\n1  2  3\n");
}

TEST_F(TableTest, NothingForNoRows) { EXPECT_EQ(Table({{"A"}}).Render(kPlain, 80), ""); }

TEST_F(TableTest, OtherScriptsLineUpAndStayReadable) {
  Table table({{"NAME"}, {"X"}});
  table.AddRow({"字节跳动", "1"});
  table.AddRow({"بايت دانس", "2"});
  EXPECT_EQ(table.Render(kPlain, 0),
            "NAME       X\n"
            "字节跳动   1\n"
            "بايت دانس  2\n");
}

TEST_F(TableTest, LinesBreakBetweenWordsAndKeepTheirMargin) {
  Table table({{"ID"}, {"TEXT", Align::kLeft, true}, {"N"}});
  table.AddRow({"1", "no claim says what holds on these days", "7"});
  table.AddRow({"2", "  if the seat is not 字节跳动字节跳动字节跳动", "8"});
  EXPECT_EQ(table.Render(kPlain, 34),
            "ID  TEXT                         N\n"
            "1   no claim says what holds on  7\n"
            "    these days\n"
            "2     if the seat is not 字节跳  8\n"
            "      动字节跳动字节跳动\n");
}

TEST_F(TableTest, WhatHasNoRoomStandsBelowItsRow) {
  Table table({{"ID"}, {"TEXT", Align::kLeft, true}, {"N"}, {"WHO", Align::kLeft, true}});
  table.AddRow({"1", "no claim says what holds on these days", "7", "us"});
  table.AddRow({"2", "so it is", "8", ""});
  table.AddRow({"", "  else unknown", "", ""});
  EXPECT_EQ(table.Render(kPlain, 24),
            "ID  N\n"
            "1   7\n"
            "    text: no claim\n"
            "      says what holds on\n"
            "      these days\n"
            "    who: us\n"
            "2   8\n"
            "    text: so it is\n"
            "      else unknown\n");
}

TEST_F(TableTest, AColumnThatHasNoRoomStandsBelowWithThoseAfterIt) {
  Table table({{"ID"}, {"SUBJECT"}, {"REV"}});
  table.AddRow({"1", "order.bytedance.nvidia-2023-2024", "7"});
  EXPECT_EQ(table.Render(kPlain, 20),
            "ID\n"
            "1\n"
            "    subject:\n"
            "      order.bytedance.nvidia-2023-2024\n"
            "    rev: 7\n");
  // With some room only the cells that are too long do.
  table.AddRow({"2", "capex.bytedance", "8"});
  EXPECT_EQ(table.Render(kPlain, 32),
            "ID  SUBJECT          REV\n"
            "1                    7\n"
            "    subject:\n"
            "      order.bytedance.nvidia-2023-2024\n"
            "2   capex.bytedance  8\n");
}

TEST_F(TableTest, AWordIsNeverBroken) {
  Table table({{"ID"}, {"TEXT", Align::kLeft, true}});
  const std::string word = std::string(40, 'x') + "/" + std::string(19, 'y') + "-z";
  table.AddRow({"1", "see " + word + " there"});
  for (size_t width = 1; width < 100; ++width) {
    EXPECT_NE(table.Render(kPlain, width).find(word), std::string::npos) << width;
  }
}

TEST_F(TableTest, ColoursOnlyIfAsked) {
  Table table({{"A"}});
  table.AddRow({Cell("denied", Tone::kBad)});
  EXPECT_EQ(table.Render(kPlain, 0).find('\x1b'), std::string::npos);
  EXPECT_NE(table.Render(Palette(true), 0).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace chipline::cli
