#include "services/picture/bars.h"

#include <algorithm>

#include "services/picture/label.h"
#include "services/words/enum_words.h"

namespace chipline::picture {
namespace {

constexpr double kText = 560;
// From the top of a row to its first baseline, and what is left below its last.
constexpr double kBaseline = 20;
constexpr double kBelow = 14;
constexpr double kThickness = 16;

void DrawOpenEnd(Canvas& canvas, double x, double y) {
  canvas.Path("M" + Number(x + 2) + " " + Number(y) + " h18 m-5 -4 l5 4 l-5 4", "w-chosen");
}

void DrawBar(Page& page, const Bar& bar, double middle) {
  const FigureScale& scale = page.counts;
  Canvas& canvas = page.canvas;
  const Extent& extent = *bar.extent;
  const double top = middle - kThickness / 2;
  if (extent.low) {
    const double x = scale.At(*extent.low);
    page.signs.insert(bar.missing    ? Sign::kBarMissing
                      : bar.forecast ? Sign::kBarForecast
                                     : Sign::kBar);
    canvas.Rect({kBarLeft, top, std::max(1.0, x - kBarLeft), kThickness}, bar.missing ? "b-short"
                                                                          : bar.forecast
                                                                              ? "b-forecast"
                                                                              : "b-count");
    if (extent.approximate) {
      page.signs.insert(Sign::kAbout);
      canvas.Line({x, top - 3}, {x, top + kThickness + 3}, "w-chosen open");
    } else {
      canvas.Rect({std::max(kBarLeft, x - 3), top, 3, kThickness}, "b-least");
    }
    if (!extent.high) {
      page.signs.insert(Sign::kBarOpen);
      DrawOpenEnd(canvas, x, middle);
    }
  }
  if (extent.high && !extent.exact()) {
    const double left = extent.low ? scale.At(*extent.low) : kBarLeft;
    const bool pale = bar.forecast && !extent.low;
    page.signs.insert(pale ? Sign::kBarForecast : Sign::kBarMost);
    canvas.Rect({left, top + 0.5, std::max(1.0, scale.At(*extent.high) - left), kThickness - 1},
                pale ? "b-forecast" : "outline");
  }
}

std::string NameOf(const Bar& bar) {
  return bar.label + (bar.detail.empty() ? "" : ": " + bar.detail);
}

// The label and its detail on one line if they fit, else on two.
void DrawBarLabel(Canvas& canvas, const Bar& bar, double baseline) {
  constexpr double kWidth = kBarLeft - kMargin - 10;
  const bool one = bar.detail.empty() || WidthOf(NameOf(bar), kTextSize) <= kWidth;
  canvas.TextWithin({kMargin, baseline}, kWidth, one ? NameOf(bar) : bar.label, {"ink", kTextSize});
  if (one) return;
  canvas.TextWithin({kMargin, baseline + Label::kLine}, kWidth, bar.detail, {"faint", kSmallSize});
}

// How many of what: "chips", or "count" for several things.
std::string CountedWords(const std::vector<Bar>& bars) {
  std::optional<v1::Unit> unit;
  for (const Bar& bar : bars) {
    if (!bar.extent) continue;
    if (unit && *unit != bar.unit) return "count";
    unit = bar.unit;
  }
  return unit ? EnumWords(*unit) + "s" : "";
}

void DrawCountAxis(Page& page, const std::vector<Bar>& bars, double top, double bottom) {
  Canvas& canvas = page.canvas;
  const std::string counted = CountedWords(bars);
  canvas.Line({kBarLeft, top}, {kBarLeft, bottom}, "axis");
  if (counted.empty()) return;
  canvas.Line({kBarLeft, bottom}, {kBarRight, bottom}, "axis");
  canvas.Text({kMargin, bottom + kAxisLabel}, counted, {"faint", kSmallSize});
  double written = 0;
  for (const FigureScale::FigureTick& tick : page.counts.Ticks()) {
    const std::string label = FigureTickWords(tick.figure, 100);
    const double half = WidthOf(label, kSmallSize) / 2;
    canvas.Line({tick.at, bottom}, {tick.at, bottom + 4}, "axis");
    if (tick.at - half < written) continue;
    written = tick.at + half + 6;
    canvas.Text({tick.at, bottom + kAxisLabel}, label,
                {"faint", kSmallSize, Weight::kPlain, Anchor::kMiddle});
  }
}

void DrawCountGrid(Page& page, const std::vector<Bar>& bars, double top, double bottom) {
  if (CountedWords(bars).empty()) return;
  for (const FigureScale::FigureTick& tick : page.counts.Ticks()) {
    page.canvas.Line({tick.at, top}, {tick.at, bottom}, "grid");
  }
}

Label LabelOf(const Bar& bar) {
  return Label({bar.headline, bar.missing ? "bad" : "ink", bar.verdict, "bad", bar.source},
               kRight - kText);
}

// Of a row: two lines at the least, which is what a name may take.
double HeightOf(const Label& label) {
  const auto lines = static_cast<double>(std::max<size_t>(label.line_count(), 2));
  return kBaseline + Label::kLine * (lines - 1) + kBelow;
}

void DrawRow(Page& page, const Bar& bar, const Label& label) {
  Canvas& canvas = page.canvas;
  const double baseline = page.y + kBaseline;
  canvas.Begin(NameOf(bar) + ": " + bar.headline + (bar.verdict.empty() ? "" : ", " + bar.verdict) +
               (bar.source.empty() ? "" : " — " + bar.source));
  DrawBarLabel(canvas, bar, baseline);
  if (bar.extent) {
    DrawBar(page, bar, baseline - 4);
  } else {
    page.signs.insert(Sign::kNoCount);
    canvas.Line({kBarLeft + 4, baseline - 4}, {kBarLeft + 120, baseline - 4}, "w-ended open");
  }
  label.Draw(canvas, {kText, baseline});
  canvas.End();
  page.y += HeightOf(label);
}

}  // namespace

void DrawBars(Page& page, const std::vector<Bar>& bars) {
  if (bars.empty()) return;
  page.y += 6;
  const double top = page.y;
  double bottom = top;
  std::vector<Label> labels;
  for (const Bar& bar : bars) {
    labels.push_back(LabelOf(bar));
    bottom += HeightOf(labels.back());
  }
  DrawCountGrid(page, bars, top, bottom);
  for (size_t i = 0; i < bars.size(); ++i) DrawRow(page, bars[i], labels[i]);
  DrawCountAxis(page, bars, top, bottom);
  page.y = bottom + (CountedWords(bars).empty() ? 6 : 32);
}

}  // namespace chipline::picture
