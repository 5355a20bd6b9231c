#include "services/picture/picture.h"

#include <regex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/picture/text.h"

namespace chipline::picture {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kBillion = 1'000'000'000;

v1::AmountFigure Figure(const std::string& event, int64_t billions, const std::string& day) {
  v1::AmountFigure figure;
  figure.mutable_amount()->set_currency("CNY");
  figure.mutable_amount()->set_bound(v1::BOUND_EXACT);
  figure.mutable_amount()->mutable_value()->set_units(billions * kBillion);
  figure.set_basis(v1::CAPEX_BASIS_PLAN);
  figure.mutable_claim()->set_event_id(event);
  figure.mutable_claim()->set_root("ft");
  figure.mutable_claim()->set_published(day);
  figure.mutable_claim()->set_standing(v1::STANDING_STANDING);
  return figure;
}

v1::TimelineEntry Capex() {
  v1::TimelineEntry entry;
  v1::CapexKey& key = *entry.mutable_key()->mutable_capex();
  key.add_companies("bytedance");
  key.set_scope(v1::CAPEX_SCOPE_AI_CHIPS);
  key.set_period_kind(v1::PERIOD_KIND_CALENDAR);
  key.set_period("2026");
  key.set_basis_class(v1::BASIS_CLASS_FORWARD);
  v1::CapexEntry& capex = *entry.mutable_capex();
  capex.set_agreement(v1::AGREEMENT_CONFLICTING);
  *capex.mutable_selected() = Figure("e1", 100, "2026-01-15");
  *capex.add_alternatives() = Figure("e2", 80, "2025-12-31");
  return entry;
}

void AddInterval(v1::ExportRuleEntry& rule, const std::string& from, const std::string& to,
                 v1::GateState gate, v1::RuleEffect effect) {
  v1::RuleInterval& interval = *rule.add_intervals();
  interval.mutable_valid()->set_from(from);
  interval.mutable_valid()->set_to(to);
  interval.set_certain(true);
  interval.mutable_general()->set_gate(gate);
  interval.mutable_general()->set_effect(effect);
  interval.mutable_general()->mutable_claim()->set_event_id("r" + from);
}

v1::TimelineEntry Rule() {
  v1::TimelineEntry entry;
  v1::ExportRuleKey& key = *entry.mutable_key()->mutable_export_rule();
  key.set_jurisdiction("us");
  key.set_gate(v1::GATE_KIND_EXPORT);
  key.set_chip("h200");
  key.set_destination("cn");
  v1::ExportRuleEntry& rule = *entry.mutable_export_rule();
  AddInterval(rule, "", "2024-06-01", v1::GATE_STATE_NOT_REQUIRED, v1::RULE_EFFECT_ALLOWED);
  AddInterval(rule, "2024-06-01", "2025-06-01", v1::GATE_STATE_DENIED, v1::RULE_EFFECT_PROHIBITED);
  AddInterval(rule, "2025-06-01", "", v1::GATE_STATE_CONDITIONAL, v1::RULE_EFFECT_LICENSED);
  return entry;
}

std::string DrawOne(const v1::TimelineEntry& entry, const Names& names = {}) {
  return Draw({"Title", "as of position 1", {entry}, names, "2026-11-22", ""});
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// The attribute of the first element that has all of `before` in it, in that order.
double Attribute(const std::string& svg, const std::string& before, const std::string& name) {
  const size_t element = svg.find(before);
  EXPECT_NE(element, std::string::npos) << before;
  const size_t start = svg.rfind('<', element);
  const size_t value = svg.find(" " + name + "=\"", start);
  return std::stod(svg.substr(value + name.size() + 3));
}

// The y of the text that says this and nothing else.
double TextY(const std::string& svg, const std::string& text) {
  return Attribute(svg, ">" + text + "</text>", "y");
}

// Every element is closed by its own name, and no text holds markup or a bare ampersand.
void ExpectWellFormed(const std::string& svg) {
  const std::regex tag(R"(<(/?)([a-z]+)((?: [a-z0-9A-Z-]+="[^"<]*")*)(/?)>)");
  std::vector<std::string> open;
  std::string rest = svg;
  const size_t style = rest.find("<style>");
  ASSERT_NE(style, std::string::npos);
  rest.erase(style, rest.find("</style>") + 8 - style);
  auto at = std::sregex_iterator(rest.begin(), rest.end(), tag);
  std::string text;
  size_t last = 0;
  for (; at != std::sregex_iterator(); ++at) {
    text += rest.substr(last, static_cast<size_t>(at->position()) - last);
    last = static_cast<size_t>(at->position() + at->length());
    if ((*at)[1] == "/") {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), (*at)[2]);
      open.pop_back();
    } else if ((*at)[4] != "/") {
      open.push_back((*at)[2]);
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_THAT(text + rest.substr(last), Not(HasSubstr("<")));
  EXPECT_FALSE(std::regex_search(text, std::regex("&(?!amp;|lt;|gt;|quot;)")));
}

TEST(PictureTest, EqualSubjectsGiveEqualBytes) {
  EXPECT_EQ(DrawOne(Capex()), DrawOne(Capex()));
  EXPECT_EQ(DrawOne(Rule()), DrawOne(Rule()));
}

TEST(PictureTest, IsOneDocumentThatNeedsNothingElse) {
  for (const std::string& svg : {DrawOne(Capex()), DrawOne(Rule())}) {
    ExpectWellFormed(svg);
    EXPECT_EQ(Count(svg, "http"), 1U);  // The namespace.
    EXPECT_THAT(svg, Not(HasSubstr("<script")));
    EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
    EXPECT_THAT(svg, HasSubstr("role=\"img\""));
    EXPECT_THAT(svg, HasSubstr("<title id=\"chipline-title\">Title</title>"));
    EXPECT_THAT(svg, HasSubstr("<desc"));
  }
}

TEST(PictureTest, NothingSaysSo) {
  const std::string svg = Draw({"Title", "", {}, {}, "", ""});
  ExpectWellFormed(svg);
  EXPECT_THAT(svg, HasSubstr(">Nothing is known.</text>"));
}

TEST(PictureTest, NamesAreEscapedAndRightToLeftOnesKeptApart) {
  Names names;
  names.Set(v1::ENTITY_KIND_COMPANY, "bytedance", "بايت <&> \"دانس\"");
  names.Set(v1::ENTITY_KIND_COMPANY, "ft", "金融时报");
  const std::string svg = DrawOne(Capex(), names);
  ExpectWellFormed(svg);
  EXPECT_THAT(svg, HasSubstr("\u2068بايت &lt;&amp;&gt; &quot;دانس&quot;\u2069"));
  EXPECT_THAT(svg, HasSubstr("金融时报"));
}

TEST(PictureTest, ATextThatRunsFromTheRightKeepsItsPlace) {
  v1::TimelineEntry entry = Capex();
  entry.mutable_capex()->mutable_selected()->mutable_claim()->set_scope_text("words");
  const std::string svg = Draw({Isolated("بايت دانس"), "", {entry}, {}, "", ""});
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\" direction=\"rtl\">\u2068بايت دانس\u2069</text>"));
}

