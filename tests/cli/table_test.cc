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

TEST_F(TableTest, NarrowTerminalsWrapTheColumnThatMay) {
  Table table({{"ID"}, {"TEXT", Align::kLeft, true}});
  table.AddRow({"1", std::string(60, 'x')});
  const std::string text = table.Render(kPlain, 30);
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    EXPECT_LE(end - start, 30U);
    start = end + 1;
  }
  EXPECT_GE(std::count(text.begin(), text.end(), 'x'), 60);
}

TEST_F(TableTest, LinesBreakBetweenWordsAndKeepTheirMargin) {
  Table table({{"ID"}, {"TEXT", Align::kLeft, true}, {"N"}});
  table.AddRow({"1", "no claim says what holds on these days", "7"});
  table.AddRow({"2", "  if the seat is not 字节跳动字节跳动字节跳动", "8"});
  EXPECT_EQ(table.Render(kPlain, 24),
            "ID  TEXT              N\n"
            "1   no claim says     7\n"
            "    what holds on\n"
            "    these days\n"
            "2     if the seat is  8\n"
            "      not\n"
            "      字节跳动字节跳\n"
            "      动字节跳动\n");
}

TEST_F(TableTest, ColoursOnlyIfAsked) {
  Table table({{"A"}});
  table.AddRow({Cell("denied", Tone::kBad)});
  EXPECT_EQ(table.Render(kPlain, 0).find('\x1b'), std::string::npos);
  EXPECT_NE(table.Render(Palette(true), 0).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace chipline::cli
