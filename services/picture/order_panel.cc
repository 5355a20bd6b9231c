#include <fmt/format.h>

#include <map>

#include "services/picture/bands.h"
#include "services/picture/bars.h"
#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/gate_words.h"
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
  bar.unit = figure.quantity().unit();
  bar.headline = CountWords(figure.quantity());
  bar.source = SourceText(figure.claim(), names);
  return bar;
}

// What had reached the stage by earlier days. The last reading is part of what is selected.
void AddReadings(const v1::StageLedger& ledger, const Names& names, std::vector<Bar>& bars) {
  for (int i = ledger.readings_size() - 2; i >= 0; --i) {
    const v1::StageReading& reading = ledger.readings(i);
    Bar bar = BarOf(reading.selected(), names);
    if (reading.has_chips()) {
      bar.extent = ExtentOf(reading.chips().quantity());
      bar.unit = reading.chips().quantity().unit();
    }
    bar.headline += ", " + DateWords(reading.stage_date());
    bar.label = "earlier";
    bars.push_back(std::move(bar));
  }
}

std::vector<Bar> LedgerOf(const v1::ChipOrderEntry& order, const Page& page) {
  const Names& names = page.names;
  std::vector<Bar> bars;
  for (const v1::StageLedger& ledger : order.stages()) {
    // Without a number the words stand in its place: "hundreds of thousands".
    const bool in_words = !ledger.has_selected() && ledger.alternatives_size() > 0;
    // Lengths are in chips where that is known, so that modules and chips can be compared.
    Bar bar = BarOf(in_words ? ledger.alternatives(0) : ledger.selected(), names);
    if (ledger.has_chips()) {
      bar.extent = ExtentOf(ledger.chips().quantity());
      bar.unit = ledger.chips().quantity().unit();
      if (ledger.selected().quantity().unit() != v1::UNIT_CHIP) {
        bar.headline += " = " + CountWords(ledger.chips().quantity());
      }
    }
    if (bar.headline.empty()) bar.headline = "no count stated";
    bar.label = EnumWords(ledger.stage());
    if (ledger.modality() != v1::MODALITY_REPORTED && ledger.modality() != 0) {
      bar.label += fmt::format(" ({})", EnumWords(ledger.modality()));
    }
    bar.forecast =
        ledger.modality() == v1::MODALITY_EXPECTED || IsToCome(page, ledger.stage_date());
    const bool forecast = bar.forecast;
    if (ledger.has_stage_date()) bar.headline += ", " + DateWords(ledger.stage_date());
    bars.push_back(std::move(bar));
    for (int i = in_words ? 1 : 0; i < ledger.alternatives_size(); ++i) {
      const v1::QuantityFigure& other = ledger.alternatives(i);
      Bar beside = BarOf(other, names);
      const bool compared = other.quantity().bound() != v1::BOUND_UNSTATED;
      beside.forecast = forecast;
      beside.verdict = compared && !other.agrees() ? "does not agree" : "";
      bars.push_back(std::move(beside));
    }
    AddReadings(ledger, names, bars);
  }
  return bars;
}

std::string OpenGates(const v1::OrderInterval& interval, const EntityWords& words) {
  std::string text;
  for (const v1::GateStatus& gate : interval.gates()) {
    if (!IsOpen(gate)) continue;
    text += (text.empty() ? "" : "; ") + GateWords(gate, words);
    // Without a reason of the order's own those of its gates stand for it.
    std::string reason = GateReasonWords(gate, words);
    if (reason.ends_with('.')) reason.pop_back();
    if (interval.reason().empty() && !reason.empty()) {
      text += fmt::format(" ({})", words.quoted(reason));
    }
    const std::string& said =
        interval.reason().empty() ? gate.grounds().reason() : interval.reason();
    for (const std::string& condition : TurnsOnWords(gate, words, said)) text += ", " + condition;
  }
  return text;
}

// Why the order stands so: "blocked: United States export denied". Without an open gate, what the
// server says of it; the reason of each gate is shown when its band is pointed at.
std::string IntervalText(const v1::OrderInterval& interval, const EntityWords& words) {
  std::string why = OpenGates(interval, words);
  if (why.empty()) why = ReasonWords(interval, words);
  const std::string state = EnumWords(interval.state());
  return why.empty() ? state : state + ": " + why;
}

