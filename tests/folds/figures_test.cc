#include "services/values/figures.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

Decimal Number(std::string_view text) { return *Decimal::Parse(text); }
Range Exactly(std::string_view value) { return {Number(value), Number(value), false}; }
Range About(std::string_view value) { return {Number(value), Number(value), true}; }
Range AtLeast(std::string_view low) { return {Number(low), std::nullopt, false}; }
Range AtMost(std::string_view high) { return {std::nullopt, Number(high), false}; }
Range Between(std::string_view low, std::string_view high) {
  return {Number(low), Number(high), false};
}

std::string Grouped(const Decimal& x) {
  std::string text = x.ToString();
  const size_t first = x.negative() ? 1 : 0;
  for (size_t at = std::min(text.find('.'), text.size()); at > first + 3; at -= 3) {
    text.insert(at - 3, 1, ',');
  }
  return text;
}

std::string Words(const std::optional<Range>& range) {
  if (!range) return "nothing";
  const std::string_view about = range->approximate ? "about " : "";
  if (range->exact_number()) return fmt::format("{}{}", about, Grouped(*range->low));
  if (range->low && range->high) {
    return fmt::format("{}{} to {}", about, Grouped(*range->low), Grouped(*range->high));
  }
  if (range->low) return fmt::format("at least {}{}", about, Grouped(*range->low));
  return fmt::format("at most {}{}", about, Grouped(*range->high));
}

TEST(Figures, AtLeastLessAboutIsAtLeastAbout) {
  EXPECT_EQ(Words(Difference(AtLeast("2000000"), About("700000"))), "at least about 1,300,000");
}

TEST(Figures, AboutHalfOfAFigureIsAboutThat) {
  EXPECT_EQ(Words(Product(About("0.5"), Exactly("160000000000"))), "about 80,000,000,000");
}

TEST(Figures, OpenEndsStayOpen) {
  EXPECT_EQ(Words(Sum(AtLeast("5"), Exactly("3"))), "at least 8");
  EXPECT_EQ(Words(Sum(AtLeast("5"), AtMost("3"))), "nothing");
  EXPECT_EQ(Words(Difference(Exactly("5"), AtLeast("3"))), "at most 2");
  EXPECT_EQ(Words(Product(AtMost("5"), Between("2", "3"))), "at most 15");
  EXPECT_EQ(Words(Quotient(AtLeast("10"), Between("2", "5"))), "at least 2");
}

TEST(Figures, NoProductOfWhatMayBeNegativeAndNoQuotientByZero) {
  EXPECT_EQ(Words(Product(Between("-1", "1"), Exactly("2"))), "nothing");
  EXPECT_EQ(Words(Quotient(Exactly("1"), Exactly("0"))), "nothing");
}

TEST(Figures, AnEndThatNoDecimalHoldsIsOpen) {
  const Range most = Exactly("9000000000000000000");
  EXPECT_EQ(Words(Sum(most, most)), "nothing");
  EXPECT_EQ(Words(Sum(Between("1", "9000000000000000000"), most)),
            "at least 9,000,000,000,000,000,001");
}

TEST(Figures, GrowthWorksBothWays) {
  EXPECT_EQ(Words(GrowthFactor(Exactly("1.23"))), "2.23");
  EXPECT_EQ(Words(GrowthFactor(Exactly("-0.2"))), "0.8");
  EXPECT_EQ(Words(GrowthFactor(Exactly("-1"))), "nothing");
  EXPECT_EQ(Words(GrowthBetween(Exactly("100"), Exactly("80"))), "0.25");
  EXPECT_EQ(Words(GrowthBetween(Exactly("80"), About("100"))), "about -0.2");
}

TEST(Figures, AMessageWithoutANumberOrWithCrossedBoundsIsNoRange) {
  pb::Amount amount;
  amount.set_bound(pb::BOUND_UNSTATED);
  EXPECT_FALSE(RangeOf(amount).has_value());
  amount.set_bound(pb::BOUND_EXACT);
  EXPECT_FALSE(RangeOf(amount).has_value());
  amount.set_bound(pb::BOUND_RANGE);
  *amount.mutable_low() = Number("2").ToProto();
  *amount.mutable_high() = Number("1").ToProto();
  EXPECT_FALSE(RangeOf(amount).has_value());
}

TEST(Figures, ModulesAreChipsOnlyWhereTheNumberOfChipsIsKnown) {
  pb::Quantity modules = QuantityOf(Between("5000", "10000"), pb::UNIT_MODULE);
  EXPECT_FALSE(InChips(modules).has_value());
  modules.set_units_per(8);
  EXPECT_EQ(Words(InChips(modules)), "40,000 to 80,000");
  modules.set_unit(pb::UNIT_USER);
  EXPECT_FALSE(InChips(modules).has_value());
}

TEST(Figures, ACountIsMadeWholeWithoutClaimingMore) {
  const pb::Quantity range = QuantityOf(Between("1.5", "2.5"), pb::UNIT_CHIP);
  EXPECT_EQ(range.low(), 1);
  EXPECT_EQ(range.high(), 3);
  const pb::Quantity single = QuantityOf(Exactly("2.5"), pb::UNIT_CHIP);
  EXPECT_EQ(single.value(), 2);
  EXPECT_TRUE(single.approximate());
  EXPECT_FALSE(QuantityOf(Exactly("2"), pb::UNIT_CHIP).approximate());
  EXPECT_EQ(QuantityOf(Exactly("-1.5"), pb::UNIT_CHIP).value(), -2);
}

TEST(Figures, RangesComeBackFromMessagesAsTheyWent) {
  for (const Range& range :
       {Exactly("1.5"), About("7"), AtLeast("2"), AtMost("3.25"), Between("1", "2")}) {
    EXPECT_EQ(RangeOf(AmountOf(range, "CNY")), range);
    EXPECT_EQ(RangeOf(RatioOf(range)), range);
  }
}

}  // namespace
}  // namespace chipline::timeline
