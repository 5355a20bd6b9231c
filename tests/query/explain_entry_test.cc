#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/query/query_server.h"

// What ExplainEntry says in data and in words, the same way for every kind of entry.
namespace chipline::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExplainEntryTest : public testing::Test {
 protected:
  v1::ExplainEntryResponse Explain(const std::string& entry_id) {
    v1::ExplainEntryRequest request;
    request.set_entry_id(entry_id);
    v1::ExplainEntryResponse response;
    grpc::ClientContext context;
    const grpc::Status status = server_.stub().ExplainEntry(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  QueryServer server_;
};

v1::ExplainedValue ValueOf(const v1::ExplainEntryResponse& explained, const std::string& field,
                           const std::string& from = "") {
  for (const v1::ExplainedValue& value : explained.values()) {
    if (value.field() == field && value.valid().from() == from) return value;
  }
  ADD_FAILURE() << "no " << field << " from " << from << " in " << explained.DebugString();
  return {};
}

v1::SetAside AsideOf(const v1::ExplainedValue& value, const std::string& event_id) {
  for (const v1::SetAside& aside : value.set_aside()) {
    if (aside.event_id() == event_id) return aside;
  }
  ADD_FAILURE() << event_id << " is not set aside in " << value.DebugString();
  return {};
}

v1::WouldChange ChangeOf(const v1::ExplainedValue& value, v1::WouldChangeKind kind) {
  for (const v1::WouldChange& change : value.would_change()) {
    if (change.kind() == kind) return change;
  }
  ADD_FAILURE() << "nothing of the kind in " << value.DebugString();
  return {};
}

TEST_F(ExplainEntryTest, OfARuleEachIntervalSaysWhichClaimStandsAndWhyTheOthersDoNot) {
  server_.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07"),
                  RuleText("r2", "H200", "China", "LICENSED", "2025-06-20"),
                  ExpiringRuleText("r0", "H200", "ALLOWED", "2020-01-01", "2021-01-01")});
  const auto explained = Explain("rule/h200/china/us/export");
  const auto then = ValueOf(explained, "general", "2022-10-07");
  EXPECT_EQ(then.says(), "DENIED (PROHIBITED)");
  EXPECT_EQ(then.valid().to(), "2025-06-20");
  EXPECT_THAT(then.grounds().event_ids(), ElementsAre("r1"));
  EXPECT_EQ(AsideOf(then, "r2").rule(), "not_yet");
  EXPECT_THAT(AsideOf(then, "r2").reason(), HasSubstr("2025-06-20"));
  EXPECT_EQ(AsideOf(then, "r0").rule(), "over");
  const auto day = ChangeOf(then, v1::WOULD_CHANGE_KIND_DAY);
  EXPECT_EQ(day.day(), "2025-06-20");
  EXPECT_THAT(day.event_ids(), ElementsAre("r2"));

  const auto now = ValueOf(explained, "general", "2025-06-20");
  EXPECT_EQ(AsideOf(now, "r1").rule(), "later_claim");
  EXPECT_THAT(AsideOf(now, "r1").by_event_ids(), ElementsAre("r2"));
  const auto end = ChangeOf(now, v1::WOULD_CHANGE_KIND_END);
  EXPECT_THAT(end.event_ids(), ElementsAre("r2"));
  EXPECT_THAT(end.words(), HasSubstr("would be DENIED (PROHIBITED), by r1"));
  EXPECT_THAT(ChangeOf(now, v1::WOULD_CHANGE_KIND_CLAIM).words(), HasSubstr("begins later"));
  EXPECT_THAT(explained.explanation(), HasSubstr("general from 2025-06-20 rests on r2"));
}

