#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/query/query_server.h"
#include "tests/query/watch_record.h"

// Days that pass under a watch (case 24 of the design), by a clock that the tests set. Every log
// begins on 2025-06-15.
namespace chipline::query {
namespace {

using storage::Position;
using testing::ElementsAre;

v1::WatchTimelinesRequest RulesOf(const std::string& chip, const std::string& token = "") {
  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_export_rule()->set_chip(chip);
  request.set_resume_token(token);
  return request;
}

v1::WatchTimelinesRequest OrdersOf(const std::string& buyer, const std::string& token = "") {
  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_chip_order()->set_buyer(buyer);
  request.set_resume_token(token);
  return request;
}

// What a client that comes with the token gets before it is caught up.
std::vector<v1::TimelineChange> Missed(QueryServer& server, v1::WatchTimelinesRequest request,
                                       const std::string& token) {
  request.set_resume_token(token);
  WatchClient watch(server.stub(), request);
  EXPECT_TRUE(watch.Next().started().resumed());
  std::vector<v1::TimelineChange> changes;
  while (true) {
    const auto message = watch.Next();
    if (!message.has_changes()) return changes;
    changes.insert(changes.end(), message.changes().changes().begin(),
                   message.changes().changes().end());
  }
}

TEST(WatchDaysTest, TheEffectiveDatePassesWithNoReportAndIsToldOnce) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07")});
  const Position end = server.Append({RuleText("r2", "H200", "China", "LICENSED", "2025-06-20")});
  WatchClient watch(server.stub(), RulesOf("H200"));
  const auto caught_up = CatchUp(&watch);
  EXPECT_EQ(caught_up.day(), "2025-06-15");

  server.SetDay("2025-06-20");
  const auto message = watch.Next();
  EXPECT_EQ(message.position(), end);
  EXPECT_EQ(message.day(), "2025-06-20");
  ASSERT_EQ(message.changes().changes_size(), 1) << message.DebugString();
  const v1::TimelineChange& change = message.changes().changes(0);
  EXPECT_EQ(change.reason(), v1::CHANGE_REASON_RULE_EFFECTIVE);
  EXPECT_THAT(change.cause_event_ids(), ElementsAre("r2"));
  EXPECT_EQ(change.before().SerializeAsString(), change.after().SerializeAsString());
  EXPECT_EQ(change.passed().day(), "2025-06-20");
  EXPECT_EQ(change.passed().rule_before().general().gate(), v1::GATE_STATE_DENIED);
  EXPECT_EQ(change.passed().rule_after().general().gate(), v1::GATE_STATE_CONDITIONAL);

  // The next that it hears of is an append after it, and there is nothing in between.
  server.SetDay("2025-06-21");
  server.SetDay("2025-07-01");
  server.Append({RuleText("r3", "H200", "China", "PROHIBITED", "2025-06-25")});
  const auto next = watch.Next();
  ASSERT_EQ(next.changes().changes_size(), 1);
  EXPECT_EQ(next.changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
}

TEST(WatchDaysTest, AClientThatWasAwayIsToldOnceAndAReplayTellsTheSame) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07")});
  std::string start;
  {
    WatchClient watch(server.stub(), RulesOf("H200"));
    start = CatchUp(&watch).resume_token();
  }
  server.Append({RuleText("r2", "H200", "China", "LICENSED", "2025-06-20")});
  server.SetDay("2025-06-22");
  for (const bool rebuild : {false, true}) {
    const auto changes = Missed(server, RulesOf("H200"), start);
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].reason(), v1::CHANGE_REASON_NEW);
    EXPECT_EQ(changes[1].reason(), v1::CHANGE_REASON_RULE_EFFECTIVE);
    EXPECT_EQ(changes[1].passed().day(), "2025-06-20");
    server.Restart(rebuild);
  }
  WatchClient watch(server.stub(), RulesOf("H200", start));
  watch.Next();
  watch.Next();
  const std::string told = watch.Next().resume_token();
  EXPECT_TRUE(Missed(server, RulesOf("H200"), told).empty());
}

