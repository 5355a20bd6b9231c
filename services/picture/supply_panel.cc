#include <fmt/format.h>

#include "services/picture/bars.h"
#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/reason_words.h"
#include "services/words/standing_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {
namespace {

Bar BarOf(const v1::QuantityFigure& figure, const Names& names) {
  Bar bar;
  bar.extent = ExtentOf(figure.quantity());
  bar.unit = figure.quantity().unit();
  v1::Quantity quantity = figure.quantity();
  quantity.set_verbatim(Isolated(quantity.verbatim()));
  bar.headline = QuantityWords(quantity);
  bar.source = SourceText(figure.claim(), names);
  return bar;
}

// What to ask for to see them.
std::string IdsOf(const google::protobuf::RepeatedPtrField<std::string>& orders) {
  if (orders.empty()) return "";
  return (orders.size() == 1 ? "id: " : "ids: ") + Joined(orders, ", ");
}

void AddHolder(const v1::HolderSupply& holder, const Page& page, std::vector<Bar>& bars) {
  const Names& names = page.names;
  Bar bar = BarOf(holder.selected(), names);
  if (!holder.has_selected()) {
    bar.headline = holder.scope_text().empty() ? "no count stated" : Quoted(holder.scope_text());
    if (IsWithdrawn(holder)) bar.headline = "count withdrawn";
    if (holder.claims_size() > 0) bar.source = SourceText(holder.claims(0), names);
  }
  bar.label = names.Company(holder.holder());
  bar.detail = EnumWords(holder.metric());
  bar.forecast = holder.modality() == v1::MODALITY_EXPECTED || IsToCome(page, holder.as_of());
  if (!holder.customer().empty()) bar.headline += " for " + names.Company(holder.customer());
  if (holder.modality() == v1::MODALITY_EXPECTED) bar.headline += ", expected";
  if (holder.has_as_of()) bar.headline += ", " + DateWords(holder.as_of());
  const bool forecast = bar.forecast;
  bars.push_back(std::move(bar));
  for (const v1::QuantityFigure& other : holder.alternatives()) {
    Bar beside = BarOf(other, names);
    beside.forecast = forecast;
    beside.verdict = other.agrees() ? "" : "does not agree";
    bars.push_back(std::move(beside));
  }
}

void AddOrdered(const v1::OrderedQuantity& ordered, const Names& names, std::vector<Bar>& bars) {
  const std::string stage = EnumWords(ordered.stage());
  const auto add = [&](const v1::QuantityFigure& figure, std::string_view who) {
    Bar bar = BarOf(figure, names);
    bar.label = stage;
    bar.detail = who;
    bar.source = IdsOf(ordered.orders());
    bars.push_back(std::move(bar));
  };
  if (ordered.has_named()) add(ordered.named(), "named buyers");
  for (const v1::QuantityFigure& group : ordered.open_groups()) add(group, "open group");
  if (ordered.has_named() || ordered.open_groups_size() > 0) return;
  Bar bar;
  bar.label = stage;
  bar.headline = "no count stated";
  bar.source = IdsOf(ordered.orders());
  bars.push_back(std::move(bar));
}

// What is missing, from its parts. One that nobody stated counts as none.
void DrawParts(Page& page, const v1::ChipSupplyEntry& supply) {
  if (!supply.has_shortfall_parts()) return;
  const v1::ShortfallParts& parts = supply.shortfall_parts();
  const auto part = [](bool stated, const v1::QuantityFigure& figure) {
    return stated ? QuantityWords(figure.quantity()) : std::string("not stated");
  };
  std::string text = "placed " + part(parts.has_placed(), parts.placed());
  if (parts.has_placed()) {
    text +=
        fmt::format(", delivered {}, cancelled {}", part(parts.has_delivered(), parts.delivered()),
                    part(parts.has_cancelled(), parts.cancelled()));
  }
  if (parts.has_open()) text += ", so open " + part(true, parts.open());
  text += "; in stock " + part(parts.has_stock(), parts.stock());
  if (parts.has_open() && parts.has_stock() && !supply.has_shortfall())
    text += "; nothing is missing";
  DrawNote(page, "shortfall", text);
}

}  // namespace

void DrawSupplyPanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::ChipSupplyEntry& supply = entry.chip_supply();
  DrawHeading(page, entry);
  std::vector<Bar> bars;
  for (const v1::HolderSupply& holder : supply.holders()) AddHolder(holder, page, bars);
  for (const v1::OrderedQuantity& ordered : supply.ordered()) AddOrdered(ordered, page.names, bars);
  if (supply.has_shortfall()) {
    Bar missing = BarOf(supply.shortfall(), page.names);
    missing.label = "missing";
    missing.missing = true;
    missing.source = Isolated(GroundsInWords(supply.shortfall().grounds()));
    bars.push_back(std::move(missing));
  }
  DrawBars(page, bars);
  DrawParts(page, supply);
  for (const v1::HolderSupply& holder : supply.holders()) {
    for (const std::string& condition : holder.conditions()) {
      DrawCondition(page, page.names.Company(holder.holder()), condition);
    }
  }
}

}  // namespace chipline::picture
