#ifndef CHIPLINE_SERVICES_CLI_RENDER_H_
#define CHIPLINE_SERVICES_CLI_RENDER_H_

#include <string>
#include <string_view>

#include "chipline/v1/timeline.pb.h"
#include "chipline/v1/timeline_service.pb.h"
#include "services/cli/block.h"

// Timelines for people. Each rendering appends one entry to a block, heading first; nothing is left
// out that an operator would have to ask for again, and nothing is computed that the server did not
// state.
namespace chipline::cli {

// Any entry, by its kind. `day`, YYYY-MM-DD, is the one whose state heads a rule or an order,
// mostly today (today.h).
void RenderEntry(const v1::TimelineEntry& entry, std::string_view day, Block& block);

// The first line of that alone: what the entry is about, with its verdict.
void RenderHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block);

void RenderCapex(const v1::TimelineEntry& entry, Block& block);
void RenderExportRule(const v1::TimelineEntry& entry, std::string_view day, Block& block);
void RenderChipOrder(const v1::TimelineEntry& entry, std::string_view day, Block& block);
void RenderChipSupply(const v1::TimelineEntry& entry, Block& block);
void RenderUsage(const v1::TimelineEntry& entry, Block& block);
void RenderPrice(const v1::TimelineEntry& entry, Block& block);

// What an entry says, in one line: "about 85bn CNY, conflicting", "denied → conditional from
// 2025-12-08".
std::string EntryHeadline(const v1::TimelineEntry& entry);

void CapexHeading(const v1::TimelineEntry& entry, Block& block);
void ExportRuleHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block);
void ChipOrderHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block);
void ChipSupplyHeading(const v1::TimelineEntry& entry, Block& block);
void UsageHeading(const v1::TimelineEntry& entry, Block& block);
void PriceHeading(const v1::TimelineEntry& entry, Block& block);

// What changed, as before → after, with the reason and the events that did it; of a day that
// passed, what held until then and what holds from then on.
void RenderChange(const v1::TimelineChange& change, Block& block);

// What an answer reflects: "as of position 12 (2026-01-15 10:20:30Z), policy 2, views 3".
std::string BasisWords(const v1::AnswerBasis& basis);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_RENDER_H_
