#ifndef CHIPLINE_SERVICES_PICTURE_BARS_H_
#define CHIPLINE_SERVICES_PICTURE_BARS_H_

#include <optional>
#include <string>
#include <vector>

#include "chipline/v1/values.pb.h"
#include "services/picture/mark.h"
#include "services/picture/page.h"

namespace chipline::picture {

// A count as the length of a bar.
struct Bar {
  std::string label;
  // What of it: "inventory". Beside the label, or below it where both are too long for one line.
  std::string detail;
  // What the extent counts.
  v1::Unit unit = v1::UNIT_CHIP;
  // Absent: no number was given; `headline` says what was.
  std::optional<Extent> extent;
  std::string headline;
  // Beside the headline, in red: "does not agree".
  std::string verdict;
  std::string source;
  // What is missing rather than there.
  bool missing = false;
  // Expected, or of a day to come.
  bool forecast = false;
};

// Where bars lie from left to right, for the scale of their counts.
inline constexpr double kBarLeft = kMargin + 172;
inline constexpr double kBarRight = 520;

// Bars one below the other, with an axis, to the scale of the whole picture: page.counts, which
// starts at zero. A bar ends in a stroke where a figure was stated, goes on as an arrow where it is
// "at least", and is only outlined where it is "at most". One of a forecast is pale with a dashed
// edge.
void DrawBars(Page& page, const std::vector<Bar>& bars);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_BARS_H_
