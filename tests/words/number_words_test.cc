#include "services/words/number_words.h"

#include "gtest/gtest.h"

namespace chipline {
namespace {

v1::Decimal Make(int64_t units, int32_t nanos = 0) {
  v1::Decimal decimal;
  decimal.set_units(units);
  decimal.set_nanos(nanos);
  return decimal;
}

TEST(CountWordsTest, GroupsThousands) {
  EXPECT_EQ(CountWords(0), "0");
  EXPECT_EQ(CountWords(999), "999");
  EXPECT_EQ(CountWords(1'000), "1,000");
  EXPECT_EQ(CountWords(1'300'000), "1,300,000");
  EXPECT_EQ(CountWords(-20'000), "-20,000");
}

TEST(CountWordsTest, TakesTheSmallestNumber) {
  EXPECT_EQ(CountWords(INT64_MIN), "-9,223,372,036,854,775,808");
}

TEST(MagnitudeWordsTest, UsesTheLargestMagnitudeThatLosesNothing) {
  EXPECT_EQ(MagnitudeWords(Make(100'000'000'000)), "100bn");
  EXPECT_EQ(MagnitudeWords(Make(85'000'000'000)), "85bn");
  EXPECT_EQ(MagnitudeWords(Make(22'740'000'000)), "22.74bn");
  EXPECT_EQ(MagnitudeWords(Make(300'000'000)), "300m");
  EXPECT_EQ(MagnitudeWords(Make(1'500'000'000'000)), "1.5trn");
  EXPECT_EQ(MagnitudeWords(Make(-7'000'000'000)), "-7bn");
}

TEST(MagnitudeWordsTest, NeverRounds) {
  EXPECT_EQ(MagnitudeWords(Make(85'123'400'000)), "85,123.4m");
  EXPECT_EQ(MagnitudeWords(Make(85'123'456'789)), "85,123,456,789");
  EXPECT_EQ(MagnitudeWords(Make(20'000)), "20,000");
  EXPECT_EQ(MagnitudeWords(Make(7, 36'000'000)), "7.036");
}

TEST(RoundedWordsTest, KeepsFourDigitsAndSaysSo) {
  EXPECT_EQ(RoundedWords(Make(8'382'113'821)), "≈ 8.382bn");
  EXPECT_EQ(RoundedWords(Make(7, 36'059'807)), "≈ 7.036");
  EXPECT_EQ(RoundedWords(Make(50'200'000'000)), "50.2bn");
  EXPECT_EQ(RoundedWords(Make(0)), "0");
}

TEST(ByteWordsTest, UsesBinaryUnits) {
  EXPECT_EQ(ByteWords(640), "640 B");
  EXPECT_EQ(ByteWords(1'572'864), "1.5 MiB");
}

}  // namespace
}  // namespace chipline
