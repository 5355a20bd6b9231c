#include "services/words/value_words.h"

#include "gtest/gtest.h"

namespace chipline {
namespace {

v1::Amount Exact(int64_t units, const std::string& currency) {
  v1::Amount amount;
  amount.set_currency(currency);
  amount.set_bound(v1::BOUND_EXACT);
  amount.mutable_value()->set_units(units);
  return amount;
}

TEST(AmountWordsTest, ExactAndAbout) {
  v1::Amount amount = Exact(85'000'000'000, "CNY");
  EXPECT_EQ(AmountWords(amount), "85bn CNY");
  amount.set_approximate(true);
  EXPECT_EQ(AmountWords(amount), "about 85bn CNY");
}

TEST(AmountWordsTest, AtLeastSpeaksTheReportsOwnWord) {
  v1::Amount amount;
  amount.set_currency("USD");
  amount.set_bound(v1::BOUND_AT_LEAST);
  amount.mutable_low()->set_units(300'000'000'000);
  EXPECT_EQ(AmountWords(amount), "at least 300bn USD");
  amount.set_verbatim("more than $300bn");
  EXPECT_EQ(AmountWords(amount), "more than 300bn USD");
  amount.set_verbatim("أكثر من 300 مليار دولار");
  EXPECT_EQ(AmountWords(amount), "more than 300bn USD");
}

TEST(AmountWordsTest, AtMostRangeAndUnstated) {
  v1::Amount amount;
  amount.set_currency("USD");
  amount.set_bound(v1::BOUND_AT_MOST);
  amount.mutable_high()->set_units(7'000'000'000);
  EXPECT_EQ(AmountWords(amount), "up to 7bn USD");
  amount.set_bound(v1::BOUND_RANGE);
  amount.mutable_low()->set_units(5'000'000'000);
  EXPECT_EQ(AmountWords(amount), "5bn to 7bn USD");
  v1::Amount unstated;
  unstated.set_currency("USD");
  unstated.set_bound(v1::BOUND_UNSTATED);
  unstated.set_verbatim("billions");
  EXPECT_EQ(AmountWords(unstated), "“billions” of USD");
}

TEST(AmountWordsTest, NothingForAnAmountThatIsNotThere) {
  EXPECT_EQ(AmountWords(v1::Amount()), "");
}

TEST(QuantityWordsTest, CountsChipsByDigitAndTokensByMagnitude) {
  v1::Quantity quantity;
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(v1::BOUND_AT_LEAST);
  quantity.set_low(1'300'000);
  quantity.set_approximate(true);
  EXPECT_EQ(QuantityWords(quantity), "at least about 1,300,000 chips");
  quantity.set_unit(v1::UNIT_TOKEN);
  quantity.set_low(30'000'000'000'000);
  quantity.set_approximate(false);
  EXPECT_EQ(QuantityWords(quantity), "at least 30trn tokens");
}

TEST(QuantityWordsTest, SaysHowManyChipsAModuleHas) {
  v1::Quantity quantity;
  quantity.set_unit(v1::UNIT_MODULE);
  quantity.set_bound(v1::BOUND_RANGE);
  quantity.set_low(5'000);
  quantity.set_high(10'000);
  quantity.set_units_per(8);
  EXPECT_EQ(QuantityWords(quantity), "5,000 to 10,000 modules of 8");
}

TEST(RatioWordsTest, SharesAndGrowth) {
  v1::Ratio half;
  half.set_bound(v1::BOUND_EXACT);
  half.mutable_value()->set_nanos(500'000'000);
  half.set_approximate(true);
  EXPECT_EQ(ShareWords(half), "about 50 %");
  v1::Ratio growth;
  growth.set_bound(v1::BOUND_EXACT);
  growth.mutable_value()->set_units(1);
  growth.mutable_value()->set_nanos(230'000'000);
  EXPECT_EQ(GrowthWords(growth), "+123 %");
  growth.mutable_value()->set_units(0);
  growth.mutable_value()->set_nanos(-50'000'000);
  EXPECT_EQ(GrowthWords(growth), "-5 %");
  v1::Ratio direction;
  direction.set_bound(v1::BOUND_UNSTATED);
  direction.set_direction(v1::DIRECTION_UP);
  EXPECT_EQ(GrowthWords(direction), "up");
}

TEST(RatioWordsTest, AGrowthHasOneDirection) {
  v1::Ratio growth;
  growth.set_bound(v1::BOUND_AT_MOST);
  growth.mutable_high()->set_nanos(100'000'000);
  EXPECT_EQ(GrowthWords(growth), "up at most 10 %");
  // Ten percent less, or even less than that.
  growth.mutable_high()->set_nanos(-100'000'000);
  EXPECT_EQ(GrowthWords(growth), "down at least 10 %");
  growth.set_bound(v1::BOUND_RANGE);
  growth.mutable_low()->set_nanos(-200'000'000);
  EXPECT_EQ(GrowthWords(growth), "down 10 to 20 %");
  growth.mutable_high()->set_nanos(100'000'000);
  EXPECT_EQ(GrowthWords(growth), "-20 to 10 %");
  v1::Ratio flat;
  flat.set_bound(v1::BOUND_EXACT);
  flat.set_approximate(true);
  flat.mutable_value();
  EXPECT_EQ(GrowthWords(flat), "about 0 %");
}

TEST(RatioWordsTest, DroppedDigitsAreMarkedOnce) {
  v1::Ratio growth;
  growth.set_bound(v1::BOUND_EXACT);
  growth.mutable_value()->set_nanos(176'470'588);
  EXPECT_EQ(GrowthWords(growth), "≈ +17.65 %");
  growth.set_approximate(true);
  EXPECT_EQ(GrowthWords(growth), "up about 17.65 %");
}

}  // namespace
}  // namespace chipline
