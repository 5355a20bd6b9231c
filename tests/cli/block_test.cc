#include "services/cli/block.h"

#include <clocale>

#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

TEST(DisplayWidthTest, CountsColumnsNotBytes) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("字节"), 4U);
  EXPECT_EQ(DisplayWidth("← →"), 3U);
  EXPECT_EQ(DisplayWidth("\x1b[31mred\x1b[0m"), 3U);
  EXPECT_EQ(DisplayWidth("\xff\xfe"), 2U);
}

TEST(WrapTextTest, BreaksAtSpaces) {
  EXPECT_EQ(WrapText("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(WrapText("unbreakable word", 4, 0), "unbreakable\nword");
  EXPECT_EQ(WrapText("one two three", 0, 2), "one two three");
}

TEST(BlockTest, PutsLabelsInOneColumn) {
  Block block(Palette(false), 0);
  block.Heading("Title", "CONFLICTING", Tone::kBad);
  block.Line("selected", "100bn CNY");
  block.Line("", "why");
  EXPECT_EQ(block.text(),
            "Title   CONFLICTING\n"
            "  selected      100bn CNY\n"
            "                why\n");
}

TEST(BlockTest, AHeadingWithoutRoomGoesOnBelow) {
  Block block(Palette(false), 30);
  block.Heading("one two three four five six seven", "CONFLICTING");
  block.Heading("one two three four five", "CONFLICTING");
  EXPECT_EQ(block.text(),
            "one two three four five\n"
            "    six seven   CONFLICTING\n"
            "one two three four five\n"
            "    CONFLICTING\n");
}

TEST(BlockTest, ProseIsBrokenAtSpacesAndItsFirstPieceHasAColour) {
  Block plain(Palette(false), 30);
  plain.Prose({"  name", Tone::kStrong}, ": is missing; set one of a, b, c and d", 2);
  EXPECT_EQ(plain.text(), "  name: is missing; set\n    one of a, b, c and d\n");
  Block wide(Palette(false), 0);
  wide.Prose({"  name"}, ": what others wrote\nstays on one line", 2);
  EXPECT_EQ(wide.text(), "  name: what others wrote\\nstays on one line\n");
  Block coloured(Palette(true), 0);
  coloured.Prose({"name", Tone::kStrong}, ": text");
  EXPECT_EQ(coloured.text(), Palette(true).Paint(Tone::kStrong, "name") + ": text\n");
}

}  // namespace
}  // namespace chipline::cli