// What changed, with its events: "us export blocks (004-01.b)".
std::string IntervalSource(const v1::OrderInterval& interval, const EntityWords& words) {
  std::string text;
  for (const v1::GateEdge& edge : interval.edges()) {
    text += (text.empty() ? "" : ", ") + EdgeWords(edge, words);
  }
  return text;
}

// Intervals that say the same of the order one after the other, as one.
std::vector<v1::OrderInterval> Merged(const v1::ChipOrderEntry& order, const EntityWords& words) {
  std::vector<v1::OrderInterval> merged;
  for (const v1::OrderInterval& interval : order.intervals()) {
    const bool same = !merged.empty() && interval.edges_size() == 0 &&
                      merged.back().state() == interval.state() &&
                      IntervalText(merged.back(), words) == IntervalText(interval, words);
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

std::string GateText(const v1::GateStatus& gate, const std::string& label, const std::string& state,
                     const EntityWords& words) {
  const std::string text = label + " " + state;
  const std::string reason = GateReasonWords(gate, words);
  return reason.empty() ? text : text + ": " + words.quoted(reason);
}

// The order as a whole, then a thin row for each of its gates, by jurisdiction and step.
std::vector<BandRow> RowsOf(const std::vector<v1::OrderInterval>& intervals,
                            const EntityWords& words) {
  std::vector<BandRow> rows = {{"the order", {}, false}};
  std::map<std::string, size_t> gate_rows;
  for (const v1::OrderInterval& interval : intervals) {
    rows[0].spans.push_back(SpanOf(interval.valid(), LookOf(interval.state()),
                                   Capitals(EnumWords(interval.state())),
                                   IntervalText(interval, words)));
    for (const v1::GateStatus& gate : interval.gates()) {
      const std::string label = GateNameWords(gate, words);
      const auto [at, added] = gate_rows.try_emplace(label, rows.size());
      if (added) rows.push_back({label, {}, true});
      const std::string state = EnumWords(gate.state());
      BandSpan span = SpanOf(interval.valid(), LookOf(gate.state()), state,
                             GateText(gate, label, state, words));
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

std::string_view AgreesText(const v1::AmountFigure& other) {
  return other.agrees() ? ", agrees" : ", does not agree";
}

void DrawPrices(Page& page, const v1::ChipOrderEntry& order) {
  const auto draw = [&page](std::string_view label, const v1::AmountFigure& figure,
                            std::string_view agrees) {
    if (!figure.has_amount()) return;
    v1::Amount amount = figure.amount();
    amount.set_verbatim(Isolated(amount.verbatim()));
    const bool derived = figure.grounds().derived();
    DrawNote(page, label,
             fmt::format("{}{}{} · {}", AmountWords(amount), derived ? ", computed" : "", agrees,
                         SourceText(figure.claim(), page.names)),
             agrees.empty() || figure.agrees() ? "faint" : "bad");
  };
  draw("each", order.unit_price(), "");
  for (const v1::AmountFigure& other : order.unit_price_alternatives()) {
    draw("or each", other, AgreesText(other));
  }
  draw("in all", order.value(), "");
  for (const v1::AmountFigure& other : order.value_alternatives()) {
    draw("or in all", other, AgreesText(other));
  }
}

}  // namespace

void DrawOrderPanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::ChipOrderEntry& order = entry.chip_order();
  DrawHeading(page, entry);
  page.canvas.TextWithin({kMargin, page.y + 10}, kRight - kMargin,
                         "id: " + entry.key().chip_order().order(), {"faint", kSmallSize});
  page.y += 16;
  DrawBars(page, LedgerOf(order, page));
  DrawPrices(page, order);
  for (const std::string& condition : order.conditions()) {
    DrawCondition(page, "", condition);
  }
  DrawLeftOutBefore(page, order.omitted_before());
  page.y += 10;
  const EntityWords words = WordsWith(page.names);
  const std::vector<v1::OrderInterval> intervals = Merged(order, words);
  std::vector<KeyLine> key;
  for (const v1::OrderInterval& interval : intervals) {
    key.push_back({LookOf(interval.state()), SpanWords(interval.valid()),
                   IntervalText(interval, words), IntervalSource(interval, words)});
  }
  DrawBands(page, RowsOf(intervals, words), key);
}

}  // namespace chipline::picture
