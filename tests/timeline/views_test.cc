// Scenarios that the views must hold, each with its own small log.
#include <string>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::timeline {
namespace {

using storage::Position;

std::string Capex(const std::string& id, const std::string& company, int billions) {
  return fmt::format(R"(
    event_id: "{}"
    source {{
      origin {{ kind: ORIGIN_KIND_PRESS }}
      hops {{
        publisher {{ mention: "Financial Times" }}
        relation: HOP_RELATION_PRIMARY
        published {{ edtf: "2025-12-23" }}
      }}
    }}
    capex_announcement {{
      companies {{ mention: "{}" }}
      scope: CAPEX_SCOPE_AI
      period {{ kind: PERIOD_KIND_CALENDAR edtf: "2026" }}
      basis: CAPEX_BASIS_PLAN
      accounting: ACCOUNTING_CAPEX
      amount {{ currency: "CNY" value {{ units: {}000000000 }} bound: BOUND_EXACT }}
    }})",
                     id, company, billions);
}

std::string Alias(const std::string& id, const std::string& name, const std::string& change) {
  return fmt::format(R"(
    event_id: "{}"
    alias_change {{
      entity: "bytedance"
      kind: ENTITY_KIND_COMPANY
      alias: "{}"
      change: ALIAS_OPERATION_{}
    }})",
                     id, name, change);
}

std::string Notice(const std::string& id, const std::string& relation, const std::string& target) {
  return fmt::format(R"(
    event_id: "{}"
    source {{
      hops {{ publisher {{ mention: "Financial Times" }} relation: HOP_RELATION_PRIMARY }}
    }}
    links {{ relation: LINK_RELATION_{} event_id: "{}" }}
    claim_notice {{ text: "It was wrong." }})",
                     id, relation, target);
}

v1::TimelineQuery CapexOf(const std::string& company) {
  v1::TimelineQuery query;
  query.mutable_capex()->set_company(company);
  return query;
}

std::vector<v1::TimelineEntry> Find(const ViewSnapshot& snapshot, const v1::TimelineQuery& query,
                                    const AsOf& as_of) {
  std::vector<v1::TimelineEntry> entries;
  for (const auto& [id, bytes] : EntriesOf(snapshot, query, as_of)) {
    entries.emplace_back().ParseFromString(bytes);
  }
  return entries;
}

TEST(ViewsTest, ViewsOfAnEmptyLogAreEmptyAtPositionZero) {
  Views views;
  const auto snapshot = views.Snapshot();
  EXPECT_EQ(snapshot->position(), 0u);
  EXPECT_TRUE(CurrentEntries(*snapshot).empty());
}

TEST(ViewsTest, DeletedViewsAreRebuiltByteForByte) {
  Views views;
  views.AppendText({Capex("a", "ByteDance", 160), Alias("n", "ByteDance", "ADD")});
  views.AppendText({Capex("b", "ByteDance", 170)});
  views.AppendText({Notice("c", "RETRACTS", "a")});
  const Entries before = CurrentEntries(*views.Snapshot());
  EXPECT_EQ(before.size(), 1u);
  views.Delete();
  views.Start();
  const auto snapshot = views.Snapshot();
  EXPECT_EQ(CurrentEntries(*snapshot), before);
  EXPECT_EQ(EntriesAt(*snapshot, 2), BruteEntriesAt(views.reader(), 2));
}

TEST(ViewsTest, NamesOfThreeScriptsAreOneCompanyOnceTheyAreAliases) {
  Views views;
  views.AppendText({Capex("a", "字节跳动", 160)});
  views.AppendText({Capex("b", "بايت دانس", 160)});
  const Position apart = views.AppendText({Capex("c", "ByteDance", 160)});
  EXPECT_EQ(CurrentEntries(*views.Snapshot()).size(), 3u);
  views.AppendText({Alias("n1", "字节跳动", "ADD"), Alias("n2", "بَايْت دانس", "ADD")});
  const auto snapshot = views.Snapshot();
  const auto joined = Find(*snapshot, CapexOf("بايــت دانس"), snapshot->now());
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0].entry_id(), "capex/bytedance/ai/2026/capex/forward");
  EXPECT_EQ(joined[0].claim_count(), 3u);
  // As known before, they were three.
  EXPECT_EQ(Find(*snapshot, CapexOf("字节跳动"), AsOf{apart, std::nullopt})[0].claim_count(), 1u);
}

