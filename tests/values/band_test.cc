#include "services/values/band.h"

#include <optional>
#include <string_view>

#include "gtest/gtest.h"

namespace chipline {
namespace {

Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

TEST(BandTest, TheEdgeOfAPercentageIsInside) {
  EXPECT_TRUE(Band::Around(D("100"), 2).Contains(D("102")));
  EXPECT_TRUE(Band::Around(D("100"), 2).Contains(D("98")));
  EXPECT_FALSE(Band::Around(D("100"), 2).Contains(D("102.000000001")));
  EXPECT_FALSE(Band::Around(D("100"), 2).Contains(D("97.999999999")));
}

TEST(BandTest, APercentageOfABillionthIsNotRoundedAway) {
  const Band tiny = Band::Around(D("0.000000001"), 5);
  EXPECT_TRUE(tiny.Contains(D("0.000000001")));
  EXPECT_FALSE(tiny.Contains(D("0.000000002")));
  EXPECT_FALSE(tiny.Contains(D("0")));
}

TEST(BandTest, TwoFiguresAgreeIfTheirBandsTouch) {
  // 95 + 5 % is 99.75; 105 - 5 % is exactly that.
  EXPECT_TRUE(Band::Around(D("95"), 5).Overlaps(Band::Around(D("105"), 5)));
  EXPECT_FALSE(Band::Around(D("95"), 5).Overlaps(Band::Around(D("105.000000001"), 5)));
  EXPECT_FALSE(Band::Around(D("95"), 5).Overlaps(Band::Around(D("105"), 2)));
}

TEST(BandTest, AgreementIsNotPassedOn) {
  const Band a = Band::Around(D("100"), 2);
  const Band b = Band::Around(D("104"), 2);
  const Band c = Band::Around(D("108"), 2);
  EXPECT_TRUE(a.Overlaps(b));
  EXPECT_TRUE(b.Overlaps(c));
  EXPECT_FALSE(a.Overlaps(c));
}

TEST(BandTest, AnOpenEndReachesAnything) {
  const Band at_least = Band::Between(D("160"), std::nullopt);
  EXPECT_TRUE(at_least.Contains(D("9000000000000000000")));
  EXPECT_TRUE(at_least.Contains(D("160")));
  EXPECT_FALSE(at_least.Contains(D("159.999999999")));
  EXPECT_FALSE(at_least.Overlaps(Band::Between(std::nullopt, D("159"))));
  EXPECT_TRUE(Band::Between(std::nullopt, std::nullopt).Overlaps(at_least));
}

TEST(BandTest, NegativeFiguresWidenAwayFromThemselves) {
  EXPECT_TRUE(Band::Around(D("-100"), 5).Contains(D("-105")));
  EXPECT_TRUE(Band::Around(D("-100"), 5).Contains(D("-95")));
  EXPECT_FALSE(Band::Around(D("-100"), 5).Contains(D("-94.9")));
}

TEST(BandTest, EndsTheWrongWayRoundOverlapNothing) {
  const Band reversed = Band::Between(D("2"), D("1"));
  EXPECT_FALSE(reversed.Contains(D("1")));
  EXPECT_FALSE(reversed.Overlaps(Band::Between(std::nullopt, std::nullopt)));
  EXPECT_FALSE(reversed.Overlaps(reversed));
}

TEST(BandTest, TheLargestDecimalsDoNotOverflow) {
  const Band most = Band::Around(D("9223372036854775807.999999999"), 100);
  EXPECT_TRUE(most.Contains(D("0")));
  EXPECT_FALSE(most.Contains(D("-9223372036854775808.999999999")));
}

}  // namespace
}  // namespace chipline
