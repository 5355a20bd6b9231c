// Cases 43 to 49: what a weaker source says, or what is left open, never lets an order pass.
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/rule_words.h"
#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A rule on h200 for China that the authority itself states.
RuleBuilder Official(std::string_view id, v1::RuleEffect effect, std::string_view day) {
  RuleBuilder rule(id, effect);
  rule.By("bis", day).Origin(v1::ORIGIN_KIND_OFFICIAL).Effective(day);
  return rule;
}

RuleBuilder Rescinded(std::string_view id, v1::RuleEffect effect, std::string_view day) {
  RuleBuilder rule(id, effect);
  rule.By("blog", day).Effective(day).Standing(v1::RULE_STATUS_RESCINDED);
  return rule;
}

OrderBuilder Planned() {
  OrderBuilder order("order");
  order.By("ft", "2026-04-01");
  return order;
}

// How the order stands last, and the only gate.
const v1::OrderInterval& Last(const v1::ChipOrderEntry& entry) {
  return *entry.intervals().rbegin();
}

TEST(Case43, ABlogThatReportsABanRescindedOpensNothing) {
  Story story;
  story.Tell(Official("ban", v1::RULE_EFFECT_PROHIBITED, "2025-01-13").Id("90 FR 4544"));
  story.Tell(Rescinded("gone", v1::RULE_EFFECT_PROHIBITED, "2026-01-01")
                 .Id("90 FR 4544")
                 .Instrument(v1::RULE_INSTRUMENT_STATEMENT));
  story.Tell(Official("open", v1::RULE_EFFECT_ALLOWED, "2024-01-01").Id("88 FR"));
  story.Tell(Planned());
  const v1::ChipOrderEntry order = story.Trial();
  EXPECT_EQ(Finally(order), "BLOCKED us/EXPORT=DENIED");
  EXPECT_THAT(Last(order).reason(), HasSubstr("reported rescinded by blog (gone), not by the "
                                              "authority"));
  story.Tell(Official("end", v1::RULE_EFFECT_PROHIBITED, "2026-02-01")
                 .Id("90 FR 4544")
                 .Standing(v1::RULE_STATUS_RESCINDED));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
}

TEST(Case43, ALeaveThatABlogReportsRescindedLetsPassOnCondition) {
  Story story;
  story.Tell(Official("open", v1::RULE_EFFECT_ALLOWED, "2024-01-01").Id("88 FR"));
  story.Tell(Planned());
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
  story.Tell(Rescinded("gone", v1::RULE_EFFECT_ALLOWED, "2026-01-01").Id("88 FR"));
  const v1::ChipOrderEntry order = story.Trial();
  EXPECT_EQ(Finally(order), "CLEARED_IF us/EXPORT=CONDITIONAL");
  EXPECT_THAT(Last(order).gates(0).conditions(), Contains("88 FR was not rescinded"));
  EXPECT_THAT(Last(order).gates(0).grounds().event_ids(), Contains("gone"));
}

TEST(Case43, AFilingDoesNotCorrectWhatTheAuthorityStates) {
  Story story;
  story.Tell(Official("ban", v1::RULE_EFFECT_PROHIBITED, "2025-01-13"));
  story.Tell(RuleBuilder("corrected", v1::RULE_EFFECT_ALLOWED)
                 .By("nvidia", "2026-01-01")
                 .Origin(v1::ORIGIN_KIND_FILING)
                 .Effective("2025-01-13")
                 .Link(v1::LINK_RELATION_CORRECTS, "ban"));
  story.Tell(Planned());
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
}

// A report on the order of what the gate of the US is.
OrderBuilder Gated(std::string_view id, std::string_view root, std::string_view day,
                   v1::GateState state) {
  OrderBuilder order(id);
  order.By(root, day).Gate("us", v1::GATE_KIND_EXPORT, state);
  return order;
}

TEST(Case44, ABlogsApprovalDoesNotOpenWhatTheCustomsClosed) {
  Story story;
  story.Tell(Gated("closed", "customs", "2026-01-01", v1::GATE_STATE_DENIED)
                 .Origin(v1::ORIGIN_KIND_OFFICIAL));
  story.Tell(Gated("open", "blog", "2026-02-01", v1::GATE_STATE_SATISFIED));
  const v1::ChipOrderEntry order = story.Trial();
  EXPECT_EQ(Finally(order), "BLOCKED us/EXPORT=DENIED");
  EXPECT_THAT(Last(order).gates(0).grounds().reason(),
              HasSubstr("open says SATISFIED of 2026-02-01, but with less authority."));
  // A stricter one counts, whoever says it; and what the customs say later counts in any case.
  story.Tell(Gated("lifted", "customs", "2026-03-01", v1::GATE_STATE_SATISFIED)
                 .Origin(v1::ORIGIN_KIND_OFFICIAL));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=SATISFIED");
  story.Tell(Gated("again", "blog", "2026-04-01", v1::GATE_STATE_PENDING));
  EXPECT_EQ(Finally(story.Trial()), "WAITING us/EXPORT=PENDING");
}

