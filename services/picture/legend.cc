#include "services/picture/legend.h"

#include "services/picture/mark.h"
#include "services/picture/page.h"

namespace chipline::picture {
namespace {

constexpr double kSample = 30;
constexpr double kRowHeight = 26;

std::string_view WordsFor(Sign sign) {
  switch (sign) {
    case Sign::kChosen:
      return "selected";
    case Sign::kAgrees:
      return "agrees";
    case Sign::kDiffers:
      return "does not agree";
    case Sign::kEnded:
      return "stands no more";
    case Sign::kFact:
      return "actual";
    case Sign::kForecast:
      return "forecast";
    case Sign::kNoFigure:
      return "no figure on this axis";
    case Sign::kAbout:
      return "about";
    case Sign::kRange:
      return "from – to";
    case Sign::kBound:
      return "at least, at most";
    case Sign::kSpan:
      return "at some time in this span";
    case Sign::kLevel:
      return "level of the selected";
    case Sign::kJoined:
      return "from one reading to the next";
    case Sign::kSuccession:
      return "took its place";
    case Sign::kEnvelope:
      return "all that standing claims allow";
    case Sign::kBar:
      return "count";
    case Sign::kBarMissing:
      return "missing";
    case Sign::kBarForecast:
      return "forecast";
    case Sign::kBarOpen:
      return "at least";
    case Sign::kBarMost:
      return "at most";
    case Sign::kNoCount:
      return "no count";
    case Sign::kDenied:
      return "denied · blocked";
    case Sign::kPending:
      return "pending · waiting";
    case Sign::kConditional:
      return "conditional · cleared if";
    case Sign::kSatisfied:
      return "satisfied · cleared";
    case Sign::kFree:
      return "not required";
    case Sign::kUnknown:
      return "unknown";
    case Sign::kDayUnknown:
      return "day of change not known";
    case Sign::kConflict:
      return "conflicting claims";
  }
  return "";
}

// As the picture drew the first mark of the role.
void DrawRoleSample(Canvas& canvas, Sign role, Point at, const Signs& signs) {
  Signs unused;
  if (const MarkLook* look = signs.ExactOf(role)) {
    MarkLook plain = *look;
    plain.approximate = false;
    return DrawMark(canvas, {at.x, at.y, at.y}, plain, unused);
  }
  if (const MarkLook* look = signs.RangeOf(role)) {
    DrawMark(canvas, {at.x, at.y + 8, at.y - 8}, *look, unused);
  }
}

void DrawPathSample(Canvas& canvas, Point at, std::string_view ink) {
  canvas.Line({at.x - 13, at.y}, {at.x + 13, at.y}, ink);
}

void DrawBandSample(Canvas& canvas, Point at, Look look, bool outlined = false) {
  DrawBand(canvas, {{at.x - 12, at.y - 7, 24, 14}, false, false, outlined}, look);
}

// Of figures: centred at `at`, at most kSample wide and a row high.
void DrawFigureSample(Canvas& canvas, Sign sign, Point at, const Signs& signs) {
  Signs unused;
  switch (sign) {
    case Sign::kFact:
      return canvas.Rect({at.x - 5.5, at.y - 5.5, 11, 11}, "m-ended", 1);
    case Sign::kForecast:
      return canvas.Circle(at, 6, "f-ended");
    case Sign::kNoFigure:
      return DrawNoFigure(canvas, at, Role::kAgrees, unused);
    case Sign::kAbout:
      return canvas.Line({at.x, at.y - 9}, {at.x, at.y + 9}, "w-ended open");
    case Sign::kRange:
      return DrawMark(canvas, {at.x, at.y + 8, at.y - 8}, {Role::kEnded}, unused);
    case Sign::kBound:
      return DrawMark(canvas, {at.x, at.y + 11, std::nullopt}, {Role::kEnded}, unused);
    case Sign::kSpan:
      return DrawPathSample(canvas, at, "w-ended open");
    case Sign::kLevel:
    case Sign::kJoined:
      return DrawPathSample(canvas, at, "level");
    case Sign::kSuccession:
      return DrawPathSample(canvas, at, "succession");
    case Sign::kEnvelope:
      return canvas.Rect({at.x - 12, at.y - 7, 24, 14}, "envelope");
    default:
      return DrawRoleSample(canvas, sign, at, signs);
  }
}

// The same of bars and bands.
void DrawSample(Canvas& canvas, Sign sign, Point at, const Signs& signs) {
  const Box bar{at.x - 12, at.y - 6, 24, 12};
  switch (sign) {
    case Sign::kBar:
      return canvas.Rect(bar, "b-count");
    case Sign::kBarMissing:
      return canvas.Rect(bar, "b-short");
    case Sign::kBarForecast:
      return canvas.Rect(bar, "b-forecast");
    case Sign::kBarOpen:
      return canvas.Path("M" + Number(at.x - 10) + " " + Number(at.y) + " h18 m-5 -4 l5 4 l-5 4",
                         "w-chosen");
    case Sign::kBarMost:
      return canvas.Rect(bar, "outline");
    case Sign::kNoCount:
      return DrawPathSample(canvas, at, "w-ended open");
    case Sign::kDenied:
      return DrawBandSample(canvas, at, Look::kDenied);
    case Sign::kPending:
      return DrawBandSample(canvas, at, Look::kPending);
    case Sign::kConditional:
      return DrawBandSample(canvas, at, Look::kConditional);
    case Sign::kSatisfied:
      return DrawBandSample(canvas, at, Look::kSatisfied);
    case Sign::kFree:
      return DrawBandSample(canvas, at, Look::kFree);
    case Sign::kUnknown:
      return DrawBandSample(canvas, at, Look::kUnknown);
    case Sign::kDayUnknown:
      return DrawBandSample(canvas, at, Look::kUnknown, true);
    case Sign::kConflict:
      return canvas.Rect({at.x - 12, at.y - 1.5, 24, 3}, "m-differs");
    default:
      return DrawFigureSample(canvas, sign, at, signs);
  }
}

}  // namespace

Sign SignOf(Look look) {
  switch (look) {
    case Look::kDenied:
      return Sign::kDenied;
    case Look::kPending:
      return Sign::kPending;
    case Look::kConditional:
      return Sign::kConditional;
    case Look::kSatisfied:
      return Sign::kSatisfied;
    case Look::kFree:
      return Sign::kFree;
    case Look::kUnknown:
      return Sign::kUnknown;
  }
  return Sign::kUnknown;
}

double DrawLegend(Canvas& canvas, const Signs& signs, double y) {
  if (signs.empty()) return y;
  double x = kMargin;
  double row = y;
  for (const Sign sign : signs.all()) {
    const std::string_view words = WordsFor(sign);
    const double width = kSample + 6 + WidthOf(words, kSmallSize);
    if (x > kMargin && x + width > kRight) {
      x = kMargin;
      row += kRowHeight;
    }
    DrawSample(canvas, sign, {x + kSample / 2, row + kRowHeight / 2}, signs);
    canvas.Text({x + kSample + 6, row + kRowHeight / 2 + 4}, words, {"faint", kSmallSize});
    x += width + 18;
  }
  return row + kRowHeight;
}

}  // namespace chipline::picture
