#ifndef CHIPLINE_SERVICES_PICTURE_PANELS_H_
#define CHIPLINE_SERVICES_PICTURE_PANELS_H_

#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/picture/page.h"

// One panel for each kind of entry. Each draws from page.y on and leaves page.y at its end.
namespace chipline::picture {

// Claims, actuals and revisions by the day that they were published, with what is selected.
void DrawCapexPanel(Page& page, const v1::TimelineEntry& entry);
// The state of a gate, for anybody and for some, by the days on which it holds.
void DrawRulePanel(Page& page, const v1::TimelineEntry& entry);
// The quantity of each stage, and the state of the order and of each gate by day.
void DrawOrderPanel(Page& page, const v1::TimelineEntry& entry);
// What holders have, what is ordered, and what is missing.
void DrawSupplyPanel(Page& page, const v1::TimelineEntry& entry);
// Readings by the day that they are of.
void DrawUsagePanel(Page& page, const v1::TimelineEntry& entry);
// The readings of a price, by the day that they are of.
void DrawPricePanel(Page& page, const v1::TimelineEntry& entry);

// Adds the days and the counts that the entry's panel will draw to the page's scales.
void IncludeInScales(Page& page, const v1::TimelineEntry& entry);

// What an entry comes to on a day (YYYY-MM-DD), in a few words and the ink for them; empty if it
// needs none.
struct Verdict {
  std::string text;
  std::string_view ink;
};
Verdict VerdictOf(const v1::TimelineEntry& entry, std::string_view day);
std::string GateWord(v1::GateState gate);

// The amount or count that stands, for an overview. Empty if there is none, or if the verdict has
// it.
std::string StandingFigure(const v1::TimelineEntry& entry);

// What an entry is and comes to, above its panel.
void DrawHeading(Page& page, const v1::TimelineEntry& entry);
// What all entries are and come to, a line each: for a page that is too long to be seen at once.
void DrawOverview(Page& page, const std::vector<v1::TimelineEntry>& entries);

// Notes of how many of each kind an entry has beyond those that it holds.
void DrawLeftOutCounts(Page& page, const v1::TimelineEntry& entry);

// What an entry is, in one line, for its heading and for those who do not see the picture.
std::string HeadingOf(const v1::TimelineEntry& entry, const Names& names);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PANELS_H_
