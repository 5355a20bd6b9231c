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
      return "no figure";
    case Sign::kAbout:
      return "about";
    case Sign::kRange:
      return "from – to";
    case Sign::kBound:
      return "at least, at most";
    case Sign::kEnvelope:
      return "all that standing claims allow";
    case Sign::kBar:
      return "count";
    case Sign::kBarOpen:
      return "at least";
    case Sign::kBarRange:
      return "at most";
    case Sign::kBarForecast:
      return "forecast";
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

void DrawDotSample(Canvas& canvas, Point at, const MarkLook& look) {
  Signs unused;
  DrawMark(canvas, {at.x, at.y, at.y}, look, unused);
}

void DrawBandSample(Canvas& canvas, Point at, Look look, bool outlined = false) {
  DrawBand(canvas, {{at.x - 12, at.y - 7, 24, 14}, false, false, outlined}, look);
}

// Centred at `at`, at most kSample wide and a row high.
void DrawSample(Canvas& canvas, Sign sign, Point at) {
  Signs unused;
  switch (sign) {
    case Sign::kChosen:
      return DrawDotSample(canvas, at, {Role::kChosen});
    case Sign::kAgrees:
      return DrawDotSample(canvas, at, {Role::kAgrees});
    case Sign::kDiffers:
      return DrawDotSample(canvas, at, {Role::kDiffers});
    case Sign::kEnded:
      return DrawDotSample(canvas, at, {Role::kEnded});
    case Sign::kFact:
      return DrawDotSample(canvas, at, {Role::kAgrees, false, true});
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
    case Sign::kEnvelope:
      return canvas.Rect({at.x - 12, at.y - 7, 24, 14}, "envelope");
    case Sign::kBar:
      canvas.Rect({at.x - 12, at.y - 6, 24, 12}, "b-count");
      return canvas.Rect({at.x + 9, at.y - 6, 3, 12}, "b-least");
    case Sign::kBarOpen:
      canvas.Rect({at.x - 12, at.y - 6, 16, 12}, "b-count");
      canvas.Rect({at.x + 1, at.y - 6, 3, 12}, "b-least");
      return canvas.Path("M" + Number(at.x + 4) + " " + Number(at.y) + " h10 m-4 -4 l4 4 l-4 4",
                         "w-chosen");
    case Sign::kBarRange:
      return canvas.Rect({at.x - 12, at.y - 6, 24, 12}, "outline");
    case Sign::kBarForecast:
      return canvas.Rect({at.x - 12, at.y - 6, 24, 12}, "b-forecast");
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
      DrawBandSample(canvas, at, Look::kUnknown);
      return canvas.Rect({at.x - 12, at.y - 10, 24, 3}, "m-differs");
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
  for (const Sign sign : signs) {
    const std::string_view words = WordsFor(sign);
    const double width = kSample + 6 + WidthOf(words, kSmallSize);
    if (x > kMargin && x + width > kRight) {
      x = kMargin;
      row += kRowHeight;
    }
    DrawSample(canvas, sign, {x + kSample / 2, row + kRowHeight / 2});
    canvas.Text({x + kSample + 6, row + kRowHeight / 2 + 4}, words, {"faint", kSmallSize});
    x += width + 18;
  }
  return row + kRowHeight;
}

}  // namespace chipline::picture