TEST(Case44, OfTwoReportsOfOneDayTheStricterCounts) {
  Story story;
  story.Tell(Gated("closed", "ft", "2026-01-01", v1::GATE_STATE_DENIED));
  story.Tell(Gated("open", "wsj", "2026-01-01", v1::GATE_STATE_SATISFIED));
  const v1::ChipOrderEntry order = story.Trial();
  EXPECT_EQ(Finally(order), "BLOCKED us/EXPORT=DENIED");
  EXPECT_THAT(Last(order).gates(0).grounds().reason(), HasSubstr("the stricter of two counts"));
}

TEST(Case44, WhatIsExpectedOpensNothingThatARegulationCloses) {
  Story story;
  story.Tell(Official("ban", v1::RULE_EFFECT_PROHIBITED, "2025-01-13"));
  story.Tell(Gated("plan", "ft", "2026-02-01", v1::GATE_STATE_NOT_REQUIRED)
                 .Stage(v1::ORDER_STAGE_PLACED, v1::MODALITY_EXPECTED)
                 .Origin(v1::ORIGIN_KIND_OFFICIAL));
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
}

TEST(Case45, AnOrderReportedForTwoPlacesIsClearedOnlyIfItIsForBoth) {
  const auto told = [](v1::RuleEffect to_cn, v1::RuleEffect to_my) {
    Story story;
    story.Tell(Official("cn-rule", to_cn, "2025-01-13"));
    story.Tell(Official("my-rule", to_my, "2025-01-13").Places({"my"}));
    story.Tell(Planned());
    v1::Event other = OrderBuilder("other").By("wsj", "2026-05-01").event();
    other.mutable_chip_order()->mutable_destination()->set_id("my");
    story.Append({other});
    return story.Trial();
  };
  const auto allowed = v1::RULE_EFFECT_ALLOWED;
  const auto prohibited = v1::RULE_EFFECT_PROHIBITED;
  EXPECT_EQ(Finally(told(allowed, allowed)), "CLEARED us/EXPORT=NOT_REQUIRED");
  EXPECT_EQ(Finally(told(prohibited, prohibited)), "BLOCKED us/EXPORT=DENIED");
  EXPECT_EQ(Finally(told(allowed, prohibited)), "UNKNOWN us/EXPORT=UNKNOWN");
  const v1::ChipOrderEntry order = told(prohibited, allowed);
  EXPECT_EQ(Finally(order), "UNKNOWN us/EXPORT=UNKNOWN");
  EXPECT_EQ(order.destination(), "my");
  EXPECT_THAT(order.other_destinations(), ElementsAre("cn"));
  EXPECT_THAT(Last(order).reason(),
              HasSubstr("Reports contradict each other on where it goes: my, cn."));
  ASSERT_EQ(Last(order).gates(0).possible_rules_size(), 1);
  EXPECT_EQ(Last(order).gates(0).possible_rules(0).condition(), "they do not go to cn");
  EXPECT_THAT(Last(order).gates(0).possible_rules(0).event_ids(), ElementsAre("cn-rule"));
}

TEST(Case45, AStatedPlaceGoesBeforeAConcludedOneWithoutConflict) {
  Story story;
  story.Tell(Official("rule", v1::RULE_EFFECT_ALLOWED, "2025-01-13"));
  story.Tell(Planned());
  v1::Event other = OrderBuilder("other").DestinationInferred().By("wsj", "2026-05-01").event();
  other.mutable_chip_order()->mutable_destination()->set_id("my");
  story.Append({other});
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
  EXPECT_EQ(story.Trial().other_destinations_size(), 0);
}

TEST(Case46, ShippedWithoutACountSparesNothingThatMayNotHaveShipped) {
  const auto told = [](int64_t placed, int64_t shipped) {
    Story story;
    story.Tell(Official("open", v1::RULE_EFFECT_ALLOWED, "2024-01-01"));
    OrderBuilder order("placed");
    order.By("ft", "2025-02-01").Stage(v1::ORDER_STAGE_PLACED).On("2025-02-01");
    if (placed > 0) order.Count(timeline::testing::Chips(placed));
    story.Tell(order);
    OrderBuilder sent("shipped");
    sent.By("ft", "2025-06-01").Stage(v1::ORDER_STAGE_SHIPPED).On("2025-06-01");
    if (shipped > 0) sent.Count(timeline::testing::Chips(shipped));
    story.Tell(sent);
    story.Tell(
        Official("ban", v1::RULE_EFFECT_PROHIBITED, "2026-01-13").Covers(v1::APPLIES_TO_UNSHIPPED));
    return Finally(story.Trial());
  };
  EXPECT_EQ(told(1000, 1000), "CLEARED us/EXPORT=NOT_REQUIRED");
  EXPECT_EQ(told(1000, 400), "BLOCKED us/EXPORT=DENIED");
  EXPECT_EQ(told(1000, 0), "UNKNOWN us/EXPORT=UNKNOWN");
  EXPECT_EQ(told(0, 400), "UNKNOWN us/EXPORT=UNKNOWN");
}

