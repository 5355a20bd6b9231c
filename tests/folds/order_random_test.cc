// Orders of random reports under random rules: what holds of all of them, and that a fold that goes
// on says what the fold of all reports says.
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/folds/gates.h"
#include "tests/folds/rules.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::Chips;
using testing::InWords;
using testing::RuleLog;
using testing::Tiles;

constexpr pb::GateKind kExport = pb::GATE_KIND_EXPORT;
constexpr pb::GateKind kImport = pb::GATE_KIND_IMPORT;

// Leaves it open in one way or another whether the latest rule of the log applies to an order.
template <typename Below>
void MakeVague(Below below, RuleLog* log) {
  pb::ExportRuleChange& rule = *log->events().back().mutable_event()->mutable_export_rule_change();
  switch (below(8)) {
    case 0:
      rule.clear_chips();
      rule.set_chips_text(below(2) == 0 ? "fast chips" : "servers");
      break;
    case 1:
      rule.mutable_chips(0)->set_id("hopper");
      rule.mutable_chips(0)->set_open_group(true);
      break;
    case 2:
      rule.clear_destinations();
      rule.set_scope_text("the listed countries");
      break;
    case 3:
      rule.mutable_destinations(0)->set_id("d5");
      rule.mutable_destinations(0)->set_open_group(true);
      break;
    case 4:
      rule.set_end_users(pb::END_USERS_NAMED);
      rule.add_buyers()->set_id("chinese-companies");
      rule.mutable_buyers(rule.buyers_size() - 1)->set_open_group(true);
      break;
    case 5:
      rule.mutable_buyer_seat()->set_id("cn");
      rule.mutable_buyer_seat()->set_open_group(below(2) == 0);
      break;
    case 6:
      rule.set_purpose(below(2) == 0 ? "military" : "research");
      break;
    default:
      rule.add_chips_except()->set_id("h20");
      break;
  }
}

TEST(OrderRandomTest, IntervalsOfAnyLogTileValidTimeAndStateFollowsFromTheGates) {
  constexpr unsigned kSeed = 1312;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const auto day = [&] { return CivilDay::FromDays(20'000 + below(500)).Format(); };
  for (int round = 0; round < 200; ++round) {
    RuleLog log;
    const int rules = 1 + below(10);
    for (int i = 0; i < rules; ++i) {
      auto rule = log.Rule(fmt::format("r{}", i), static_cast<pb::RuleEffect>(1 + below(10)));
      rule.Effective(below(3) == 0 ? day().substr(0, 7) : day());
      rule.Covers(static_cast<pb::AppliesTo>(below(4)));
      if (below(2) == 0) rule.CnImport();
      if (below(3) == 0) rule.Buyers({below(2) == 0 ? "bytedance" : "baidu"});
      if (below(3) == 0) rule.Chips({"h20"});
      if (below(2) == 0) MakeVague(below, &log);
    }
    const int orders = 1 + below(4);
    for (int i = 0; i < orders; ++i) {
      auto order = log.Order(fmt::format("o{}", i));
      order.Chips({"h200", "h20"}).Published(day());
      order.Stage(static_cast<pb::OrderStage>(1 + below(11)));
      if (below(2) == 0) order.On(day());
      if (below(3) == 0) order.Gate("us", kExport, static_cast<pb::GateState>(1 + below(6)));
    }
    const pb::ChipOrderEntry entry = log.FoldOrder();
    ASSERT_TRUE(Tiles(entry.intervals())) << "round " << round;
    for (const pb::OrderInterval& each : entry.intervals()) {
      std::vector<pb::GateState> states;
      for (const pb::GateStatus& gate : each.gates()) states.push_back(gate.state());
      ASSERT_EQ(each.state(), Combine(states)) << "round " << round;
      for (const pb::GateEdge& edge : each.edges()) {
        ASSERT_EQ(edge.day(), each.valid().from()) << "round " << round;
        ASSERT_GT(edge.event_ids_size(), 0) << "round " << round;
      }
    }
  }
}

// FoldOrder looks at each whether a fold that goes on says the same.
TEST(OrderRandomTest, AnOrderThatGrowsSaysWhatAllOfItsReportsSay) {
  constexpr unsigned kSeed = 20261124;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  for (int round = 0; round < 150; ++round) {
    const int days = below(2) == 0 ? 4 : 400;
    const bool linked = below(3) == 0;
    const auto day = [&] { return CivilDay::FromDays(20'000 + below(days)).Format(); };
    const auto state = [&] { return static_cast<pb::GateState>(1 + below(6)); };
    RuleLog log;
    const int rules = below(4);
    for (int i = 0; i < rules; ++i) {
      log.Rule(fmt::format("r{}", i), static_cast<pb::RuleEffect>(1 + below(10)))
          .Effective(day())
          .Covers(static_cast<pb::AppliesTo>(below(4)));
      if (below(2) == 0) MakeVague(below, &log);
    }
    const int reports = 1 + below(60);
    for (int i = 0; i < reports; ++i) {
      auto order = log.Order(fmt::format("o{}", i));
      order.By(fmt::format("paper-{}", below(6)), day());
      order.Origin(static_cast<pb::OriginKind>(1 + below(6)));
      // Few stages, so that counts meet.
      order.Stage(below(4) == 0 ? pb::ORDER_STAGE_PLACED : pb::ORDER_STAGE_SHIPPED,
                  static_cast<pb::Modality>(1 + below(3)));
      if (below(4) == 0) order.Buyers({fmt::format("b{}", below(4))});
      if (below(4) == 0) order.Chips({"h20"});
      if (below(4) == 0) order.DestinationInferred();
      if (below(4) != 0) order.On(below(3) == 0 ? day().substr(0, 7) : day());
      if (below(8) == 0) {
        order.Count(InWords(fmt::format("many {}", i)));
      } else if (below(4) != 0) {
        order.Count(Chips(1000 * (1 + below(4)), below(3) == 0));
      }
      if (below(3) == 0) order.UnitPriceUsd(20'000 + below(3));
      if (below(2) == 0) order.Gate("us", kExport, state());
      if (below(3) == 0) order.Gate("cn", kImport, state()).Gate("cn", kImport, state());
      if (below(3) == 0) order.Condition(fmt::format("condition {}", below(30)));
      if (linked && i > 0 && below(6) == 0) {
        order.Link(static_cast<pb::LinkRelation>(1 + below(5)), fmt::format("o{}", below(i)));
      }
    }
    log.FoldOrder();
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

}  // namespace
}  // namespace chipline::timeline
