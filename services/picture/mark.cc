#include "services/picture/mark.h"

#include <array>
#include <string>

namespace chipline::picture {
namespace {

struct Inks {
  std::string_view fill;
  std::string_view stroke;
  std::string_view dotted;
  // Of a forecast: a hollow dot, and a line.
  std::string_view hollow;
  std::string_view dashed;
};

constexpr std::array<Inks, 4> kInks = {{
    {"m-chosen", "w-chosen", "w-chosen open", "f-chosen", "w-chosen to-come"},
    {"m-agrees", "w-agrees", "w-agrees open", "f-agrees", "w-agrees to-come"},
    {"m-differs", "w-differs", "w-differs open", "f-differs", "w-differs to-come"},
    {"m-ended", "w-ended", "w-ended open", "f-ended", "w-ended to-come"},
}};

const Inks& InksOf(Role role) { return kInks[static_cast<size_t>(role)]; }

constexpr double kRadius = 6;
constexpr double kWhisker = 14;
// How long an open end is drawn.
constexpr double kReach = 24;

template <typename Figures, typename Value>
std::optional<Extent> Bounds(const Figures& figures, Value value) {
  switch (figures.bound()) {
    case v1::BOUND_EXACT:
      return Extent{value(figures.value()), value(figures.value()), figures.approximate()};
    case v1::BOUND_AT_LEAST:
      return Extent{value(figures.low()), std::nullopt, figures.approximate()};
    case v1::BOUND_AT_MOST:
      return Extent{std::nullopt, value(figures.high()), figures.approximate()};
    case v1::BOUND_RANGE:
      return Extent{value(figures.low()), value(figures.high()), figures.approximate()};
    default:
      return std::nullopt;
  }
}

void DrawDot(Canvas& canvas, Point at, const MarkLook& look, const Inks& inks) {
  if (look.fact) {
    canvas.Rect({at.x - kRadius + 0.5, at.y - kRadius + 0.5, 2 * kRadius - 1, 2 * kRadius - 1},
                inks.fill, 1);
  } else {
    canvas.Circle(at, kRadius, look.forecast ? inks.hollow : inks.fill);
  }
  if (look.role != Role::kEnded) return;
  canvas.Line({at.x - 9, at.y + 9}, {at.x + 9, at.y - 9}, inks.stroke);
}

// An arrow from `y` on, upwards if `way` is -1.
void DrawOpenEnd(Canvas& canvas, double x, double y, double way, std::string_view ink) {
  const double tip = y + way * kReach;
  canvas.Line({x, y}, {x, tip}, ink);
  canvas.Path("M" + Number(x - 4.5) + " " + Number(tip - way * 6) + " L" + Number(x) + " " +
                  Number(tip) + " L" + Number(x + 4.5) + " " + Number(tip - way * 6),
              ink);
}

void DrawCap(Canvas& canvas, double x, double y, const MarkLook& look, const Inks& inks) {
  canvas.Line({x - 7, y}, {x + 7, y}, look.approximate ? inks.dotted : inks.stroke);
}

}  // namespace

double FigureOf(const v1::Decimal& decimal) {
  return static_cast<double>(decimal.units()) + decimal.nanos() / 1e9;
}

std::optional<Extent> ExtentOf(const v1::Amount& amount) { return Bounds(amount, FigureOf); }

std::optional<Extent> ExtentOf(const v1::Quantity& quantity) {
  return Bounds(quantity, [](int64_t count) { return static_cast<double>(count); });
}

void DrawMark(Canvas& canvas, const MarkPlace& place, const MarkLook& look, Signs& signs) {
  const Inks& inks = InksOf(look.role);
  if (look.role == Role::kChosen) canvas.Circle({place.x, place.y()}, 11, "halo");
  const std::string_view line = look.forecast ? inks.dashed : inks.stroke;
  const bool exact = place.low && place.high && *place.low == *place.high;
  signs.InsertMark(look, exact);
  if (exact) {
    if (look.approximate) {
      canvas.Line({place.x, *place.low - kWhisker}, {place.x, *place.low + kWhisker}, inks.dotted);
    }
    return DrawDot(canvas, {place.x, *place.low}, look, inks);
  }
  if (place.low && place.high) {
    signs.insert(Sign::kRange);
    canvas.Line({place.x, *place.low}, {place.x, *place.high}, line);
    DrawCap(canvas, place.x, *place.low, look, inks);
    DrawCap(canvas, place.x, *place.high, look, inks);
    return;
  }
  signs.insert(Sign::kBound);
  DrawOpenEnd(canvas, place.x, place.y(), place.low ? -1 : 1, line);
  DrawCap(canvas, place.x, place.y(), look, inks);
}

void DrawNoFigure(Canvas& canvas, Point at, Role role, Signs& signs) {
  signs.insert(Sign::kNoFigure);
  canvas.Path("M" + Number(at.x) + " " + Number(at.y - 6.5) + " L" + Number(at.x + 6.5) + " " +
                  Number(at.y) + " L" + Number(at.x) + " " + Number(at.y + 6.5) + " L" +
                  Number(at.x - 6.5) + " " + Number(at.y) + " Z",
              role == Role::kEnded ? "w-ended open" : "w-ended");
}

}  // namespace chipline::picture
