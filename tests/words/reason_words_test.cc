#include "services/words/reason_words.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/words/change_words.h"
#include "services/words/reason_sentences.h"

namespace chipline {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

Wording Marked() {
  Wording wording;
  wording.entities.company = [](std::string_view id) { return "C:" + std::string(id); };
  wording.entities.chip = [](std::string_view id) { return "H:" + std::string(id); };
  wording.entities.place = [](std::string_view id) { return "P:" + std::string(id); };
  wording.entities.day = [](std::string_view day) { return "D:" + std::string(day); };
  return wording;
}

std::string Words(const v1::Reason& reason, const Wording& wording = {}) {
  Reasons one;
  *one.Add() = reason;
  return ReasonsInWords(one, wording);
}

void SetCny(int64_t units, v1::Amount* amount) {
  amount->set_currency("CNY");
  amount->set_bound(v1::BOUND_EXACT);
  amount->mutable_value()->set_units(units);
}

void SetChips(int64_t count, v1::Quantity* quantity) {
  quantity->set_unit(v1::UNIT_CHIP);
  quantity->set_bound(v1::BOUND_EXACT);
  quantity->set_value(count);
}

// With a value in every field.
v1::Reason Full(v1::ReasonKind kind) {
  v1::Reason reason;
  reason.set_kind(kind);
  reason.add_event_ids("e-3");
  for (const std::string id : {"e-1", "e-2"}) {
    v1::WeighedClaim& claim = *reason.add_claims();
    claim.set_event_id(id);
    claim.set_speaker("nvidia");
    claim.set_origin(v1::ORIGIN_KIND_ANALYST);
    claim.set_basis(v1::CAPEX_BASIS_ESTIMATE);
    claim.set_roots(3);
    claim.set_published("2026-01-02");
  }
  v1::ClaimDays& days = *reason.add_claim_days();
  days.set_event_id("e-4");
  days.mutable_began()->set_latest("2026-01-03");
  reason.set_speaker("nvidia");
  reason.add_places("cn");
  reason.add_places("sg");
  reason.mutable_days()->set_earliest("2026-01-04");
  reason.mutable_days()->set_latest("2026-01-05");
  reason.set_count(2);
  SetCny(85'000'000'000, reason.add_amounts());
  SetCny(160'000'000'000, reason.add_amounts());
  SetChips(20'000, reason.add_quantities());
  SetChips(30'000, reason.add_quantities());
  reason.mutable_quantities(0)->set_units_per(8);
  reason.mutable_ratio()->mutable_value()->set_units(2);
  reason.set_period("2023-40");
  SetChips(350'000, reason.mutable_parts()->mutable_placed());
  v1::ReasonGate& gate = *reason.add_gates();
  gate.set_jurisdiction("us");
  gate.set_gate(v1::GATE_KIND_EXPORT);
  gate.set_chip("h20");
  gate.set_state(v1::GATE_STATE_DENIED);
  reason.mutable_scope()->add_buyers("acme");
  reason.add_entry_ids("rule/h20/cn/us/export");
  v1::ReachCondition& condition = *reason.add_applies_if()->add_all();
  condition.set_kind(v1::REACH_KIND_GOES_TO);
  condition.set_place("cn");
  reason.set_field("general");
  reason.set_relation(v1::LINK_RELATION_DENIES);
  return reason;
}

TEST(ReasonWordsTest, EveryKindHasASentenceOfItsOwnWithEveryPlaceFilled) {
  std::set<std::string> sentences;
  for (int number = 1; number < v1::ReasonKind_ARRAYSIZE; ++number) {
    const auto kind = static_cast<v1::ReasonKind>(number);
    ASSERT_TRUE(v1::ReasonKind_IsValid(number));
    // The gate that decides says why by itself.
    if (kind == v1::REASON_KIND_GATE_DECIDES) continue;
    for (const bool plain : {true, false}) {
      Wording wording;
      wording.plain = plain;
      const std::string words = Words(Full(kind), wording);
      EXPECT_THAT(words,
                  Not(AnyOf(HasSubstr("{"), HasSubstr("  "), HasSubstr("()"), testing::IsEmpty())))
          << v1::ReasonKind_Name(kind);
      if (plain) sentences.insert(words);
    }
  }
  // What is placed alone is what is open and what is missing.
  EXPECT_EQ(sentences.size(), static_cast<size_t>(v1::ReasonKind_ARRAYSIZE) - 3);
}

TEST(ReasonWordsTest, EveryPlaceOfASentenceHasAName) {
  // A name that nobody fills leaves nothing: the sentence is then what it is without it.
  for (int number = 1; number < v1::ReasonKind_ARRAYSIZE; ++number) {
    const std::string_view sentence = SentenceOf(static_cast<v1::ReasonKind>(number));
    if (sentence.find('{') == std::string_view::npos) continue;
    std::string without;
    for (size_t at = 0; at < sentence.size(); ++at) {
      if (sentence[at] == '{')
        at = sentence.find('}', at);
      else
        without += sentence[at];
    }
    EXPECT_NE(Words(Full(static_cast<v1::ReasonKind>(number))), without);
  }
}

TEST(ReasonWordsTest, NamesDaysAndFiguresAreThoseOfTheReader) {
  EXPECT_EQ(Words(Full(v1::REASON_KIND_ONE_CONCERNED), Marked()),
            "e-1 is what the one concerned says itself (C:nvidia); e-2 is not (an analyst).");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_LATER_PUBLICATION), Marked()),
            "e-1 was published later (D:2026-01-02) than e-2 (D:2026-01-02).");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_RULES_OF_PLACES_DIFFER), Marked()),
            "It is reported to go to P:cn and to P:sg, and the rules for these places differ.");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_GROWTH_ON_YEAR_BEFORE)),
            "Computed: 85bn CNY against 160bn CNY in H1 2023.");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_GROWTH_ON_YEAR_BEFORE), PlainWording()),
            "Computed: 85,000,000,000 CNY against 160,000,000,000 CNY in 2023-40.");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_GATES_DECIDE), Marked()),
            "Decided by P:us export of H:h20 (DENIED).");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_GATES_DECIDE), PlainWording()),
            "Decided by us/export/h20 (DENIED).");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_RULE_MAY_APPLY), Marked()),
            "A rule may apply if the chips go to P:cn. 2 more may apply.");
  EXPECT_EQ(Words(Full(v1::REASON_KIND_RULE_MAY_APPLY), PlainWording()),
            "A rule may apply, unless they do not go to cn. 2 more may apply.");
}

