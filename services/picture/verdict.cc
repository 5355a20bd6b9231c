#include <fmt/format.h>

#include <algorithm>

#include "services/picture/claim_text.h"
#include "services/picture/look.h"
#include "services/picture/page.h"
#include "services/picture/panels.h"
#include "services/picture/text.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/gate_words.h"
#include "services/words/order_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {
namespace {

Verdict CapexVerdict(const v1::CapexEntry& capex) {
  switch (capex.agreement()) {
    case v1::AGREEMENT_CONFLICTING:
      return {EnumWords(capex.agreement()), "bad"};
    case v1::AGREEMENT_AGREEING:
      return {EnumWords(capex.agreement()), "good"};
    case v1::AGREEMENT_SINGLE:
      return {"single claim", "faint"};
    default:
      return {EnumWords(capex.agreement()), "faint"};
  }
}

Verdict RuleVerdict(const v1::ExportRuleEntry& rule, std::string_view day) {
  const bool conflict = std::any_of(
      rule.intervals().begin(), rule.intervals().end(),
      [](const auto& interval) { return interval.agreement() == v1::AGREEMENT_CONFLICTING; });
  const Dated<v1::GateState> gate =
      rule.asked_size() > 0 ? AskedStateOn(rule, day) : GateStateOn(rule, day);
  return {fmt::format("{}{} {}", conflict ? "conflicting; " : "", Capitals(GateWord(gate.state)),
                      WhenWords(gate.valid, day, WriteDay)),
          conflict ? "bad" : InkOf(LookOf(gate.state))};
}

Verdict OrderVerdict(const v1::ChipOrderEntry& order, std::string_view day) {
  const Dated<v1::OrderState> state = OrderStateOn(order, day);
  const std::string_view ink = InkOf(LookOf(state.state));
  if (order.intervals_size() == 0) return {"", ink};
  return {
      fmt::format("{} {}", Capitals(EnumWords(state.state)), WhenWords(state.valid, day, WriteDay)),
      ink};
}

}  // namespace

std::string GateWord(v1::GateState gate) {
  const std::string word = EnumWords(gate);
  return word.empty() ? "unknown" : word;
}

std::string StandingFigure(const v1::TimelineEntry& entry) {
  if (entry.capex().selected().has_amount()) {
    v1::Amount amount = entry.capex().selected().amount();
    amount.set_verbatim(Isolated(amount.verbatim()));
    const bool derived = entry.capex().selected().grounds().derived();
    return AmountWords(amount, derived ? Exactness::kRounded : Exactness::kAsStated);
  }
  if (const auto& prices = entry.price().readings(); !prices.empty()) {
    if (!prices.rbegin()->has_selected()) return "";
    v1::Amount amount = prices.rbegin()->selected().amount();
    amount.set_verbatim(Isolated(amount.verbatim()));
    return AmountWords(amount) + ", " + DateWords(prices.rbegin()->as_of());
  }
  const auto& readings = entry.usage().readings();
  if (readings.empty() || !readings.rbegin()->has_selected()) return "";
  v1::Quantity quantity = readings.rbegin()->selected().quantity();
  quantity.set_verbatim(Isolated(quantity.verbatim()));
  return QuantityWords(quantity) + ", " + DateWords(readings.rbegin()->as_of());
}

Verdict VerdictOf(const v1::TimelineEntry& entry, std::string_view day) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return CapexVerdict(entry.capex());
    case v1::TimelineEntry::kExportRule:
      return RuleVerdict(entry.export_rule(), day);
    case v1::TimelineEntry::kChipOrder:
      return OrderVerdict(entry.chip_order(), day);
    case v1::TimelineEntry::kChipSupply:
      if (!entry.chip_supply().has_shortfall()) return {"", "bad"};
      return {"short by " + QuantityWords(entry.chip_supply().shortfall().quantity()), "bad"};
    case v1::TimelineEntry::kUsage:
    case v1::TimelineEntry::kPrice:
    case v1::TimelineEntry::STATE_NOT_SET:
      return {"", "faint"};
  }
  return {"", "faint"};
}

void DrawHeading(Page& page, const v1::TimelineEntry& entry) {
  const Verdict verdict = VerdictOf(entry, page.day);
  DrawHeadingLine(page, HeadingOf(entry, page.names), verdict.text, verdict.ink);
}

void DrawOverview(Page& page, const std::vector<v1::TimelineEntry>& entries) {
  constexpr double kLine = 21;
  // Of a verdict or a figure.
  constexpr double kRoom = 400;
  constexpr double kGap = 12;
  page.canvas.Line({kMargin, page.y}, {kRight, page.y}, "line");
  page.y += 6;
  for (const v1::TimelineEntry& entry : entries) {
    page.y += kLine;
    double right = kRight;
    const auto add = [&](const std::string& text, std::string_view ink, Weight weight) {
      if (text.empty()) return;
      const std::string shown = Shortened(text, kRoom, kTextSize, weight);
      page.canvas.Text({right, page.y}, shown, {ink, kTextSize, weight, Anchor::kEnd});
      right -= WidthOf(shown, kTextSize, weight) + kGap;
    };
    const Verdict verdict = VerdictOf(entry, page.day);
    add(verdict.text, verdict.ink, Weight::kBold);
    add(StandingFigure(entry), "faint", Weight::kPlain);
    page.canvas.TextWithin({kMargin, page.y}, right - kMargin, HeadingOf(entry, page.names),
                           {"ink", kTextSize});
  }
}

}  // namespace chipline::picture