TEST(ViewsTest, AWrongAliasUndoneRestoresBothByteForByte) {
  Views views;
  views.AppendText({Alias("n0", "ByteDance", "ADD")});
  views.AppendText({Capex("a", "ByteDance", 160), Capex("b", "Tencent", 90)});
  const Entries before = CurrentEntries(*views.Snapshot());
  ASSERT_EQ(before.size(), 2u);
  views.AppendText({Alias("n1", "Tencent", "ADD")});
  EXPECT_EQ(CurrentEntries(*views.Snapshot()).size(), 1u);
  views.AppendText({Alias("n2", "Tencent", "REMOVE")});
  EXPECT_EQ(CurrentEntries(*views.Snapshot()), before);
}

TEST(ViewsTest, ARetractionThatCameBeforeItsTargetHoldsWhenThatArrives) {
  Views views;
  views.AppendText({Notice("r", "RETRACTS", "late")});
  EXPECT_TRUE(CurrentEntries(*views.Snapshot()).empty());
  views.AppendText({Capex("late", "ByteDance", 160)});
  const auto snapshot = views.Snapshot();
  const auto entries = Find(*snapshot, CapexOf("bytedance"), snapshot->now());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].capex().agreement(), v1::AGREEMENT_NO_VALUE);
  EXPECT_EQ(entries[0].claim_count(), 1u);
}

TEST(ViewsTest, ACorrectionOfACarrierReachesTheEntryOfItsTarget) {
  Views views;
  views.AppendText({Capex("a", "ByteDance", 160)});
  views.AppendText({Notice("r", "RETRACTS", "a")});
  views.AppendText({Notice("rr", "RETRACTS", "r")});
  const auto snapshot = views.Snapshot();
  const auto entries = Find(*snapshot, CapexOf("bytedance"), snapshot->now());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].capex().agreement(), v1::AGREEMENT_SINGLE);
}

TEST(ViewsTest, TwoClaimsOfOneAppendAreNeverSeenByHalves) {
  Views views;
  views.materializer().ring().AddWatcher();
  Position seen = 0;
  for (int i = 0; i < 20; ++i) {
    views.AppendText({Capex(fmt::format("x{}", i), "ByteDance", 100 + i),
                      Capex(fmt::format("y{}", i), "Tencent", 100 + i)});
    const auto snapshot = ViewSnapshot::Take(views.materializer());
    ASSERT_TRUE(snapshot.ok());
    EXPECT_EQ((*snapshot)->position() % 2, 0u);
    const auto all = CurrentEntries(**snapshot);
    const auto a = all.find("capex/bytedance/ai/2026/capex/forward");
    const auto b = all.find("capex/tencent/ai/2026/capex/forward");
    ASSERT_EQ(a == all.end(), b == all.end());
    if (a == all.end()) continue;
    v1::TimelineEntry first;
    v1::TimelineEntry second;
    ASSERT_TRUE(first.ParseFromString(a->second) && second.ParseFromString(b->second));
    EXPECT_EQ(first.claim_count(), second.claim_count());
  }
  views.Snapshot();
  const auto changes = AppendsAfter(views.materializer().ring(), 0);
  if (!changes.has_value()) return;
  for (const auto& append : changes->appends) {
    EXPECT_EQ(append->changes.size(), 2u);
    EXPECT_GT(append->position, seen);
    seen = append->position;
  }
}

TEST(ViewsTest, WhatWasPublishedBeforeADayIsToldHoweverLateItWasAppended) {
  Views views;
  views.AppendText({Capex("december", "ByteDance", 160)});
  const auto snapshot = views.Snapshot();
  const AsOf before{snapshot->position(), *CivilDay::FromYmd(2025, 12, 22)};
  const AsOf on{snapshot->position(), *CivilDay::FromYmd(2025, 12, 23)};
  EXPECT_TRUE(Find(*snapshot, CapexOf("bytedance"), before).empty());
  EXPECT_EQ(Find(*snapshot, CapexOf("bytedance"), on).size(), 1u);
}

TEST(ViewsTest, ARetractionIsToldWithBeforeAfterAndCause) {
  Views views;
  views.materializer().ring().AddWatcher();
  views.AppendText({Capex("a", "ByteDance", 160)});
  views.Snapshot();
  const Position from = views.reader().head();
  views.AppendText({Notice("r", "RETRACTS", "a")});
  views.Snapshot();
  const auto changes = AppendsAfter(views.materializer().ring(), from);
  ASSERT_TRUE(changes.has_value());
  ASSERT_EQ(changes->appends.size(), 1u);
  ASSERT_EQ(changes->appends[0]->changes.size(), 1u);
  const EntryChange& change = changes->appends[0]->changes[0];
  EXPECT_EQ(change.reason, v1::CHANGE_REASON_RETRACTION);
  EXPECT_EQ(change.cause_event_ids, std::vector<std::string>{"r"});
  EXPECT_TRUE(change.before.Parse().capex().has_selected());
  EXPECT_FALSE(change.after.Parse().capex().has_selected());
}

