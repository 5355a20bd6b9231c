#ifndef CHIPLINE_SERVICES_PICTURE_PANELS_H_
#define CHIPLINE_SERVICES_PICTURE_PANELS_H_

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

// Adds the days and the counts that the entry's panel will draw to the page's scales.
void IncludeInScales(Page& page, const v1::TimelineEntry& entry);

// What an entry is, in one line, for its heading and for those who do not see the picture.
std::string HeadingOf(const v1::TimelineEntry& entry, const Names& names);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PANELS_H_
