#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

TEST(CheckEventTest, EveryKindOfEventIsTaken) {
  for (const v1::Event& event : AllEvents()) {
    EXPECT_TRUE(SealOne(event).ok()) << event.event_id() << ": " << SealOne(event).status();
  }
}

TEST(CheckEventTest, BadEventsAreRefused) {
  const std::vector<BadCase> cases = {
      {"no payload", Usage(), [](auto& e) { e.clear_usage_report(); }, "events[0].payload",
       "exactly one of capex_announcement"},
      {"id with a space", Usage(), [](auto& e) { e.set_event_id("a b"); }, "events[0].event_id",
       "is \"a b\" of 3 bytes"},
      {"id in Arabic", Usage(), [](auto& e) { e.set_event_id("خبر"); }, "events[0].event_id",
       "printable ASCII"},
      {"long id", Usage(), [](auto& e) { e.set_event_id(std::string(65, 'x')); },
       "events[0].event_id", "1 to 64"},
      {"id of the server's", Usage(), [](auto& e) { e.set_event_id("sha256-0000"); },
       "events[0].event_id", "given by the server"},
      {"label without key", Usage(), [](auto& e) { e.mutable_labels(0)->clear_key(); },
       "events[0].labels[0].key", "missing"},
      {"long label", Usage(),
       [](auto& e) { e.mutable_labels(0)->set_value(std::string(1025, 'x')); },
       "events[0].labels[0].value", "at most 1024"},
      {"too many labels", Usage(),
       [](auto& e) {
         while (e.labels_size() < 33) *e.add_labels() = e.labels(0);
       },
       "events[0].labels", "has 33 values; at most 32"},
      {"link without relation", Usage(), [](auto& e) { e.mutable_links(0)->clear_relation(); },
       "events[0].links[0].relation", "missing"},
      {"link to nothing", Usage(), [](auto& e) { e.mutable_links(0)->clear_event_id(); },
       "events[0].links[0].event_id", "missing"},
      {"link to itself", Usage(), [](auto& e) { e.mutable_links(0)->set_event_id("usage-1"); },
       "events[0].links[0].event_id", "the event's own"},
      {"two links to one", Usage(),
       [](auto& e) {
         *e.add_links() = e.links(0);
         e.mutable_links(1)->set_relation(v1::LINK_RELATION_DENIES);
       },
       "events[0].links[1].event_id", "repeats links[0].event_id"},
      {"too many links", Usage(),
       [](auto& e) {
         for (int i = 1; i < 17; ++i) {
           *e.add_links() = e.links(0);
           e.mutable_links(i)->set_event_id(fmt::format("t{}", i));
         }
       },
       "events[0].links", "has 17 values; at most 16"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckEventTest, BadSourcesAreRefused) {
  const auto source = [](v1::Event& e) { return e.mutable_source(); };
  const std::string at = "events[0].source.";
  const std::vector<BadCase> cases = {
      {"origin without kind", Usage(), [=](auto& e) { source(e)->mutable_origin()->clear_kind(); },
       at + "origin.kind", "missing; set one of ORIGIN_KIND_FILING"},
      {"nobody knew", Usage(), [=](auto& e) { source(e)->mutable_origin()->set_count(0); },
       at + "origin.count", "is 0; it must be 1 or more"},
      {"no publisher", Usage(), [=](auto& e) { source(e)->mutable_hops(1)->clear_publisher(); },
       at + "hops[1].publisher", "who published"},
      {"no relation", Usage(), [=](auto& e) { source(e)->mutable_hops(0)->clear_relation(); },
       at + "hops[0].relation", "missing"},
      {"primary before the last", Usage(),
       [=](auto& e) { source(e)->mutable_hops(0)->set_relation(v1::HOP_RELATION_PRIMARY); },
       at + "hops[0].relation", "only the last hop"},
      {"long url", Usage(),
       [=](auto& e) { source(e)->mutable_hops(0)->set_url(std::string(2049, 'x')); },
       at + "hops[0].url", "at most 2048"},
      {"long sentence", Usage(),
       [=](auto& e) { source(e)->mutable_hops(0)->set_verbatim(std::string(4001, 'x')); },
       at + "hops[0].verbatim", "at most 4000"},
      {"bad date", Usage(),
       [=](auto& e) { source(e)->mutable_hops(0)->mutable_published()->set_edtf("12/2025"); },
       at + "hops[0].published.edtf", "year of four digits"},
      {"no date", Usage(),
       [=](auto& e) { source(e)->mutable_hops(0)->mutable_published()->Clear(); },
       at + "hops[0].published.edtf", "missing"},
      {"too many hops", Usage(),
       [=](auto& e) {
         source(e)->mutable_hops(1)->set_relation(v1::HOP_RELATION_QUOTES);
         while (source(e)->hops_size() < 17) *source(e)->add_hops() = source(e)->hops(0);
       },
       at + "hops", "has 17 values; at most 16"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckEventTest, BadDaysAndPeriodsAreRefused) {
  const auto period = [](v1::Event& e) { return e.mutable_capex_announcement()->mutable_period(); };
  const auto fiscal = [](v1::Event& e) { return e.mutable_chip_order()->mutable_for_period(); };
  const auto as_of = [](v1::Event& e) { return e.mutable_usage_report()->mutable_as_of(); };
  const std::string calendar = "events[0].capex_announcement.period.";
  const std::string year = "events[0].chip_order.for_period.";
  const std::vector<BadCase> cases = {
      {"another earliest", Usage(), [=](auto& e) { as_of(e)->set_earliest("2025-10-02"); },
       "events[0].usage_report.as_of.earliest", "but edtf gives 2025-10-01"},
      {"an end where none is", Usage(),
       [=](auto& e) {
         as_of(e)->set_edtf("2025-10/..");
         as_of(e)->set_latest("2026-01-01");
       },
       "events[0].usage_report.as_of.latest", "an open end"},
      {"no kind", Capex(), [=](auto& e) { period(e)->clear_kind(); }, calendar + "kind", "missing"},
      {"no expression", Capex(), [=](auto& e) { period(e)->clear_edtf(); }, calendar + "edtf",
       "missing"},
      {"open period", Capex(), [=](auto& e) { period(e)->set_edtf("2026/.."); }, calendar + "edtf",
       "no open end"},
      {"another end", Capex(), [=](auto& e) { period(e)->set_end("2026-12-31"); }, calendar + "end",
       "but edtf gives 2027-01-01"},
      {"label on a calendar year", Capex(), [=](auto& e) { period(e)->set_fiscal_label("FY26"); },
       calendar + "fiscal_label", "PERIOD_KIND_FISCAL"},
      {"fiscal without label", Order(), [=](auto& e) { fiscal(e)->clear_fiscal_label(); },
       year + "fiscal_label", "missing"},
      {"half resolved", Order(), [=](auto& e) { fiscal(e)->clear_end(); }, year + "end",
       "both start and end, or neither"},
      {"no such day", Order(), [=](auto& e) { fiscal(e)->set_start("2025-02-30"); }, year + "start",
       "is \"2025-02-30\""},
      {"backward", Order(), [=](auto& e) { fiscal(e)->set_end("2025-04-01"); }, year + "end",
       "not after start"},
  };
  for (const BadCase& bad : cases) ExpectRefused(bad);
}

TEST(CheckEventTest, UnresolvedFiscalPeriodIsTaken) {
  v1::Event event = Order();
  event.mutable_chip_order()->mutable_for_period()->clear_start();
  event.mutable_chip_order()->mutable_for_period()->clear_end();
  EXPECT_TRUE(SealOne(event).ok());
}

TEST(CheckEventTest, EverythingWrongIsSaidAtOnceAndInOrder) {
  v1::Event event = Order();
  event.set_event_id("a b");
  event.mutable_source()->mutable_hops(0)->clear_publisher();
  event.mutable_chip_order()->mutable_quantity()->set_low(30000);
  event.mutable_chip_order()->clear_stage();
  const auto violations = ViolationsOf(SealOne(event).status());
  ASSERT_EQ(violations.size(), 4u);
  EXPECT_EQ(violations[0].field, "events[0].event_id");
  EXPECT_EQ(violations[1].field, "events[0].source.hops[0].publisher");
  EXPECT_EQ(violations[2].field, "events[0].chip_order.quantity.low");
  EXPECT_EQ(violations[3].field, "events[0].chip_order.stage");
}

}  // namespace
}  // namespace chipline::ingest