// Midnight comes before the first append recorded at or after it, and after all others.
TEST(WatchDaysTest, ADayStandsBeforeTheFirstAppendRecordedOnIt) {
  QueryServer server;
  WatchClient nobody(server.stub(), RulesOf("H200"));
  const std::string start = CatchUp(&nobody).resume_token();
  const Position first = server.Append({RuleText("r1", "H200", "China", "LICENSED", "2025-06-20")});
  const Position quiet = server.Append({CapexText("c", "ByteDance", 1)});
  server.SetDay("2025-06-20");
  const Position after = server.Append({RuleText("r2", "H200", "China", "ALLOWED", "2025-06-18")});
  WatchClient watch(server.stub(), RulesOf("H200", start));
  watch.Next();
  EXPECT_EQ(watch.Next().position(), first);
  const auto day = watch.Next();
  EXPECT_EQ(day.position(), quiet);
  EXPECT_EQ(day.changes().changes(0).passed().rule_before().general().gate(),
            v1::GATE_STATE_UNKNOWN);
  const auto last = watch.Next();
  EXPECT_EQ(last.position(), after);
  EXPECT_EQ(last.changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
  EXPECT_TRUE(watch.Next().has_caught_up());
}

TEST(WatchDaysTest, ARuleWithdrawnBeforeItsDaySendsNothing) {
  QueryServer server;
  const Position end =
      server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07"), R"pb(
                       event_id: "r2"
                       source {
                         hops {
                           publisher { mention: "Financial Times" }
                           relation: HOP_RELATION_PRIMARY
                         }
                       }
                       export_rule_change {
                         nature: RULE_NATURE_CHANGE
                         jurisdiction { mention: "US" }
                         gate: GATE_KIND_EXPORT
                         chips { mention: "H200" }
                         destinations { mention: "China" }
                         effect: RULE_EFFECT_ALLOWED
                         status: RULE_STATUS_IN_FORCE
                         effective { edtf: "2025-06-20" }
                       })pb"});
  WatchClient watch(server.stub(), RulesOf("H200"));
  const std::string start = CatchUp(&watch).resume_token();
  server.Append({RetractionText("x", "r2")});
  EXPECT_EQ(watch.Next().changes().changes(0).reason(), v1::CHANGE_REASON_RETRACTION);
  server.SetDay("2025-06-25");
  server.Append({RuleText("r3", "H200", "China", "LICENSED", "2025-06-26")});
  const auto next = watch.Next();
  EXPECT_EQ(next.position(), end + 2) << next.DebugString();
  EXPECT_EQ(next.changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
  EXPECT_EQ(Missed(server, RulesOf("H200"), start).size(), 2u);
}

TEST(WatchDaysTest, WhatARuleSaysOfDaysThatHaveComeIsToldAsItsOwnChangeAlone) {
  QueryServer server;
  WatchClient watch(server.stub(), RulesOf("H200"));
  CatchUp(&watch);
  server.SetDay("2025-07-01");
  server.Append({RuleText("r1", "H200", "China", "LICENSED", "2025-06-20")});
  EXPECT_EQ(watch.Next().changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
  server.Append({RuleText("r2", "H200", "China", "ALLOWED", "2025-07-02")});
  const auto next = watch.Next();
  EXPECT_EQ(next.changes().changes(0).reason(), v1::CHANGE_REASON_NEW) << next.DebugString();
  server.SetDay("2025-07-02");
  EXPECT_EQ(watch.Next().changes().changes(0).passed().day(), "2025-07-02");
}

TEST(WatchDaysTest, ExpiryIsTheDayOfWhatExpiredAndNamesIt) {
  QueryServer server;
  server.Append({ExpiringRuleText("r1", "H200", "ALLOWED", "2025-06-01", "2025-06-18")});
  WatchClient watch(server.stub(), RulesOf("H200"));
  CatchUp(&watch);
  server.SetDay("2025-06-18");
  const auto message = watch.Next();
  ASSERT_EQ(message.changes().changes_size(), 1);
  const v1::TimelineChange& change = message.changes().changes(0);
  EXPECT_EQ(change.passed().rule_before().general().gate(), v1::GATE_STATE_NOT_REQUIRED);
  EXPECT_EQ(change.passed().rule_after().general().gate(), v1::GATE_STATE_UNKNOWN);
  EXPECT_THAT(change.cause_event_ids(), ElementsAre("r1"));
}

TEST(WatchDaysTest, AnOrderHearsOfTheRuleThatClearsIt) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07"),
                 RuleText("r2", "H200", "China", "ALLOWED", "2025-06-20"),
                 OrderText("o1", "H200")});
  WatchClient watch(server.stub(), OrdersOf("ByteDance"));
  CatchUp(&watch);
  server.SetDay("2025-06-20");
  const auto message = watch.Next();
  ASSERT_EQ(message.changes().changes_size(), 1);
  const v1::TimelineChange& change = message.changes().changes(0);
  EXPECT_EQ(change.reason(), v1::CHANGE_REASON_RULE_EFFECTIVE);
  EXPECT_EQ(change.passed().order_before().state(), v1::ORDER_STATE_BLOCKED);
  EXPECT_EQ(change.passed().order_after().state(), v1::ORDER_STATE_CLEARED);
  EXPECT_EQ(change.passed().order_after().edges(0).kind(), v1::EDGE_KIND_UNBLOCKS);
  EXPECT_THAT(change.cause_event_ids(), ElementsAre("r2"));
}

