#include <fmt/format.h>

#include <utility>
#include <vector>

#include "services/cli/interval_words.h"
#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
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
    for (const std::string& place : order.other_destinations()) {
      text += fmt::format(" or {}", place);
    }
    if (order.other_destinations_size() > 0) text += " (in conflict)";
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

// What had reached the stage by earlier days. The last reading is part of what is selected.
void AddReadings(const v1::StageLedger& ledger, Table& table) {
  for (int i = ledger.readings_size() - 2; i >= 0; --i) {
    const v1::StageReading& reading = ledger.readings(i);
    table.AddRow({"  earlier", QuantityWords(reading.selected().quantity()),
                  QuantityWords(reading.chips().quantity()), DateWords(reading.stage_date()),
                  Cell(EnumWords(reading.agreement()), ToneOf(reading.agreement())),
                  ClaimSourceWords(reading.selected().claim())});
  }
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
    AddReadings(ledger, table);
    for (const std::string& condition : ledger.conditions()) {
      table.AddRow({"", "", "", "", "", LabelledCondition(condition)});
    }
  }
  block.Add(table, 2);
}

// A stated or computed price.
std::string PriceWords(const v1::AmountFigure& figure) {
  return AmountWords(figure.amount()) + (figure.grounds().derived() ? " (derived)" : "");
}

void AddPrice(std::string_view label, const v1::AmountFigure& figure, v1::Agreement agreement,
              Block& block) {
  if (!figure.has_amount()) return;
  const bool conflict = agreement == v1::AGREEMENT_CONFLICTING;
  block.Line(label, PriceWords(figure) + (conflict ? ", CONFLICTING" : ""),
             conflict ? Tone::kBad : Tone::kPlain);
  AddClaimLines(figure.claim(), figure.grounds(), block);
}

void AddOtherPrices(std::string_view label,
                    const google::protobuf::RepeatedPtrField<v1::AmountFigure>& others,
                    Block& block) {
  for (const v1::AmountFigure& other : others) {
    if (!other.has_amount()) continue;
    block.Line(label, PriceWords(other) + (other.agrees() ? ", agrees" : ", does not agree"),
               other.agrees() ? Tone::kPlain : Tone::kBad);
    AddClaimLines(other.claim(), other.grounds(), block);
  }
}

// Intervals that say the same one after the other, as one.
std::vector<v1::OrderInterval> Merged(const v1::ChipOrderEntry& order) {
  std::vector<v1::OrderInterval> merged;
  for (const v1::OrderInterval& interval : order.intervals()) {
    // What stands for the intervals that were left out says nothing of its own.
    const bool after_left_out = merged.size() == 1 && !order.omitted_before().empty();
    const bool same = !merged.empty() && !after_left_out && interval.edges_size() == 0 &&
                      merged.back().state() == interval.state() &&
                      WhyLines(merged.back()) == WhyLines(interval);
    if (same) {
      merged.back().mutable_valid()->set_to(interval.valid().to());
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

void AddIntervals(const v1::ChipOrderEntry& order, Block& block) {
  Table table({{"FROM"}, {"UNTIL"}, {"STATE"}, {"WHY", Align::kLeft, true}});
  bool left_out = !order.omitted_before().empty();
  for (const v1::OrderInterval& interval : Merged(order)) {
    if (std::exchange(left_out, false)) {
      table.AddRow(
          {"…", interval.valid().to(), "", Cell("earlier intervals are left out", Tone::kCaution)});
      continue;
    }
    std::vector<std::string> why = EdgeLines(interval);
    for (std::string& line : WhyLines(interval)) why.push_back(std::move(line));
    if (why.empty()) why.emplace_back();
    table.AddRow({interval.valid().from().empty() ? "…" : interval.valid().from(),
                  interval.valid().to().empty() ? "…" : interval.valid().to(),
                  Cell(Verdict(interval.state()), ToneOf(interval.state())), why[0]});
    for (size_t i = 1; i < why.size(); ++i) table.AddRow({"", "", "", why[i]});
  }
  block.Add(table, 2);
}

}  // namespace

void ChipOrderHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  const Dated<v1::OrderState> order = OrderStateOn(entry.chip_order(), day);
  if (order.state == v1::ORDER_STATE_UNSPECIFIED) return block.Heading(HeadingOf(entry));
  block.Heading(HeadingOf(entry),
                fmt::format("{} {}", Verdict(order.state), WhenWords(order.valid, day)),
                ToneOf(order.state));
}

void RenderChipOrder(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  const v1::ChipOrderEntry& order = entry.chip_order();
  ChipOrderHeading(entry, day, block);
  AddLeftOutCount(order.buyers_omitted(), "buyers", block);
  AddLeftOutCount(order.chips_omitted(), "chips", block);
  AddStages(order, block);
  AddPrice("each", order.unit_price(), order.unit_price_agreement(), block);
  AddOtherPrices("or each", order.unit_price_alternatives(), block);
  AddPrice("in all", order.value(), order.value_agreement(), block);
  AddOtherPrices("or in all", order.value_alternatives(), block);
  AddIntervals(order, block);
  for (const std::string& condition : order.conditions()) AddCondition(condition, block);
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
