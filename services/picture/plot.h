#ifndef CHIPLINE_SERVICES_PICTURE_PLOT_H_
#define CHIPLINE_SERVICES_PICTURE_PLOT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/picture/mark.h"
#include "services/picture/page.h"

namespace chipline::picture {

// One claim in a plot.
struct PlotPoint {
  // When: the days between which it was; both the same for one day. Absent: not known.
  std::optional<CivilDay> first_day;
  std::optional<CivilDay> last_day;
  // Absent: it states no figure, and stands on a line of its own below the others.
  std::optional<Extent> figure;
  Role role = Role::kAgrees;
  bool fact = false;
  // Said of a time to come.
  bool forecast = false;
  // The figure in words.
  std::string headline;
  // What it is to the others: "does not agree".
  std::string verdict;
  std::string source;
  std::string event_id;
  // The event that took its place.
  std::string ended_by;
};

// Figures over time: marks at the left, and at the right a label for each, in the order in which
// they lie, joined to its mark by a thin line. Labels never overlap: the plot grows with them.
struct Plot {
  // What the figures count: "CNY", "users".
  std::string unit;
  std::vector<PlotPoint> points;
  // Shaded.
  std::optional<Extent> envelope;
  // True for readings of one thing, which a line joins.
  bool joined = false;
  // What the days are, in a word or two: "published".
  std::string_view days_are;
};

// Where a plot lies from left to right, for the scale of its days.
inline constexpr double kPlotLeft = kMargin + 58;
inline constexpr double kPlotRight = 548;

// Days must be in `days`, which spans kPlotLeft to kPlotRight.
void DrawPlot(Page& page, const TimeScale& days, const Plot& plot);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PLOT_H_