TEST(ReasonWordsTest, DaysSayHowExactlyTheyAreKnown) {
  v1::Reason reason = Full(v1::REASON_KIND_LATEST_TO_BEGIN);
  EXPECT_EQ(Words(reason), "The latest to begin, between 2026-01-04 and 2026-01-05.");
  reason.mutable_days()->clear_earliest();
  EXPECT_EQ(Words(reason), "The latest to begin, by 2026-01-05.");
  reason.mutable_days()->set_earliest("2026-01-05");
  EXPECT_EQ(Words(reason), "The latest to begin, on 2026-01-05.");
  reason.mutable_days()->clear_latest();
  EXPECT_EQ(Words(reason), "The latest to begin, on 2026-01-05 or later.");
  reason.clear_days();
  EXPECT_EQ(Words(reason), "The latest to begin, on an unknown day.");
}

TEST(ReasonWordsTest, WhatThisProgramDoesNotKnowIsSaidAsTheServerSaysIt) {
  v1::Grounds grounds;
  grounds.set_reason("As the server says it.");
  EXPECT_EQ(GroundsInWords(grounds), "As the server says it.");
  grounds.add_reasons()->set_kind(v1::REASON_KIND_NO_SUM);
  EXPECT_EQ(GroundsInWords(grounds), "It states no sum.");
  grounds.add_reasons()->set_kind(static_cast<v1::ReasonKind>(9999));
  EXPECT_EQ(GroundsInWords(grounds), "As the server says it.");
}

TEST(ChangeWordsTest, AnEndSaysWhatWouldHoldThen) {
  v1::WouldChange change;
  change.set_kind(v1::WOULD_CHANGE_KIND_END);
  change.add_event_ids("e-1");
  EXPECT_EQ(ChangeInWords(change), "The end of e-1.");
  change.set_outcome(v1::WOULD_CHANGE_OUTCOME_OTHER);
  EXPECT_EQ(ChangeInWords(change), "If e-1 ended it would be without a value.");
  SetCny(85'000'000'000, change.mutable_then()->mutable_amount());
  change.add_then_event_ids("e-2");
  EXPECT_EQ(ChangeInWords(change), "If e-1 ended it would be 85bn CNY, by e-2.");
  EXPECT_EQ(ChangeInWords(change, PlainWording()),
            "If e-1 ended it would be 85000000000 CNY, by e-2.");
  change.set_outcome(v1::WOULD_CHANGE_OUTCOME_ELSEWHERE);
  change.add_entry_ids("rule/h20/cn/us/export");
  EXPECT_EQ(ChangeInWords(change),
            "The end of e-1; what would hold instead is explained in rule/h20/cn/us/export.");
}

TEST(ChangeWordsTest, ADayAndAClaimSayWhatTheyWouldDo) {
  v1::WouldChange change;
  change.set_kind(v1::WOULD_CHANGE_KIND_DAY);
  change.set_day("2027-01-01");
  change.mutable_then()->set_gate(v1::GATE_STATE_DENIED);
  change.mutable_then()->set_effect(v1::RULE_EFFECT_PROHIBITED);
  EXPECT_EQ(ChangeInWords(change), "From 2027-01-01 it is DENIED (PROHIBITED).");
  change.set_kind(v1::WOULD_CHANGE_KIND_CLAIM);
  change.set_rule("gates_combined");
  EXPECT_EQ(ChangeInWords(change), "Any claim that closes a gate would change it.");
  v1::ReasonGate& gate = *change.add_gates();
  gate.set_jurisdiction("us");
  gate.set_gate(v1::GATE_KIND_EXPORT);
  gate.set_state(v1::GATE_STATE_PENDING);
  gate.add_event_ids("e-1");
  EXPECT_EQ(ChangeInWords(change, Marked()),
            "It is cleared when each of these lets pass: P:us export (PENDING by e-1).");
  EXPECT_EQ(ChangeInWords(change, PlainWording()),
            "It is cleared when each of these lets pass: gates[us/export] (PENDING by e-1).");
}

}  // namespace
}  // namespace chipline
