#include "services/timeline/folds/policy_roots.h"

#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::timeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RootedBand From(int64_t low, int64_t high, std::string_view root, std::string_view unit = "CNY") {
  return {Band::Between(Decimal::FromUnits(low), Decimal::FromUnits(high)), unit, root};
}

std::vector<uint32_t> AgreeingRoots(const std::vector<RootedBand>& bands) {
  RootCounts counts;
  for (const RootedBand& band : bands) counts.Add(band);
  return counts.Counts();
}

TEST(PolicyRoots, EachRootCountsOnceHoweverManyOfItsFiguresAgree) {
  EXPECT_THAT(AgreeingRoots({From(1, 10, "ft"), From(2, 3, "ft"), From(4, 5, "ft"),
                             From(5, 6, "scmp"), From(20, 30, "ft")}),
              ElementsAre(2, 1, 2, 2, 1));
}

TEST(PolicyRoots, UnknownRootsAndOtherUnitsAddNone) {
  EXPECT_THAT(AgreeingRoots({From(1, 10, "ft"), From(1, 10, ""), From(1, 10, "scmp", "USD")}),
              ElementsAre(1, 1, 1));
  EXPECT_THAT(AgreeingRoots({From(1, 10, "")}), ElementsAre(0));
  EXPECT_THAT(AgreeingRoots({}), IsEmpty());
}

TEST(PolicyRoots, AnyBandsAreCountedAsOneByOne) {
  constexpr unsigned kSeed = 20261122;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&](unsigned end) { return static_cast<int64_t>(random() % end); };
  const std::vector<std::string> roots = {"", "a", "b", "c", "d"};
  const std::vector<std::string> units = {"CNY", "USD"};
  for (int round = 0; round < 500; ++round) {
    std::vector<RootedBand> bands;
    for (int64_t i = below(30); i >= 0; --i) {
      const int64_t from = below(40);
      std::optional<Decimal> low = Decimal::FromUnits(from);
      std::optional<Decimal> high = Decimal::FromUnits(from + below(8) - 1);
      if (below(9) == 0) low.reset();
      if (below(9) == 0) high.reset();
      bands.push_back({Band::Between(low, high), units[random() % 2], roots[random() % 5]});
    }
    std::vector<uint32_t> expected;
    for (const RootedBand& band : bands) {
      std::set<std::string_view> agreeing;
      for (const RootedBand& other : bands) {
        const bool agrees = other.unit == band.unit && other.band.Overlaps(band.band);
        if (agrees && !other.root.empty()) agreeing.insert(other.root);
      }
      expected.push_back(static_cast<uint32_t>(agreeing.size()));
    }
    ASSERT_EQ(AgreeingRoots(bands), expected) << "round " << round;
    RootCounts counts;
    for (const RootedBand& band : bands) {
      counts.Add(band);
      if (below(3) == 0) counts.Counts();
    }
    ASSERT_EQ(counts.Counts(), expected) << "round " << round << ", counted one by one";
    const size_t at = random() % bands.size();
    const RootedBand as_it_is = bands[at];
    counts.Change(at, Band::Between(Decimal::FromUnits(100), Decimal::FromUnits(101)));
    counts.Counts();
    counts.Change(at, as_it_is.band);
    ASSERT_EQ(counts.Counts(), expected) << "round " << round << ", one changed and changed back";
  }
}

}  // namespace
}  // namespace chipline::timeline
