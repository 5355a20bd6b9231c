#include <fmt/format.h>

#include <algorithm>

#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/picture/plot.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {
namespace {

// Each has a label; more would make the picture taller than anybody looks at.
constexpr int kMostReadings = 24;

PlotPoint PointOf(const v1::QuantityFigure& figure, Role role, const Names& names) {
  PlotPoint point;
  point.figure = ExtentOf(figure.quantity());
  point.role = role;
  v1::Quantity quantity = figure.quantity();
  quantity.set_verbatim(Isolated(quantity.verbatim()));
  point.headline = QuantityWords(quantity);
  point.source = SourceText(figure.claim(), names);
  point.event_id = figure.claim().event_id();
  point.ended_by = figure.claim().ended_by();
  return point;
}

// The first that is drawn.
int FirstReading(const v1::UsageEntry& usage) {
  return std::max(0, usage.readings_size() - kMostReadings);
}

Plot PlotOf(const v1::UsageEntry& usage, const Page& page) {
  const Names& names = page.names;
  Plot plot;
  plot.joined = true;
  plot.days_are = "as of";
  for (int i = FirstReading(usage); i < usage.readings_size(); ++i) {
    const v1::UsageReading& reading = usage.readings(i);
    plot.unit = EnumWords(reading.selected().quantity().unit()) + "s";
    const auto add = [&](const v1::QuantityFigure& figure, Role role, std::string_view verdict) {
      PlotPoint point = PointOf(figure, role, names);
      point.first_day = DayOf(reading.as_of().earliest());
      point.last_day = DayOf(reading.as_of().latest());
      if (!point.first_day) point.first_day = point.last_day;
      if (!point.last_day) point.last_day = point.first_day;
      point.forecast = IsToCome(page, reading.as_of());
      point.verdict = std::string(verdict);
      point.headline += ", " + DateWords(reading.as_of());
      plot.points.push_back(std::move(point));
    };
    if (reading.has_selected()) add(reading.selected(), Role::kChosen, "");
    for (const v1::QuantityFigure& other : reading.alternatives()) {
      add(other, other.agrees() ? Role::kAgrees : Role::kDiffers,
          other.agrees() ? "agrees" : "does not agree");
    }
  }
  return plot;
}

}  // namespace

void DrawUsagePanel(Page& page, const v1::TimelineEntry& entry) {
  DrawHeading(page, entry);
  // By the day that a reading is of, and so on a scale of its own.
  TimeScale days;
  const Plot plot = PlotOf(entry.usage(), page);
  for (const PlotPoint& point : plot.points) {
    if (point.first_day) days.Include(*point.first_day);
    if (point.last_day) days.Include(*point.last_day);
    // What is to come is told from what was by where today is.
    if (point.forecast) days.Include(*page.today);
  }
  days.Span(kPlotLeft, kPlotRight);
  DrawPlot(page, days, plot);
  if (const int left_out = FirstReading(entry.usage()); left_out > 0) {
    DrawNote(page, "not drawn", fmt::format("the {} readings before these", left_out));
  }
  for (const v1::QuantityFigure& ended : entry.usage().revisions()) {
    DrawNote(page, "earlier",
             PointOf(ended, Role::kEnded, page.names).headline + ", " +
                 EndedText(ended.claim(), ended.grounds()) + " · " +
                 SourceText(ended.claim(), page.names));
  }
}

}  // namespace chipline::picture
