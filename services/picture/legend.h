#ifndef CHIPLINE_SERVICES_PICTURE_LEGEND_H_
#define CHIPLINE_SERVICES_PICTURE_LEGEND_H_

#include <set>
#include <string_view>

#include "services/picture/canvas.h"
#include "services/picture/look.h"

namespace chipline::picture {

// What a picture may have to explain, in the order in which it does.
enum class Sign {
  kChosen,
  kAgrees,
  kDiffers,
  kEnded,
  kFact,
  kForecast,
  kNoFigure,
  kAbout,
  kRange,
  kBound,
  kEnvelope,
  kBar,
  kBarOpen,
  kBarRange,
  kBarForecast,
  kDenied,
  kPending,
  kConditional,
  kSatisfied,
  kFree,
  kUnknown,
  kDayUnknown,
  kConflict,
};

using Signs = std::set<Sign>;

Sign SignOf(Look look);

// Samples with words, in rows from `y` on. The y of the end.
double DrawLegend(Canvas& canvas, const Signs& signs, double y);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_LEGEND_H_