TEST(PictureTest, WhatIsTooLongIsCutAndShownInFullWhenPointedAt) {
  Names names;
  const std::string name(300, 'x');
  names.Set(v1::ENTITY_KIND_COMPANY, "bytedance", name);
  const std::string svg = DrawOne(Capex(), names);
  EXPECT_THAT(svg, HasSubstr("<title>2026 · " + name));
  EXPECT_THAT(svg, HasSubstr("x…</text>"));
}

TEST(CapexPictureTest, AValueLiesWhereTheAxisSaysIt) {
  const std::string svg = DrawOne(Capex());
  // Labels of the axis stand 4 below their line.
  const double hundred = TextY(svg, "100bn") - 4;
  const double eighty = TextY(svg, "80bn") - 4;
  const size_t plot = svg.find("<g transform");
  const std::string body = svg.substr(plot);
  EXPECT_DOUBLE_EQ(Attribute(body, "f-chosen", "cy"), hundred);
  EXPECT_DOUBLE_EQ(Attribute(body, "f-differs", "cy"), eighty);
  EXPECT_LT(Attribute(body, "f-differs", "cx"), Attribute(body, "f-chosen", "cx"));
}

TEST(CapexPictureTest, AConflictIsSaidAndNotOnlyColoured) {
  const std::string svg = DrawOne(Capex());
  EXPECT_THAT(svg, HasSubstr(">conflicting</text>"));
  EXPECT_THAT(svg, HasSubstr(">does not agree</text>"));
  EXPECT_THAT(svg, HasSubstr(">selected</text>"));
  EXPECT_THAT(svg, HasSubstr(">CNY</text>"));
}

