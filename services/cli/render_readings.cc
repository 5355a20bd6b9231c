#include <fmt/format.h>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/price_words.h"
#include "services/words/standing_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string Words(const v1::QuantityFigure& figure) { return QuantityWords(figure.quantity()); }
std::string Words(const v1::AmountFigure& figure) {
  return figure.has_amount() ? AmountWords(figure.amount()) : "";
}

// Readings in order of the day that they are of, and what stands no more.
template <typename Readings>
void RenderReadings(const Readings& read, const v1::TimelineEntry& entry, Block& block) {
  Table table({{"AS OF"}, {"HOW MUCH"}, {"CLAIMS"}, {"SOURCE", Align::kLeft, true}});
  for (const auto& reading : read.readings()) {
    table.AddRow({DateWords(reading.as_of()), Words(reading.selected()),
                  Cell(EnumWords(reading.agreement()), ToneOf(reading.agreement())),
                  ClaimSourceWords(reading.selected().claim())});
    for (const auto& other : reading.alternatives()) {
      table.AddRow({"", Words(other), AgreesCell(other), ClaimSourceWords(other.claim())});
    }
  }
  block.Add(table, 2);
  for (const auto& ended : read.revisions()) {
    block.Line("earlier", Words(ended) + ", " + EndedWords(ended.claim(), ended.grounds()),
               Tone::kFaint);
    AddClaimLines(ended.claim(), ended.grounds(), block);
  }
  AddFooter(entry, "", block);
}

}  // namespace

void UsageHeading(const v1::TimelineEntry& entry, Block& block) {
  const v1::UsageKey& key = entry.key().usage();
  block.Heading(fmt::format("{}{}{} · {}", key.company(), key.product().empty() ? "" : " · ",
                            key.product(), EnumWords(key.metric())));
}

void RenderUsage(const v1::TimelineEntry& entry, Block& block) {
  UsageHeading(entry, block);
  RenderReadings(entry.usage(), entry, block);
}

void PriceHeading(const v1::TimelineEntry& entry, Block& block) {
  block.Heading(
      PriceTitle(entry.key().price(), entry.key().price().chip(), entry.key().price().place()));
}

void RenderPrice(const v1::TimelineEntry& entry, Block& block) {
  PriceHeading(entry, block);
  RenderReadings(entry.price(), entry, block);
}

}  // namespace chipline::cli
