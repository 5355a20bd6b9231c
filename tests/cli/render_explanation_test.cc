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
  claim.set_explanation("Told of " + std::string(id));
}

// e-2 was chosen, e-1 set aside, both for the day of publication.
v1::ExplainEntryResponse Conflict() {
  v1::ExplainEntryResponse response;
  response.mutable_entry()->set_entry_id("capex/acme");
  response.mutable_entry()->set_claim_count(2);
  response.mutable_entry()->mutable_capex()->set_agreement(v1::AGREEMENT_CONFLICTING);
  v1::ExplainedValue& value = *response.add_values();
  value.set_field("selected");
  value.set_says("100000000000 CNY");
  value.mutable_grounds()->add_event_ids("e-2");
  value.mutable_grounds()->set_rule("later_publication");
  value.mutable_grounds()->set_reason("e-2 was published later than e-1.");
  v1::SetAside& aside = *value.add_set_aside();
  aside.set_event_id("e-1");
  aside.set_rule("later_publication");
  aside.set_reason("e-2 was published later than e-1.");
  v1::WouldChange& change = *value.add_would_change();
  change.set_kind(v1::WOULD_CHANGE_KIND_END);
  change.set_words("If e-2 ended it would be 85000000000 CNY, by e-1.");
  AddClaim("e-1", 85, response);
  AddClaim("e-2", 100, response);
  response.mutable_claims(1)->set_selected(true);
  return response;
}

TEST(RenderExplanationTest, AValueSaysWhatWhyWhatNotAndWhatWouldChangeIt) {
  EXPECT_THAT(Render(Conflict()),
              HasSubstr("The figure   100bn CNY\n"
                        "  rests on      e-2\n"
                        "  why           e-2 was published later than e-1. [later_publication]\n"
                        "  set aside     e-1 (85bn CNY): for the same reason.\n"
                        "  would change  If e-2 ended it would be 85bn CNY, by e-1.\n"));
}

TEST(RenderExplanationTest, EachReasonAndClaimIsToldOnce) {
  const std::string text = Render(Conflict());
  EXPECT_EQ(CountOf(text, "e-2 was published later"), 1);
  EXPECT_EQ(CountOf(text, "acme: , 85bn CNY"), 1);
  EXPECT_THAT(text, Not(HasSubstr("Told of")));
  EXPECT_THAT(text, HasSubstr("   chosen\n"));
}

TEST(RenderExplanationTest, AClaimThatNoValueNamesHasItsOwnReason) {
  v1::ExplainEntryResponse response = Conflict();
  AddClaim("e-3", 7, response);
  AddClaim("e-4", 7, response);
  response.mutable_claims(3)->add_rules("link_only");
  response.mutable_claims(3)->set_explanation("It makes no claim. In selected: e-2 was chosen.");
  const std::string text = Render(response);
  EXPECT_THAT(text, HasSubstr("why           Told of e-3\n"));
  EXPECT_THAT(text, HasSubstr("why           It makes no claim. [link_only]\n"));
}

TEST(RenderExplanationTest, WhatRepeatsAClaimSaysSo) {
  v1::ExplainEntryResponse response = Conflict();
  response.mutable_claims(0)->set_echo_of("e-2");
  EXPECT_THAT(Render(response), HasSubstr("   repeats e-2\n"));
}

void AddState(std::string_view from, std::string_view to, std::string_view says,
              v1::ExplainEntryResponse& response) {
  v1::ExplainedValue& value = *response.add_values();
  value.set_field("general");
  value.mutable_valid()->set_from(std::string(from));
  value.mutable_valid()->set_to(std::string(to));
  value.set_says(std::string(says));
  v1::WouldChange& change = *value.add_would_change();
  change.set_kind(v1::WOULD_CHANGE_KIND_CLAIM);
  change.set_words("A later claim.");
}

TEST(RenderExplanationTest, DaysThatSayTheSameAreOneAndALaterDayIsToldWhereItBegins) {
  v1::ExplainEntryResponse response;
  response.mutable_entry()->mutable_export_rule();
  AddState("", "2025-01-01", "UNKNOWN", response);
  AddState("2025-01-01", "2026-01-01", "UNKNOWN", response);
  AddState("2026-01-01", "", "DENIED (PROHIBITED)", response);
  for (int i = 0; i < 2; ++i) {
    v1::WouldChange& day = *response.mutable_values(i)->add_would_change();
    day.set_kind(v1::WOULD_CHANGE_KIND_DAY);
    day.set_day("2026-01-01");
    day.set_words("From 2026-01-01 it is DENIED.");
  }
  const std::string text = Render(response);
  EXPECT_THAT(text, HasSubstr("For anybody, until 2026-01-01   UNKNOWN\n"
                              "  would change  A later claim.\n"
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

TEST(FieldWordsTest, NamesEveryKindOfField) {
  EXPECT_EQ(FieldWords("stages[PLANNED EXPECTED]"), "Quantity planned (expected)");
  EXPECT_EQ(FieldWords("stages[IN_USE REPORTED]"), "Quantity in use");
  EXPECT_EQ(FieldWords("gates[us/export]"), "Gate us/export");
  EXPECT_EQ(FieldWords("scoped[acme]"), "For acme");
  EXPECT_EQ(FieldWords("growth[e-1].implied_year_before"), "The year before, by the growth in e-1");
  EXPECT_EQ(FieldWords("comparisons[members].sum"), "The members together");
  EXPECT_EQ(FieldWords("readings[2025-10]"), "The use, October 2025");
  EXPECT_EQ(FieldWords("something new"), "something new");
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
