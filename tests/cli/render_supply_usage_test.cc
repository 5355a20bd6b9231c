#include <clocale>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/render.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Render(const v1::TimelineEntry& entry) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  Block block(Palette(false), 0);
  RenderEntry(entry, "2026-11-29", block);
  return block.text();
}

void SetCount(v1::Quantity& quantity, v1::Unit unit, int64_t count) {
  quantity.set_unit(unit);
  quantity.set_bound(v1::BOUND_EXACT);
  quantity.set_value(count);
}

v1::TimelineEntry SupplyEntry() {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_supply()->set_chip("h200");
  v1::ChipSupplyEntry& supply = *entry.mutable_chip_supply();
  v1::HolderSupply& holder = *supply.add_holders();
  holder.set_holder("nvidia");
  holder.set_metric(v1::SUPPLY_METRIC_INVENTORY);
  SetCount(*holder.mutable_selected()->mutable_quantity(), v1::UNIT_CHIP, 700'000);
  v1::OrderedQuantity& ordered = *supply.add_ordered();
  ordered.set_stage(v1::ORDER_STAGE_PLACED);
  SetCount(*ordered.add_open_groups()->mutable_quantity(), v1::UNIT_CHIP, 2'000'000);
  return entry;
}

TEST(RenderChipSupplyTest, SaysTheShortfallInWords) {
  v1::TimelineEntry entry = SupplyEntry();
  v1::Quantity& missing = *entry.mutable_chip_supply()->mutable_shortfall()->mutable_quantity();
  missing.set_unit(v1::UNIT_CHIP);
  missing.set_bound(v1::BOUND_AT_LEAST);
  missing.set_approximate(true);
  missing.set_low(1'300'000);
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("h200   short by at least about 1,300,000 chips\n"));
  EXPECT_THAT(text, HasSubstr("nvidia  inventory  700,000 chips"));
  EXPECT_THAT(text, HasSubstr("2,000,000 chips"));
}

TEST(RenderChipSupplyTest, OrdersOfOneStageSayHowTheyAreMeantAndThatNobodyCountedThem) {
  v1::TimelineEntry entry = SupplyEntry();
  v1::OrderedQuantity& ordered = *entry.mutable_chip_supply()->add_ordered();
  ordered.set_stage(v1::ORDER_STAGE_PLACED);
  ordered.set_modality(v1::MODALITY_ONGOING);
  EXPECT_THAT(Render(entry), HasSubstr("placed (ongoing)  not stated"));
}

TEST(RenderChipSupplyTest, AnEntryMadeForAQuestionHasNoNameToExplain) {
  v1::TimelineEntry entry = SupplyEntry();
  entry.set_entry_id("supply/h200");
  EXPECT_THAT(Render(entry), HasSubstr("no claim says anything of it\n"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("supply/h200")));
  entry.set_claim_count(1);
  entry.set_last_position(7);
  EXPECT_THAT(Render(entry), HasSubstr("1 claim · position 7 · supply/h200\n"));
}

TEST(RenderChipSupplyTest, ACountThatWasWithdrawnIsCalledSo) {
  v1::TimelineEntry entry = SupplyEntry();
  v1::HolderSupply& holder = *entry.mutable_chip_supply()->mutable_holders(0);
  holder.clear_selected();
  EXPECT_THAT(Render(entry), HasSubstr("nvidia  inventory  not stated"));
  holder.add_claims()->set_standing(v1::STANDING_RETRACTED);
  EXPECT_THAT(Render(entry), HasSubstr("nvidia  inventory  withdrawn"));
  holder.add_claims()->set_standing(v1::STANDING_STANDING);
  EXPECT_THAT(Render(entry), HasSubstr("nvidia  inventory  not stated"));
}

TEST(RenderChipSupplyTest, NoShortfallIsNotMentioned) {
  EXPECT_THAT(Render(SupplyEntry()), Not(HasSubstr("short")));
}

TEST(RenderUsageTest, IsATableOfReadings) {
  v1::TimelineEntry entry;
  v1::UsageKey& key = *entry.mutable_key()->mutable_usage();
  key.set_company("bytedance");
  key.set_metric(v1::USAGE_METRIC_TOKENS_PER_DAY);
  v1::UsageReading& reading = *entry.mutable_usage()->add_readings();
  reading.mutable_as_of()->set_edtf("2025-10");
  SetCount(*reading.mutable_selected()->mutable_quantity(), v1::UNIT_TOKEN, 30'000'000'000'000);
  reading.mutable_selected()->mutable_claim()->set_origin_name("Goldman Sachs");
  reading.mutable_selected()->mutable_claim()->set_publisher("ft");
  reading.set_agreement(v1::AGREEMENT_SINGLE);
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("bytedance · tokens per day\n"));
  EXPECT_THAT(text, HasSubstr("October 2025  30trn tokens  single  ft (Goldman Sachs)"));
}

TEST(RenderPriceTest, IsATableOfReadingsUnderWhatIsPaidWhere) {
  v1::TimelineEntry entry;
  v1::PriceKey& key = *entry.mutable_key()->mutable_price();
  key.set_chip("h200");
  key.set_metric(v1::PRICE_METRIC_RENTAL_PER_HOUR);
  key.set_per(v1::UNIT_CHIP);
  key.set_place("cn");
  v1::PriceReading& reading = *entry.mutable_price()->add_readings();
  reading.mutable_as_of()->set_edtf("2026-01");
  reading.set_agreement(v1::AGREEMENT_SINGLE);
  v1::Amount& amount = *reading.mutable_selected()->mutable_amount();
  amount.set_currency("USD");
  amount.set_bound(v1::BOUND_EXACT);
  amount.mutable_value()->set_units(3);
  const std::string text = Render(entry);
  EXPECT_THAT(text, HasSubstr("h200 · rent of a chip for an hour · cn\n"));
  EXPECT_THAT(text, HasSubstr("3 USD"));
  EXPECT_EQ(EntryHeadline(entry), "3 USD, January 2026");
}

}  // namespace
}  // namespace chipline::cli
