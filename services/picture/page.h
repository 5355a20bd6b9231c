#ifndef CHIPLINE_SERVICES_PICTURE_PAGE_H_
#define CHIPLINE_SERVICES_PICTURE_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chipline/v1/values.pb.h"
#include "services/picture/canvas.h"
#include "services/picture/legend.h"
#include "services/picture/names.h"
#include "services/picture/scale.h"

namespace chipline::picture {

// Every picture is as wide as this, in pixels, and as tall as what it shows.
inline constexpr double kPageWidth = 960;
inline constexpr double kMargin = 28;
inline constexpr double kRight = kPageWidth - kMargin;

// The sizes of letters.
inline constexpr double kTitleSize = 22;
inline constexpr double kHeadingSize = 16;
inline constexpr double kTextSize = 13;
inline constexpr double kSmallSize = 12;

// What a panel draws with. The scales are the same for all panels of a picture, so that equal
// places are equal days. `y` is where the next thing goes; whoever draws moves it on.
struct Page {
  const Names& names;
  // YYYY-MM-DD: whose states head the panels.
  const std::string& day;
  // Absent: not known.
  std::optional<CivilDay> today;
  Canvas canvas;
  // What the legend has to explain.
  Signs signs;
  // When things were published, with today.
  TimeScale published;
  // When they hold in the world, with today. What holds before the first day and after the last has
  // room for a word.
  TimeScale valid;
  // How many chips, for bars.
  FigureScale counts;
  double y = 0;
};

// The heading of a panel, with a verdict in the ink given: at its right, or below it if it is long.
void DrawHeadingLine(Page& page, std::string_view heading, std::string_view verdict,
                     std::string_view verdict_ink);

// A line beneath a heading or a plot: a label, and text on as many lines as it takes, up to four.
void DrawNote(Page& page, std::string_view label, std::string_view text,
              std::string_view ink = "faint");

// A note of a condition: labelled with its own word ("if", "unless"), `of` before it.
void DrawCondition(Page& page, std::string_view of, std::string_view stated);

// Notes of what the entry itself does not hold: so many more of something, or the intervals before
// a day. Nothing for zero, and for an empty day.
void DrawLeftOut(Page& page, uint32_t count, std::string_view what);
void DrawLeftOutBefore(Page& page, std::string_view day);

// Where the label of that line goes. Requires page.today and !scale.empty().
struct TodayLabel {
  std::string text;
  double left = 0;
  double middle = 0;
};
TodayLabel TodayLabelOf(const Page& page, const TimeScale& scale);

// A line for today from `top` to `bottom`, and, if `labelled`, its date above it. Nothing if today
// is not known or lies beyond the scale.
void DrawToday(Page& page, const TimeScale& scale, double top, double bottom, bool labelled);
// Above such a line.
inline constexpr double kTodayLabel = 18;

// Whether a date lies wholly after today.
bool IsToCome(const Page& page, const v1::Date& date);

// From an axis to the baseline of its labels, so that a mark on the axis touches none.
inline constexpr double kAxisLabel = 20;

// Ticks and their labels under a plot that ends at `bottom`, with thin lines up to `top`. `what`
// the days are stands before them, at the margin.
void DrawTimeAxis(Canvas& canvas, const TimeScale& scale, double top, double bottom,
                  std::string_view what);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PAGE_H_