TEST_F(ExplainEntryTest, OfAnOrderItSaysWhichGateBlocksAndWhichEventLiftsIt) {
  server_.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07"),
                  RuleText("r2", "H200", "China", "ALLOWED", "2025-06-20"),
                  OrderText("o1", "H200")});
  const auto explained = Explain("order/order.bytedance.o1");
  const auto blocked = ValueOf(explained, "state", "2022-10-07");
  EXPECT_EQ(blocked.says(), "BLOCKED");
  EXPECT_THAT(blocked.grounds().event_ids(), ElementsAre("r1"));
  EXPECT_THAT(blocked.grounds().reason(), HasSubstr("us/export (DENIED)"));
  EXPECT_THAT(ChangeOf(blocked, v1::WOULD_CHANGE_KIND_CLAIM).words(),
              HasSubstr("gates[us/export] (DENIED by r1)"));
  const auto gate = ValueOf(explained, "gates[us/export]", "2022-10-07");
  const auto lift = ChangeOf(gate, v1::WOULD_CHANGE_KIND_DAY);
  EXPECT_EQ(lift.day(), "2025-06-20");
  EXPECT_THAT(lift.event_ids(), ElementsAre("r2"));
  EXPECT_THAT(ChangeOf(gate, v1::WOULD_CHANGE_KIND_END).words(),
              HasSubstr("explained in rule/h200/china/us/export"));
  EXPECT_EQ(ValueOf(explained, "stages[PLANNED REPORTED]").says(), "20000 CHIP");
  EXPECT_EQ(ValueOf(explained, "state", "2025-06-20").says(), "CLEARED");
}

// A rule whose chips are given in words, with more of it.
std::string WordedRuleText(const std::string& id, const std::string& effect, const std::string& day,
                           const std::string& more) {
  std::string text = RuleText(id, "H200", "China", effect, day);
  const std::string chips = "chips { mention: \"H200\" }";
  text.replace(text.find(chips), chips.size(), "chips_text: \"advanced chips\" " + more);
  return text;
}

TEST_F(ExplainEntryTest, AClaimOfAnotherEntryThatDecidesAGateIsWhatItRestsOn) {
  server_.Append({RuleText("open", "H200", "China", "ALLOWED", "2022-10-07"),
                  WordedRuleText("list", "PROHIBITED", "2025-03-25",
                                 "end_users: END_USERS_NAMED buyers { mention: \"ByteDance\" }"),
                  OrderText("o1", "H200")});
  const auto gate = ValueOf(Explain("order/order.bytedance.o1"), "gates[us/export]", "2025-03-25");
  EXPECT_EQ(gate.says(), "DENIED");
  EXPECT_THAT(gate.grounds().event_ids(), ElementsAre("list"));
  EXPECT_EQ(AsideOf(gate, "open").rule(), "general_rule");
  EXPECT_THAT(AsideOf(gate, "open").by_event_ids(), ElementsAre("list"));
}

TEST_F(ExplainEntryTest, ARuleThatMayDecideAGateIsToldAndNotSetAsideAsOfAnotherScope) {
  std::string of_others = RuleText("others", "H200", "China", "PROHIBITED", "2025-03-25");
  of_others.insert(of_others.rfind('}'),
                   "end_users: END_USERS_NAMED buyers { mention: \"Baidu\" }");
  std::string loose = RuleText("loose", "H200", "China", "DISCOURAGED", "2025-03-25");
  const std::string places = "destinations { mention: \"China\" }";
  loose.replace(loose.find(places), places.size(), "scope_text: \"some places\"");
  server_.Append({RuleText("open", "H200", "China", "ALLOWED", "2022-10-07"), of_others,
                  WordedRuleText("words", "PROHIBITED", "2025-03-25", "rule_id: \"W\""), loose,
                  OrderText("o1", "H200")});
  const auto gate = ValueOf(Explain("order/order.bytedance.o1"), "gates[us/export]", "2025-03-25");
  EXPECT_EQ(gate.says(), "CONDITIONAL");
  EXPECT_THAT(gate.grounds().reason(),
              HasSubstr("words in rule/-/china/us/export makes it DENIED, unless"));
  // A looser one opens nothing, and one for other buyers is none of this order's.
  EXPECT_EQ(AsideOf(gate, "loose").rule(), "may_apply");
  EXPECT_THAT(AsideOf(gate, "loose").reason(), HasSubstr("would not make the gate stricter"));
  EXPECT_EQ(AsideOf(gate, "others").rule(), "other_scope");
  EXPECT_THAT(AsideOf(gate, "others").reason(), HasSubstr("does not apply to this order"));
}

