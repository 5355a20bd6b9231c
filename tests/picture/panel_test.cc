#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/picture/picture.h"
#include "tests/picture/drawn.h"

// What single panels show, by where it lies.
namespace chipline::picture {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string DrawOne(const v1::TimelineEntry& entry) {
  return Draw({"Title", "", {entry}, {}, "2026-11-30", ""});
}

v1::AmountFigure Sum(int64_t units, const std::string& event, const std::string& day) {
  v1::AmountFigure figure;
  figure.mutable_amount()->set_currency("CNY");
  figure.mutable_amount()->set_bound(v1::BOUND_EXACT);
  figure.mutable_amount()->mutable_value()->set_units(units);
  figure.mutable_claim()->set_event_id(event);
  figure.mutable_claim()->set_published(day);
  return figure;
}

v1::TimelineEntry Capex() {
  v1::TimelineEntry entry;
  *entry.mutable_capex()->mutable_selected() = Sum(100, "e1", "2026-01-15");
  return entry;
}

void AddHolder(v1::TimelineEntry& entry, int64_t chips) {
  v1::HolderSupply& holder = *entry.mutable_chip_supply()->add_holders();
  holder.set_holder("acme");
  holder.set_metric(v1::SUPPLY_METRIC_INVENTORY);
  holder.mutable_selected()->mutable_quantity()->set_unit(v1::UNIT_CHIP);
  holder.mutable_selected()->mutable_quantity()->set_bound(v1::BOUND_EXACT);
  holder.mutable_selected()->mutable_quantity()->set_value(chips);
}

TEST(BarTest, BarsOfLikeCountsAreInProportionToo) {
  v1::TimelineEntry entry;
  AddHolder(entry, 90);
  AddHolder(entry, 100);
  std::vector<double> widths;
  for (const DrawnMark& mark : ReadPicture(DrawOne(entry)).marks) {
    if (mark.ink == "b-count" && !mark.in_legend) widths.push_back(mark.box.width);
  }
  ASSERT_EQ(widths.size(), 2U);
  EXPECT_NEAR(widths[0] / widths[1], 0.9, 0.01);
}

TEST(BarTest, TheAxisSaysWhatIsCounted) {
  v1::TimelineEntry entry;
  AddHolder(entry, 90);
  EXPECT_THAT(DrawOne(entry), HasSubstr(">chips</text>"));
  EXPECT_THAT(DrawOne(entry), HasSubstr(">50</text>"));
  AddHolder(entry, 5);
  entry.mutable_chip_supply()->mutable_holders(1)->mutable_selected()->mutable_quantity()->set_unit(
      v1::UNIT_SERVER);
  EXPECT_THAT(DrawOne(entry), HasSubstr(">count</text>"));
}

TEST(BarTest, AnEarlierReadingIsOnTheScale) {
  v1::TimelineEntry entry;
  v1::StageLedger& stage = *entry.mutable_chip_order()->add_stages();
  for (const int64_t chips : {1'000, 10}) {
    v1::Quantity& reading = *stage.add_readings()->mutable_selected()->mutable_quantity();
    reading.set_unit(v1::UNIT_CHIP);
    reading.set_bound(v1::BOUND_EXACT);
    reading.set_value(chips);
    *stage.mutable_selected()->mutable_quantity() = reading;
  }
  for (const DrawnMark& mark : ReadPicture(DrawOne(entry)).marks) {
    if (mark.ink != "b-count") continue;
    EXPECT_LE(mark.box.right(), 520);
  }
}

TEST(BarTest, ALongNameLeavesWhatIsCountedOfIt) {
  v1::TimelineEntry entry;
  AddHolder(entry, 90);
  Names names;
  names.Set(v1::ENTITY_KIND_COMPANY, "acme", "The Extraordinarily Long Named Holding Company");
  EXPECT_THAT(Draw({"Title", "", {entry}, names, "", ""}), HasSubstr(">inventory</text>"));
}

TEST(PlotTest, AHeadlineIsNotCutForItsVerdict) {
  v1::TimelineEntry entry = Capex();
  *entry.mutable_capex()->add_alternatives() = Sum(9'000, "e2", "2026-01-16");
  entry.mutable_capex()->mutable_alternatives(0)->mutable_claim()->set_flagged(true);
  entry.mutable_capex()->mutable_alternatives(0)->mutable_amount()->set_approximate(true);
  const std::string svg = DrawOne(entry);
  EXPECT_THAT(svg, HasSubstr(">about 9,000 CNY</text>"));
  EXPECT_THAT(svg, HasSubstr(">ten times the selected one: check the units</text>"));
}

TEST(PlotTest, LinesToLabelsLieBelowMarks) {
  v1::TimelineEntry entry = Capex();
  *entry.mutable_capex()->add_alternatives() = Sum(100, "e2", "2026-01-17");
  const std::string svg = DrawOne(entry);
  EXPECT_LT(svg.rfind("class=\"leader\""), svg.find("<circle", svg.find("<g transform")));
}

TEST(PlotTest, TheFirstDayThatIsWrittenHasItsYear) {
  v1::TimelineEntry entry = Capex();
  *entry.mutable_capex()->add_alternatives() = Sum(100, "e2", "2026-02-01");
  // The first of January is too near the name of the axis to be written.
  EXPECT_THAT(DrawOne(entry), HasSubstr(">Apr 2026</text>"));
}

TEST(PlotTest, TinyFiguresHaveAnAxisThatTellsThemApart) {
  v1::TimelineEntry entry = Capex();
  v1::Decimal& value =
      *entry.mutable_capex()->mutable_selected()->mutable_amount()->mutable_value();
  value.set_units(0);
  value.set_nanos(5'000'000);
  EXPECT_THAT(DrawOne(entry), HasSubstr(">0.002</text>"));
}

TEST(HeadingTest, ALongOneTakesMoreLines) {
  v1::TimelineEntry entry = Capex();
  entry.mutable_key()->mutable_capex()->add_companies("acme");
  entry.mutable_key()->mutable_capex()->set_basis_class(v1::BASIS_CLASS_FORWARD);
  Names names;
  names.Set(v1::ENTITY_KIND_COMPANY, "acme",
            "The Extraordinarily Long Named Holding Company for Semiconductors and Other Purposes "
            "of the Northern Provinces Limited");
  const std::string svg = Draw({"Title", "", {entry}, names, "", ""});
  EXPECT_THAT(svg.substr(svg.find("<g transform")), Not(HasSubstr("…</text>")));
  EXPECT_THAT(svg, HasSubstr("forward</text>"));
}

TEST(NoteTest, WhatIsCutIsShownWhenPointedAt) {
  v1::TimelineEntry entry = Capex();
  std::string condition;
  for (int i = 0; i < 99; ++i) condition += "the licence is issued ";
  condition += "at last";
  entry.mutable_capex()->mutable_selected()->mutable_claim()->add_conditions(condition);
  EXPECT_THAT(DrawOne(entry), HasSubstr("at last</title>"));
}

TEST(LeftOutTest, ClaimsThatTheEntryDoesNotHoldAreCounted) {
  v1::TimelineEntry entry = Capex();
  entry.mutable_capex()->set_alternatives_omitted(283);
  entry.mutable_capex()->set_revisions_omitted(2);
  EXPECT_THAT(DrawOne(entry), HasSubstr(">283 more claims than are shown</text>"));
  EXPECT_THAT(DrawOne(entry), HasSubstr(">2 more claims that stand no more than are shown</text>"));
}

TEST(BandTest, AWordStandsBesideTheLineOfToday) {
  v1::TimelineEntry entry;
  v1::RuleInterval& interval = *entry.mutable_export_rule()->add_intervals();
  interval.mutable_valid()->set_from("2026-11-01");
  interval.mutable_valid()->set_to("2026-12-30");
  interval.set_certain(true);
  interval.mutable_general()->set_gate(v1::GATE_STATE_DENIED);
  const Drawn drawn = ReadPicture(DrawOne(entry));
  const auto today = std::find_if(drawn.marks.begin(), drawn.marks.end(),
                                  [](const auto& mark) { return mark.ink == "today"; });
  const auto word = std::find_if(drawn.texts.begin(), drawn.texts.end(),
                                 [](const auto& text) { return text.text == "denied"; });
  ASSERT_NE(today, drawn.marks.end());
  ASSERT_NE(word, drawn.texts.end());
  EXPECT_TRUE(word->box.right() < today->box.x || word->box.x > today->box.x);
}

TEST(IdTest, WhatIsAnIdOnPurposeSaysWhatItIsOf) {
  EXPECT_THAT(DrawOne(Capex()), HasSubstr(">15 Jan 2026 · event\u00A0e1</text>"));
  v1::TimelineEntry rule;
  v1::RuleInterval& interval = *rule.mutable_export_rule()->add_intervals();
  for (const char* event : {"r1", "r2"}) {
    interval.add_alternatives()->mutable_claim()->set_event_id(event);
  }
  EXPECT_THAT(DrawOne(rule), HasSubstr(">events\u00A0r1, r2</text>"));
  v1::TimelineEntry order;
  order.mutable_key()->mutable_chip_order()->set_order("order.acme.one");
  order.mutable_chip_order();
  EXPECT_THAT(DrawOne(order), HasSubstr(">id: order.acme.one</text>"));
  v1::TimelineEntry supply;
  supply.mutable_chip_supply()->add_ordered()->add_orders("order.acme.one");
  EXPECT_THAT(DrawOne(supply), HasSubstr(">id: order.acme.one</text>"));
}

TEST(DayTest, ReasonsWriteDaysAsTheRestOfThePictureDoes) {
  v1::TimelineEntry rule;
  v1::GateStatus& gate = *rule.mutable_export_rule()->add_asked()->mutable_gate();
  gate.set_state(v1::GATE_STATE_DENIED);
  v1::Reason& reason = *gate.mutable_grounds()->add_reasons();
  reason.set_kind(v1::REASON_KIND_DAYS_UNCERTAIN);
  reason.add_claim_days()->set_event_id("r-2026-01-14");
  reason.mutable_claim_days(0)->mutable_began()->set_latest("2026-01-15");
  EXPECT_THAT(DrawOne(rule), HasSubstr("denied: r-2026-01-14 began by 15 Jan 2026"));
}

TEST(DirectionTest, APictureRunsFromTheLeftInsideAPageThatDoesNot) {
  EXPECT_THAT(DrawOne(Capex()), HasSubstr("role=\"img\" direction=\"ltr\""));
}

TEST(DescriptionTest, SaysWhatEachPanelComesTo) {
  v1::TimelineEntry entry = Capex();
  entry.mutable_capex()->set_agreement(v1::AGREEMENT_CONFLICTING);
  const std::string svg = DrawOne(entry);
  const size_t at = svg.find("<desc");
  EXPECT_THAT(svg.substr(at, svg.find("</desc>") - at), HasSubstr("100 CNY, conflicting"));
}

}  // namespace
}  // namespace chipline::picture
