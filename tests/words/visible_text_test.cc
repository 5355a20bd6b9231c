#include "services/words/visible_text.h"

#include <string>

#include "gtest/gtest.h"

namespace chipline {
namespace {

TEST(VisibleTextTest, TextInAnyScriptStaysAsItIs) {
  for (const char* text : {"", "plain", "字节跳动", "بايت دانس", "Škoda", "e\u0301", "🙂",
                           "a\u00a0b", "\u0600\u0661"}) {
    EXPECT_EQ(VisibleText(text), text);
  }
}

TEST(VisibleTextTest, WhatDrivesATerminalIsEscaped) {
  EXPECT_EQ(VisibleText("a\x1b[2J"), R"(a\x1b[2J)");
  EXPECT_EQ(VisibleText("a\nb\rc\td"), R"(a\nb\rc\td)");
  EXPECT_EQ(VisibleText(std::string("\0\x7f", 2)), R"(\x00\x7f)");
  EXPECT_EQ(VisibleText("\u0085\u009b31m"), R"(\u0085\u009b31m)");
}

TEST(VisibleTextTest, WhatReordersOrDrawsNothingIsEscaped) {
  EXPECT_EQ(VisibleText("\u061c\u200e\u202e\u2066\u2069"), R"(\u061c\u200e\u202e\u2066\u2069)");
  EXPECT_EQ(VisibleText("\u2028\u2029"), R"(\u2028\u2029)");
  EXPECT_EQ(VisibleText("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
            R"(\u200b\u200c\u200d\u2060\ufeff\u00ad)");
  EXPECT_EQ(VisibleText("\u034f\u115f\u2800\u3164\uffa0"), R"(\u034f\u115f\u2800\u3164\uffa0)");
  EXPECT_EQ(VisibleText("\ufe0f\ufff9"), R"(\ufe0f\ufff9)");
  EXPECT_EQ(VisibleText("\U000e0041\U000e0100"), R"(\U000e0041\U000e0100)");
  EXPECT_EQ(VisibleText("\ue000\ufdd0\uffff"), R"(\ue000\ufdd0\uffff)");
}

TEST(VisibleTextTest, DifferentTextsLookDifferent) {
  EXPECT_EQ(VisibleText(R"(\x1b)"), R"(\\x1b)");
  EXPECT_EQ(VisibleText(R"(C:\new)"), R"(C:\\new)");
}

TEST(VisibleTextTest, BytesThatAreNoUtf8AreEscapedOneByOne) {
  EXPECT_EQ(VisibleText("a\xff\xfe"), R"(a\xff\xfe)");
  EXPECT_EQ(VisibleText("\xe2\x80"), R"(\xe2\x80)");
  EXPECT_EQ(VisibleText("\xed\xa0\x80\xc0\x80"), R"(\xed\xa0\x80\xc0\x80)");
  EXPECT_EQ(VisibleText("字\xe5"), R"(字\xe5)");
}

TEST(VisibleJsonTest, OnlyWhatNeedsItIsEscapedAndTheRestStays) {
  EXPECT_EQ(VisibleJson(R"({"a":"b\n\\"})"), R"({"a":"b\n\\"})");
  EXPECT_EQ(VisibleJson("\"字\u0085\u202e\u2066\x7f\""), R"("字\u0085\u202e\u2066\u007f")");
  EXPECT_EQ(VisibleJson("\"\U000e0041\""), R"("\udb40\udc41")");
}

}  // namespace
}  // namespace chipline