TEST_F(ExplainEntryTest, AReportOnTheOrderThatIsOlderThanTheRuleIsSetAside) {
  std::string order = OrderText("o1", "H200");
  order.insert(order.rfind('}'), R"(
      gates { jurisdiction { mention: "US" } gate: GATE_KIND_EXPORT state: GATE_STATE_SATISFIED })");
  server_.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-20"), order});
  const auto explained = Explain("order/order.bytedance.o1");
  const auto gate = ValueOf(explained, "gates[us/export]", "2025-06-20");
  EXPECT_EQ(gate.says(), "DENIED");
  EXPECT_EQ(AsideOf(gate, "o1").rule(), "later_claim");
  EXPECT_THAT(AsideOf(gate, "o1").by_event_ids(), ElementsAre("r1"));
}

TEST_F(ExplainEntryTest, OfSpendingEachClaimSaysWhatDroppedIt) {
  std::string dollars = CapexText("usd", "ByteDance", 12);
  dollars.replace(dollars.find("CNY"), 3, "USD");
  dollars.replace(dollars.find("Financial Times"), 15, "Reuters");
  server_.Append({CapexText("wrong", "ByteDance", 900), CapexText("old", "ByteDance", 150),
                  CapexText("echo", "ByteDance", 150), CapexText("new", "ByteDance", 160), dollars,
                  RetractionText("x", "wrong")});
  const auto explained = Explain("capex/bytedance/ai/2026/capex/forward");
  const auto selected = ValueOf(explained, "selected");
  EXPECT_EQ(AsideOf(selected, "wrong").rule(), "retracted");
  EXPECT_THAT(AsideOf(selected, "wrong").by_event_ids(), ElementsAre("x"));
  // Figures that were weighed and not chosen say by which rule, and what was chosen instead.
  int weighed = 0;
  for (const v1::SetAside& aside : selected.set_aside()) {
    EXPECT_FALSE(aside.rule().empty() || aside.reason().empty()) << aside.DebugString();
    if (aside.by_event_ids_size() > 0 && aside.event_id() != "wrong") ++weighed;
  }
  EXPECT_GE(weighed, 2);
  EXPECT_THAT(ChangeOf(selected, v1::WOULD_CHANGE_KIND_END).words(), HasSubstr("would be"));
  for (const v1::ExplainedClaim& claim : explained.claims()) {
    EXPECT_FALSE(claim.rules().empty()) << claim.DebugString();
    const bool echo = claim.event().event().event_id() == "echo";
    EXPECT_EQ(claim.echo_of(), echo ? "old" : "");
  }
}

TEST_F(ExplainEntryTest, NoValueIsExplained) {
  server_.Append({CapexText("a", "ByteDance", 160), RetractionText("x", "a")});
  const auto selected = ValueOf(Explain("capex/bytedance/ai/2026/capex/forward"), "selected");
  EXPECT_EQ(selected.says(), "");
  EXPECT_EQ(AsideOf(selected, "a").rule(), "retracted");
  EXPECT_THAT(ChangeOf(selected, v1::WOULD_CHANGE_KIND_CLAIM).words(), HasSubstr("would give"));
}

TEST_F(ExplainEntryTest, AnEntryOfManyIntervalsIsExplainedWithinBounds) {
  std::vector<std::string> rules;
  for (int i = 0; i < 60; ++i) {
    rules.push_back(RuleText(fmt::format("r{}", i), "H200", "China",
                             i % 2 == 0 ? "LICENSED" : "PROHIBITED",
                             fmt::format("20{:02}-01-01", i)));
  }
  server_.Append(rules);
  const auto explained = Explain("rule/h200/china/us/export");
  EXPECT_EQ(explained.values_size(), 32);
  for (const v1::ExplainedValue& value : explained.values()) {
    EXPECT_LE(value.set_aside_size(), 16);
    EXPECT_GT(value.would_change_size(), 1);
  }
  EXPECT_EQ(explained.values(31).valid().from(), "2059-01-01");
}

}  // namespace
}  // namespace chipline::query
