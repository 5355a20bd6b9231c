// Whatever claims hold, an entry fits beside itself into one message, and counts what it leaves
// out.
#include "services/timeline/folds/entry_size.h"

#include <string>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/folds/claim_words.h"
#include "services/timeline/folds/entry_limits.h"
#include "tests/folds/claims.h"
#include "tests/folds/rules.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::RuleLog;
using testing::Tiles;

std::string Long(int number) { return fmt::format("{} {}", number, std::string(3900, 'x')); }

// As many conditions, and as long, as an event may have.
void AddWords(google::protobuf::RepeatedPtrField<std::string>* conditions, std::string* scope) {
  for (int i = 0; i < 16; ++i) *conditions->Add() = Long(i);
  *scope = Long(99);
}

TEST(EntrySize, WordsOfAClaimAreCutAndCounted) {
  pb::Event event;
  pb::UsageReport& usage = *event.mutable_usage_report();
  AddWords(usage.mutable_conditions(), usage.mutable_scope_text());
  event.mutable_source()->add_hops()->set_verbatim(Long(0));
  const CutWords cut = KeepShownWords(&event);
  EXPECT_EQ(usage.conditions_size(), 2);
  EXPECT_EQ(cut.conditions, 14u);
  EXPECT_EQ(cut.texts, 3u);
  EXPECT_LE(usage.scope_text().size(), kMaxShownTextBytes);
  EXPECT_TRUE(usage.scope_text().ends_with("…"));
  EXPECT_EQ(event.source().hops(0).verbatim(), "");
  EXPECT_LT(event.SpaceUsedLong(), 6000u) << "what was cut takes no memory";
}

TEST(EntrySize, ShortWordsStayAsTheyAre) {
  pb::Event event;
  event.mutable_usage_report()->add_conditions("if approved");
  event.mutable_usage_report()->set_scope_text("all products");
  const pb::Event before = event;
  const CutWords cut = KeepShownWords(&event);
  EXPECT_EQ(event.SerializeAsString(), before.SerializeAsString());
  EXPECT_EQ(cut.conditions + cut.texts, 0u);
}

TEST(EntrySize, ATextIsCutBetweenTwoCharacters) {
  for (size_t max = 4; max < 12; ++max) {
    std::string text = "äöü中文字幕";
    ASSERT_TRUE(CutText(max, &text));
    EXPECT_LE(text.size(), max);
    EXPECT_TRUE(text.ends_with("…"));
    pb::Ref ref;
    ref.set_mention(text);
    EXPECT_TRUE(pb::Ref().ParseFromString(ref.SerializeAsString())) << "not UTF-8: " << text;
  }
}

