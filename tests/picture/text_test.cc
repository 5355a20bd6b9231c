#include "services/picture/text.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace chipline::picture {
namespace {

TEST(EscapedTest, MarkupIsText) {
  EXPECT_EQ(Escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
}

TEST(EscapedTest, WhatXmlCannotHoldIsShown) {
  EXPECT_EQ(Escaped(std::string_view("a\x01\x00z", 4)), R"(a\x01\x00z)");
  EXPECT_EQ(Escaped("\xff\xfe"), "\uFFFD\uFFFD");
  EXPECT_EQ(Escaped("\uFFFE\u202e\u200b\u009b"), R"(\ufffe\u202e\u200b\u009b)");
  EXPECT_EQ(Escaped("字节跳动 بايت دانس"), "字节跳动 بايت دانس");
}

TEST(EscapedTest, OnlyIsolatesThatAreClosedStay) {
  EXPECT_EQ(Escaped("a\u2068b\u2069c"), "a\u2068b\u2069c");
  EXPECT_EQ(Escaped("\u2069a\u2068b"), R"(\u2069a\u2068b)");
  EXPECT_EQ(Escaped("\u2068\u2068a\u2069"), "\u2068\\u2068a\u2069");
  EXPECT_EQ(Escaped("two\nlines\r\t"), R"(two\nlines\r\t)");
}

TEST(IsolatedTest, OnlyRightToLeftIsWrapped) {
  EXPECT_EQ(Isolated("ByteDance"), "ByteDance");
  EXPECT_EQ(Isolated("字节跳动"), "字节跳动");
  EXPECT_EQ(Isolated("بايت"), "\u2068بايت\u2069");
}

TEST(IsolatedTest, ANameCannotTurnItsSurroundings) {
  EXPECT_EQ(Isolated("a\u202Eb\u2069c"), R"(a\u202eb\u2069c)");
  EXPECT_EQ(Isolated("two\nlines"), "two lines");
}

TEST(IsolatedSentenceTest, NamesStayIsolatedOneByOne) {
  const std::string named = "if the chips go to \u2068الصين\u2069 and \u2068بايت\u2069 buys";
  EXPECT_EQ(IsolatedSentence(named), named);
  EXPECT_EQ(IsolatedSentence("two\nlines\u202e"), R"(two lines\u202e)");
  EXPECT_EQ(IsolatedSentence("بايت"), "\u2068بايت\u2069");
  // Never one within the other, and none that stays open.
  EXPECT_EQ(IsolatedSentence("بايت \u2068الصين\u2069"), "\u2068بايت الصين\u2069");
  EXPECT_EQ(IsolatedSentence("a \u2068الصين"), "\u2068a الصين\u2069");
}

TEST(RunsRightToLeftTest, ByTheFirstStrongLetterOutsideIsolates) {
  EXPECT_TRUE(RunsRightToLeft("2024 بايت"));
  EXPECT_FALSE(RunsRightToLeft("of بايت"));
  EXPECT_TRUE(RunsRightToLeft(Isolated("بايت")));
  EXPECT_FALSE(RunsRightToLeft(Isolated("بايت") + " from Nvidia"));
  EXPECT_FALSE(RunsRightToLeft("2024"));
}

TEST(WidthTest, GrowsWithTheLetters) {
  EXPECT_LT(WidthOf("iii", 12), WidthOf("mmm", 12));
  EXPECT_DOUBLE_EQ(WidthOf("字节", 10), 20);
  EXPECT_DOUBLE_EQ(WidthOf("\u2068\u2069\u064B", 10), 0);
  EXPECT_LT(WidthOf("abc", 12), WidthOf("abc", 12, Weight::kBold));
}

// As a browser measures them at 100 pixels, in the widest of DejaVu Sans and Noto Sans, with Noto
// Sans Arabic, Noto Naskh Arabic and Noto Sans CJK for their letters: plain, then bold.
TEST(WidthTest, IsWhatFontsNeedOrALittleMore) {
  struct Measured {
    std::string text;
    double plain = 0;
    double bold = 0;
  };
  const std::vector<Measured> measured = {
      {"no figure (committed)", 1099, 1241},
      {"UNKNOWN on 30 Nov 2026", 1369, 1519},
      {"about 77bn USD (plan)", 1146, 1285},
      {"order.bytedance.h200-trial", 1337, 1513},
      {"15 Jan 2026 · Reuters (press) via Scenari Economici", 2586, 2906},
      {"the axis does not start at 0", 1354, 1534},
      {"H100 → China", 699, 763},
      {"≈ +17.65 %", 612, 654},
      {"“AI chips”…", 582, 664},
      {"Северные провинции", 1130, 1232},
      {"بايت دانس", 446, 518},
      {"الولايات المتحدة", 667, 788},
      {"الشركة القابضة ذات الاسم الطويل جدا", 1609, 1901},
      {"شركة سامسونغ سيستمز", 1040, 1228},
      {"字节跳动（北京）科技有限公司", 1400, 1400},
      {"中華人民共和国", 700, 700},
      {"삼성전자", 368, 368},
      {"エヌビディア", 600, 600},
  };
  for (const Measured& each : measured) {
    const double plain = WidthOf(each.text, 100);
    const double bold = WidthOf(each.text, 100, Weight::kBold);
    EXPECT_GE(plain, each.plain * 0.99) << each.text;
    EXPECT_LE(plain, each.plain * 1.5) << each.text;
    EXPECT_GE(bold, each.bold * 0.99) << each.text;
    EXPECT_LE(bold, each.bold * 1.5) << each.text;
  }
}

TEST(ShortenedTest, WhatFitsStays) { EXPECT_EQ(Shortened("short", 100, 12), "short"); }

TEST(ShortenedTest, WhatDoesNotFitIsCutAndFits) {
  const std::string cut = Shortened("a very long name that goes on", 80, 12);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(WidthOf(cut, 12), 80);
  EXPECT_TRUE(cut.starts_with("a very"));
}

TEST(ShortenedTest, ClosesTheIsolateThatItCuts) {
  const std::string cut = Shortened(Isolated("شركة الذكاء المحدودة للحوسبة"), 80, 12);
  EXPECT_TRUE(cut.ends_with("…\u2069"));
}

TEST(ShortenedTest, NeverCutsInsideACharacterThatIsSeenAsOne) {
  // e with an acute accent of its own, many times.
  std::string text;
  for (int i = 0; i < 30; ++i) text += "e\u0301";
  const std::string cut = Shortened(text, 60, 12);
  EXPECT_TRUE(cut.ends_with("\u0301…"));
}

TEST(LinesTest, BreaksBetweenWordsAndChineseCharacters) {
  const std::vector<std::string> words = Lines("one two three four five six", 70, 12, 9);
  ASSERT_GT(words.size(), 1U);
  for (const std::string& line : words) EXPECT_LE(WidthOf(line, 12), 70) << line;
  EXPECT_EQ(Lines("字节跳动字节跳动", 50, 12, 2).size(), 2U);
}

TEST(LinesTest, AWordThatNoLineHoldsGoesOnInTheNext) {
  const std::string id = "order.acme+otherchinesetechnologygroups.x-509a6077bb5162f4";
  const std::vector<std::string> lines = Lines("id: " + id, 150, 12, 9);
  std::string whole;
  for (const std::string& line : lines) {
    EXPECT_LE(WidthOf(line, 12), 150) << line;
    whole += line;
  }
  EXPECT_EQ(whole, "id: " + id);
  EXPECT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with("id: order"));
}

TEST(LinesTest, TheLastLineIsCut) {
  const std::vector<std::string> lines = Lines("one two three four five six", 60, 12, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[1].ends_with("…"));
  EXPECT_TRUE(Lines("", 60, 12, 2).empty());
}

TEST(LinesTest, AnIsolateOverTwoLinesIsOneOnEach) {
  const auto lines = Lines(Isolated("شركة الذكاء المحدودة للحوسبة"), 100, 12, 3);
  ASSERT_GT(lines.size(), 1U);
  for (const std::string& line : lines) {
    EXPECT_TRUE(line.starts_with("\u2068") && line.ends_with("\u2069")) << line;
  }
}

}  // namespace
}  // namespace chipline::picture
