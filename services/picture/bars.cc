#include "services/picture/bars.h"

#include <algorithm>

namespace chipline::picture {
namespace {

constexpr double kText = 560;
constexpr double kRow = 34;
constexpr double kLine = 16;
constexpr double kThickness = 16;

void DrawOpenEnd(Canvas& canvas, double x, double y) {
  canvas.Path("M" + Number(x + 2) + " " + Number(y) + " h18 m-5 -4 l5 4 l-5 4", "w-chosen");
}

void DrawBar(Page& page, const Bar& bar, double middle) {
  const FigureScale& scale = page.counts;
  Canvas& canvas = page.canvas;
  const Extent& extent = *bar.extent;
  const double top = middle - kThickness / 2;
  if (bar.forecast) page.signs.insert(Sign::kBarForecast);
  const auto stroke = [&](double x, bool about) {
    if (about) {
      page.signs.insert(Sign::kAbout);
      canvas.Line({x, top - 3}, {x, top + kThickness + 3}, "w-chosen open");
    } else {
      canvas.Rect({x - 3, top, 3, kThickness}, "b-least");
    }
  };
  if (extent.low) {
    const double x = scale.At(*extent.low);
    canvas.Rect({kBarLeft, top, std::max(1.0, x - kBarLeft), kThickness}, bar.missing ? "b-short"
                                                                          : bar.forecast
                                                                              ? "b-forecast"
                                                                              : "b-count");
    if (!bar.forecast || !extent.high) {
      page.signs.insert(extent.high ? Sign::kBar : Sign::kBarOpen);
    }
    stroke(x, extent.approximate);
    if (!extent.high) DrawOpenEnd(canvas, x, middle);
  }
  if (extent.high && !extent.exact()) {
    page.signs.insert(Sign::kBarRange);
    const double left = extent.low ? scale.At(*extent.low) : kBarLeft;
    canvas.Rect({left, top + 0.5, scale.At(*extent.high) - left, kThickness - 1},
                bar.forecast && !extent.low ? "b-forecast" : "outline");
  }
}

}  // namespace

void DrawBars(Page& page, const std::vector<Bar>& bars) {
  Canvas& canvas = page.canvas;
  page.y += 6;
  const double first = page.y;
  for (const Bar& bar : bars) {
    const double middle = page.y + 16;
    canvas.Begin(bar.label + ": " + bar.headline + (bar.source.empty() ? "" : " — " + bar.source));
    canvas.Text({kMargin, middle + 4}, Shortened(bar.label, kBarLeft - kMargin - 10, kTextSize),
                {"ink", kTextSize});
    if (bar.extent) {
      DrawBar(page, bar, middle);
    } else {
      canvas.Line({kBarLeft + 4, middle}, {kBarLeft + 120, middle}, "w-ended open");
    }
    const double verdict = bar.verdict.empty() ? 0 : WidthOf(bar.verdict, kSmallSize) + 10;
    canvas.Text({kText, middle + 4},
                Shortened(bar.headline, kRight - kText - verdict, kTextSize, Weight::kBold),
                {bar.missing ? "bad" : "ink", kTextSize, Weight::kBold});
    if (!bar.verdict.empty()) {
      canvas.Text({kRight, middle + 4}, bar.verdict,
                  {"bad", kSmallSize, Weight::kPlain, Anchor::kEnd});
    }
    page.y += kRow;
    for (const std::string& line : Lines(bar.source, kRight - kText, kSmallSize, 2)) {
      canvas.Text({kText, page.y + 2}, line, {"faint", kSmallSize});
      page.y += kLine;
    }
    canvas.End();
  }
  canvas.Line({kBarLeft, first}, {kBarLeft, page.y - 2}, "axis");
  page.y += 6;
}

}  // namespace chipline::picture
