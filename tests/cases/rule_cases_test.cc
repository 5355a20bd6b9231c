// Cases 12 to 14: rules, and the three times.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::ElementsAre;

v1::GetTimelineRequest H200ToChina() {
  v1::GetTimelineRequest request;
  v1::ExportRuleQuery& rule = *request.mutable_query()->mutable_export_rule();
  rule.set_chip("h200");
  rule.set_destination("cn");
  return request;
}

// The effect of the rule on the day, as the answer gives it; UNSPECIFIED if there is no such rule.
v1::RuleEffect EffectOn(Story& story, v1::GetTimelineRequest request, const std::string& day) {
  request.mutable_valid()->set_day(day);
  const v1::GetTimelineResponse response = story.Get(request);
  if (response.entries_size() == 0) return v1::RULE_EFFECT_UNSPECIFIED;
  EXPECT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.entries(0).export_rule().intervals_size(), 1);
  return response.entries(0).export_rule().intervals(0).general().effect();
}

TEST(Case12, ARuleAnnouncedOnThe13thAndEffectiveOnThe15thIsNotYetValidOnThe14th) {
  Story story;
  story.Tell(RuleBuilder("old", v1::RULE_EFFECT_PRESUMPTION_OF_DENIAL)
                 .By("bis", "2023-10-17")
                 .Effective("2023-11-16"));
  story.Tell(RuleBuilder("new", v1::RULE_EFFECT_CASE_BY_CASE)
                 .By("bis", "2026-01-13")
                 .Announced("2026-01-13")
                 .Effective("2026-01-15"));
  EXPECT_EQ(EffectOn(story, H200ToChina(), "2026-01-14"), v1::RULE_EFFECT_PRESUMPTION_OF_DENIAL);
  EXPECT_EQ(EffectOn(story, H200ToChina(), "2026-01-15"), v1::RULE_EFFECT_CASE_BY_CASE);
}

TEST(Case13, ANoticeOfThe9thThatBecomesPublicOnThe15thIsNotKnownOnThe12th) {
  Story story;
  story.Tell(
      RuleBuilder("open", v1::RULE_EFFECT_ALLOWED).By("bis", "2024-01-01").Effective("2024-01-01"));
  story.Tell(RuleBuilder("notice", v1::RULE_EFFECT_LICENSE_REQUIRED)
                 .By("nvidia", "2025-04-15")
                 .Effective("2025-04-09")
                 .Origin(v1::ORIGIN_KIND_FILING));
  v1::GetTimelineRequest known_on_the_12th = H200ToChina();
  known_on_the_12th.mutable_known()->set_publication_date("2025-04-12");
  v1::GetTimelineRequest known_on_the_16th = H200ToChina();
  known_on_the_16th.mutable_known()->set_publication_date("2025-04-16");
  EXPECT_EQ(EffectOn(story, known_on_the_12th, "2025-04-10"), v1::RULE_EFFECT_ALLOWED);
  EXPECT_EQ(EffectOn(story, known_on_the_16th, "2025-04-10"), v1::RULE_EFFECT_LICENSE_REQUIRED);
  EXPECT_EQ(EffectOn(story, known_on_the_16th, "2025-04-08"), v1::RULE_EFFECT_ALLOWED);
  EXPECT_EQ(story.Get(known_on_the_12th).basis().publication_date(), "2025-04-12");
}

TEST(Case14, AConditionThatWasSaidAndStandsInNoRegulationIsConditionalAtMost) {
  Story story;
  const RuleBuilder said = RuleBuilder("said", v1::RULE_EFFECT_LICENSED)
                               .By("white-house", "2025-12-08")
                               .Effective("2025-12-08")
                               .Buyers({"bytedance"})
                               .Instrument(v1::RULE_INSTRUMENT_STATEMENT)
                               .Origin(v1::ORIGIN_KIND_OFFICIAL);
  story.Tell(said);
  story.Tell(OrderBuilder("order").By("ft", "2025-12-23"));
  EXPECT_EQ(Finally(story.Trial()), "CLEARED_IF us/EXPORT=CONDITIONAL");
  story.Tell(RuleBuilder("general", v1::RULE_EFFECT_ALLOWED)
                 .At("cn", v1::GATE_KIND_IMPORT)
                 .By("mofcom", "2025-12-09")
                 .Effective("2025-12-09")
                 .Instrument(v1::RULE_INSTRUMENT_STATEMENT));
  EXPECT_THAT(LinesOf(story.CnImport()),
              ElementsAre("..2025-12-09 UNKNOWN", "2025-12-09.. CONDITIONAL"));
}

TEST(Case14, TheRegulationThatFollowsTheStatementSettlesIt) {
  Story story;
  story.Tell(RuleBuilder("said", v1::RULE_EFFECT_ALLOWED)
                 .By("white-house", "2025-12-08")
                 .Effective("2025-12-08")
                 .Instrument(v1::RULE_INSTRUMENT_STATEMENT));
  story.Tell(RuleBuilder("rule", v1::RULE_EFFECT_ALLOWED)
                 .By("bis", "2026-01-13")
                 .Effective("2026-01-15")
                 .Instrument(v1::RULE_INSTRUMENT_REGULATION));
  EXPECT_THAT(LinesOf(story.UsExport()),
              ElementsAre("..2025-12-08 UNKNOWN", "2025-12-08..2026-01-15 CONDITIONAL",
                          "2026-01-15.. NOT_REQUIRED"));
}

}  // namespace
}  // namespace chipline::cases
