#include "services/kinds/entry_key.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EntryKey, NamesOfOneCompanyInAnyScriptAreOneEntry) {
  Log log;
  log.Add(Capex("بايت دانس").Period("2026").Cny("160bn").From("ft"));
  log.Add(Capex("字节跳动").Period("2026").Cny("160bn").From("scmp"));
  log.Add(Capex("ByteDance").Period("2026").Cny("160bn").From("reuters"));
  EXPECT_EQ(log.EntryIds().size(), 3u);
  for (const char* name : {"بايتـدانس", "字节跳动", "ByteDance"}) {
    log.Alias(pb::ENTITY_KIND_COMPANY, name, "bytedance");
  }
  ASSERT_THAT(log.EntryIds(), ElementsAre("capex/bytedance/total/2026/capex/forward"));
  const pb::TimelineEntry entry = log.Entry("capex/bytedance/total/2026/capex/forward");
  EXPECT_EQ(entry.claim_count(), 3u);
  EXPECT_EQ(entry.capex().independent_roots(), 3u);
}

TEST(EntryKey, AWrongAliasUndoneRestoresTheEntriesOfBothByteForByte) {
  Log log;
  log.Add(Capex("bytedance").Period("2026").Cny("160bn").From("ft"));
  log.Add(Capex("baidu").Period("2026").Cny("8bn").From("ft"));
  log.Add(Capex("百度在线").Period("2026").Cny("9bn").From("scmp"));
  const auto all = [&] {
    std::vector<std::string> bytes;
    for (const std::string& id : log.EntryIds()) bytes.push_back(log.Entry(id).SerializeAsString());
    return bytes;
  };
  const std::vector<std::string> before = all();
  log.Alias(pb::ENTITY_KIND_COMPANY, "百度在线", "bytedance");
  EXPECT_NE(all(), before);
  EXPECT_EQ(log.Entry("capex/bytedance/total/2026/capex/forward").claim_count(), 2u);
  log.Alias(pb::ENTITY_KIND_COMPANY, "百度在线", "bytedance", /*remove=*/true);
  EXPECT_EQ(all(), before);
}

TEST(EntryKey, AnOrderIsInItsOwnEntryAndInTheSupplyOfEachChip) {
  Log log;
  log.Add(Order("trial", "bytedance", "h200").And("h20").Count("20000").From("ft"));
  EXPECT_THAT(log.EntryIds(),
              ElementsAre("order/order.bytedance.trial", "supply/h20", "supply/h200"));
}

TEST(EntryKey, AnOrderWhoseBuyerGetsANameJoinsTheOrderOfThatName) {
  Log log;
  log.Add(Order("trial", "بايت دانس", "h200").From("ft"));
  log.Add(Order("trial", "bytedance", "h200").From("scmp"));
  EXPECT_EQ(log.EntryIds().size(), 3u);
  log.Alias(pb::ENTITY_KIND_COMPANY, "بايت دانس", "bytedance");
  EXPECT_THAT(log.EntryIds(), ElementsAre("order/order.bytedance.trial", "supply/h200"));
}

TEST(EntryKey, ARuleIsAnEntryForEachChipAndDestinationThatItDoesNotLeaveOut) {
  pb::RecordedEvent event;
  pb::ExportRuleChange& rule = *event.mutable_event()->mutable_export_rule_change();
  rule.mutable_jurisdiction()->set_id("us");
  rule.set_gate(pb::GATE_KIND_EXPORT);
  for (const char* chip : {"h20", "h200", "h100"}) rule.add_chips()->set_id(chip);
  rule.add_chips_except()->set_id("h20");
  const NameTable table;
  const NamesAt names{table, NameTable::kHead};
  std::vector<std::string> ids;
  for (const pb::EntryKey& key : kinds::KeysOf(event, names)) ids.push_back(kinds::EntryId(key));
  EXPECT_THAT(ids, ElementsAre("rule/h100/-/us/export", "rule/h200/-/us/export"));
}

TEST(EntryKey, PartsAreEscapedSoThatNoTwoKeysShareAnId) {
  pb::EntryKey slash;
  slash.mutable_usage()->set_company("a");
  slash.mutable_usage()->set_product("b/c%");
  slash.mutable_usage()->set_metric(pb::USAGE_METRIC_TOKENS_PER_DAY);
  EXPECT_EQ(kinds::EntryId(slash), "usage/a/tokens-per-day/b%2Fc%25");
  pb::EntryKey dash;
  dash.mutable_export_rule()->set_chip("-");
  EXPECT_EQ(kinds::EntryId(dash), "rule/%2D/-/-/unspecified");
}

TEST(EntryKey, AnUnresolvedFiscalYearIsAnEntryOfItsOwn) {
  Log log;
  log.Add(Capex("nvidia").FiscalYear("FY2026", "", "").Usd("1bn").From("ft"));
  log.Add(Capex("nvidia").FiscalYear("FY2026", "2025-01-27", "2026-01-26").Usd("1bn").From("ft"));
  EXPECT_THAT(log.EntryIds(),
              ElementsAre("capex/nvidia/total/FY2026/capex/forward/kind=fiscal",
                          "capex/nvidia/total/FY2026/capex/forward/kind=fiscal/claim=e1"));
}

TEST(EntryKey, AliasesAndNoticesMakeNoClaim) {
  pb::RecordedEvent notice;
  *notice.mutable_event() = Notice().Retracts("x").event();
  const NameTable table;
  EXPECT_THAT(kinds::KeysOf(notice, {table, NameTable::kHead}), IsEmpty());
}

TEST(EntryKey, DependenciesNameRulesMembersAndTheYearBefore) {
  Log log;
  Report order = Order("trial", "bytedance", "h200").From("ft");
  order.event().mutable_chip_order()->mutable_destination()->set_id("cn");
  log.Add(order);
  log.Add(Capex("a").With("b").Period("2024-40").Cny("1").From("ft"));
  const FoldInput of_order = log.Input("order/order.bytedance.trial");
  EXPECT_THAT(DependenciesOf(of_order.key, of_order.rows, log.names()).prefixes,
              ElementsAre("rule/-/-/", "rule/-/cn/", "rule/-/~/", "rule/h200/-/", "rule/h200/cn/",
                          "rule/h200/~/", "rule/~/"));
  const FoldInput of_group = log.Input("capex/a+b/total/2024-40/capex/forward");
  EXPECT_THAT(
      DependenciesOf(of_group.key, of_group.rows, log.names()).ids,
      ElementsAre("capex/a+b/total/2023-40/capex/actual", "capex/a+b/total/2023-40/capex/forward",
                  "capex/a/total/2024-40/capex/forward", "capex/a/total/2025-40/capex/forward",
                  "capex/b/total/2024-40/capex/forward", "capex/b/total/2025-40/capex/forward"));
}

}  // namespace
}  // namespace chipline::timeline
