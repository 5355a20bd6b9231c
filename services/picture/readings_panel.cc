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

const v1::Quantity& Stated(const v1::QuantityFigure& figure) { return figure.quantity(); }
const v1::Amount& Stated(const v1::AmountFigure& figure) { return figure.amount(); }
std::string Words(const v1::Quantity& quantity) { return QuantityWords(quantity); }
std::string Words(const v1::Amount& amount) { return AmountWords(amount); }
std::string UnitOf(const v1::Quantity& quantity) { return EnumWords(quantity.unit()) + "s"; }
std::string UnitOf(const v1::Amount& amount) { return amount.currency(); }

template <typename Figure>
PlotPoint PointOf(const Figure& figure, Role role, const Names& names) {
  PlotPoint point;
  auto stated = Stated(figure);
  point.figure = ExtentOf(stated);
  point.role = role;
  stated.set_verbatim(Isolated(stated.verbatim()));
  point.headline = Words(stated);
  point.source = SourceText(figure.claim(), names);
  point.event_id = figure.claim().event_id();
  point.ended_by = figure.claim().ended_by();
  return point;
}

// The first that is drawn.
template <typename Entry>
int FirstReading(const Entry& entry) {
  return std::max(0, entry.readings_size() - kMostReadings);
}

// What is in another unit or currency than the first reading has no place on its axis.
template <typename Entry>
Plot PlotOf(const Entry& entry, const Page& page) {
  const Names& names = page.names;
  Plot plot;
  plot.joined = true;
  plot.days_are = "as of";
  for (int i = FirstReading(entry); i < entry.readings_size(); ++i) {
    const auto& reading = entry.readings(i);
    if (plot.unit.empty() && reading.has_selected()) {
      plot.unit = UnitOf(Stated(reading.selected()));
    }
    const auto add = [&](const auto& figure, Role role, std::string_view verdict) {
      PlotPoint point = PointOf(figure, role, names);
      if (UnitOf(Stated(figure)) != plot.unit) point.figure.reset();
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
    for (const auto& other : reading.alternatives()) {
      add(other, other.agrees() ? Role::kAgrees : Role::kDiffers,
          other.agrees() ? "agrees" : "does not agree");
    }
  }
  return plot;
}

template <typename Entry>
void DrawReadings(Page& page, const Entry& entry) {
  // By the day that a reading is of, and so on a scale of its own.
  TimeScale days;
  const Plot plot = PlotOf(entry, page);
  for (const PlotPoint& point : plot.points) {
    if (point.first_day) days.Include(*point.first_day);
    if (point.last_day) days.Include(*point.last_day);
    // What is to come is told from what was by where today is.
    if (point.forecast) days.Include(*page.today);
  }
  days.Span(kPlotLeft, kPlotRight);
  DrawPlot(page, days, plot);
  if (const int left_out = FirstReading(entry); left_out > 0) {
    DrawNote(page, "not drawn", fmt::format("the {} readings before these", left_out));
  }
  for (const auto& ended : entry.revisions()) {
    DrawNote(page, "earlier",
             PointOf(ended, Role::kEnded, page.names).headline + ", " +
                 EndedText(ended.claim(), ended.grounds()) + " · " +
                 SourceText(ended.claim(), page.names));
  }
}

}  // namespace

void DrawUsagePanel(Page& page, const v1::TimelineEntry& entry) {
  DrawHeading(page, entry);
  DrawReadings(page, entry.usage());
}

void DrawPricePanel(Page& page, const v1::TimelineEntry& entry) {
  DrawHeading(page, entry);
  DrawReadings(page, entry.price());
}

}  // namespace chipline::picture
