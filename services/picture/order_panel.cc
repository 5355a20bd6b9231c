#include <fmt/format.h>

#include <map>

#include "services/picture/bands.h"
#include "services/picture/bars.h"
#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/order_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {
namespace {

std::string CountWords(const v1::Quantity& stated) {
  v1::Quantity quantity = stated;
  quantity.set_verbatim(Isolated(quantity.verbatim()));
  return QuantityWords(quantity);
}

Bar BarOf(const v1::QuantityFigure& figure, const Names& names) {
  Bar bar;
  bar.extent = ExtentOf(figure.quantity());
  bar.headline = CountWords(figure.quantity());
  bar.source = SourceText(figure.claim(), names);
  return bar;
}

std::vector<Bar> LedgerOf(const v1::ChipOrderEntry& order, const Names& names) {
  std::vector<Bar> bars;
  for (const v1::StageLedger& ledger : order.stages()) {
    // Without a number the words stand in its place: "hundreds of thousands".
    const bool in_words = !ledger.has_selected() && ledger.alternatives_size() > 0;
    // Lengths are in chips where that is known, so that modules and chips can be compared.
    Bar bar = BarOf(in_words ? ledger.alternatives(0) : ledger.selected(), names);
    if (ledger.has_chips()) {
      bar.extent = ExtentOf(ledger.chips().quantity());
      if (ledger.selected().quantity().unit() != v1::UNIT_CHIP) {
        bar.headline += " = " + CountWords(ledger.chips().quantity());
      }
    }
    if (bar.headline.empty()) bar.headline = "no count stated";
    bar.label = EnumWords(ledger.stage());
    if (ledger.modality() != v1::MODALITY_REPORTED && ledger.modality() != 0) {
      bar.label += fmt::format(" ({})", EnumWords(ledger.modality()));
    }
    if (ledger.has_stage_date()) bar.headline += ", " + DateWords(ledger.stage_date());
    bars.push_back(std::move(bar));
    for (int i = in_words ? 1 : 0; i < ledger.alternatives_size(); ++i) {
      const v1::QuantityFigure& other = ledger.alternatives(i);
      Bar beside = BarOf(other, names);
      const bool compared = other.quantity().bound() != v1::BOUND_UNSTATED;
      beside.verdict = compared && !other.agrees() ? "does not agree" : "";
      bars.push_back(std::move(beside));
    }
  }
  return bars;
}

std::string GateText(const v1::GateStatus& gate, const Names& names) {
  std::string text = fmt::format("{} {}", names.Place(gate.jurisdiction()), EnumWords(gate.gate()));
  if (!gate.chip().empty()) text += " of " + names.Chip(gate.chip());
  return text;
}

bool Open(const v1::GateStatus& gate) {
  return gate.state() != v1::GATE_STATE_SATISFIED && gate.state() != v1::GATE_STATE_NOT_REQUIRED;
}

std::string OpenGates(const v1::OrderInterval& interval, const Names& names) {
  std::string text;
  for (const v1::GateStatus& gate : interval.gates()) {
    if (!Open(gate)) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", GateText(gate, names),
                        EnumWords(gate.state()));
    if (gate.conditions_size() > 0) text += " if " + Joined(gate.conditions(), " and ");
  }
  return text;
}

// What changed: "US export blocks; open: …".
std::string IntervalText(const v1::OrderInterval& interval, const Names& names) {
  std::string text = EnumWords(interval.state());
  for (const v1::GateEdge& edge : interval.edges()) {
    text += fmt::format("; {} {} {}", names.Place(edge.jurisdiction()), EnumWords(edge.gate()),
                        EnumWords(edge.kind()));
  }
  const std::string open = OpenGates(interval, names);
  if (!open.empty()) text += "; open: " + open;
  return text;
}

std::string IntervalSource(const v1::OrderInterval& interval) {
  std::string text;
  for (const v1::GateEdge& edge : interval.edges()) {
    if (edge.event_ids_size() == 0) continue;
    text += (text.empty() ? "changed by " : ", ") + Joined(edge.event_ids(), ", ");
  }
  return text;
}