// A usage with many claims on many days, each as large as it may be.
pb::TimelineEntry LargeUsage() {
  pb::TimelineEntry entry;
  entry.set_entry_id("usage/acme/tokens-per-day");
  for (int day = 0; day < 256; ++day) {
    pb::UsageReading& reading = *entry.mutable_usage()->add_readings();
    reading.mutable_as_of()->set_edtf(CivilDay::FromDays(19'000 + day).Format());
    for (int i = 0; i <= 16; ++i) {
      pb::QuantityFigure& figure =
          i == 0 ? *reading.mutable_selected() : *reading.add_alternatives();
      figure.mutable_quantity()->set_value(i);
      figure.mutable_grounds()->set_reason(std::string(200, 'r'));
      figure.mutable_claim()->set_event_id(fmt::format("e{}-{}", day, i));
      figure.mutable_claim()->add_conditions(std::string(1000, 'c'));
      figure.mutable_claim()->set_scope_text(std::string(1000, 's'));
      for (int id = 0; id < 64; ++id) {
        figure.mutable_claim()->add_echoes(std::string(64, 'e'));
        figure.mutable_grounds()->add_event_ids(fmt::format("e{}-{}-{}", day, i, id));
      }
    }
    reading.set_alternatives_omitted(5);
  }
  return entry;
}

TEST(EntrySize, AlternativesAndTextsGoBeforeChosenValues) {
  const pb::TimelineEntry whole = LargeUsage();
  ASSERT_GT(whole.ByteSizeLong(), 20 * kMaxEntryBytes);
  pb::TimelineEntry cut = whole;
  CutEntry(&cut);
  EXPECT_LE(cut.ByteSizeLong(), kMaxEntryBytes);
  EXPECT_EQ(EntryBytes(whole), cut.SerializeAsString());
  const pb::UsageEntry& usage = cut.usage();
  EXPECT_EQ(usage.readings_size() + static_cast<int>(usage.readings_omitted()), 256);
  EXPECT_GT(cut.texts_cut(), 0u);
  for (const pb::UsageReading& reading : usage.readings()) {
    EXPECT_EQ(reading.alternatives_size() + static_cast<int>(reading.alternatives_omitted()), 21);
    EXPECT_EQ(reading.selected().claim().echoes_size() +
                  static_cast<int>(reading.selected().claim().echoes_omitted()),
              64);
    EXPECT_GT(reading.selected().grounds().event_ids_size(), 0);
  }
  EXPECT_EQ(usage.readings().rbegin()->as_of().edtf(), whole.usage().readings(255).as_of().edtf())
      << "the latest stay";
}

// An order with many readings of each stage, each as large as it may be.
TEST(EntrySize, OfTheReadingsOfAStageTheEarliestGo) {
  pb::TimelineEntry entry;
  for (int stage = 1; stage <= 11; ++stage) {
    pb::StageLedger& ledger = *entry.mutable_chip_order()->add_stages();
    ledger.set_readings_omitted(3);
    for (int day = 0; day < 16; ++day) {
      pb::StageReading& reading = *ledger.add_readings();
      reading.mutable_stage_date()->set_edtf(CivilDay::FromDays(19'000 + day).Format());
      reading.mutable_selected()->mutable_claim()->set_scope_text(std::string(1000, 's'));
      for (int i = 0; i < 16; ++i) {
        reading.add_alternatives()->mutable_claim()->add_conditions(std::string(1000, 'c'));
      }
    }
  }
  const std::string last = entry.chip_order().stages(0).readings(15).stage_date().edtf();
  ASSERT_GT(entry.ByteSizeLong(), 4 * kMaxEntryBytes);
  CutEntry(&entry);
  EXPECT_LE(entry.ByteSizeLong(), kMaxEntryBytes);
  for (const pb::StageLedger& stage : entry.chip_order().stages()) {
    EXPECT_EQ(stage.readings_size() + static_cast<int>(stage.readings_omitted()), 19);
    ASSERT_GT(stage.readings_size(), 0);
    EXPECT_EQ(stage.readings().rbegin()->stage_date().edtf(), last);
    const pb::StageReading& reading = *stage.readings().rbegin();
    EXPECT_EQ(reading.alternatives_size() + static_cast<int>(reading.alternatives_omitted()), 16);
  }
}

TEST(EntrySize, AnEntryThatFitsIsNotTouched) {
  Log log;
  log.Add(Capex("bytedance").Period("2026").Cny("160bn").From("ft").On("2025-12-23"));
  const pb::TimelineEntry entry = log.Entry("capex/bytedance/total/2026/capex/forward");
  bool was_cut = true;
  EXPECT_EQ(EntryBytes(entry, &was_cut), entry.SerializeAsString());
  EXPECT_FALSE(was_cut);
}

// Rules whose claims have the longest words there may be, for many buyers.
TEST(EntrySize, ARuleOfLongWordsStaysWithinTheBytesAndTilesTime) {
  RuleLog log;
  for (int i = 0; i < 300; ++i) {
    log.Rule(fmt::format("r{}", i), i % 2 == 0 ? pb::RULE_EFFECT_ALLOWED : pb::RULE_EFFECT_PENDING)
        .Buyers({fmt::format("b{}", i % 50)})
        .Effective(CivilDay::FromDays(15'000 + i).Format());
  }
  pb::TimelineEntry entry;
  *entry.mutable_export_rule() = log.FoldRule();
  for (pb::RuleInterval& interval : *entry.mutable_export_rule()->mutable_intervals()) {
    for (pb::RuleState& state : *interval.mutable_scoped()) {
      state.add_conditions(std::string(1000, 'c'));
      state.set_purpose(std::string(4000, 'p'));
    }
  }
  const std::string last = entry.export_rule().intervals().rbegin()->valid().from();
  ASSERT_GT(entry.ByteSizeLong(), 4 * kMaxEntryBytes);
  CutEntry(&entry);
  EXPECT_LE(entry.ByteSizeLong(), kMaxEntryBytes);
  EXPECT_TRUE(Tiles(entry.export_rule().intervals()));
  EXPECT_EQ(entry.export_rule().intervals().rbegin()->valid().from(), last);
  const bool dropped = !entry.export_rule().omitted_before().empty();
  EXPECT_EQ(dropped,
            entry.export_rule().intervals(0).general().grounds().rule() == std::string("left_out"));
}

TEST(EntrySize, AnOrderOfLongWordsStaysWithinTheBytesAndTilesTime) {
  pb::TimelineEntry entry;
  for (int i = 0; i < 512; ++i) {
    pb::OrderInterval& interval = *entry.mutable_chip_order()->add_intervals();
    if (i > 0) interval.mutable_valid()->set_from(CivilDay::FromDays(15'000 + i).Format());
    if (i < 511) interval.mutable_valid()->set_to(CivilDay::FromDays(15'001 + i).Format());
    interval.set_state(pb::ORDER_STATE_BLOCKED);
    for (int gate = 0; gate < 200; ++gate) {
      pb::GateStatus& status = *interval.add_gates();
      status.set_jurisdiction(fmt::format("place-{}", gate));
      status.add_conditions(std::string(4000, 'c'));
    }
  }
  CutEntry(&entry);
  EXPECT_LE(entry.ByteSizeLong(), kMaxEntryBytes);
  const pb::ChipOrderEntry& order = entry.chip_order();
  EXPECT_TRUE(Tiles(order.intervals()));
  EXPECT_EQ(order.intervals(0).state(), pb::ORDER_STATE_UNKNOWN);
  EXPECT_EQ(order.intervals(0).valid().to(), order.omitted_before());
  const pb::OrderInterval& latest = *order.intervals().rbegin();
  EXPECT_EQ(latest.state(), pb::ORDER_STATE_BLOCKED);
  EXPECT_EQ(latest.gates_size() + static_cast<int>(latest.gates_omitted()), 200);
}

TEST(EntrySize, ValuesOfAnExplanationAreCutTheSameWay) {
  pb::ExplainEntryResponse explained;
  for (int i = 0; i < 256; ++i) {
    pb::ExplainedValue& value = *explained.add_values();
    value.set_field(fmt::format("readings[{}]", i));
    for (int aside = 0; aside < 16; ++aside) {
      pb::SetAside& set_aside = *value.add_set_aside();
      set_aside.set_reason(std::string(300, 'r'));
      for (int id = 0; id < 16; ++id) set_aside.add_by_event_ids(std::string(64, 'e'));
    }
  }
  CutValues(kMaxExplainedBytes, &explained);
  EXPECT_LE(explained.ByteSizeLong(), kMaxExplainedBytes + 64);
  EXPECT_EQ(explained.values_size() + static_cast<int>(explained.values_omitted()), 256);
  const pb::ExplainedValue& first = explained.values(0);
  EXPECT_EQ(first.set_aside_size() + static_cast<int>(first.set_aside_omitted()), 16);
}

}  // namespace
}  // namespace chipline::timeline