TEST(CapexPictureTest, AxesSayWhatTheyAreAndWhereTodayIs) {
  const std::string svg = DrawOne(Capex());
  EXPECT_THAT(svg, HasSubstr(">published</text>"));
  EXPECT_THAT(svg, HasSubstr(">today, 22 Nov 2026</text>"));
  // 80 and 100 lie close together, far from zero.
  EXPECT_THAT(svg, HasSubstr(">the axis does not start at 0</text>"));
  v1::TimelineEntry alone = Capex();
  alone.mutable_capex()->clear_alternatives();
  EXPECT_THAT(DrawOne(alone), Not(HasSubstr("does not start at 0")));
  EXPECT_THAT(DrawOne(Rule()), HasSubstr(">valid</text>"));
}

TEST(PictureTest, ManyPanelsHaveAnOverviewBeforeThem) {
  const std::vector<v1::TimelineEntry> few = {Capex(), Rule(), Capex()};
  EXPECT_EQ(Count(Draw({"Title", "", few, {}, "2026-11-22", ""}), ">conflicting</text>"), 2u);
  std::vector<v1::TimelineEntry> many = few;
  many.push_back(Rule());
  const std::string svg = Draw({"Title", "", many, {}, "2026-11-22", ""});
  ExpectWellFormed(svg);
  EXPECT_EQ(Count(svg, ">conflicting</text>"), 4u);
  EXPECT_EQ(Count(svg, ">CONDITIONAL on 22 Nov 2026, since 1 Jun 2025</text>"), 4u);
  // In the overview and as the label of its point.
  EXPECT_EQ(Count(svg, ">100bn CNY</text>"), 2u);
  EXPECT_LT(svg.find(">100bn CNY</text>"), svg.find(">published</text>"));
}

TEST(CapexPictureTest, BoundsAreDrawnAndExplained) {
  v1::TimelineEntry entry = Capex();
  v1::Amount& open = *entry.mutable_capex()->mutable_alternatives(0)->mutable_amount();
  open.clear_value();
  open.set_bound(v1::BOUND_AT_LEAST);
  open.mutable_low()->set_units(80 * kBillion);
  v1::AmountFigure& range = *entry.mutable_capex()->add_alternatives();
  range = Figure("e3", 0, "2025-11-30");
  range.mutable_amount()->clear_value();
  range.mutable_amount()->set_bound(v1::BOUND_RANGE);
  range.mutable_amount()->mutable_low()->set_units(70 * kBillion);
  range.mutable_amount()->mutable_high()->set_units(90 * kBillion);
  range.mutable_amount()->set_approximate(true);
  const std::string svg = DrawOne(entry);
  EXPECT_THAT(svg, HasSubstr(">at least, at most</text>"));
  EXPECT_THAT(svg, HasSubstr(">from – to</text>"));
  EXPECT_THAT(svg, HasSubstr(">about</text>"));
  EXPECT_THAT(svg, HasSubstr(">about 70bn to 90bn CNY (plan)</text>"));
}

TEST(CapexPictureTest, ARevisionIsJoinedToWhatTookItsPlace) {
  v1::TimelineEntry entry = Capex();
  v1::AmountFigure& ended = *entry.mutable_capex()->add_revisions();
  ended = Figure("e0", 60, "2025-06-01");
  ended.mutable_claim()->set_standing(v1::STANDING_SUPERSEDED);
  ended.mutable_claim()->set_ended_by("e1");
  const std::string svg = DrawOne(entry);
  EXPECT_THAT(svg, HasSubstr("<line class=\"succession\""));
  EXPECT_THAT(svg, HasSubstr(">superseded by e1</text>"));
}

