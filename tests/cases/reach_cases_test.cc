// Cases 30, 31, 38 and 40 to 42: rules that apply, do not apply, or may apply to an order, and how
// they end.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/rule_words.h"
#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using timeline::testing::EdgeLines;

// The rule that lets h200 pass to China from 2023-11-17 on.
RuleBuilder Open(std::string_view id = "open") {
  RuleBuilder rule(id, v1::RULE_EFFECT_ALLOWED);
  rule.By("bis", "2023-11-17").Effective("2023-11-17");
  return rule;
}

RuleBuilder Denied(std::string_view id) {
  RuleBuilder rule(id, v1::RULE_EFFECT_PRESUMPTION_OF_DENIAL);
  rule.By("bis", "2025-03-25").Effective("2025-03-25");
  return rule;
}

OrderBuilder Placed(std::string_view day) {
  OrderBuilder order("order");
  order.By("ft", day).Stage(v1::ORDER_STAGE_PLACED).On(day);
  return order;
}

// The only gate, as it stands last.
v1::GateStatus LastGate(const v1::ChipOrderEntry& entry) {
  const v1::OrderInterval& last = *entry.intervals().rbegin();
  EXPECT_EQ(last.gates_size(), 1) << last.DebugString();
  return last.gates_size() == 1 ? last.gates(0) : v1::GateStatus();
}

// What keeps the rules that may apply from applying.
std::vector<std::string> Conditions(const v1::GateStatus& gate) {
  std::vector<std::string> conditions;
  for (const v1::PossibleRule& rule : gate.possible_rules()) conditions.push_back(rule.condition());
  return conditions;
}