// Intervals that say the same of the order one after the other, as one.
std::vector<v1::OrderInterval> Merged(const v1::ChipOrderEntry& order, const Names& names) {
  std::vector<v1::OrderInterval> merged;
  for (const v1::OrderInterval& interval : order.intervals()) {
    const bool same = !merged.empty() && interval.edges_size() == 0 &&
                      merged.back().state() == interval.state() &&
                      OpenGates(merged.back(), names) == OpenGates(interval, names);
    if (same) {
      merged.back().mutable_valid()->set_to(interval.valid().to());
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

BandSpan SpanOf(const v1::ValidInterval& valid, Look look, std::string word, std::string title) {
  BandSpan span;
  span.from = DayOf(valid.from());
  span.to = DayOf(valid.to());
  span.look = look;
  span.word = std::move(word);
  span.title = SpanWords(valid) + ": " + title;
  return span;
}

// The order as a whole, then a thin row for each of its gates, by jurisdiction and step.
std::vector<BandRow> RowsOf(const std::vector<v1::OrderInterval>& intervals, const Names& names) {
  std::vector<BandRow> rows = {{"the order", {}, false}};
  std::map<std::string, size_t> gate_rows;
  for (const v1::OrderInterval& interval : intervals) {
    std::string word = EnumWords(interval.state());
    for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    rows[0].spans.push_back(
        SpanOf(interval.valid(), LookOf(interval.state()), word, IntervalText(interval, names)));
    for (const v1::GateStatus& gate : interval.gates()) {
      const std::string label = GateText(gate, names);
      const auto [at, added] = gate_rows.try_emplace(label, rows.size());
      if (added) rows.push_back({label, {}, true});
      const std::string state = EnumWords(gate.state());
      BandSpan span = SpanOf(interval.valid(), LookOf(gate.state()), state,
                             label + " " + state + "; " + Isolated(gate.grounds().reason()));
      std::vector<BandSpan>& spans = rows[at->second].spans;
      if (!spans.empty() && spans.back().to == span.from && spans.back().word == span.word) {
        spans.back().to = span.to;
      } else {
        spans.push_back(std::move(span));
      }
    }
  }
  return rows;
}

void DrawPrices(Page& page, const v1::ChipOrderEntry& order) {
  const auto draw = [&page](std::string_view label, const v1::AmountFigure& figure) {
    if (!figure.has_amount()) return;
    v1::Amount amount = figure.amount();
    amount.set_verbatim(Isolated(amount.verbatim()));
    const bool derived = figure.grounds().derived();
    DrawNote(page, label,
             fmt::format("{}{} · {}", AmountWords(amount), derived ? ", computed" : "",
                         SourceText(figure.claim(), page.names)));
  };
  draw("each", order.unit_price());
  for (const v1::AmountFigure& other : order.unit_price_alternatives()) draw("or each", other);
  draw("in all", order.value());
}

std::string_view VerdictInk(v1::OrderState state) {
  switch (state) {
    case v1::ORDER_STATE_BLOCKED:
      return "bad";
    case v1::ORDER_STATE_WAITING:
    case v1::ORDER_STATE_CLEARED_IF:
      return "caution";
    case v1::ORDER_STATE_CLEARED:
      return "good";
    default:
      return "faint";
  }
}

}  // namespace

void DrawOrderPanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::ChipOrderEntry& order = entry.chip_order();
  const v1::OrderState state =
      order.intervals().empty() ? v1::ORDER_STATE_UNKNOWN : OrderStateOn(order, page.today);
  DrawHeading(page, HeadingOf(entry, page.names), EnumWords(state), VerdictInk(state));
  page.canvas.TextWithin({kMargin, page.y + 10}, kRight - kMargin, entry.key().chip_order().order(),
                         {"faint", kSmallSize});
  page.y += 16;
  DrawBars(page, LedgerOf(order, page.names));
  DrawPrices(page, order);
  for (const std::string& condition : order.conditions()) {
    DrawNote(page, "if", Isolated(condition), "caution");
  }
  DrawLeftOutBefore(page, order.omitted_before());
  DrawLeftOut(page, order.buyers_omitted(), "buyers");
  DrawLeftOut(page, order.chips_omitted(), "chips");
  page.y += 10;
  const std::vector<v1::OrderInterval> intervals = Merged(order, page.names);
  std::vector<KeyLine> key;
  for (const v1::OrderInterval& interval : intervals) {
    key.push_back({LookOf(interval.state()), SpanWords(interval.valid()),
                   IntervalText(interval, page.names), IntervalSource(interval)});
  }
  DrawBands(page, RowsOf(intervals, page.names), key);
}

}  // namespace chipline::picture
