#include "services/words/gate_words.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/words/condition_words.h"
#include "services/words/standing_words.h"

namespace chipline {
namespace {

using ::testing::ElementsAre;

TEST(ConditionWordsTest, AConditionKeepsTheWordThatItBeginsWith) {
  EXPECT_EQ(ConditionWords("sales are allowed"), "if sales are allowed");
  EXPECT_EQ(ConditionWords("If sales are allowed"), "if sales are allowed");
  EXPECT_EQ(ConditionWords("only if: sales are allowed"), "only if sales are allowed");
  EXPECT_EQ(ConditionWords("unless sales are forbidden"), "unless sales are forbidden");
  // Only a whole word, and not one alone.
  EXPECT_EQ(ConditionWords("iffy sales"), "if iffy sales");
  EXPECT_EQ(ConditionWords("when"), "if when");
  EXPECT_EQ(ConditionOf("subject to approval").label, "subject to");
  EXPECT_EQ(ConditionOf("subject to approval").text, "approval");
}

v1::GateStatus Gate() {
  v1::GateStatus gate;
  gate.set_jurisdiction("us");
  gate.set_gate(v1::GATE_KIND_EXPORT);
  gate.set_chip("h20");
  gate.set_state(v1::GATE_STATE_CONDITIONAL);
  return gate;
}

TEST(GateWordsTest, AGateSaysItsEventsItsReasonAndWhatItTurnsOn) {
  v1::GateStatus gate = Gate();
  gate.mutable_grounds()->set_reason("The only claim.");
  gate.mutable_grounds()->add_event_ids("e-1");
  gate.add_conditions("licences are issued");
  v1::PossibleRule& rule = *gate.add_possible_rules();
  v1::ReachCondition& seat = *rule.add_applies_if()->add_all();
  seat.set_kind(v1::REACH_KIND_SEAT_IS_IN);
  seat.set_company("nettrix");
  seat.set_place("cn");
  rule.set_gate(v1::GATE_STATE_PENDING);
  rule.set_effect(v1::RULE_EFFECT_CASE_BY_CASE);
  gate.set_possible_rules_omitted(1200);
  EXPECT_THAT(WhyWords(gate), ElementsAre("us export of h20 conditional (e-1): The only claim.",
                                          "  if licences are issued",
                                          "  if nettrix has its seat in cn: pending (case by case)",
                                          "  1,200 more rules may apply"));
}

// A rule that applies if the chips go to a place; with none, of a server that gives words alone.
void AddPossible(v1::GateStatus& gate, const std::string& chip, const std::string& place) {
  v1::PossibleRule& rule = *gate.add_possible_rules();
  rule.set_chip(chip);
  rule.set_condition("x");
  if (!place.empty()) {
    v1::ReachCondition& goes = *rule.add_applies_if()->add_all();
    goes.set_kind(v1::REACH_KIND_GOES_TO);
    goes.set_place(place);
  }
  rule.set_gate(v1::GATE_STATE_DENIED);
  rule.set_effect(v1::RULE_EFFECT_PROHIBITED);
  rule.add_event_ids("e-1");
}

TEST(GateWordsTest, RulesThatDifferInTheChipAreToldTogetherAndTheReasonCountsThem) {
  v1::GateStatus gate = Gate();
  gate.clear_chip();
  gate.set_state(v1::GATE_STATE_UNKNOWN);
  gate.mutable_grounds()->add_reasons()->set_kind(v1::REASON_KIND_NO_RULE_FOR_CHIP);
  gate.mutable_grounds()->add_reasons()->set_kind(v1::REASON_KIND_RULE_MAY_APPLY);
  AddPossible(gate, "h100", "cn");
  AddPossible(gate, "h200", "cn");
  AddPossible(gate, "", "");
  EntityWords words;
  words.place = [](std::string_view id) { return id == "cn" ? "China" : std::string(id); };
  EXPECT_THAT(
      WhyWords(gate, words),
      ElementsAre("us export unknown: No rule says what holds for this chip. 3 rules may apply:",
                  "  if the chips go to China: denied (prohibited) for h100 and h200 (e-1)",
                  "  unless x: denied (prohibited) (e-1)"));
  v1::OrderInterval order;
  *order.add_gates() = gate;
  v1::Reason& decides = *order.add_reasons();
  decides.set_kind(v1::REASON_KIND_GATE_DECIDES);
  decides.set_count(1);
  decides.add_gates()->set_jurisdiction("us");
  decides.mutable_gates(0)->set_gate(v1::GATE_KIND_EXPORT);
  EXPECT_EQ(ReasonWords(order, words),
            "us export: No rule says what holds for this chip. 3 rules may apply. Another gate "
            "does the same.");
}

TEST(GateWordsTest, ADayThatIsNotKnownIsSaidToBeTheReason) {
  v1::GateStatus gate = Gate();
  gate.mutable_grounds()->set_rule("day_uncertain");
  gate.mutable_grounds()->set_reason("e-1 began by 2026-01-15.");
  EXPECT_EQ(GateReasonWords(gate),
            "The day of the change is not known exactly: e-1 began by 2026-01-15.");
}

TEST(GateWordsTest, NamesAreThoseOfTheReader) {
  EntityWords words;
  words.place = [](std::string_view id) { return "<" + std::string(id) + ">"; };
  words.chip = [](std::string_view) { return std::string("H20"); };
  EXPECT_EQ(GateWords(Gate(), words), "<us> export of H20 conditional");
}

TEST(GateWordsTest, WhatNobodySaidIsUnknownForThatReason) {
  v1::RuleInterval interval;
  interval.set_certain(true);
  EXPECT_EQ(GeneralWords(interval), "unknown: nobody said");
  interval.set_certain(false);
  interval.add_alternatives()->set_gate(v1::GATE_STATE_DENIED);
  interval.add_alternatives()->set_gate(v1::GATE_STATE_CONDITIONAL);
  EXPECT_EQ(GeneralWords(interval),
            "unknown: the day of the change is not known exactly; perhaps conditional or denied");
}

TEST(StandingWordsTest, ALaterWordOfTheSameSpeakerIsNamedAsSuch) {
  v1::ClaimSummary claim;
  claim.set_standing(v1::STANDING_SUPERSEDED);
  claim.set_ended_by("e-2");
  v1::Grounds grounds;
  EXPECT_EQ(EndedWords(claim, grounds), "superseded by e-2");
  grounds.set_rule("replaced");
  EXPECT_EQ(EndedWords(claim, grounds), "replaced by its own later word e-2");
}

}  // namespace
}  // namespace chipline