TEST(Case30, AListThatNamesTheBuyerAndAllItemsBlocksItsOrderAndNobodyElses) {
  Story story;
  story.Tell(Open());
  story.Tell(Denied("list").ChipsInWords("all items subject to the EAR").Buyers({"bytedance"}));
  story.Tell(Placed("2025-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
  EXPECT_THAT(EdgeLines(story.Trial()), Contains("2025-03-25 BLOCKS us/EXPORT by list"));
  story.Tell(OrderBuilder("other").Buyers({"jd"}).By("ft", "2025-04-01"));
  EXPECT_EQ(Finally(story.Entry("order/order.jd.trial").chip_order()),
            "CLEARED us/EXPORT=NOT_REQUIRED");
}

TEST(Case30, AListThatIsOlderThanARuleForAnybodyStillBlocks) {
  Story story;
  story.Tell(Denied("list").ChipsInWords("all items").Buyers({"bytedance"}));
  story.Tell(Open().By("bis", "2026-01-01").Effective("2026-01-01"));
  story.Tell(Placed("2026-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
}

TEST(Case30, ARuleForASeatMakesTheOrderClearedOnlyIfTheBuyerHasAnother) {
  for (const bool place_named : {true, false}) {
    Story story;
    story.Tell(Open());
    RuleBuilder seat = Denied("seat").Seat("cn").Id("88 FR 73458 seat");
    if (!place_named) seat.PlaceInWords("anywhere");
    story.Tell(seat);
    story.Tell(Placed("2025-04-01"));
    EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
    const v1::GateStatus gate = LastGate(story.Trial());
    ASSERT_EQ(gate.possible_rules_size(), 1);
    EXPECT_THAT(gate.possible_rules(0).condition(), HasSubstr("the seat of bytedance is not cn"));
    EXPECT_EQ(gate.possible_rules(0).gate(), v1::GATE_STATE_DENIED);
    EXPECT_EQ(gate.possible_rules(0).rule_id(), "88 FR 73458 seat");
    EXPECT_THAT(gate.possible_rules(0).event_ids(), ElementsAre("seat"));
    EXPECT_THAT(gate.grounds().reason(), HasSubstr("the seat of bytedance is not cn"));
    EXPECT_THAT(story.Trial().intervals().rbegin()->reason(), HasSubstr("seat"));
  }
}

TEST(Case30, AGroupOfPlacesAFamilyAndWordsMayBeOfTheOrder) {
  const auto condition = [](const RuleBuilder& rule) {
    Story story;
    story.Tell(Open());
    story.Tell(rule);
    story.Tell(Placed("2025-04-01"));
    EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
    return Conditions(LastGate(story.Trial()));
  };
  EXPECT_THAT(condition(Denied("rule").PlaceGroup("d5")), ElementsAre("cn is not in d5"));
  EXPECT_THAT(condition(Denied("rule").Family("hopper")), ElementsAre("h200 is not hopper"));
  EXPECT_THAT(condition(Denied("rule").ChipsInWords("leading-edge chips")),
              ElementsAre("h200 is not meant by \"leading-edge chips\""));
  EXPECT_THAT(condition(Denied("rule").Purpose("military end use")),
              ElementsAre("the purpose is not \"military end use\""));
}

TEST(Case30, ARuleThatComesAfterTheOrderReachesItWhereverItStands) {
  // Of a family, to nowhere that is said: any chip and any place may be meant.
  Story story;
  OrderBuilder family("order");
  family.Chips({"hopper"}).NoDestination().By("ft", "2025-01-01");
  v1::Event told = family.event();
  told.mutable_chip_order()->mutable_chips(0)->set_open_group(true);
  story.Append({told});
  EXPECT_EQ(Finally(story.Trial()), "UNKNOWN");
  story.Tell(Denied("exact"));
  EXPECT_EQ(Finally(story.Trial()), "UNKNOWN us/EXPORT=UNKNOWN");
  EXPECT_THAT(Conditions(LastGate(story.Trial())),
              ElementsAre("hopper has no h200 in it, or they do not go to cn"));
  // Each of these is in another part of the views.
  for (const RuleBuilder& rule :
       {Denied("words").ChipsInWords("fast chips").At("a", v1::GATE_KIND_EXPORT),
        Denied("group").PlaceGroup("d5").At("b", v1::GATE_KIND_EXPORT),
        Denied("anywhere").PlaceInWords("anywhere").At("c", v1::GATE_KIND_EXPORT),
        Denied("family").Family("blackwell").At("d", v1::GATE_KIND_EXPORT)}) {
    const int gates = story.Trial().intervals().rbegin()->gates_size();
    story.Tell(rule);
    EXPECT_EQ(story.Trial().intervals().rbegin()->gates_size(), gates + 1);
  }
}

TEST(Case30, WithoutARuleThatSurelyLetsPassTheOrderIsUnknownAndTheConditionNamed) {
  Story story;
  story.Tell(Denied("group").PlaceGroup("d5"));
  story.Tell(Placed("2025-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "UNKNOWN us/EXPORT=UNKNOWN");
  EXPECT_THAT(Conditions(LastGate(story.Trial())), ElementsAre("cn is not in d5"));
}

TEST(Case30, WhatDoesNotApplyIsNoGate) {
  Story story;
  story.Tell(Open());
  story.Tell(Denied("family").Family("hopper").ChipsExcept({"h200"}));
  story.Tell(Denied("elsewhere").Places({"ru"}));
  story.Tell(Denied("others").ChipsInWords("all items").Buyers({"nettrix"}));
  story.Tell(Denied("proposed").PlaceGroup("d5").Standing(v1::RULE_STATUS_PROPOSED));
  story.Tell(Placed("2025-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
  EXPECT_THAT(Conditions(LastGate(story.Trial())), IsEmpty());
}

TEST(Case30, AVagueRuleThatANewerOneWouldReplaceAddsNothing) {
  Story story;
  story.Tell(Denied("vague").ChipsInWords("leading-edge chips"));
  story.Tell(Open().By("bis", "2026-01-01").Effective("2026-01-01"));
  story.Tell(Placed("2026-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
  // Rules with numbers of their own stand side by side.
  Story beside;
  beside.Tell(Denied("vague").ChipsInWords("leading-edge chips").Id("A"));
  beside.Tell(Open().By("bis", "2026-01-01").Effective("2026-01-01").Id("B"));
  beside.Tell(Placed("2026-04-01"));
  EXPECT_EQ(Finally(beside.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
}

TEST(Case30, ALooserRuleThatMayApplyOpensNothing) {
  Story story;
  story.Tell(Denied("rule"));
  story.Tell(Open("vague")
                 .ChipsInWords("chips for research")
                 .By("bis", "2026-01-01")
                 .Effective("2026-01-01"));
  story.Tell(Placed("2026-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "BLOCKED us/EXPORT=DENIED");
}

TEST(Case31, ARuleRescindedBeforeItsComplianceDayNeverHolds) {
  const auto rule = [](std::string_view rescinded) {
    Story story;
    story.Tell(RuleBuilder("rule", v1::RULE_EFFECT_LICENSE_REQUIRED)
                   .By("bis", "2025-01-13")
                   .Announced("2025-01-13")
                   .Effective("2025-01-15")
                   .Binding("2025-05-15")
                   .Id("90 FR 4544"));
    story.Tell(RuleBuilder("end", v1::RULE_EFFECT_LICENSE_REQUIRED)
                   .By("bis", rescinded)
                   .Announced(rescinded)
                   .Effective(rescinded)
                   .Standing(v1::RULE_STATUS_RESCINDED)
                   .Id("90 FR 4544"));
    EXPECT_EQ(story.UsExport().not_in_force(0).status(), v1::RULE_STATUS_RESCINDED);
    return LinesOf(story.UsExport());
  };
  EXPECT_THAT(rule("2025-05-13"), ElementsAre(".. UNKNOWN"));
  EXPECT_THAT(rule("2025-05-20"),
              ElementsAre("..2025-05-15 UNKNOWN", "2025-05-15..2025-05-20 PENDING",
                          "2025-05-20.. UNKNOWN"));
}

TEST(Case31, WhatWasSaidBeforeARuleDoesNotRescindIt) {
  Story story;
  story.Tell(RuleBuilder("end", v1::RULE_EFFECT_LICENSE_REQUIRED)
                 .By("bis", "2024-12-01")
                 .Announced("2024-12-01")
                 .Effective("2025-06-01")
                 .Standing(v1::RULE_STATUS_RESCINDED)
                 .Id("90 FR 4544"));
  story.Tell(RuleBuilder("anew", v1::RULE_EFFECT_LICENSE_REQUIRED)
                 .By("bis", "2025-01-13")
                 .Announced("2025-01-13")
                 .Effective("2025-01-15")
                 .Id("90 FR 4544"));
  EXPECT_THAT(LinesOf(story.UsExport()),
              ElementsAre("..2025-01-15 UNKNOWN", "2025-01-15.. PENDING"));
}

TEST(Case38, ThePermitOfACountryOnTheWayHoldsUpAsLongAsNobodySaysTheWay) {
  Story story;
  story.Tell(Open());
  story.Tell(RuleBuilder("permit", v1::RULE_EFFECT_LICENSE_REQUIRED)
                 .At("my", v1::GATE_KIND_EXPORT)
                 .By("miti", "2025-07-14")
                 .Effective("2025-07-14"));
  story.Tell(Placed("2026-02-01"));
  EXPECT_EQ(Finally(story.Trial()), "WAITING my/EXPORT=PENDING us/EXPORT=NOT_REQUIRED");
  EXPECT_THAT(story.Trial().intervals().rbegin()->gates(0).grounds().reason(),
              HasSubstr("no report says where the chips come from"));
}

TEST(Case40, AnOrderPlacedAfterTheRuleIsCoveredWhateverIsNotSaidOfShipping) {
  Story story;
  story.Tell(Open().Covers(v1::APPLIES_TO_UNSHIPPED));
  story.Tell(Placed("2025-01/2025-03").By("reuters", "2025-04-02"));
  story.Tell(OrderBuilder("delivered").By("nikkei", "2025-04-23").Stage(v1::ORDER_STAGE_DELIVERED));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED us/EXPORT=NOT_REQUIRED");
}

TEST(Case40, DeliveriesThatGoOnAfterARuleOnWhatIsNotShippedAreBlocked) {
  Story story;
  story.Tell(Denied("rule").Covers(v1::APPLIES_TO_UNSHIPPED));
  story.Tell(Placed("2025-01/2025-02").By("reuters", "2025-04-02"));
  story.Tell(OrderBuilder("delivered")
                 .By("nikkei", "2025-05-20")
                 .Stage(v1::ORDER_STAGE_DELIVERED, v1::MODALITY_ONGOING));
  EXPECT_THAT(LinesOf(story.Trial()), Contains("2025-03-25.. BLOCKED us/EXPORT=DENIED"));
}

// A licence for bytedance from 2025-12-01 on.
RuleBuilder Licence() {
  RuleBuilder rule("licence", v1::RULE_EFFECT_LICENSED);
  rule.By("bis", "2025-12-01").Effective("2025-12-01").Buyers({"bytedance"});
  return rule.Instrument(v1::RULE_INSTRUMENT_LICENSE);
}

TEST(Case41, ALicenceThatNamesTheBuyerCoversAnOrderThatWaits) {
  Story story;
  story.Tell(RuleBuilder("rule", v1::RULE_EFFECT_LICENSE_REQUIRED)
                 .By("bis", "2025-04-15")
                 .Effective("2025-04-15")
                 .Covers(v1::APPLIES_TO_UNSHIPPED));
  story.Tell(Placed("2025-06-01"));
  story.Tell(Licence().Condition("15 percent of revenue"));
  EXPECT_THAT(LinesOf(story.Trial()),
              ElementsAre("..2025-04-15 UNKNOWN us/EXPORT=UNKNOWN",
                          "2025-04-15..2025-12-01 WAITING us/EXPORT=PENDING",
                          "2025-12-01.. CLEARED_IF us/EXPORT=CONDITIONAL"));
}

TEST(Case41, ALicenceWithAStatedEndStandsToThatEndAgainstANewerRule) {
  Story story;
  story.Tell(Licence().Expires("2026-12"));
  story.Tell(Denied("rule").By("bis", "2026-03-01").Effective("2026-03-01").Id("R"));
  story.Tell(OrderBuilder("order").By("ft", "2025-12-02"));
  EXPECT_THAT(LinesOf(story.Trial()),
              ElementsAre("..2025-12-01 UNKNOWN us/EXPORT=UNKNOWN",
                          "2025-12-01..2026-03-01 CLEARED us/EXPORT=SATISFIED",
                          "2026-03-01..2026-12-01 CLEARED_IF us/EXPORT=CONDITIONAL",
                          "2026-12-01..2026-12-31 CLEARED_IF us/EXPORT=CONDITIONAL",
                          "2026-12-31.. BLOCKED us/EXPORT=DENIED"));
}

TEST(Case41, ARuleForNewOrdersLeavesTheLicenceOfAnOlderOneAlone) {
  Story story;
  story.Tell(Licence().Expires("2026-12-31"));
  story.Tell(
      Denied("rule").By("bis", "2026-03-01").Effective("2026-03-01").Covers(v1::APPLIES_TO_NEW));
  story.Tell(Placed("2026-01-10"));
  EXPECT_THAT(LinesOf(story.Trial()),
              ElementsAre("..2025-12-01 UNKNOWN us/EXPORT=UNKNOWN",
                          "2025-12-01..2026-12-31 CLEARED us/EXPORT=SATISFIED",
                          "2026-12-31.. UNKNOWN us/EXPORT=UNKNOWN"));
}

TEST(Case42, WhatIsAllowedUnderConditionsUpToACapOrToSomeIsNotCleared) {
  for (const RuleBuilder& rule : {Open().Condition("a quarter of the revenue is paid"),
                                  Open().CapAtLeast(500), Open().Approved()}) {
    Story story;
    story.Tell(rule);
    story.Tell(Placed("2025-04-01"));
    EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
  }
}

TEST(Case42, AMilitaryEndUseRuleLeavesAnOrderClearedIfItIsForNone) {
  Story story;
  story.Tell(Open());
  story.Tell(Denied("military").Purpose("military end use"));
  story.Tell(Placed("2025-04-01"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
  EXPECT_THAT(EdgeLines(story.Trial()), Contains("2025-03-25 CHANGES us/EXPORT by open military"));
}

// The gate of the rule on h200 to Singapore for whom the question names.
v1::GateStatus Asked(Story& story, const std::string& buyer, const std::string& seat,
                     const std::string& purpose) {
  v1::GetTimelineRequest request;
  v1::ExportRuleQuery& rule = *request.mutable_query()->mutable_export_rule();
  rule.set_chip("h200");
  rule.set_destination("sg");
  rule.set_buyer(buyer);
  rule.set_buyer_seat(seat);
  rule.set_purpose(purpose);
  const v1::GetTimelineResponse response = story.Get(request);
  for (const v1::TimelineEntry& entry : response.entries()) {
    if (entry.entry_id() != "rule/h200/sg/us/export") continue;
    EXPECT_GT(entry.export_rule().asked_size(), 0);
    if (entry.export_rule().asked_size() > 0) return entry.export_rule().asked().rbegin()->gate();
  }
  ADD_FAILURE() << "no rule on h200 to Singapore";
  return {};
}

TEST(Asked, AQuestionWithABuyerASeatOrAPurposeIsAnsweredInThreeWays) {
  Story story;
  story.Tell(Open().Places({"sg"}));
  story.Tell(Denied("seat").Seat("cn").PlaceInWords("anywhere, by seat"));
  story.Tell(Denied("list").ChipsInWords("all items").Buyers({"nettrix"}).Places({"sg"}));
  story.Tell(Denied("military").Purpose("Military end use").Places({"sg"}));
  EXPECT_EQ(Asked(story, "nettrix", "", "").state(), v1::GATE_STATE_DENIED);
  const v1::GateStatus of_jd = Asked(story, "jd", "", "");
  EXPECT_EQ(of_jd.state(), v1::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(of_jd.possible_rules_size(), 2) << of_jd.DebugString();
  // The place of the seat rule is in words only, so it may still be another one.
  EXPECT_EQ(Asked(story, "jd", "cn", "games").state(), v1::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(Asked(story, "jd", "sg", "military end use").state(), v1::GATE_STATE_DENIED);
  EXPECT_EQ(Asked(story, "somebody new", "sg", "").state(), v1::GATE_STATE_CONDITIONAL);
  // Nobody said who buys.
  EXPECT_EQ(Asked(story, "", "sg", "games").possible_rules_size(), 2);
}

TEST(Asked, AQuestionThatNamesNobodySaysWhatMayApply) {
  Story story;
  story.Tell(Open().Places({"sg"}));
  story.Tell(Denied("seat").Seat("cn").PlaceInWords("anywhere, by seat"));
  const v1::GateStatus gate = Asked(story, "", "", "");
  EXPECT_EQ(gate.state(), v1::GATE_STATE_CONDITIONAL);
  EXPECT_THAT(Conditions(gate), ElementsAre(HasSubstr("the seat of the buyer is not cn")));
}

TEST(Asked, TheDayThatIsAskedForIsAllThatIsAnswered) {
  Story story;
  story.Tell(Open().Places({"sg"}));
  story.Tell(Denied("list").Buyers({"nettrix"}).Places({"sg"}));
  v1::GetTimelineRequest request;
  v1::ExportRuleQuery& rule = *request.mutable_query()->mutable_export_rule();
  rule.set_chip("h200");
  rule.set_destination("sg");
  rule.set_buyer("nettrix");
  request.mutable_valid()->set_day("2024-01-01");
  const v1::GetTimelineResponse response = story.Get(request);
  ASSERT_EQ(response.entries_size(), 1);
  ASSERT_EQ(response.entries(0).export_rule().asked_size(), 1);
  EXPECT_EQ(response.entries(0).export_rule().asked(0).gate().state(), v1::GATE_STATE_NOT_REQUIRED);
}

TEST(Asked, NobodySpokeOfThePlaceIsUnknownAndNeverNothing) {
  Story story;
  story.Tell(Open());
  EXPECT_EQ(Asked(story, "jd", "", "").state(), v1::GATE_STATE_UNKNOWN);
}

}  // namespace
}  // namespace chipline::cases