TEST(CapexPictureTest, LabelsNeverOverlap) {
  v1::TimelineEntry entry = Capex();
  for (int i = 0; i < 14; ++i) {
    *entry.mutable_capex()->add_alternatives() =
        Figure("same" + std::to_string(i), 80, "2025-12-31");
  }
  const std::string svg = DrawOne(entry);
  const std::regex headline(R"re(<text class="ink bold" x="590" y="([0-9.]+)")re");
  double last = -100;
  int labels = 0;
  for (auto at = std::sregex_iterator(svg.begin(), svg.end(), headline);
       at != std::sregex_iterator(); ++at, ++labels) {
    const double y = std::stod((*at)[1]);
    EXPECT_GE(y - last, 40);
    last = y;
  }
  EXPECT_EQ(labels, 16);
}

TEST(RulePictureTest, EachStateHasAWordAndAPatternOfItsOwn) {
  const std::string svg = DrawOne(Rule());
  for (const char* state : {"not required", "denied", "conditional"}) {
    EXPECT_THAT(svg, HasSubstr(">" + std::string(state) + "</text>"));
  }
  for (const char* pattern : {"p-free", "p-denied", "p-conditional"}) {
    EXPECT_THAT(svg, HasSubstr("<path class=\"" + std::string(pattern)));
  }
  EXPECT_THAT(svg, HasSubstr(">1 Jun 2024 until 1 Jun 2025</text>"));
  EXPECT_THAT(svg, HasSubstr("r2025-06-01"));
}

TEST(RulePictureTest, AnUncertainDayIsDashedAndSaid) {
  v1::TimelineEntry entry = Rule();
  v1::RuleInterval& interval = *entry.mutable_export_rule()->mutable_intervals(1);
  *interval.add_alternatives() = interval.general();
  interval.set_certain(false);
  const std::string svg = DrawOne(entry);
  EXPECT_THAT(svg,
              HasSubstr("unknown: the day of the change is not known exactly; perhaps denied"));
  EXPECT_THAT(svg, HasSubstr("class=\"outline\""));
}

TEST(RulePictureTest, AScopedEffectHasALineOfItsOwn) {
  v1::TimelineEntry entry = Rule();
  v1::RuleState& scoped = *entry.mutable_export_rule()->mutable_intervals(1)->add_scoped();
  scoped.set_gate(v1::GATE_STATE_SATISFIED);
  scoped.set_effect(v1::RULE_EFFECT_LICENSED);
  scoped.add_buyers("acme");
  scoped.mutable_claim()->set_event_id("scoped");
  const std::string svg = DrawOne(entry);
  EXPECT_THAT(svg, HasSubstr(">for acme</text>"));
  EXPECT_THAT(svg, HasSubstr("<path class=\"s-satisfied\""));
}

