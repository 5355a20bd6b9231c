#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/kinds/currency.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

v1::Amount& AmountOf(v1::Event& event) {
  return *event.mutable_capex_announcement()->mutable_amount();
}
v1::Quantity& QuantityOf(v1::Event& event) {
  return *event.mutable_chip_order()->mutable_quantity();
}
v1::Ratio& ShareOf(v1::Event& event) {
  return *event.mutable_capex_announcement()->mutable_share_of();
}
v1::Ratio& GrowthOf(v1::Event& event) {
  return *event.mutable_capex_announcement()->mutable_growth_on_year();
}
v1::Ref& CompanyOf(v1::Event& event) {
  return *event.mutable_capex_announcement()->mutable_companies(0);
}

const std::string kAmount = "events[0].capex_announcement.amount.";
const std::string kQuantity = "events[0].chip_order.quantity.";

TEST(CheckValuesTest, BadAmountsAreRefused) {
  const std::vector<BadCase> cases = {
      {"no currency", Capex(), [](auto& e) { AmountOf(e).clear_currency(); }, kAmount + "currency",
       "missing; an ISO 4217 code"},
      {"small letters", Capex(), [](auto& e) { AmountOf(e).set_currency("cny"); },
       kAmount + "currency", "is \"cny\""},
      {"replaced currency", Capex(), [](auto& e) { AmountOf(e).set_currency("DEM"); },
       kAmount + "currency", "is \"DEM\""},
      {"no bound", Capex(), [](auto& e) { AmountOf(e).clear_bound(); }, kAmount + "bound",
       "missing; set one of BOUND_EXACT, BOUND_AT_LEAST"},
      {"unknown bound", Capex(), [](auto& e) { AmountOf(e).set_bound(v1::Bound(77)); },
       kAmount + "bound", "is 77, which is no Bound"},
      {"exact without value", Capex(), [](auto& e) { AmountOf(e).clear_value(); },
       kAmount + "value", "missing, but BOUND_EXACT has value"},
      {"exact with low", Capex(), [](auto& e) { AmountOf(e).mutable_low()->set_units(1); },
       kAmount + "low", "set, but BOUND_EXACT has value and neither low nor high"},
      {"exact with high", Capex(), [](auto& e) { AmountOf(e).mutable_high()->set_units(1); },
       kAmount + "high", "leave it out, or change the bound"},
      {"nanos too large", Capex(),
       [](auto& e) { AmountOf(e).mutable_value()->set_nanos(1'000'000'000); }, kAmount + "value",
       "nanos must be"},
      {"signs that differ", Capex(), [](auto& e) { AmountOf(e).mutable_value()->set_nanos(-1); },
       kAmount + "value", "of the sign of units"},
      {"verbatim too long", Capex(),
       [](auto& e) { AmountOf(e).set_verbatim(std::string(1001, 'x')); }, kAmount + "verbatim",
       "is 1001 bytes; at most 1000"},
      {"conversion into itself", Capex(),
       [](auto& e) { AmountOf(e).mutable_stated_conversions(0)->set_currency("CNY"); },
       kAmount + "stated_conversions[0].currency", "the amount's own currency"},
      {"conversion without figure", Capex(),
       [](auto& e) { AmountOf(e).mutable_stated_conversions(0)->clear_value(); },
       kAmount + "stated_conversions[0].value", "missing"},
      {"conversion by nobody", Capex(),
       [](auto& e) { AmountOf(e).mutable_stated_conversions(0)->mutable_stated_by()->Clear(); },
       kAmount + "stated_conversions[0].stated_by.mention", "missing"},
      {"too many conversions", Capex(),
       [](auto& e) {
         for (int i = 0; i < 16; ++i) {
           *AmountOf(e).add_stated_conversions() = AmountOf(e).stated_conversions(0);
         }
       },
       kAmount + "stated_conversions", "has 17 values; at most 16"},
      {"unstated without words", Capex(),
       [](auto& e) {
         AmountOf(e).set_bound(v1::BOUND_UNSTATED);
         AmountOf(e).clear_value();
         AmountOf(e).clear_verbatim();
       },
       kAmount + "verbatim", "the report's words"},
      {"unstated with value", Capex(), [](auto& e) { AmountOf(e).set_bound(v1::BOUND_UNSTATED); },
       kAmount + "value", "BOUND_UNSTATED has none"},
      {"range backward", Capex(),
       [](auto& e) {
         AmountOf(e).clear_value();
         AmountOf(e).set_bound(v1::BOUND_RANGE);
         AmountOf(e).mutable_low()->set_units(13);
         AmountOf(e).mutable_high()->set_units(12);
       },
       kAmount + "low", "is 13, more than high, which is 12"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckValuesTest, BadQuantitiesAreRefused) {
  const std::vector<BadCase> cases = {
      {"no unit", Order(), [](auto& e) { QuantityOf(e).clear_unit(); }, kQuantity + "unit",
       "missing; set one of UNIT_CHIP"},
      {"tokens ordered", Order(), [](auto& e) { QuantityOf(e).set_unit(v1::UNIT_TOKEN); },
       kQuantity + "unit", "chips are counted in"},
      {"backward", Order(), [](auto& e) { QuantityOf(e).set_low(25001); }, kQuantity + "low",
       "is 25001, more than high, which is 25000; low must be at most high"},
      {"negative", Order(), [](auto& e) { QuantityOf(e).set_low(-1); }, kQuantity + "low",
       "is -1; a count is not negative"},
      {"range without high", Order(), [](auto& e) { QuantityOf(e).clear_high(); },
       kQuantity + "high", "BOUND_RANGE has low and high"},
      {"range with value", Order(), [](auto& e) { QuantityOf(e).set_value(5); },
       kQuantity + "value", "BOUND_RANGE has low and high"},
      {"at least with high", Order(), [](auto& e) { QuantityOf(e).set_bound(v1::BOUND_AT_LEAST); },
       kQuantity + "high", "BOUND_AT_LEAST has low"},
      {"at most with low", Order(), [](auto& e) { QuantityOf(e).set_bound(v1::BOUND_AT_MOST); },
       kQuantity + "low", "BOUND_AT_MOST has high"},
      {"chips in a chip", Order(), [](auto& e) { QuantityOf(e).set_units_per(8); },
       kQuantity + "units_per", "only UNIT_MODULE and UNIT_SERVER"},
      {"no chip in a module", Order(),
       [](auto& e) {
         QuantityOf(e).set_unit(v1::UNIT_MODULE);
         QuantityOf(e).set_units_per(0);
       },
       kQuantity + "units_per", "is 0; allowed are 1 to 100000"},
      {"too many in a server", Order(),
       [](auto& e) {
         QuantityOf(e).set_unit(v1::UNIT_SERVER);
         QuantityOf(e).set_units_per(100'001);
       },
       kQuantity + "units_per", "is 100001"},
      {"unstated without words", Supply(),
       [](auto& e) { e.mutable_chip_supply()->mutable_quantity()->clear_verbatim(); },
       "events[0].chip_supply.quantity.verbatim", "the report's words"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckValuesTest, BadRatiosAreRefused) {
  const std::string share = "events[0].capex_announcement.share_of.";
  const std::string growth = "events[0].capex_announcement.growth_on_year.";
  const std::vector<BadCase> cases = {
      {"share of nothing", Capex(), [](auto& e) { ShareOf(e).clear_of_event_id(); },
       share + "of_event_id", "or the whole in words"},
      {"share of two wholes", Capex(), [](auto& e) { ShareOf(e).set_of_text("all"); },
       share + "of_text", "leave one of them out"},
      {"share of itself", Capex(), [](auto& e) { ShareOf(e).set_of_event_id("capex-1"); },
       share + "of_event_id", "the event's own"},
      {"share of a bad id", Capex(), [](auto& e) { ShareOf(e).set_of_event_id("a b"); },
       share + "of_event_id", "is \"a b\""},
      {"direction beside a number", Capex(),
       [](auto& e) { ShareOf(e).set_direction(v1::DIRECTION_UP); }, share + "direction",
       "beside a number"},
      {"growth of something", Capex(), [](auto& e) { GrowthOf(e).set_of_text("all"); },
       growth + "of_text", "leave it out"},
      {"growth that says nothing", Capex(),
       [](auto& e) {
         GrowthOf(e).clear_direction();
         GrowthOf(e).clear_verbatim();
       },
       growth + "direction", "with BOUND_UNSTATED a direction"},
      {"order as a share of itself", Order(),
       [](auto& e) {
         auto& ratio = *e.mutable_chip_order()->mutable_share_of();
         ratio.clear_of_text();
         ratio.set_of_event_id("order-1");
       },
       "events[0].chip_order.share_of.of_event_id", "the event's own"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckValuesTest, BadNamesAreRefused) {
  const std::string company = "events[0].capex_announcement.companies[0].";
  const std::vector<BadCase> cases = {
      {"no name", Capex(), [](auto& e) { CompanyOf(e).clear_mention(); }, company + "mention",
       "is missing"},
      {"too long", Capex(), [](auto& e) { CompanyOf(e).set_mention(std::string(257, 'x')); },
       company + "mention", "is 257 bytes; at most 256"},
      {"only hyphens", Capex(), [](auto& e) { CompanyOf(e).set_mention(" - "); },
       company + "mention", "nothing to know a name by"},
      {"only tatweel", Capex(), [](auto& e) { CompanyOf(e).set_mention("ـــ"); },
       company + "mention", "nothing to know a name by"},
      {"id with capitals", Capex(), [](auto& e) { CompanyOf(e).set_id("ByteDance"); },
       company + "id", "is \"ByteDance\"; allowed are 1 to 64 of a-z, 0-9 and -"},
      {"id too long", Capex(), [](auto& e) { CompanyOf(e).set_id(std::string(65, 'x')); },
       company + "id", "1 to 64"},
      {"language in words", Capex(), [](auto& e) { CompanyOf(e).set_language("Modern Arabic"); },
       company + "language", "BCP 47"},
      {"language of one letter", Capex(), [](auto& e) { CompanyOf(e).set_language("x-arabic"); },
       company + "language", "BCP 47"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckValuesTest, EdgesThatAreAllowed) {
  v1::Event event = Capex();
  CompanyOf(event).set_mention(std::string(256, 'x'));
  CompanyOf(event).set_language("zh-Hans-CN");
  CompanyOf(event).set_id(std::string(64, 'x'));
  AmountOf(event).set_verbatim(std::string(1000, 'x'));
  AmountOf(event).clear_value();
  AmountOf(event).set_bound(v1::BOUND_RANGE);
  AmountOf(event).mutable_low()->set_units(12);
  AmountOf(event).mutable_high()->set_units(12);
  EXPECT_TRUE(SealOne(event).ok()) << SealOne(event).status();
}

TEST(CheckValuesTest, CurrenciesAreThoseInUse) {
  for (const char* code : {"CNY", "USD", "EUR", "JPY", "TWD", "KRW", "MYR", "SAR", "AED", "EGP"}) {
    EXPECT_TRUE(kinds::IsCurrency(code)) << code;
  }
  for (const char* code : {"", "RMB", "usd", "US", "USDT", "DEM", "XXX", "XAU", "XTS", "U$D"}) {
    EXPECT_FALSE(kinds::IsCurrency(code)) << code;
  }
}

}  // namespace
}  // namespace chipline::ingest
