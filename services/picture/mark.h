#ifndef CHIPLINE_SERVICES_PICTURE_MARK_H_
#define CHIPLINE_SERVICES_PICTURE_MARK_H_

#include <optional>

#include "chipline/v1/values.pb.h"
#include "services/picture/canvas.h"
#include "services/picture/signs.h"

namespace chipline::picture {

// The bounds of a figure, for drawing. An absent end is open; equal ends are an exact figure.
struct Extent {
  std::optional<double> low;
  std::optional<double> high;
  bool approximate = false;

  bool exact() const { return low && high && *low == *high; }
};

// nullopt where no number was given.
std::optional<Extent> ExtentOf(const v1::Amount& amount);
std::optional<Extent> ExtentOf(const v1::Quantity& quantity);
double FigureOf(const v1::Decimal& decimal);

// Where a mark goes: its x, and the y of both its ends (equal for an exact figure; absent if open).
struct MarkPlace {
  double x = 0;
  std::optional<double> low;
  std::optional<double> high;

  // Where lines to the mark end.
  double y() const { return low && high ? (*low + *high) / 2 : low ? *low : *high; }
};

// A dot for an exact figure, with dotted whiskers if it is approximate, since nobody said how far
// off it is; a bar for a range, open at the end that was not stated. Adds what it used to `signs`.
void DrawMark(Canvas& canvas, const MarkPlace& place, const MarkLook& look, Signs& signs);

// For a claim without a figure.
void DrawNoFigure(Canvas& canvas, Point at, Role role, Signs& signs);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_MARK_H_
