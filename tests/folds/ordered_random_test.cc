// Counts over random orders, and the shortfall, against the rules read plainly: seeds are printed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/values/figures.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// "At least 0" says nothing, and stands for no count as well as for one without a number.
struct Bounds {
  int64_t low = 0;
  std::optional<int64_t> high;

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

Bounds operator+(const Bounds& a, const Bounds& b) {
  Bounds sum{a.low + b.low, std::nullopt};
  if (a.high && b.high) sum.high = *a.high + *b.high;
  return sum;
}

std::string InWords(const Bounds& bounds) {
  return fmt::format("{} to {}", bounds.low,
                     bounds.high ? std::to_string(*bounds.high) : std::string("any"));
}

Bounds BoundsOf(const pb::QuantityFigure& figure) {
  const std::optional<Range> range = RangeOf(figure.quantity());
  Bounds bounds;
  if (!range) return bounds;
  if (range->low) bounds.low = range->low->ToProto().units();
  if (range->high) bounds.high = range->high->ToProto().units();
  return bounds;
}

// One order, with one claim for each stage that anybody speaks of.
struct PlainOrder {
  bool has_id = false;
  bool group = false;
  std::set<std::string> buyers;
  std::map<pb::OrderStage, Bounds> counts;
  // Stages of which no number is stated.
  std::set<pb::OrderStage> unnumbered;

  Bounds DoneAt(pb::OrderStage stage) const {
    const auto count = counts.find(stage);
    if (count != counts.end()) return count->second;
    if (unnumbered.count(stage) > 0) return {0, std::nullopt};
    return {0, 0};
  }
  Bounds Open() const {
    const Bounds delivered = DoneAt(pb::ORDER_STAGE_DELIVERED);
    const Bounds in_use = DoneAt(pb::ORDER_STAGE_IN_USE);
    Bounds done{std::max(delivered.low, in_use.low), std::nullopt};
    if (delivered.high && in_use.high) done.high = std::max(*delivered.high, *in_use.high);
    done = done + DoneAt(pb::ORDER_STAGE_CANCELLED);
    const Bounds& placed = counts.at(pb::ORDER_STAGE_PLACED);
    Bounds open;
    if (done.high) open.low = std::max<int64_t>(0, placed.low - *done.high);
    if (placed.high) open.high = std::max<int64_t>(0, *placed.high - done.low);
    return open;
  }
};

// What orders are together of which each has one buyer.
Bounds Together(const std::vector<std::pair<const PlainOrder*, Bounds>>& orders) {
  Bounds all{0, 0};
  std::map<std::string, int64_t> with_id;
  std::map<std::string, int64_t> largest;
  for (const auto& [order, bounds] : orders) {
    all = all + Bounds{0, bounds.high};
    const std::string& buyer = *order->buyers.begin();
    with_id[buyer] += order->has_id ? bounds.low : 0;
    if (!order->has_id) largest[buyer] = std::max(largest[buyer], bounds.low);
  }
  for (const auto& [buyer, sum] : with_id) all.low += std::max(sum, largest[buyer]);
  return all;
}

// The least that the orders can be, by all ways in which some may be one: the orders from `next` on
// each join one before, or begin another.
int64_t LeastOf(const std::vector<PlainOrder>& orders, size_t next,
                std::vector<std::vector<size_t>>* same) {
  if (next == orders.size()) {
    int64_t sum = 0;
    for (const std::vector<size_t>& one : *same) {
      int64_t most = 0;
      for (const size_t order : one) {
        most = std::max(most, orders[order].counts.at(pb::ORDER_STAGE_PLACED).low);
      }
      sum += most;
    }
    return sum;
  }
  const auto may_be = [&](size_t other) {
    const PlainOrder& a = orders[next];
    const PlainOrder& b = orders[other];
    const bool share = std::any_of(a.buyers.begin(), a.buyers.end(), [&](const std::string& buyer) {
      return b.buyers.count(buyer) > 0;
    });
    return share && !(a.has_id && b.has_id);
  };
  same->push_back({next});
  int64_t least = LeastOf(orders, next + 1, same);
  same->pop_back();
  for (size_t one = 0; one < same->size(); ++one) {
    if (!std::all_of((*same)[one].begin(), (*same)[one].end(), may_be)) continue;
    (*same)[one].push_back(next);
    least = std::min(least, LeastOf(orders, next + 1, same));
    (*same)[one].pop_back();
  }
  return least;
}

class RandomOrders {
 public:
  explicit RandomOrders(unsigned seed) : random_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  // An order that is placed, and perhaps more, and its reports.
  PlainOrder Next(bool one_buyer, std::vector<Report>* reports) {
    PlainOrder order;
    order.has_id = Below(2) == 0;
    order.group = one_buyer && Below(6) == 0;
    const int buyers = one_buyer ? 1 : 1 + Below(2);
    while (order.buyers.size() < static_cast<size_t>(buyers)) {
      order.buyers.insert((order.group ? "group " : "b") + std::to_string(Below(3)));
    }
    const std::string id = order.has_id ? fmt::format("o{}", ++ids_) : "";
    Tell(id, pb::ORDER_STAGE_PLACED, Some(), &order, reports);
    // A claim without an id is an order of its own, so nothing else is said of it.
    if (!order.has_id) return order;
    for (const pb::OrderStage stage :
         {pb::ORDER_STAGE_DELIVERED, pb::ORDER_STAGE_IN_USE, pb::ORDER_STAGE_CANCELLED}) {
      if (Below(3) == 0) Tell(id, stage, Below(4) == 0 ? std::nullopt : Some(), &order, reports);
    }
    return order;
  }

