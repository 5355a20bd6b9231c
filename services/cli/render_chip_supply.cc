#include <fmt/format.h>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/standing_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

void AddHolders(const v1::ChipSupplyEntry& supply, Block& block) {
  Table table({{"HOLDER"},
               {"WHAT"},
               {"HOW MANY"},
               {"AS OF"},
               {"FOR"},
               {"CLAIMS"},
               {"SOURCE", Align::kLeft, true}});
  for (const v1::HolderSupply& holder : supply.holders()) {
    std::string what = EnumWords(holder.metric());
    if (holder.modality() != v1::MODALITY_REPORTED && holder.modality() != 0) {
      what += fmt::format(" ({})", EnumWords(holder.modality()));
    }
    const v1::ClaimSummary& claim = holder.has_selected() || holder.claims_size() == 0
                                        ? holder.selected().claim()
                                        : holder.claims(0);
    std::string count =
        holder.has_selected() ? QuantityWords(holder.selected().quantity()) : "not stated";
    if (IsWithdrawn(holder)) {
      count = "withdrawn";
    } else if (!holder.has_selected() && !holder.scope_text().empty()) {
      count = "“" + holder.scope_text() + "”";
    }
    table.AddRow({holder.holder(), what, count, DateWords(holder.as_of()), holder.customer(),
                  Cell(EnumWords(holder.agreement()), ToneOf(holder.agreement())),
                  ClaimSourceWords(claim)});
    for (const v1::QuantityFigure& other : holder.alternatives()) {
      table.AddRow({"", "", QuantityWords(other.quantity()), "", "", AgreesCell(other),
                    ClaimSourceWords(other.claim())});
    }
    for (const std::string& condition : holder.conditions()) {
      table.AddRow({"", "", "", "", "", "", LabelledCondition(condition)});
    }
  }
  block.Add(table, 2);
}

void AddOrdered(const v1::ChipSupplyEntry& supply, Block& block) {
  Table table({{"ORDERS"}, {"NAMED BUYERS"}, {"OPEN GROUPS"}, {"WHICH", Align::kLeft, true}});
  for (const v1::OrderedQuantity& ordered : supply.ordered()) {
    std::string groups;
    for (const v1::QuantityFigure& group : ordered.open_groups()) {
      groups += (groups.empty() ? "" : ", ") + QuantityWords(group.quantity());
    }
    std::string stage = EnumWords(ordered.stage());
    if (ordered.modality() != v1::MODALITY_REPORTED && ordered.modality() != 0) {
      stage += fmt::format(" ({})", EnumWords(ordered.modality()));
    }
    const bool counted = ordered.has_named() || !groups.empty();
    table.AddRow({stage, counted ? QuantityWords(ordered.named().quantity()) : "not stated", groups,
                  JoinWords(ordered.orders(), ", ")});
  }
  block.Add(table, 2);
}

// Empty if nothing is missing.
std::string ShortWords(const v1::ChipSupplyEntry& supply) {
  return supply.has_shortfall() ? "short by " + QuantityWords(supply.shortfall().quantity()) : "";
}

// What the shortfall is made of. A part that nobody stated counts as none.
void AddParts(const v1::ChipSupplyEntry& supply, Block& block) {
  if (!supply.has_shortfall_parts()) return;
  const v1::ShortfallParts& parts = supply.shortfall_parts();
  const auto add = [&block](std::string_view label, bool stated, const v1::QuantityFigure& part) {
    if (stated) {
      block.Line(label, QuantityWords(part.quantity()));
    } else {
      block.Line(label, "not stated, counts as none", Tone::kFaint);
    }
  };
  add("placed", parts.has_placed(), parts.placed());
  if (parts.has_placed()) {
    add("delivered", parts.has_delivered(), parts.delivered());
    add("cancelled", parts.has_cancelled(), parts.cancelled());
  }
  if (parts.has_open()) add("open", true, parts.open());
  add("in stock", parts.has_stock(), parts.stock());
}

void AddShortfall(const v1::ChipSupplyEntry& supply, Block& block) {
  AddParts(supply, block);
  if (supply.has_shortfall()) {
    block.Line("shortfall", ShortWords(supply), Tone::kBad);
    AddClaimLines(supply.shortfall().claim(), supply.shortfall().grounds(), block);
  } else if (supply.shortfall_parts().has_open() && supply.shortfall_parts().has_stock()) {
    block.Line("shortfall", "nothing is missing", Tone::kGood);
  }
}

}  // namespace

void ChipSupplyHeading(const v1::TimelineEntry& entry, Block& block) {
  const v1::ChipSupplyEntry& supply = entry.chip_supply();
  const std::string verdict = ShortWords(supply);
  block.Heading(entry.key().chip_supply().chip(), verdict, Tone::kBad);
}

void RenderChipSupply(const v1::TimelineEntry& entry, Block& block) {
  const v1::ChipSupplyEntry& supply = entry.chip_supply();
  ChipSupplyHeading(entry, block);
  AddHolders(supply, block);
  AddLeftOutCount(supply.holders_omitted(), "readings of holders", block);
  AddOrdered(supply, block);
  AddShortfall(supply, block);
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