TEST(ViewsTest, AnAppendThatChangesVeryMuchIsNotHeldInMemoryForWatches) {
  Views views;
  views.materializer().ring().AddWatcher();
  const Position small = views.AppendText({Capex("small", "ByteDance", 160)});
  views.WaitFor(small);
  ASSERT_TRUE(AppendsAfter(views.materializer().ring(), 0).has_value());
  std::vector<std::string> many;
  for (int i = 0; i < 1800; ++i) {
    many.push_back(Capex("m" + std::to_string(i), "Company " + std::to_string(i), 1));
  }
  views.WaitFor(views.AppendText(many));
  // Whoever wants its changes folds them from the rows.
  EXPECT_FALSE(AppendsAfter(views.materializer().ring(), small).has_value());
  const Position later = views.AppendText({Capex("later", "Tencent", 1)});
  views.WaitFor(later);
  const auto after = AppendsAfter(views.materializer().ring(), later - 1);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->appends.size(), 1u);
}

TEST(ViewsTest, AnAppendThatChangesNothingMovesThePositionAndTellsNothing) {
  Views views;
  views.materializer().ring().AddWatcher();
  const Position end = views.AppendText({Alias("n", "Nobody Else", "ADD")});
  views.WaitFor(end);
  const auto changes = AppendsAfter(views.materializer().ring(), 0);
  ASSERT_TRUE(changes.has_value());
  EXPECT_EQ(changes->position, end);
  for (const auto& append : changes->appends) EXPECT_TRUE(append->changes.empty());
}

TEST(ViewsTest, ARuleForManyChipsAndPlacesIsReadFromTheLogWhenFoldedAgain) {
  Views views;
  std::string rule = R"pb(
    event_id: "wide"
    export_rule_change { nature: RULE_NATURE_CHANGE
                         jurisdiction { mention: "US" }
                         gate: GATE_KIND_EXPORT
                         effect: RULE_EFFECT_PROHIBITED
                         status: RULE_STATUS_IN_FORCE
                         effective { edtf: "2025-12-15" }
  )pb";
  for (int i = 0; i < 6; ++i) {
    rule += fmt::format("chips {{ mention: \"c{}\" }} destinations {{ mention: \"d{}\" }}", i, i);
  }
  views.AppendText({rule + "}"});
  views.AppendText({Notice("r", "CONFIRMS", "wide")});
  const auto snapshot = views.Snapshot();
  const Entries entries = CurrentEntries(*snapshot);
  EXPECT_EQ(entries.size(), 36u);
  EXPECT_EQ(entries, BruteEntriesAt(views.reader(), snapshot->position()));
  EXPECT_EQ(EntriesAt(*snapshot, 1), BruteEntriesAt(views.reader(), 1));
}

TEST(ViewsTest, ARuleThatNobodySpokeOfIsUnknown) {
  Views views;
  views.AppendText({R"pb(
                      event_id: "rule"
                      export_rule_change {
                        nature: RULE_NATURE_CHANGE
                        jurisdiction { mention: "US" }
                        gate: GATE_KIND_EXPORT
                        chips { mention: "H20" }
                        destinations { mention: "China" }
                        effect: RULE_EFFECT_PROHIBITED
                        status: RULE_STATUS_IN_FORCE
                        effective { edtf: "2025-12-15" }
                      })pb"});
  const auto snapshot = views.Snapshot();
  v1::ExportRuleQuery query;
  query.set_chip("H20");
  query.set_destination("Malaysia");
  const auto unsaid = snapshot->Unsaid(query, snapshot->now());
  ASSERT_TRUE(unsaid.ok());
  ASSERT_EQ(unsaid->size(), 1u);
  const v1::TimelineEntry entry = unsaid->front().Parse();
  EXPECT_EQ(entry.entry_id(), "rule/h20/malaysia/us/export");
  ASSERT_EQ(entry.export_rule().intervals_size(), 1);
  EXPECT_EQ(entry.export_rule().intervals(0).general().gate(), v1::GATE_STATE_UNKNOWN);
  query.set_destination("China");
  EXPECT_TRUE(snapshot->Unsaid(query, snapshot->now())->empty());
}

}  // namespace
}  // namespace chipline::timeline