  std::optional<Bounds> Some() {
    const int64_t low = 10 * (1 + Below(20));
    switch (Below(4)) {
      case 0:
        return Bounds{low, std::nullopt};
      case 1:
        return Bounds{0, low};
      case 2:
        return Bounds{low, low + 10 * Below(10)};
      default:
        return Bounds{low, low};
    }
  }

  static std::string Figure(const std::optional<Bounds>& bounds) {
    if (!bounds) return "some";
    if (!bounds->high) return fmt::format("more than {}", bounds->low);
    if (bounds->low == 0) return fmt::format("at most {}", *bounds->high);
    if (bounds->low == *bounds->high) return std::to_string(bounds->low);
    return fmt::format("{} to {}", bounds->low, *bounds->high);
  }

 private:
  void Tell(const std::string& id, pb::OrderStage stage, const std::optional<Bounds>& count,
            PlainOrder* order, std::vector<Report>* reports) {
    Report report = Order(id, *order->buyers.begin(), "h200");
    if (order->buyers.size() > 1) {
      report.event().mutable_chip_order()->add_buyers()->set_id(*order->buyers.rbegin());
    }
    reports->push_back(report.Stage(stage).Count(Figure(count)).From("ft").On("2026-01"));
    if (count) {
      order->counts[stage] = *count;
    } else {
      order->unnumbered.insert(stage);
    }
  }

  std::mt19937 random_;
  int ids_ = 0;
};

pb::QuantityFigure PlacedByNamed(const pb::ChipSupplyEntry& entry) {
  for (const pb::OrderedQuantity& stage : entry.ordered()) {
    if (stage.stage() == pb::ORDER_STAGE_PLACED) return stage.named();
  }
  return {};
}

// Log::Entry looks at each whether a fold that goes on from row to row says the same.
TEST(OrderedRandomTest, OrdersOfOneBuyerEachAndTheShortfallAreWhatTheRulesSay) {
  constexpr unsigned kSeed = 34;
  std::printf("seed %u\n", kSeed);
  RandomOrders random(kSeed);
  for (int round = 0; round < 300; ++round) {
    std::vector<Report> reports;
    std::vector<PlainOrder> orders;
    const int count = 1 + random.Below(7);
    for (int i = 0; i < count; ++i) orders.push_back(random.Next(true, &reports));
    const Bounds stock = *random.Some();
    reports.push_back(Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY)
                          .Count(RandomOrders::Figure(stock))
                          .From("ft")
                          .On("2026-01"));
    std::shuffle(reports.begin(), reports.end(), std::mt19937(static_cast<unsigned>(round)));
    Log log;
    for (const Report& report : reports) log.Add(report);
    const pb::ChipSupplyEntry entry = log.Entry("supply/h200").chip_supply();

    std::vector<std::pair<const PlainOrder*, Bounds>> placed;
    std::vector<std::pair<const PlainOrder*, Bounds>> open;
    std::vector<Bounds> candidates;
    for (const PlainOrder& order : orders) {
      if (order.group) {
        candidates.push_back(order.Open());
        continue;
      }
      placed.emplace_back(&order, order.counts.at(pb::ORDER_STAGE_PLACED));
      open.emplace_back(&order, order.Open());
    }
    if (!placed.empty()) {
      ASSERT_EQ(InWords(BoundsOf(PlacedByNamed(entry))), InWords(Together(placed)))
          << "round " << round;
      candidates.push_back(Together(open));
    }
    const auto less = [](const Bounds& a, const Bounds& b) {
      if (a.low != b.low) return a.low < b.low;
      return a.high && (!b.high || *a.high < *b.high);
    };
    const Bounds most = *std::max_element(candidates.begin(), candidates.end(), less);
    ASSERT_EQ(InWords(BoundsOf(entry.shortfall_parts().open())), InWords(most))
        << "round " << round;
    Bounds missing;
    if (stock.high) missing.low = std::max<int64_t>(0, most.low - *stock.high);
    if (most.high) missing.high = *most.high - stock.low;
    const bool none = missing.high && *missing.high <= 0;
    const bool unknown = missing.low == 0 && !missing.high;
    ASSERT_EQ(entry.has_shortfall(), !none && !unknown) << "round " << round;
    if (entry.has_shortfall()) {
      ASSERT_EQ(InWords(BoundsOf(entry.shortfall())), InWords(missing)) << "round " << round;
    }
  }
}

TEST(OrderedRandomTest, OrdersOfSeveralBuyersAreNeverSaidToBeMoreThanTheySurelyAre) {
  constexpr unsigned kSeed = 36;
  std::printf("seed %u\n", kSeed);
  RandomOrders random(kSeed);
  for (int round = 0; round < 300; ++round) {
    std::vector<Report> reports;
    std::vector<PlainOrder> orders;
    const int count = 1 + random.Below(6);
    for (int i = 0; i < count; ++i) orders.push_back(random.Next(false, &reports));
    Log log;
    for (const Report& report : reports) log.Add(report);
    const Bounds named = BoundsOf(PlacedByNamed(log.Entry("supply/h200").chip_supply()));
    std::vector<std::vector<size_t>> same;
    EXPECT_LE(named.low, LeastOf(orders, 0, &same)) << "round " << round;
    int64_t largest = 0;
    Bounds all{0, 0};
    for (const PlainOrder& order : orders) {
      const Bounds& placed = order.counts.at(pb::ORDER_STAGE_PLACED);
      largest = std::max(largest, placed.low);
      all = all + placed;
    }
    EXPECT_GE(named.low, largest) << "round " << round;
    EXPECT_EQ(named.high, all.high) << "round " << round;
  }
}

}  // namespace
}  // namespace chipline::timeline
