#include "services/cli/claim_words.h"

#include "gtest/gtest.h"

#include "services/cli/json.h"

namespace chipline::cli {
namespace {

v1::Event FromJson(const std::string& text) {
  v1::Event event;
  JsonProblem problem;
  EXPECT_TRUE(ParseJson(text, event, problem)) << problem.message;
  return event;
}

TEST(ClaimWordsTest, Capex) {
  EXPECT_EQ(ClaimWords(FromJson(R"({"capexAnnouncement":{"companies":[{"mention":"ByteDance"}],
      "scope":"CAPEX_SCOPE_AI_CHIPS","basis":"CAPEX_BASIS_PLAN",
      "period":{"kind":"PERIOD_KIND_CALENDAR","edtf":"2026"},
      "amount":{"currency":"CNY","value":{"units":"85000000000"},"bound":"BOUND_EXACT",
      "approximate":true}}})")),
            "ByteDance: plan, about 85bn CNY for AI chips in 2026");
}

TEST(ClaimWordsTest, Rule) {
  EXPECT_EQ(ClaimWords(FromJson(R"({"exportRuleChange":{"jurisdiction":{"mention":"US"},
      "gate":"GATE_KIND_EXPORT","chips":[{"mention":"H200"}],"destinations":[{"id":"cn"}],
      "endUsers":"END_USERS_APPROVED","effect":"RULE_EFFECT_LICENSED",
      "status":"RULE_STATUS_PROPOSED","effective":{"edtf":"2026-01-15"}}})")),
            "US export: H200 to cn, licensed for approved customers from 15 January 2026 "
            "(proposed)");
}

TEST(ClaimWordsTest, ARuleWithAnOpenStartHoldsByThenAtTheLatest) {
  EXPECT_EQ(ClaimWords(FromJson(R"({"exportRuleChange":{"jurisdiction":{"id":"us"},
      "gate":"GATE_KIND_EXPORT","chipsText":"all","effect":"RULE_EFFECT_PROHIBITED",
      "status":"RULE_STATUS_IN_FORCE","effective":{"edtf":"../2024-07"}}})")),
            "us export: all, prohibited from July 2024 at the latest");
}

TEST(ClaimWordsTest, Order) {
  EXPECT_EQ(ClaimWords(FromJson(R"({"chipOrder":{"buyers":[{"mention":"ByteDance"}],
      "supplier":{"mention":"Nvidia"},"chips":[{"mention":"H200"}],
      "quantity":{"unit":"UNIT_CHIP","value":"20000","bound":"BOUND_EXACT","approximate":true},
      "stage":"ORDER_STAGE_PLANNED","modality":"MODALITY_EXPECTED"}})")),
            "ByteDance from Nvidia: planned (expected), H200, about 20,000 chips");
}

TEST(ClaimWordsTest, LinksAreSaid) {
  EXPECT_EQ(ClaimWords(FromJson(R"({"links":[{"relation":"LINK_RELATION_RETRACTS",
      "eventId":"e-1"}],"claimNotice":{}})")),
            "retracts e-1");
}

TEST(SourceWordsTest, GoesFromTheReaderToTheFirst) {
  const v1::Event event = FromJson(R"({"source":{"origin":{"kind":"ORIGIN_KIND_UNNAMED"},
      "hops":[{"publisher":{"mention":"Outlet"},"published":{"edtf":"2025-12"}},
              {"publisher":{"mention":"Financial Times"}}]}})");
  EXPECT_EQ(SourceWords(event.source()), "Outlet ← Financial Times (unnamed)");
  EXPECT_EQ(PublishedWords(event.source()), "December 2025");
}

TEST(FigureWordsTest, SaysOfAnOrderWhatTheFieldIsOf) {
  v1::Event event;
  v1::Quantity& quantity = *event.mutable_chip_order()->mutable_quantity();
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(v1::BOUND_EXACT);
  quantity.set_value(20'000);
  EXPECT_EQ(FigureWords(event, "stages[PLACED REPORTED]"), "20,000 chips");
  EXPECT_EQ(FigureWords(event, "unit_price"), "");
  EXPECT_EQ(FigureWords(event, "state"), "");
  event.mutable_export_rule_change()->set_effect(v1::RULE_EFFECT_PROHIBITED);
  EXPECT_EQ(FigureWords(event, "general"), "prohibited");
}

}  // namespace
}  // namespace chipline::cli
