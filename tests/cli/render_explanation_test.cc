#include "services/cli/render_explanation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/rebuild_words.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Render(const v1::ExplainEntryResponse& response) {
  Block block(Palette(false), 100);
  RenderExplanation(response, "2026-11-29", block);
  return block.text();
}

int CountOf(const std::string& text, std::string_view what) {
  int count = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++count;
  return count;
}

void AddClaim(std::string_view id, int64_t billions, v1::ExplainEntryResponse& response) {
  v1::ExplainedClaim& claim = *response.add_claims();
  v1::Event& event = *claim.mutable_event()->mutable_event();
  event.set_event_id(std::string(id));
  v1::CapexAnnouncement& capex = *event.mutable_capex_announcement();
  capex.add_companies()->set_id("acme");
  capex.mutable_amount()->set_currency("CNY");
  capex.mutable_amount()->set_bound(v1::BOUND_EXACT);
  capex.mutable_amount()->mutable_value()->set_units(billions * 1'000'000'000);
  claim.mutable_summary()->set_standing(v1::STANDING_STANDING);
  v1::Reason& told = *claim.add_reasons();
  told.set_kind(v1::REASON_KIND_CONFIRMED_BY);
  told.add_event_ids("told of " + std::string(id));
}

void SetCny(int64_t billions, v1::ExplainedFigure* figure) {
  figure->mutable_amount()->set_currency("CNY");
  figure->mutable_amount()->set_bound(v1::BOUND_EXACT);
  figure->mutable_amount()->mutable_value()->set_units(billions * 1'000'000'000);
}

// e-2 was chosen, e-1 set aside, both for the day of publication.
v1::ExplainEntryResponse Conflict() {
  v1::ExplainEntryResponse response;
  response.mutable_entry()->set_entry_id("capex/acme");
  response.mutable_entry()->set_claim_count(2);
  response.mutable_entry()->mutable_capex()->set_agreement(v1::AGREEMENT_CONFLICTING);
  v1::ExplainedValue& value = *response.add_values();
  value.mutable_of()->set_field("selected");
  SetCny(100, value.mutable_figure());
  value.mutable_grounds()->add_event_ids("e-2");
  value.mutable_grounds()->set_rule("later_publication");
  v1::Reason& later = *value.mutable_grounds()->add_reasons();
  later.set_kind(v1::REASON_KIND_LATER_PUBLICATION);
  for (const std::string id : {"e-2", "e-1"}) {
    later.add_claims()->set_event_id(id);
    later.mutable_claims(later.claims_size() - 1)->set_published("2026-01-01");
  }
  v1::SetAside& aside = *value.add_set_aside();
  aside.set_event_id("e-1");
  aside.set_rule("later_publication");
  *aside.add_reasons() = later;
  v1::WouldChange& change = *value.add_would_change();
  change.set_kind(v1::WOULD_CHANGE_KIND_END);
  change.add_event_ids("e-2");
  change.set_outcome(v1::WOULD_CHANGE_OUTCOME_OTHER);
  SetCny(85, change.mutable_then());
  change.add_then_event_ids("e-1");
  AddClaim("e-1", 85, response);
  AddClaim("e-2", 100, response);
  response.mutable_claims(1)->set_selected(true);
  return response;
}

TEST(RenderExplanationTest, AValueSaysWhatWhyWhatNotAndWhatWouldChangeIt) {
  EXPECT_THAT(
      Render(Conflict()),
      HasSubstr("The figure   100bn CNY\n"
                "  rests on      e-2\n"
                "  why           e-2 was published later (2026-01-01) than e-1 (2026-01-01). "
                "[later_publication]\n"
                "  set aside     e-1 (85bn CNY): for the same reason.\n"
                "  would change  If e-2 ended it would be 85bn CNY, by e-1.\n"));
}

TEST(RenderExplanationTest, EachReasonAndClaimIsToldOnce) {
  const std::string text = Render(Conflict());
  EXPECT_EQ(CountOf(text, "e-2 was published later"), 1);
  EXPECT_EQ(CountOf(text, "acme: , 85bn CNY"), 1);
  EXPECT_THAT(text, Not(HasSubstr("told of")));
  EXPECT_THAT(text, HasSubstr("   chosen\n"));
}

TEST(RenderExplanationTest, AClaimThatNoValueNamesHasItsOwnReason) {
  v1::ExplainEntryResponse response = Conflict();
  AddClaim("e-3", 7, response);
  AddClaim("e-4", 7, response);
  response.mutable_claims(3)->add_rules("link_only");
  v1::ExplainedClaim& beside = *response.mutable_claims(3);
  beside.mutable_reasons()->Clear();
  beside.add_reasons()->set_kind(v1::REASON_KIND_LINK_ONLY);
  beside.add_reasons()->set_kind(v1::REASON_KIND_NO_VALUE_RESTS);
  const std::string text = Render(response);
  EXPECT_THAT(text, HasSubstr("why           Confirmed by told of e-3.\n"));
  EXPECT_THAT(text,
              HasSubstr("claims here link to it, or it to them.\n                [link_only]\n"));
}

TEST(RenderExplanationTest, WhatRepeatsAClaimSaysSo) {
  v1::ExplainEntryResponse response = Conflict();
  response.mutable_claims(0)->set_echo_of("e-2");
  EXPECT_THAT(Render(response), HasSubstr("   repeats e-2\n"));
}

void AddState(std::string_view from, std::string_view to, v1::GateState gate,
              v1::ExplainEntryResponse& response) {
  v1::ExplainedValue& value = *response.add_values();
  value.mutable_of()->set_field("general");
  value.mutable_valid()->set_from(std::string(from));
  value.mutable_valid()->set_to(std::string(to));
  value.mutable_figure()->set_gate(gate);
  v1::WouldChange& change = *value.add_would_change();
  change.set_kind(v1::WOULD_CHANGE_KIND_CLAIM);
  change.set_rule("same_day");
}

TEST(RenderExplanationTest, DaysThatSayTheSameAreOneAndALaterDayIsToldWhereItBegins) {
  v1::ExplainEntryResponse response;
  response.mutable_entry()->mutable_export_rule();
  AddState("", "2025-01-01", v1::GATE_STATE_UNKNOWN, response);
  AddState("2025-01-01", "2026-01-01", v1::GATE_STATE_UNKNOWN, response);
  AddState("2026-01-01", "", v1::GATE_STATE_DENIED, response);
  response.mutable_values(2)->mutable_figure()->set_effect(v1::RULE_EFFECT_PROHIBITED);
  for (int i = 0; i < 2; ++i) {
    v1::WouldChange& day = *response.mutable_values(i)->add_would_change();
    day.set_kind(v1::WOULD_CHANGE_KIND_DAY);
    day.set_day("2026-01-01");
  }
  const std::string text = Render(response);
  EXPECT_THAT(
      text,
      HasSubstr("For anybody, until 2026-01-01   UNKNOWN\n"
                "  would change  A claim in force that begins later would take the place of both.\n"
                "\n"
                "For anybody, from 2026-01-01   DENIED (PROHIBITED)\n"
                "  would change  as above\n"));
}

TEST(RenderExplanationTest, SaysWhatIsLeftOut) {
  v1::ExplainEntryResponse response = Conflict();
  response.set_next_page_token("more");
  response.mutable_values(0)->mutable_grounds()->set_event_ids_omitted(3);
  EXPECT_THAT(Render(response), HasSubstr("these are the first 2 claims; --claims N shows more"));
  EXPECT_THAT(Render(response), HasSubstr("rests on      e-2 and 3 more\n"));
  for (int i = 0; i < 40; ++i) response.mutable_entry()->mutable_export_rule()->add_intervals();
  EXPECT_THAT(Render(response), HasSubstr("of 40 intervals the latest 32 are explained"));
}

TEST(RenderExplanationTest, NoLineIsWiderThanTheTerminal) {
  v1::ExplainEntryResponse response = Conflict();
  v1::CapexAnnouncement& capex =
      *response.mutable_claims(0)->mutable_event()->mutable_event()->mutable_capex_announcement();
  for (int i = 0; i < 30; ++i) capex.add_companies()->set_id("another-company");
  const std::string text = Render(response);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    EXPECT_LE(DisplayWidth(text.substr(at, end - at)), 100U) << text.substr(at, end - at);
    at = end + 1;
  }
}

TEST(RenderExplanationTest, WhatAnOlderServerGivesInWordsAloneIsShown) {
  v1::ExplainEntryResponse response;
  v1::ExplainedValue& value = *response.add_values();
  value.set_field("selected");
  value.set_says("100 CNY");
  value.mutable_grounds()->set_reason("As said.");
  value.add_would_change()->set_words("Much.");
  EXPECT_THAT(Render(response), HasSubstr("selected   100 CNY\n"
                                          "  why           As said.\n"
                                          "  would change  Much.\n"));
}

v1::ExplainedField Of(std::string_view field) {
  v1::ExplainedField of;
  of.set_field(std::string(field));
  return of;
}

TEST(FieldWordsTest, NamesEveryKindOfField) {
  v1::ExplainedField stage = Of("stages");
  stage.set_stage(v1::ORDER_STAGE_PLANNED);
  stage.set_modality(v1::MODALITY_EXPECTED);
  EXPECT_EQ(FieldWords(stage), "Quantity planned (expected)");
  stage.set_stage(v1::ORDER_STAGE_IN_USE);
  stage.set_modality(v1::MODALITY_REPORTED);
  EXPECT_EQ(FieldWords(stage), "Quantity in use");
  v1::ExplainedField gate = Of("gates");
  gate.mutable_gate()->set_jurisdiction("us");
  gate.mutable_gate()->set_gate(v1::GATE_KIND_EXPORT);
  EXPECT_EQ(FieldWords(gate), "Gate us export");
  v1::ExplainedField scoped = Of("scoped");
  scoped.mutable_scope()->add_buyers("acme");
  EXPECT_EQ(FieldWords(scoped), "For acme");
  v1::ExplainedField growth = Of("growth");
  growth.set_event_id("e-1");
  growth.set_within("implied_year_before");
  EXPECT_EQ(FieldWords(growth), "The year before, by the growth in e-1");
  EXPECT_EQ(FieldWords(Of("comparisons")), "The members together");
  v1::ExplainedField reading = Of("readings");
  reading.mutable_as_of()->set_edtf("2025-10");
  EXPECT_EQ(FieldWords(reading), "The reading, October 2025");
  v1::ExplainedField holder = Of("holders");
  holder.set_holder("nvidia");
  holder.set_metric(v1::SUPPLY_METRIC_INVENTORY);
  holder.set_customer("tencent");
  EXPECT_EQ(FieldWords(holder), "What there is: nvidia inventory for tencent");
  EXPECT_EQ(FieldWords(Of("something new")), "something new");
}

TEST(RebuildWordsTest, PositionTargetAndPercentRoundedDown) {
  v1::GetStatsResponse stats;
  EXPECT_EQ(RebuildWords(stats), "");
  stats.set_rebuild_target(100'000);
  stats.set_rebuild_position(99'999);
  EXPECT_THAT(RebuildWords(stats), HasSubstr("at position 99,999 of 100,000 (99 %)"));
  stats.set_rebuild_position(0);
  EXPECT_THAT(RebuildWords(stats), HasSubstr("(0 %)"));
}

}  // namespace
}  // namespace chipline::cli
