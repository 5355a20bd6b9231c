#include <fmt/format.h>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/standing_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {

void UsageHeading(const v1::TimelineEntry& entry, Block& block) {
  const v1::UsageKey& key = entry.key().usage();
  block.Heading(fmt::format("{}{}{} · {}", key.company(), key.product().empty() ? "" : " · ",
                            key.product(), EnumWords(key.metric())));
}

void RenderUsage(const v1::TimelineEntry& entry, Block& block) {
  UsageHeading(entry, block);
  Table table({{"AS OF"}, {"HOW MUCH"}, {"CLAIMS"}, {"SOURCE", Align::kLeft, true}});
  for (const v1::UsageReading& reading : entry.usage().readings()) {
    table.AddRow({DateWords(reading.as_of()), QuantityWords(reading.selected().quantity()),
                  Cell(EnumWords(reading.agreement()), ToneOf(reading.agreement())),
                  ClaimSourceWords(reading.selected().claim())});
    for (const v1::QuantityFigure& other : reading.alternatives()) {
      table.AddRow({"", QuantityWords(other.quantity()), AgreesCell(other),
                    ClaimSourceWords(other.claim())});
    }
  }
  block.Add(table, 2);
  for (const v1::QuantityFigure& ended : entry.usage().revisions()) {
    block.Line("earlier",
               QuantityWords(ended.quantity()) + ", " + EndedWords(ended.claim(), ended.grounds()),
               Tone::kFaint);
    AddClaimLines(ended.claim(), ended.grounds(), block);
  }
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
