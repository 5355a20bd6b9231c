#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

template <typename Repeated>
void Fill(Repeated* values, int count) {
  while (values->size() < count) *values->Add() = values->Get(0);
}

TEST(CheckPayloadsTest, BadCapexIsRefused) {
  const std::string at = "events[0].capex_announcement.";
  const auto capex = [](v1::Event& e) { return e.mutable_capex_announcement(); };
  const std::vector<BadCase> cases = {
      {"nobody spends", Capex(), [=](auto& e) { capex(e)->clear_companies(); }, at + "companies",
       "is empty; 1 to 16"},
      {"too many", Capex(), [=](auto& e) { Fill(capex(e)->mutable_companies(), 17); },
       at + "companies", "has 17 values; at most 16"},
      {"no scope", Capex(), [=](auto& e) { capex(e)->clear_scope(); }, at + "scope", "missing"},
      {"other without words", Capex(),
       [=](auto& e) {
         capex(e)->set_scope(v1::CAPEX_SCOPE_OTHER);
         capex(e)->clear_scope_text();
       },
       at + "scope_text", "CAPEX_SCOPE_OTHER"},
      {"no basis", Capex(), [=](auto& e) { capex(e)->clear_basis(); }, at + "basis", "missing"},
      {"ongoing in a period", Capex(),
       [=](auto& e) { capex(e)->set_basis(v1::CAPEX_BASIS_ONGOING); }, at + "period",
       "spending with no period"},
      {"no accounting", Capex(), [=](auto& e) { capex(e)->clear_accounting(); }, at + "accounting",
       "missing"},
      {"long definition", Capex(),
       [=](auto& e) { capex(e)->set_definition(std::string(257, 'x')); }, at + "definition",
       "at most 256"},
      {"long scope_text", Capex(),
       [=](auto& e) { capex(e)->set_scope_text(std::string(4001, 'x')); }, at + "scope_text",
       "at most 4000"},
      {"too many conditions", Capex(), [=](auto& e) { Fill(capex(e)->mutable_conditions(), 17); },
       at + "conditions", "has 17 values"},
      {"empty condition", Capex(), [=](auto& e) { capex(e)->set_conditions(0, ""); },
       at + "conditions[0]", "missing"},
      {"spent before the year is over", Capex(),
       [=](auto& e) { capex(e)->set_basis(v1::CAPEX_BASIS_ACTUAL); }, at + "basis",
       "published on 2025-12-23 at the latest and its period ends on 2027-01-01"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, ActualIsComparedWithTheRootsPublication) {
  v1::Event event = Capex();
  event.mutable_capex_announcement()->set_basis(v1::CAPEX_BASIS_ACTUAL);
  event.mutable_capex_announcement()->mutable_period()->set_edtf("2025");
  // The retelling is of the year after; the root, which counts, is of the year itself.
  event.mutable_source()->mutable_hops(0)->mutable_published()->set_edtf("2026-02");
  EXPECT_FALSE(SealOne(event).ok());
  // On the last day the period is not over, and on the day after it is.
  event.mutable_source()->mutable_hops(1)->mutable_published()->set_edtf("2025-12-31");
  EXPECT_FALSE(SealOne(event).ok());
  event.mutable_source()->mutable_hops(1)->mutable_published()->set_edtf("2026-01-01");
  EXPECT_TRUE(SealOne(event).ok());
  // Without a date of its own the nearest hop's counts, and without any nothing is known.
  event.mutable_source()->mutable_hops(1)->clear_published();
  EXPECT_TRUE(SealOne(event).ok());
  event.mutable_source()->mutable_hops(0)->mutable_published()->set_edtf("2025-12~");
  EXPECT_FALSE(SealOne(event).ok());
  event.mutable_source()->mutable_hops(0)->clear_published();
  EXPECT_TRUE(SealOne(event).ok());
}

TEST(CheckPayloadsTest, BadRulesAreRefused) {
  const std::string at = "events[0].export_rule_change.";
  const auto rule = [](v1::Event& e) { return e.mutable_export_rule_change(); };
  const std::vector<BadCase> cases = {
      {"no nature", Rule(), [=](auto& e) { rule(e)->clear_nature(); }, at + "nature", "missing"},
      {"no jurisdiction", Rule(), [=](auto& e) { rule(e)->clear_jurisdiction(); },
       at + "jurisdiction", "whose rule"},
      {"no gate", Rule(), [=](auto& e) { rule(e)->clear_gate(); }, at + "gate", "missing"},
      {"unknown instrument", Rule(),
       [=](auto& e) { rule(e)->set_instrument(v1::RuleInstrument(9)); }, at + "instrument",
       "is 9, which is no RuleInstrument"},
      {"no chips", Rule(),
       [=](auto& e) {
         rule(e)->clear_chips();
         rule(e)->clear_chips_text();
       },
       at + "chips", "wording in chips_text"},
      {"too many chips", Rule(), [=](auto& e) { Fill(rule(e)->mutable_chips(), 65); }, at + "chips",
       "at most 64"},
      {"no destinations", Rule(),
       [=](auto& e) {
         rule(e)->clear_destinations();
         rule(e)->clear_scope_text();
       },
       at + "destinations", "wording in scope_text"},
      {"too many places left out", Rule(),
       [=](auto& e) { Fill(rule(e)->mutable_destinations_except(), 65); },
       at + "destinations_except", "at most 64"},
      {"named, but nobody", Rule(), [=](auto& e) { rule(e)->clear_buyers(); }, at + "buyers",
       "END_USERS_NAMED"},
      {"cap in people", Rule(),
       [=](auto& e) {
         rule(e)->mutable_quantity_cap()->set_unit(v1::UNIT_USER);
         rule(e)->mutable_quantity_cap()->clear_units_per();
       },
       at + "quantity_cap.unit", "is UNIT_USER"},
      {"no effect", Rule(), [=](auto& e) { rule(e)->clear_effect(); }, at + "effect", "missing"},
      {"no status", Rule(), [=](auto& e) { rule(e)->clear_status(); }, at + "status", "missing"},
      {"binding before effective", Rule(),
       [=](auto& e) { rule(e)->mutable_binding()->set_edtf("2025-11"); }, at + "binding",
       "is 2025-11-30 at the latest, but the rule is effective from 2025-12-15"},
      {"never in force", Rule(),
       [=](auto& e) { rule(e)->mutable_expires()->set_edtf("2025-12-15"); }, at + "expires",
       "effective from 2025-12-15"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, BadOrdersAreRefused) {
  const std::string at = "events[0].chip_order.";
  const auto order = [](v1::Event& e) { return e.mutable_chip_order(); };
  const std::vector<BadCase> cases = {
      {"nobody buys", Order(), [=](auto& e) { order(e)->clear_buyers(); }, at + "buyers",
       "is empty; 1 to 16"},
      {"nobody sells", Order(), [=](auto& e) { order(e)->clear_supplier(); }, at + "supplier",
       "who sells"},
      {"no chips", Order(), [=](auto& e) { order(e)->clear_chips(); }, at + "chips", "is empty"},
      {"nothing inferred", Order(), [=](auto& e) { order(e)->clear_destination(); },
       at + "destination", "destination_inferred"},
      {"no stage", Order(), [=](auto& e) { order(e)->clear_stage(); }, at + "stage", "missing"},
      {"no modality", Order(), [=](auto& e) { order(e)->clear_modality(); }, at + "modality",
       "missing"},
      {"gate of nobody", Order(),
       [=](auto& e) { order(e)->mutable_gates(0)->clear_jurisdiction(); },
       at + "gates[0].jurisdiction", "whose gate"},
      {"gate without kind", Order(), [=](auto& e) { order(e)->mutable_gates(0)->clear_gate(); },
       at + "gates[0].gate", "missing"},
      {"gate without state", Order(), [=](auto& e) { order(e)->mutable_gates(0)->clear_state(); },
       at + "gates[0].state", "missing"},
      {"too many gates", Order(), [=](auto& e) { Fill(order(e)->mutable_gates(), 17); },
       at + "gates", "has 17 values"},
      {"long order_id", Order(), [=](auto& e) { order(e)->set_order_id(std::string(257, 'x')); },
       at + "order_id", "at most 256"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, BadSuppliesAreRefused) {
  const std::string at = "events[0].chip_supply.";
  const auto supply = [](v1::Event& e) { return e.mutable_chip_supply(); };
  const std::vector<BadCase> cases = {
      {"no holder", Supply(), [=](auto& e) { supply(e)->clear_holder(); }, at + "holder",
       "who holds"},
      {"no chips", Supply(), [=](auto& e) { supply(e)->clear_chips(); }, at + "chips", "is empty"},
      {"no metric", Supply(), [=](auto& e) { supply(e)->clear_metric(); }, at + "metric",
       "missing"},
      {"no modality", Supply(), [=](auto& e) { supply(e)->clear_modality(); }, at + "modality",
       "missing"},
      {"change of something", Supply(),
       [=](auto& e) { supply(e)->mutable_change()->set_of_event_id("x"); },
       at + "change.of_event_id", "leave it out"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, BadUsagesAreRefused) {
  const std::string at = "events[0].usage_report.";
  const auto usage = [](v1::Event& e) { return e.mutable_usage_report(); };
  const std::vector<BadCase> cases = {
      {"no company", Usage(), [=](auto& e) { usage(e)->clear_company(); }, at + "company",
       "missing"},
      {"no metric", Usage(), [=](auto& e) { usage(e)->clear_metric(); }, at + "metric", "missing"},
      {"no value", Usage(), [=](auto& e) { usage(e)->clear_value(); }, at + "value", "how much"},
      {"tokens counted in people", Usage(),
       [=](auto& e) { usage(e)->mutable_value()->set_unit(v1::UNIT_USER); }, at + "value.unit",
       "is UNIT_USER, but USAGE_METRIC_TOKENS_PER_DAY is counted in UNIT_TOKEN"},
      {"no time", Usage(), [=](auto& e) { usage(e)->clear_as_of(); }, at + "as_of", "when"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, BadPricesAreRefused) {
  const std::string at = "events[0].price_report.";
  const auto price = [](v1::Event& e) { return e.mutable_price_report(); };
  const std::vector<BadCase> cases = {
      {"no chip", Price(), [=](auto& e) { price(e)->clear_chip(); }, at + "chip", "missing"},
      {"no metric", Price(), [=](auto& e) { price(e)->clear_metric(); }, at + "metric", "missing"},
      {"no amount", Price(), [=](auto& e) { price(e)->clear_amount(); }, at + "amount", "how much"},
      {"for one of nothing", Price(), [=](auto& e) { price(e)->clear_per(); }, at + "per",
       "missing"},
      {"for one user", Price(), [=](auto& e) { price(e)->set_per(v1::UNIT_USER); }, at + "per",
       "is UNIT_USER; a price is for one UNIT_CHIP, UNIT_MODULE or UNIT_SERVER"},
      {"a place that says nothing", Price(), [=](auto& e) { price(e)->mutable_place()->Clear(); },
       at + "place.mention", ""},
      {"no time", Price(), [=](auto& e) { price(e)->clear_as_of(); }, at + "as_of", "when"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckPayloadsTest, BadAliasesAndNoticesAreRefused) {
  const std::string at = "events[0].alias_change.";
  const auto alias = [](v1::Event& e) { return e.mutable_alias_change(); };
  const std::vector<BadCase> cases = {
      {"no entity", Alias(), [=](auto& e) { alias(e)->clear_entity(); }, at + "entity",
       "is missing; 1 to 64"},
      {"a name for an id", Alias(), [=](auto& e) { alias(e)->set_entity("بايت دانس"); },
       at + "entity", "is \"بايت دانس\""},
      {"no kind", Alias(), [=](auto& e) { alias(e)->clear_kind(); }, at + "kind", "missing"},
      {"no alias", Alias(), [=](auto& e) { alias(e)->clear_alias(); }, at + "alias", "missing"},
      {"empty key", Alias(), [=](auto& e) { alias(e)->set_alias("\u200f \u0640"); }, at + "alias",
       "nothing to know a name by"},
      {"no change", Alias(), [=](auto& e) { alias(e)->clear_change(); }, at + "change", "missing"},
      {"notice of nothing", Notice(), [](auto& e) { e.clear_links(); }, "events[0].links",
       "link to one"},
      {"long notice", Notice(),
       [](auto& e) { e.mutable_claim_notice()->set_text(std::string(4001, 'x')); },
       "events[0].claim_notice.text", "at most 4000"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

}  // namespace
}  // namespace chipline::ingest
