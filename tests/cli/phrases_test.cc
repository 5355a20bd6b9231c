#include <algorithm>
#include <cctype>
#include <clocale>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/claim_words.h"
#include "services/cli/render.h"
#include "services/picture/picture.h"

// Every bound of a figure, and every way in which reports begin a condition, in each place where
// the command puts words of its own before it. The words must not be doubled, and must not
// contradict each other.
namespace chipline::cli {
namespace {

using ::testing::HasSubstr;

struct BoundCase {
  v1::Bound bound;
  bool approximate;
  std::string verbatim;
};

std::vector<BoundCase> AllBounds() {
  std::vector<BoundCase> cases;
  for (const v1::Bound bound : {v1::BOUND_EXACT, v1::BOUND_AT_LEAST, v1::BOUND_AT_MOST,
                                v1::BOUND_RANGE, v1::BOUND_UNSTATED}) {
    for (const bool approximate : {false, true}) {
      for (const char* verbatim : {"", "more than 400,000", "a number that nobody gave"}) {
        cases.push_back({bound, approximate, verbatim});
      }
    }
  }
  return cases;
}

v1::Quantity Count(const BoundCase& each) {
  v1::Quantity quantity;
  quantity.set_unit(v1::UNIT_CHIP);
  quantity.set_bound(each.bound);
  quantity.set_approximate(each.approximate);
  quantity.set_verbatim(each.verbatim);
  quantity.set_value(400'000);
  quantity.set_low(300'000);
  quantity.set_high(500'000);
  return quantity;
}

v1::Amount Sum(const BoundCase& each) {
  v1::Amount amount;
  amount.set_currency("USD");
  amount.set_bound(each.bound);
  amount.set_approximate(each.approximate);
  amount.set_verbatim(each.verbatim);
  amount.mutable_value()->set_units(20'000);
  amount.mutable_low()->set_units(10'000);
  amount.mutable_high()->set_units(30'000);
  return amount;
}

v1::Ratio Percent(const BoundCase& each, int sign) {
  v1::Ratio ratio;
  ratio.set_bound(each.bound);
  ratio.set_approximate(each.approximate);
  ratio.set_verbatim(each.verbatim);
  ratio.set_direction(sign > 0 ? v1::DIRECTION_UP : v1::DIRECTION_DOWN);
  ratio.mutable_value()->set_nanos(sign * 200'000'000);
  ratio.mutable_low()->set_nanos(sign > 0 ? 100'000'000 : -300'000'000);
  ratio.mutable_high()->set_nanos(sign > 0 ? 300'000'000 : -100'000'000);
  return ratio;
}

v1::TimelineEntry CapexWith(const BoundCase& each) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_capex()->add_companies("meta");
  v1::CapexEntry& capex = *entry.mutable_capex();
  *capex.mutable_selected()->mutable_amount() = Sum(each);
  *capex.add_alternatives()->mutable_amount() = Sum(each);
  *capex.add_revisions()->mutable_amount() = Sum(each);
  for (const int sign : {1, -1}) {
    v1::Growth& growth = *capex.add_growth();
    *growth.mutable_stated() = Percent(each, sign);
    *growth.mutable_computed() = Percent(each, sign);
    *growth.mutable_implied_year_before()->mutable_amount() = Sum(each);
    *growth.mutable_implied_amount()->mutable_amount() = Sum(each);
  }
  for (const char* kind : {"members", "growth"}) {
    v1::GroupComparison& comparison = *capex.add_comparisons();
    comparison.set_kind(kind);
    *comparison.mutable_sum()->mutable_amount() = Sum(each);
    *comparison.add_members()->mutable_figure()->mutable_amount() = Sum(each);
  }
  return entry;
}

v1::TimelineEntry RuleWith(const BoundCase& each, const std::string& condition) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_export_rule()->set_jurisdiction("us");
  v1::RuleInterval& interval = *entry.mutable_export_rule()->add_intervals();
  interval.set_certain(true);
  v1::RuleState& state = *interval.mutable_general();
  state.set_gate(v1::GATE_STATE_CONDITIONAL);
  state.set_effect(v1::RULE_EFFECT_LICENSED);
  *state.mutable_quantity_cap() = Count(each);
  state.add_conditions(condition);
  *interval.add_scoped() = state;
  *entry.mutable_export_rule()->add_not_in_force() = state;
  v1::GateStatus& asked = *entry.mutable_export_rule()->add_asked()->mutable_gate();
  asked.set_state(v1::GATE_STATE_CONDITIONAL);
  *asked.mutable_quantity() = Count(each);
  asked.add_conditions(condition);
  asked.add_possible_rules()->set_condition(condition + " there");
  return entry;
}

v1::TimelineEntry OrderWith(const BoundCase& each, const std::string& condition) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_order()->set_order("order.meta.a");
  v1::ChipOrderEntry& order = *entry.mutable_chip_order();
  v1::StageLedger& stage = *order.add_stages();
  *stage.mutable_selected()->mutable_quantity() = Count(each);
  *stage.mutable_chips()->mutable_quantity() = Count(each);
  *stage.add_alternatives()->mutable_quantity() = Count(each);
  *stage.add_readings()->mutable_selected()->mutable_quantity() = Count(each);
  *stage.add_readings()->mutable_selected()->mutable_quantity() = Count(each);
  stage.add_conditions(condition);
  *order.mutable_unit_price()->mutable_amount() = Sum(each);
  *order.mutable_value()->mutable_amount() = Sum(each);
  *order.add_value_alternatives()->mutable_amount() = Sum(each);
  order.mutable_value()->mutable_claim()->add_conditions(condition);
  order.add_conditions(condition);
  v1::OrderInterval& interval = *order.add_intervals();
  interval.set_state(v1::ORDER_STATE_CLEARED_IF);
  v1::GateStatus& gate = *interval.add_gates();
  gate.set_jurisdiction("us");
  gate.set_state(v1::GATE_STATE_CONDITIONAL);
  *gate.mutable_quantity() = Count(each);
  gate.add_conditions(condition);
  gate.add_possible_rules()->set_condition(condition + " there");
  return entry;
}

v1::TimelineEntry SupplyWith(const BoundCase& each, const std::string& condition) {
  v1::TimelineEntry entry;
  entry.mutable_key()->mutable_chip_supply()->set_chip("h100");
  v1::ChipSupplyEntry& supply = *entry.mutable_chip_supply();
  v1::HolderSupply& holder = *supply.add_holders();
  *holder.mutable_selected()->mutable_quantity() = Count(each);
  holder.add_conditions(condition);
  *supply.mutable_shortfall()->mutable_quantity() = Count(each);
  v1::ShortfallParts& parts = *supply.mutable_shortfall_parts();
  *parts.mutable_placed()->mutable_quantity() = Count(each);
  *parts.mutable_delivered()->mutable_quantity() = Count(each);
  *parts.mutable_open()->mutable_quantity() = Count(each);
  *parts.mutable_stock()->mutable_quantity() = Count(each);
  return entry;
}

v1::Event OrderEvent(const BoundCase& each) {
  v1::Event event;
  v1::ChipOrder& order = *event.mutable_chip_order();
  *order.mutable_quantity() = Count(each);
  *order.mutable_unit_price() = Sum(each);
  *order.mutable_total() = Sum(each);
  return event;
}

v1::Event CapexEvent(const BoundCase& each) {
  v1::Event event;
  *event.mutable_capex_announcement()->mutable_amount() = Sum(each);
  *event.mutable_capex_announcement()->mutable_growth_on_year() = Percent(each, 1);
  return event;
}

// The words of a line in lower case, one space between them.
std::string Plain(const std::string& text) {
  std::string plain = " ";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80) {
      plain += static_cast<char>(std::tolower(byte));
    } else if (plain.back() != ' ') {
      plain += ' ';
    }
  }
  return plain + " ";
}

// What must not stand side by side: the same phrase twice, or two that say the opposite.
void ExpectNoClashIn(const std::string& line) {
  const std::vector<std::string> bounds = {"at most", "at least", "up to", "more than"};
  const std::vector<std::string> conditions = {"if", "unless", "only if", "provided that", "when"};
  const std::string plain = Plain(line);
  const auto expect_none = [&](const std::vector<std::string>& phrases) {
    for (const std::string& first : phrases) {
      for (const std::string& second : phrases) {
        if (first + " " + second == "only if if") continue;
        EXPECT_EQ(plain.find(" " + first + " " + second + " "), std::string::npos)
            << first << " " << second << " in: " << line;
      }
    }
  };
  expect_none(bounds);
  expect_none(conditions);
  for (const std::string word : {"about", "up", "down", "at", "for", "to", "or", "by"}) {
    EXPECT_EQ(plain.find(" " + word + " " + word + " "), std::string::npos)
        << word << " twice in: " << line;
  }
  for (const std::string clash :
       {" up down ", " down up ", " up up to ", " to up to ", " at at "}) {
    EXPECT_EQ(plain.find(clash), std::string::npos) << clash << "in: " << line;
  }
}

void ExpectNoClash(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // The legend names both bounds, apart.
    if (line.find(">at least, at most<") == std::string::npos) ExpectNoClashIn(line);
  }
}

std::string Rendered(const v1::TimelineEntry& entry) {
  Block block(Palette(false), 0);
  RenderEntry(entry, "2026-11-29", block);
  return block.text() + "\n" + EntryHeadline(entry);
}

class PhrasesTest : public ::testing::Test {
 protected:
  void SetUp() override { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(PhrasesTest, NoWordIsDoubledAndNoneContradictsAnotherWhateverTheBound) {
  const std::vector<std::string> conditions = {"sales are allowed",
                                               "if sales are allowed",
                                               "Unless sales are forbidden",
                                               "only if sales are allowed",
                                               "provided that sales are allowed",
                                               "when sales are allowed"};
  // Bounds and conditions stand apart, so each of the one goes with some of the other.
  size_t next = 0;
  for (const BoundCase& each : AllBounds()) {
    const std::string& condition = conditions[next++ % conditions.size()];
    for (const v1::TimelineEntry& entry :
         {CapexWith(each), RuleWith(each, condition), OrderWith(each, condition),
          SupplyWith(each, condition)}) {
      ExpectNoClash(Rendered(entry));
      ExpectNoClash(picture::Draw({"Title", "", {entry}, {}, "2026-11-29", ""}));
    }
    ExpectNoClash(ClaimWords(OrderEvent(each)));
    ExpectNoClash(ClaimWords(CapexEvent(each)));
  }
}

TEST_F(PhrasesTest, ACapSaysWhatIsKnownOfIt) {
  EXPECT_THAT(Rendered(RuleWith({v1::BOUND_AT_LEAST, false, ""}, "c")),
              HasSubstr("licensed, at least 300,000 chips"));
  EXPECT_THAT(Rendered(RuleWith({v1::BOUND_EXACT, false, ""}, "c")),
              HasSubstr("licensed, at most 400,000 chips"));
  EXPECT_THAT(Rendered(RuleWith({v1::BOUND_AT_MOST, true, ""}, "c")),
              HasSubstr("licensed, up to about 500,000 chips"));
}

TEST_F(PhrasesTest, AConditionKeepsItsOwnWord) {
  const BoundCase exact = {v1::BOUND_EXACT, false, ""};
  EXPECT_THAT(Rendered(OrderWith(exact, "Unless sales are forbidden")),
              HasSubstr("  unless        sales are forbidden\n"));
  EXPECT_THAT(Rendered(OrderWith(exact, "if sales are allowed")),
              HasSubstr("  if            sales are allowed\n"));
}

}  // namespace
}  // namespace chipline::cli