TEST(WatchDaysTest, EveryDayThatWasMissedIsToldInOrder) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-17"),
                 RuleText("r2", "H200", "China", "LICENSED", "2025-06-20"),
                 RuleText("r3", "H20", "China", "PROHIBITED", "2025-06-20"),
                 ExpiringRuleText("r4", "H200", "ALLOWED", "2025-06-22", "2025-06-24")});
  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_export_rule()->set_destination("China");
  WatchClient watch(server.stub(), request);
  const std::string start = CatchUp(&watch).resume_token();
  server.SetDay("2025-07-01");
  std::vector<std::string> days;
  for (const v1::TimelineChange& change : Missed(server, request, start)) {
    days.push_back(change.passed().day());
  }
  EXPECT_THAT(days,
              ElementsAre("2025-06-17", "2025-06-20", "2025-06-20", "2025-06-22", "2025-06-24"));
}

TEST(WatchDaysTest, AClockThatIsSetBackRepeatsNoDay) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-20")});
  WatchClient watch(server.stub(), RulesOf("H200"));
  CatchUp(&watch);
  server.SetDay("2025-06-20");
  const std::string told = watch.Next().resume_token();
  server.SetDay("2025-06-18");
  const Position end = server.Append({RuleText("r2", "H200", "China", "ALLOWED", "2025-06-21")});
  EXPECT_EQ(watch.Next().changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
  server.SetDay("2025-06-20");
  server.SetDay("2025-06-21");
  const auto next = watch.Next();
  EXPECT_EQ(next.position(), end);
  EXPECT_EQ(next.changes().changes(0).passed().day(), "2025-06-21");
  EXPECT_EQ(Missed(server, RulesOf("H200"), told).size(), 2u);
}

// A token from before there were days in tokens, as far as the watch can know.
TEST(WatchDaysTest, AnAppendProvesTheDaysBeforeItWhateverTheTokenSays) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-20")});
  server.SetDay("2025-06-21");
  const Position end = server.Append({CapexText("c", "ByteDance", 1)});
  auto request = RulesOf("H200");
  const auto& identity = server.views().log().identity();
  const TokenScope scope{identity.log_id, identity.epoch,
                         QueryFingerprint({"WatchTimelines", request.query().SerializeAsString()})};
  EXPECT_TRUE(Missed(server, request, SealWatchToken(scope, WatchPlace{end})).empty());
  EXPECT_EQ(Missed(server, request, SealWatchToken(scope, WatchPlace{end - 1})).size(), 1u);
}

// Nobody looks at the clock but the server itself.
TEST(WatchDaysTest, ADayComesByItself) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-20")});
  server.views().step_clock().Set(StartOf(CivilDay::Parse("2025-06-20").value()) -
                                  absl::Seconds(4));
  WatchClient watch(server.stub(), RulesOf("H200"));
  EXPECT_EQ(CatchUp(&watch).day(), "2025-06-19");
  EXPECT_EQ(watch.Next().day(), "2025-06-20");
}

TEST(WatchDaysTest, ManyWatchesHearOfOneDay) {
  QueryServer server;
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2025-06-20")});
  std::vector<std::unique_ptr<WatchClient>> watches;
  for (int i = 0; i < 50; ++i) {
    watches.push_back(std::make_unique<WatchClient>(server.stub(), RulesOf("H200")));
    CatchUp(watches.back().get());
  }
  server.SetDay("2025-06-20");
  for (const auto& watch : watches) EXPECT_TRUE(watch->Next().has_changes());
}

}  // namespace
}  // namespace chipline::query