TEST(Case47, ABlogsLaterDayDoesNotTakeThePlaceOfTheAuthoritysRule) {
  Story story;
  story.Tell(Official("ban", v1::RULE_EFFECT_PROHIBITED, "2025-01-13"));
  RuleBuilder open("open", v1::RULE_EFFECT_ALLOWED);
  story.Tell(open.By("blog", "2026-01-01").Effective("2026-01-01"));
  story.Tell(Planned());
  EXPECT_EQ(Finally(story.UsExport()), "DENIED");
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
  const v1::RuleInterval last = *story.UsExport().intervals().rbegin();
  EXPECT_EQ(last.general().grounds().rule(), timeline::rules::kMoreAuthority);
  EXPECT_EQ(last.agreement(), v1::AGREEMENT_CONFLICTING);
  ASSERT_EQ(last.alternatives_size(), 1);
  EXPECT_EQ(last.alternatives(0).grounds().rule(), timeline::rules::kLessAuthority);
  // The authority itself takes it back.
  story.Tell(Official("eased", v1::RULE_EFFECT_ALLOWED, "2026-02-01"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
}

TEST(Case47, ABlogsLaterBanCountsUntilTheAuthoritySaysHowThingsStand) {
  Story story;
  story.Tell(Official("open", v1::RULE_EFFECT_ALLOWED, "2025-01-13"));
  RuleBuilder ban("ban", v1::RULE_EFFECT_PROHIBITED);
  story.Tell(ban.By("blog", "2026-01-01").Effective("2026-02-01"));
  story.Tell(Planned());
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
  story.Tell(
      Official("status", v1::RULE_EFFECT_ALLOWED, "2026-03-01").Status().Effective("2025-01-13"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
}

TEST(Case48, ALeaveThatSomebodyDeniesLetsPassOnCondition) {
  Story story;
  story.Tell(Official("open", v1::RULE_EFFECT_ALLOWED, "2025-01-13").Id("88 FR"));
  story.Tell(Planned());
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
  v1::Event denial;
  denial.set_event_id("denial");
  v1::Hop& hop = *denial.mutable_source()->add_hops();
  hop.mutable_publisher()->set_id("nvidia");
  hop.set_relation(v1::HOP_RELATION_PRIMARY);
  denial.mutable_claim_notice()->set_text("no such leave");
  v1::Link& link = *denial.add_links();
  link.set_relation(v1::LINK_RELATION_DENIES);
  link.set_event_id("open");
  story.Append({denial});
  const v1::ChipOrderEntry order = story.Trial();
  EXPECT_EQ(Finally(order), "CLEARED_IF us/EXPORT=CONDITIONAL");
  EXPECT_THAT(Last(order).reason(), HasSubstr("It is denied by denial."));
  EXPECT_THAT(Last(order).gates(0).conditions(),
              Contains("88 FR is as reported, which denial denies"));
}

TEST(Case49, AThresholdOrTheWordingOfAScopeIsACondition) {
  const auto conditions = [](auto limit, v1::RuleEffect effect) {
    Story story;
    RuleBuilder rule = Official("open", effect, "2025-01-13");
    if (effect == v1::RULE_EFFECT_LICENSED) rule.Buyers({"bytedance"});
    v1::Event event = rule.event();
    limit(event.mutable_export_rule_change());
    story.Append({event});
    story.Tell(Planned());
    EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
    return Last(story.Trial()).gates(0).conditions();
  };
  for (const auto effect : {v1::RULE_EFFECT_ALLOWED, v1::RULE_EFFECT_LICENSED}) {
    EXPECT_THAT(
        conditions([](auto* rule) { rule->set_performance_threshold("TPP below 4800"); }, effect),
        Contains("the chip is within \"TPP below 4800\""));
    EXPECT_THAT(conditions([](auto* rule) { rule->set_scope_text("cloud use"); }, effect),
                Contains("\"cloud use\" covers it"));
  }
}

}  // namespace
}  // namespace chipline::cases
