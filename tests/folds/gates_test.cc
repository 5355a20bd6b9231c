#include "services/timeline/folds/gates.h"

#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

pb::ExportRuleChange Rule(pb::RuleEffect effect) {
  pb::ExportRuleChange rule;
  rule.set_effect(effect);
  return rule;
}

TEST(GatesTest, EveryEffectHasItsGate) {
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_PROHIBITED), pb::GATE_STATE_DENIED);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_PRESUMPTION_OF_DENIAL), pb::GATE_STATE_DENIED);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_LICENSE_REQUIRED), pb::GATE_STATE_PENDING);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_CASE_BY_CASE), pb::GATE_STATE_PENDING);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_PENDING), pb::GATE_STATE_PENDING);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_LICENSED), pb::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_ALLOWED), pb::GATE_STATE_NOT_REQUIRED);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_DISCOURAGED), pb::GATE_STATE_NOT_REQUIRED);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_TIGHTENED), pb::GATE_STATE_UNKNOWN);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_EASED), pb::GATE_STATE_UNKNOWN);
  EXPECT_EQ(GateOf(pb::RULE_EFFECT_UNSPECIFIED), pb::GATE_STATE_UNKNOWN);
}

TEST(GatesTest, LicenseWithoutOpenEndSatisfiesTheNamedBuyerAlone) {
  const pb::ExportRuleChange rule = Rule(pb::RULE_EFFECT_LICENSED);
  EXPECT_EQ(GateOf(rule, Reader::kNamedBuyer), pb::GATE_STATE_SATISFIED);
  EXPECT_EQ(GateOf(rule, Reader::kAnyone), pb::GATE_STATE_CONDITIONAL);
}

TEST(GatesTest, ConditionCapAndPurposeLeaveALicenseOpen) {
  pb::ExportRuleChange with_condition = Rule(pb::RULE_EFFECT_LICENSED);
  with_condition.add_conditions("a quarter of the revenue");
  pb::ExportRuleChange with_cap = Rule(pb::RULE_EFFECT_LICENSED);
  with_cap.mutable_quantity_cap()->set_high(400'000);
  pb::ExportRuleChange with_purpose = Rule(pb::RULE_EFFECT_LICENSED);
  with_purpose.set_purpose("research");
  for (const pb::ExportRuleChange& rule : {with_condition, with_cap, with_purpose}) {
    EXPECT_EQ(GateOf(rule, Reader::kNamedBuyer), pb::GATE_STATE_CONDITIONAL);
  }
}

TEST(GatesTest, StatementNeverGivesMoreThanConditional) {
  for (int effect = pb::RuleEffect_MIN; effect <= pb::RuleEffect_MAX; ++effect) {
    pb::ExportRuleChange rule = Rule(static_cast<pb::RuleEffect>(effect));
    rule.set_instrument(pb::RULE_INSTRUMENT_STATEMENT);
    for (const Reader reader : {Reader::kAnyone, Reader::kNamedBuyer}) {
      EXPECT_NE(GateOf(rule, reader), pb::GATE_STATE_SATISFIED) << effect;
      EXPECT_NE(GateOf(rule, reader), pb::GATE_STATE_NOT_REQUIRED) << effect;
    }
  }
  pb::ExportRuleChange said = Rule(pb::RULE_EFFECT_PROHIBITED);
  said.set_instrument(pb::RULE_INSTRUMENT_STATEMENT);
  EXPECT_EQ(GateOf(said, Reader::kAnyone), pb::GATE_STATE_DENIED);
}

TEST(GatesTest, NoGateIsUnknownNotCleared) { EXPECT_EQ(Combine({}), pb::ORDER_STATE_UNKNOWN); }

TEST(GatesTest, CombineAgreesWithTheRulesReadOneByOne) {
  constexpr unsigned kSeed = 20260115;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> gate(pb::GATE_STATE_SATISFIED, pb::GATE_STATE_UNKNOWN);
  std::uniform_int_distribution<int> count(1, 6);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<pb::GateState> gates;
    for (int n = count(random); n > 0; --n) {
      gates.push_back(static_cast<pb::GateState>(gate(random)));
    }
    const std::set<pb::GateState> any(gates.begin(), gates.end());
    pb::OrderState expected = pb::ORDER_STATE_CLEARED;
    if (any.contains(pb::GATE_STATE_CONDITIONAL)) expected = pb::ORDER_STATE_CLEARED_IF;
    if (any.contains(pb::GATE_STATE_UNKNOWN)) expected = pb::ORDER_STATE_UNKNOWN;
    if (any.contains(pb::GATE_STATE_PENDING)) expected = pb::ORDER_STATE_WAITING;
    if (any.contains(pb::GATE_STATE_DENIED)) expected = pb::ORDER_STATE_BLOCKED;
    ASSERT_EQ(Combine(gates), expected) << "round " << round;
  }
}

TEST(GatesTest, StricterGateIsStricterWhateverTheEffect) {
  for (int a = pb::GATE_STATE_SATISFIED; a <= pb::GATE_STATE_UNKNOWN; ++a) {
    for (int b = pb::GATE_STATE_SATISFIED; b <= pb::GATE_STATE_UNKNOWN; ++b) {
      const auto first = static_cast<pb::GateState>(a);
      const auto second = static_cast<pb::GateState>(b);
      if (Strictness(first) <= Strictness(second)) continue;
      EXPECT_GT(Strictness(first, pb::RULE_EFFECT_ALLOWED),
                Strictness(second, pb::RULE_EFFECT_PROHIBITED));
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
