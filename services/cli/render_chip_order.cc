#include <fmt/format.h>

#include <utility>
#include <vector>

#include "services/cli/interval_words.h"
#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/cli/today.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/order_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string HeadingOf(const v1::TimelineEntry& entry) {
  const v1::ChipOrderEntry& order = entry.chip_order();
  std::string text = fmt::format(
      "{} · {}{} from {}: {}", entry.key().chip_order().order(), JoinWords(order.buyers(), " + "),
      order.open_group() ? " (open group)" : "", order.supplier(), JoinWords(order.chips(), ", "));
  if (!order.destination().empty()) {
    text += fmt::format(" → {}{}", order.destination(),
                        order.destination_inferred() ? " (inferred)" : "");
  }
  if (order.has_for_period()) text += " · " + PeriodWords(order.for_period());
  return text;
}

std::string StageWords(const v1::StageLedger& ledger) {
  std::string text = EnumWords(ledger.stage());
  if (ledger.modality() != v1::MODALITY_REPORTED && ledger.modality() != 0) {
    text += fmt::format(" ({})", EnumWords(ledger.modality()));
  }
  return text;
}

void AddStages(const v1::ChipOrderEntry& order, Block& block) {
  Table table({{"STAGE"},
               {"QUANTITY", Align::kLeft, true},
               {"IN CHIPS"},
               {"WHEN"},
               {"CLAIMS"},
               {"SOURCE", Align::kLeft, true}});
  for (const v1::StageLedger& ledger : order.stages()) {
    // Without a number the words stand in its place: "hundreds of thousands".
    const bool in_words = !ledger.has_selected() && ledger.alternatives_size() > 0;
    const v1::QuantityFigure& shown = in_words ? ledger.alternatives(0) : ledger.selected();
    const std::string quantity = QuantityWords(shown.quantity());
    std::string chips;
    if (ledger.has_chips()) {
      chips = QuantityWords(ledger.chips().quantity());
      if (ledger.chips().grounds().derived()) chips += " (derived)";
    }
    table.AddRow({StageWords(ledger), quantity.empty() ? "not stated" : quantity, chips,
                  DateWords(ledger.stage_date()),
                  Cell(EnumWords(ledger.agreement()), ToneOf(ledger.agreement())),
                  ClaimSourceWords(shown.claim())});
    for (int i = in_words ? 1 : 0; i < ledger.alternatives_size(); ++i) {
      const v1::QuantityFigure& other = ledger.alternatives(i);
      table.AddRow({"", QuantityWords(other.quantity()), "", "", AgreesCell(other),
                    ClaimSourceWords(other.claim())});
    }
    for (const std::string& condition : ledger.conditions()) {
      table.AddRow({"", "", "", "", "", "if: " + condition});
    }
  }
  block.Add(table, 2);
}

void AddPrice(std::string_view label, const v1::AmountFigure& figure, Block& block) {
  if (!figure.has_amount()) return;
  block.Line(label,
             AmountWords(figure.amount()) + (figure.grounds().derived() ? " (derived)" : ""));
  AddClaimLines(figure.claim(), figure.grounds(), block);
}

std::string EdgeWords(const v1::OrderInterval& interval) {
  std::string text;
  for (const v1::GateEdge& edge : interval.edges()) {
    text += fmt::format("{}{} {} {} ({})", text.empty() ? "" : ", ", edge.jurisdiction(),
                        EnumWords(edge.gate()), EnumWords(edge.kind()),
                        JoinWords(edge.event_ids(), ", "));
  }
  return text;
}

// Intervals that say the same one after the other, as one: they differ only in the rule they rest
// on.
std::vector<v1::OrderInterval> Merged(const v1::ChipOrderEntry& order) {
  std::vector<v1::OrderInterval> merged;
  for (const v1::OrderInterval& interval : order.intervals()) {
    // What stands for the intervals that were left out says nothing of its own.
    const bool after_left_out = merged.size() == 1 && !order.omitted_before().empty();
    const bool same = !merged.empty() && !after_left_out && interval.edges_size() == 0 &&
                      merged.back().state() == interval.state() &&
                      OpenGates(merged.back()) == OpenGates(interval);
    if (same) {
      merged.back().mutable_valid()->set_to(interval.valid().to());
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

void AddIntervals(const v1::ChipOrderEntry& order, Block& block) {
  Table table({{"FROM"},
               {"UNTIL"},
               {"STATE"},
               {"OPEN GATES", Align::kLeft, true},
               {"WHAT CHANGED", Align::kLeft, true}});
  bool left_out = !order.omitted_before().empty();
  for (const v1::OrderInterval& interval : Merged(order)) {
    if (std::exchange(left_out, false)) {
      table.AddRow(
          {"…", interval.valid().to(), "", Cell("earlier intervals are left out", Tone::kCaution)});
      continue;
    }
    table.AddRow({interval.valid().from().empty() ? "…" : interval.valid().from(),
                  interval.valid().to().empty() ? "…" : interval.valid().to(),
                  Cell(Verdict(interval.state()), ToneOf(interval.state())), OpenGates(interval),
                  EdgeWords(interval)});
  }
  block.Add(table, 2);
}

}  // namespace

void ChipOrderHeading(const v1::TimelineEntry& entry, Block& block) {
  const v1::OrderState state = OrderStateOn(entry.chip_order(), Today());
  block.Heading(HeadingOf(entry), Verdict(state), ToneOf(state));
}

void RenderChipOrder(const v1::TimelineEntry& entry, Block& block) {
  const v1::ChipOrderEntry& order = entry.chip_order();
  ChipOrderHeading(entry, block);
  AddLeftOutCount(order.buyers_omitted(), "buyers", block);
  AddLeftOutCount(order.chips_omitted(), "chips", block);
  AddStages(order, block);
  AddPrice("each", order.unit_price(), block);
  for (const v1::AmountFigure& other : order.unit_price_alternatives()) {
    AddPrice("or each", other, block);
  }
  AddPrice("in all", order.value(), block);
  AddIntervals(order, block);
  for (const std::string& condition : order.conditions()) block.Line("if", condition);
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
