#include "services/words/sentence_words.h"

#include "gtest/gtest.h"

namespace chipline {
namespace {

TEST(WithFiguresInWordsTest, FiguresBeforeACurrencyOrAUnitAreReadable) {
  EXPECT_EQ(WithFiguresInWords("100000000000 CNY"), "100bn CNY");
  EXPECT_EQ(WithFiguresInWords("If 002-01 ended it would be about 85000000000 CNY, by 000-05."),
            "If 002-01 ended it would be about 85bn CNY, by 000-05.");
  EXPECT_EQ(WithFiguresInWords("at least about 1300000 CHIP"), "at least about 1,300,000 chips");
  EXPECT_EQ(WithFiguresInWords("5000 to 10000 MODULE."), "5,000 to 10,000 modules.");
  EXPECT_EQ(WithFiguresInWords("30000000000000 TOKEN"), "30trn tokens");
  EXPECT_EQ(WithFiguresInWords("1 CHIP"), "1 chip");
}

TEST(WithFiguresInWordsTest, IdsDaysAndStatesStay) {
  for (const char* same :
       {"", " ", "20260115 DENIED", "From 2026-01-15 it is DENIED (PROHIBITED), by 20260115.",
        "123456 ended, 2000 to 7", "CHIP", "gates[us/export] (UNKNOWN by 004-01.b)",
        "12345678. USD", "a  b "}) {
    EXPECT_EQ(WithFiguresInWords(same), same);
  }
}

}  // namespace
}  // namespace chipline
