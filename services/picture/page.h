#ifndef CHIPLINE_SERVICES_PICTURE_PAGE_H_
#define CHIPLINE_SERVICES_PICTURE_PAGE_H_

#include <cstdint>
#include <string>
#include <string_view>

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
  // YYYY-MM-DD.
  const std::string& today;
  Canvas canvas;
  // What the legend has to explain.
  Signs signs;
  // When things were published.
  TimeScale published;
  // When they hold in the world. What holds until further notice matters most, so it has room.
  TimeScale valid;
  // How many chips, for bars.
  FigureScale counts;
  double y = 0;
};

// The heading of a panel, with a verdict at its right in the ink given.
void DrawHeading(Page& page, std::string_view heading, std::string_view verdict,
                 std::string_view verdict_ink);

// A line beneath a heading or a plot: a label, and text on as many lines as it takes, up to four.
void DrawNote(Page& page, std::string_view label, std::string_view text,
              std::string_view ink = "faint");

// Notes of what the entry itself does not hold: so many more of something, or the intervals before
// a day. Nothing for zero, and for an empty day.
void DrawLeftOut(Page& page, uint32_t count, std::string_view what);
void DrawLeftOutBefore(Page& page, std::string_view day);

// Ticks and their labels under a plot that ends at `bottom`, with thin lines up to `top`.
void DrawTimeAxis(Canvas& canvas, const TimeScale& scale, double top, double bottom);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PAGE_H_