TEST(OrderPictureTest, StatesGatesAndVagueQuantities) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_order()->set_order("order.acme.one");
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  order.add_buyers("acme");
  order.set_supplier("nvidia");
  order.add_chips("h200");
  v1::StageLedger& placed = *order.add_stages();
  placed.set_stage(v1::ORDER_STAGE_PLACED);
  v1::Quantity& vague = *placed.add_alternatives()->mutable_quantity();
  vague.set_unit(v1::UNIT_CHIP);
  vague.set_bound(v1::BOUND_UNSTATED);
  vague.set_verbatim("hundreds of thousands");
  v1::OrderInterval& blocked = *order.add_intervals();
  blocked.mutable_valid()->set_to("2025-01-01");
  blocked.set_state(v1::ORDER_STATE_BLOCKED);
  v1::GateStatus& gate = *blocked.add_gates();
  gate.set_jurisdiction("us");
  gate.set_gate(v1::GATE_KIND_EXPORT);
  gate.set_state(v1::GATE_STATE_DENIED);
  v1::OrderInterval& cleared = *order.add_intervals();
  cleared.mutable_valid()->set_from("2025-01-01");
  cleared.set_state(v1::ORDER_STATE_CLEARED);
  v1::GateEdge& edge = *cleared.add_edges();
  edge.set_kind(v1::EDGE_KIND_UNBLOCKS);
  edge.set_jurisdiction("us");
  edge.set_gate(v1::GATE_KIND_EXPORT);
  edge.add_event_ids("e7");
  const std::string svg = DrawOne(entry);
  ExpectWellFormed(svg);
  EXPECT_THAT(svg, HasSubstr(">BLOCKED</text>"));
  EXPECT_THAT(svg, HasSubstr(">CLEARED</text>"));
  EXPECT_THAT(svg, HasSubstr(">“hundreds of thousands” chips</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("does not agree")));
  EXPECT_THAT(svg, Not(HasSubstr("no count stated")));
  EXPECT_THAT(svg, HasSubstr("us export unblocks"));
  EXPECT_THAT(svg, HasSubstr(">us export unblocks (e7)</text>"));
}

TEST(PictureTest, SaysWhatTheEntryLeavesOut) {
  v1::TimelineEntry rule = Rule();
  EXPECT_THAT(DrawOne(rule), Not(HasSubstr("left out")));
  rule.mutable_export_rule()->set_omitted_before("2024-06-01");
  rule.mutable_export_rule()->set_scopes_omitted(12);
  EXPECT_THAT(DrawOne(rule), HasSubstr(">everything before 1 Jun 2024</text>"));
  EXPECT_THAT(DrawOne(rule), HasSubstr(">12 more scopes (buyers, purposes, seats) than are shown"));
  v1::TimelineEntry order;
  order.mutable_chip_order()->set_chips_omitted(7);
  EXPECT_THAT(DrawOne(order), HasSubstr(">7 more chips than are shown</text>"));
  v1::TimelineEntry supply;
  supply.mutable_chip_supply()->set_holders_omitted(1'000);
  EXPECT_THAT(DrawOne(supply), HasSubstr(">1,000 more readings of holders than are"));
}

TEST(SupplyPictureTest, BarsAreInProportionAndWhatIsMissingIsSaid) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_supply()->set_chip("h200");
  const auto count = [](v1::QuantityFigure& figure, int64_t chips) {
    figure.mutable_quantity()->set_unit(v1::UNIT_CHIP);
    figure.mutable_quantity()->set_bound(v1::BOUND_EXACT);
    figure.mutable_quantity()->set_value(chips);
  };
  v1::HolderSupply& holder = *entry.mutable_chip_supply()->add_holders();
  holder.set_holder("nvidia");
  holder.set_metric(v1::SUPPLY_METRIC_INVENTORY);
  count(*holder.mutable_selected(), 500'000);
  count(*entry.mutable_chip_supply()->add_ordered()->mutable_named(), 1'000'000);
  count(*entry.mutable_chip_supply()->mutable_shortfall(), 500'000);
  const std::string svg = DrawOne(entry);
  ExpectWellFormed(svg);
  const std::string body = svg.substr(svg.find("<g transform"));
  const double stock = Attribute(body, "b-count", "width");
  const std::string ordered = body.substr(body.find("b-count") + 1);
  EXPECT_NEAR(Attribute(ordered, "b-count", "width"), 2 * stock, 0.2);
  EXPECT_NEAR(Attribute(body, "b-short", "width"), stock, 0.2);
  EXPECT_THAT(svg, HasSubstr(">short by 500,000 chips</text>"));
}

TEST(UsagePictureTest, ReadingsAreJoinedInTheOrderOfTheirDays) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_usage()->set_company("acme");
  for (int i = 1; i <= 3; ++i) {
    v1::UsageReading& reading = *entry.mutable_usage()->add_readings();
    const std::string day = "2025-0" + std::to_string(i) + "-01";
    reading.mutable_as_of()->set_edtf(day);
    reading.mutable_as_of()->set_earliest(day);
    reading.mutable_as_of()->set_latest(day);
    reading.mutable_selected()->mutable_quantity()->set_unit(v1::UNIT_USER);
    reading.mutable_selected()->mutable_quantity()->set_bound(v1::BOUND_EXACT);
    reading.mutable_selected()->mutable_quantity()->set_value(i * 1'000'000);
  }
  const std::string svg = DrawOne(entry);
  ExpectWellFormed(svg);
  EXPECT_EQ(Count(svg.substr(svg.find("<g transform")), "<line class=\"level\""), 2U);
  EXPECT_THAT(svg, HasSubstr(">users</text>"));
  EXPECT_THAT(svg, HasSubstr(">2m</text>"));
}

TEST(PictureTest, AnEntryOfAnotherTimeSaysThatItIsNotKnown) {
  v1::TimelineEntry entry;
  entry.set_entry_id("forecast/acme");
  EXPECT_THAT(DrawOne(entry), HasSubstr("of a kind that this program does not know"));
}

}  // namespace
}  // namespace chipline::picture
