#ifndef CHIPLINE_SERVICES_PICTURE_LEGEND_H_
#define CHIPLINE_SERVICES_PICTURE_LEGEND_H_

#include "services/picture/canvas.h"
#include "services/picture/look.h"
#include "services/picture/signs.h"

namespace chipline::picture {

Sign SignOf(Look look);

// Samples with words, in rows from `y` on. The y of the end.
double DrawLegend(Canvas& canvas, const Signs& signs, double y);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_LEGEND_H_
