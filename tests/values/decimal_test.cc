#include "services/values/decimal.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chipline {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

v1::Decimal Proto(int64_t units, int32_t nanos) {
  v1::Decimal proto;
  proto.set_units(units);
  proto.set_nanos(nanos);
  return proto;
}

std::string Text(const std::optional<Decimal>& decimal) {
  return decimal ? decimal->ToString() : "none";
}

TEST(DecimalTest, ProtoThereAndBack) {
  for (const auto& [units, nanos, text] : std::vector<std::tuple<int64_t, int32_t, std::string>>{
           {0, 0, "0"},
           {160'000'000'000, 0, "160000000000"},
           {7, 36'000'000, "7.036"},
           {-7, -36'000'000, "-7.036"},
           {0, -1, "-0.000000001"},
           {0, 500'000'000, "0.5"},
           {kMax, 999'999'999, "9223372036854775807.999999999"},
           {kMin, -999'999'999, "-9223372036854775808.999999999"}}) {
    const auto decimal = Decimal::FromProto(Proto(units, nanos));
    ASSERT_TRUE(decimal.ok()) << decimal.status();
    EXPECT_EQ(decimal->ToString(), text);
    EXPECT_EQ(decimal->ToProto().units(), units);
    EXPECT_EQ(decimal->ToProto().nanos(), nanos);
    EXPECT_EQ(D(text), *decimal);
  }
}

TEST(DecimalTest, RefusesProtosThatSayTwoThings) {
  for (const auto& proto :
       {Proto(1, -1), Proto(-1, 1), Proto(0, 1'000'000'000), Proto(0, -1'000'000'000),
        Proto(0, std::numeric_limits<int32_t>::min())}) {
    EXPECT_EQ(Decimal::FromProto(proto).status().code(), absl::StatusCode::kInvalidArgument)
        << proto.ShortDebugString();
  }
}

TEST(DecimalTest, ParsesWhatItShouldAndNoMore) {
  EXPECT_EQ(D("12.5").ToString(), "12.5");
  EXPECT_EQ(D("12.500").ToString(), "12.5");
  EXPECT_EQ(D("-0").ToString(), "0");
  for (const std::string_view text :
       {"", "-", ".", "1.", ".5", "+1", "01", "-01", "00", "1e3", "1,000", " 1", "1 ", "1.2.3",
        "0x10", "1.0000000001", "--1", "nan", "٣"}) {
    EXPECT_EQ(Decimal::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  for (const std::string_view text :
       {"9223372036854775808", "-9223372036854775809", "99999999999999999999999999999999999999999",
        "9999999999999999999"}) {
    EXPECT_EQ(Decimal::Parse(text).status().code(), absl::StatusCode::kOutOfRange) << text;
  }
}

TEST(DecimalTest, IsOrderedByValue) {
  EXPECT_LT(D("-1"), D("-0.999999999"));
  EXPECT_LT(D("2"), D("10"));
  EXPECT_EQ(D("2.50"), D("2.5"));
}

TEST(DecimalTest, SumsAreExactOrAbsent) {
  EXPECT_EQ(Text(D("23") + D("4.2")), "27.2");
  EXPECT_EQ(Text(D("0.1") - D("0.3")), "-0.2");
  EXPECT_EQ(Text(Decimal::FromUnits(kMax) + D("0.999999999")), "9223372036854775807.999999999");
  EXPECT_EQ(Text(Decimal::FromUnits(kMax) + D("1")), "none");
  EXPECT_EQ(Text(Decimal::FromUnits(kMin) - D("1")), "none");
}

TEST(DecimalTest, ProductsRoundHalfToEven) {
  EXPECT_EQ(Text(Times(D("20000"), D("20000"))), "400000000");
  EXPECT_EQ(Text(Times(D("0.000000001"), D("0.5"))), "0");
  EXPECT_EQ(Text(Times(D("0.000000003"), D("0.5"))), "0.000000002");
  EXPECT_EQ(Text(Times(D("0.000000005"), D("0.5"))), "0.000000002");
  EXPECT_EQ(Text(Times(D("-0.000000003"), D("0.5"))), "-0.000000002");
  EXPECT_EQ(Text(Times(D("0.000000001"), D("0.500000001"))), "0.000000001");
  // The half is in the small part of a factor that also has a large one.
  EXPECT_EQ(Text(Times(D("1.5"), D("1.000000001"))), "1.500000002");
  EXPECT_EQ(Text(Times(D("1.5"), D("-1.000000003"))), "-1.500000004");
}

TEST(DecimalTest, QuotientsRoundHalfToEven) {
  EXPECT_EQ(Text(Divide(D("1"), D("3"))), "0.333333333");
  EXPECT_EQ(Text(Divide(D("2"), D("3"))), "0.666666667");
  EXPECT_EQ(Text(Divide(D("-2"), D("3"))), "-0.666666667");
  EXPECT_EQ(Text(Divide(D("0.000000001"), D("2"))), "0");
  EXPECT_EQ(Text(Divide(D("0.000000003"), D("2"))), "0.000000002");
  EXPECT_EQ(Text(Divide(D("0.000000003"), D("-2"))), "-0.000000002");
  EXPECT_EQ(Text(Divide(D("160000000000"), D("22400000000"))), "7.142857143");
}

TEST(DecimalTest, OverflowAndDivisionByZeroGiveNothing) {
  EXPECT_EQ(Text(Divide(D("1"), D("0"))), "none");
  EXPECT_EQ(Text(Divide(D("0"), D("0"))), "none");
  EXPECT_EQ(Text(Divide(Decimal::FromUnits(kMax), D("0.5"))), "none");
  EXPECT_EQ(Text(Divide(Decimal::FromUnits(kMin), D("-1"))), "none");
  EXPECT_EQ(Text(Divide(Decimal::FromUnits(kMin), D("0.000000001"))), "none");
  EXPECT_EQ(Text(Times(Decimal::FromUnits(kMax), Decimal::FromUnits(kMax))), "none");
  EXPECT_EQ(Text(Times(Decimal::FromUnits(kMin), Decimal::FromUnits(kMin))), "none");
  EXPECT_EQ(Text(Times(Decimal::FromUnits(kMin), D("-1"))), "none");
  EXPECT_EQ(Text(Times(Decimal::FromUnits(kMin), D("1"))), "-9223372036854775808");
  // 2^63 whole units in one factor and just below 2^127 billionths on the way.
  EXPECT_EQ(Text(Times(D("9223372036854775807.999999999"), D("18446744073.709551615"))), "none");
}

TEST(DecimalTest, PercentIsThatManyHundredths) {
  EXPECT_EQ(Text(Percent(D("160"), 5)), "8");
  EXPECT_EQ(Text(Percent(D("-7.036"), 2)), "-0.14072");
  EXPECT_EQ(Text(Percent(D("0.00000005"), 1)), "0");
  EXPECT_EQ(Text(Percent(D("0.00000015"), 1)), "0.000000002");
  EXPECT_EQ(Text(Percent(Decimal::FromUnits(kMax), 101)), "none");
}

// The model is the definition: the exact quotient, then the nearest, then the even one.
std::optional<Int128> ModelDivide(Int128 numerator, Int128 denominator) {
  if (denominator == 0) return std::nullopt;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  Int128 floor = numerator / denominator;
  if (floor * denominator > numerator) --floor;
  const Int128 above = numerator - floor * denominator;
  const Int128 below = denominator - above;
  if (above < below) return floor;
  if (above > below) return floor + 1;
  return floor % 2 == 0 ? floor : floor + 1;
}

std::string ModelText(std::optional<Int128> nanos) {
  return nanos ? Text(Decimal::FromNanos(*nanos)) : "none";
}

TEST(DecimalTest, RandomArithmeticEqualsTheModel) {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  // Every size of number is as likely as any other, and halves are common.
  const auto draw = [&random](int most_bits) {
    const int bits = static_cast<int>(random() % static_cast<uint64_t>(most_bits)) + 1;
    Int128 nanos = static_cast<Int128>(random() >> (64 - std::min(bits, 63)));
    if (bits > 63) nanos = (nanos << (bits - 63)) + static_cast<Int128>(random() % 1024);
    if (random() % 4 == 0) nanos = nanos / 500'000'000 * 500'000'000;
    return random() % 2 == 0 ? nanos : -nanos;
  };
  for (int i = 0; i < 200'000; ++i) {
    // The product of the raw counts stays within the model's 128 bits.
    const Int128 a = draw(63);
    const Int128 b = draw(63);
    const Decimal x = Decimal::FromNanos(a).value();
    const Decimal y = Decimal::FromNanos(b).value();
    ASSERT_EQ(Text(x + y), ModelText(a + b));
    ASSERT_EQ(Text(x - y), ModelText(a - b));
    ASSERT_EQ(Text(Times(x, y)), ModelText(ModelDivide(a * b, Decimal::kNanosPerUnit)));
    ASSERT_EQ(x < y, a < b);
    ASSERT_EQ(D(x.ToString()), x);

    const Int128 wide = draw(92);
    const Decimal z = Decimal::FromNanos(wide).value();
    ASSERT_EQ(Text(Divide(z, y)), ModelText(ModelDivide(wide * Decimal::kNanosPerUnit, b)));
    ASSERT_EQ(Text(Divide(y, z)), ModelText(ModelDivide(b * Decimal::kNanosPerUnit, wide)));
    ASSERT_EQ(Text(Percent(z, 5)), ModelText(ModelDivide(wide * 5, 100)));
    // Whole factors have exact products however large, so the checked product is the model.
    const auto whole = static_cast<int64_t>(random()) >> (random() % 64);
    Int128 product = 0;
    const bool overflows = __builtin_mul_overflow(wide, Int128{whole}, &product);
    ASSERT_EQ(Text(Times(z, Decimal::FromUnits(whole))), overflows ? "none" : ModelText(product));
    ASSERT_EQ(Text(Times(Decimal::FromUnits(whole), z)), overflows ? "none" : ModelText(product));
  }
}

}  // namespace
}  // namespace chipline
