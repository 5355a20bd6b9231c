#include "services/cli/entry_order.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

using ::testing::ElementsAre;

v1::TimelineEntry Spending(const std::string& period, const std::string& definition) {
  v1::TimelineEntry entry;
  entry.set_entry_id(period + "/" + definition);
  v1::CapexKey& key = *entry.mutable_key()->mutable_capex();
  key.add_companies("meta");
  key.set_period(period);
  key.set_definition(definition);
  entry.mutable_capex()->set_definition_unstated(definition.empty());
  return entry;
}

std::vector<std::string> Ordered(std::vector<v1::TimelineEntry> entries) {
  std::vector<std::string> ids;
  for (const v1::TimelineEntry& entry : InReadingOrder(std::move(entries))) {
    ids.push_back(entry.entry_id());
  }
  return ids;
}

TEST(EntryOrderTest, AnUnstatedDefinitionComesAfterThoseThatAreStated) {
  EXPECT_THAT(Ordered({Spending("2025", ""), Spending("2025", "cash"), Spending("2025", "leases"),
                       Spending("2026", ""), Spending("2026", "cash")}),
              ElementsAre("2025/cash", "2025/leases", "2025/", "2026/cash", "2026/"));
}

TEST(EntryOrderTest, WithoutSiblingsItStaysWhereItIs) {
  v1::TimelineEntry order;
  order.set_entry_id("order");
  order.mutable_chip_order();
  EXPECT_THAT(Ordered({Spending("2025", ""), order, Spending("2026", "cash")}),
              ElementsAre("2025/", "order", "2026/cash"));
}

}  // namespace
}  // namespace chipline::cli
