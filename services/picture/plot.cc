#include "services/picture/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "services/values/decimal.h"
#include "services/words/number_words.h"

namespace chipline::picture {
namespace {

constexpr double kGutter = 590;
constexpr double kLine = 16;
// Below a label, to the next one.
constexpr double kLabelGap = 10;
// A plot of one figure needs no more than to show where it lies.
constexpr double kLeastHeight = 96;
constexpr double kUsualHeight = 150;
// Marks closer than this to another are moved aside.
constexpr double kCrowdedX = 13;
constexpr double kMarkReach = 10;
// What is drawn of an open end.
constexpr double kOpenReach = 26;
// Where claims stand of which nobody knows when they were published.
constexpr double kUndated = kPlotLeft + 16;

constexpr std::array<std::string_view, 4> kRoleInks = {"chosen", "good", "bad", "faint"};

std::string_view InkOf(Role role) { return kRoleInks[static_cast<size_t>(role)]; }

// A point with its mark's and its label's places.
struct Placed {
  const PlotPoint* point = nullptr;
  MarkPlace mark;
  std::vector<std::string> source;
  // The baseline of the label's first line.
  double label_y = 0;

  double label_height() const { return kLine * static_cast<double>(1 + source.size()) + kLabelGap; }
};

double TopOf(const MarkPlace& mark) {
  return mark.high ? *mark.high - kMarkReach : *mark.low - kOpenReach;
}
double BottomOf(const MarkPlace& mark) {
  return mark.low ? *mark.low + kMarkReach : *mark.high + kOpenReach;
}

class PlotDrawing {
 public:
  PlotDrawing(Page& page, const TimeScale& days, const Plot& plot)
      : page_(page), days_(days), plot_(plot) {}

  void Draw() {
    Measure();
    Place();
    DrawGrid();
    DrawLinks();
    for (const Placed& placed : placed_) DrawPoint(placed);
    page_.y = bottom_ + 30;
  }

 private:
  void Measure();
  void Place();
  void MoveAside();
  void DrawGrid();
  void DrawLinks();
  void DrawPoint(const Placed& placed);
  void DrawLabel(const Placed& placed);

  Page& page_;
  const TimeScale& days_;
  const Plot& plot_;
  FigureScale figures_;
  // The area of figures, and where the axis of days is, below those without one.
  double top_ = 0;
  double figures_bottom_ = 0;
  double bottom_ = 0;
  std::vector<Placed> placed_;
};

// As tall as the labels need.
void PlotDrawing::Measure() {
  const auto include = [this](const Extent& extent) {
    if (extent.low) figures_.Include(*extent.low);
    if (extent.high) figures_.Include(*extent.high);
  };
  double with_figure = 0;
  double without = 0;
  for (const PlotPoint& point : plot_.points) {
    Placed placed;
    placed.point = &point;
    placed.source = Lines(point.source, kRight - kGutter, kSmallSize, 2);
    (point.figure ? with_figure : without) += placed.label_height();
    if (point.figure) include(*point.figure);
    placed_.push_back(std::move(placed));
  }
  if (plot_.envelope) include(*plot_.envelope);
  const bool today = page_.today && days_.Covers(*page_.today);
  top_ = page_.y + (with_figure > 0 ? 24 : today ? kTodayLabel + 2 : 6);
  const double least = plot_.points.size() > 1 ? kUsualHeight : kLeastHeight;
  figures_bottom_ = top_ + (with_figure > 0 ? std::max(least, with_figure) : 0);
  bottom_ = figures_bottom_ + without;
  figures_.Span(figures_bottom_, top_);
}

// First the marks, then the labels, each as near its mark as the others let it.
void PlotDrawing::Place() {
  double without_y = figures_bottom_ + 20;
  for (Placed& placed : placed_) {
    const PlotPoint& point = *placed.point;
    placed.mark.x = kUndated;
    if (point.first_day && point.last_day) {
      placed.mark.x = (days_.At(*point.first_day) + days_.At(*point.last_day)) / 2;
    }
    if (point.figure) {
      if (point.figure->low) placed.mark.low = figures_.At(*point.figure->low);
      if (point.figure->high) placed.mark.high = figures_.At(*point.figure->high);
    } else {
      placed.mark.low = placed.mark.high = without_y;
      without_y += placed.label_height();
    }
  }
  std::stable_sort(placed_.begin(), placed_.end(),
                   [](const Placed& a, const Placed& b) { return a.mark.y() < b.mark.y(); });
  MoveAside();
  std::vector<double> wanted;
  std::vector<double> gaps = {0};
  for (const Placed& placed : placed_) {
    wanted.push_back(placed.mark.y() + 4);
    gaps.push_back(placed.label_height());
  }
  const double last = placed_.empty() ? 0 : placed_.back().label_height();
  const std::vector<double> places = Spread(wanted, gaps, top_ + 6, bottom_ - last + kLine);
  for (size_t i = 0; i < placed_.size(); ++i) placed_[i].label_y = places[i];
}

void PlotDrawing::MoveAside() {
  for (size_t i = 0; i < placed_.size(); ++i) {
    const auto covers = [&](const Placed& other) {
      return std::abs(other.mark.x - placed_[i].mark.x) < kCrowdedX &&
             TopOf(other.mark) < BottomOf(placed_[i].mark) &&
             TopOf(placed_[i].mark) < BottomOf(other.mark);
    };
    while (std::any_of(placed_.begin(), placed_.begin() + static_cast<ptrdiff_t>(i), covers)) {
      placed_[i].mark.x += kCrowdedX + 1;
    }
  }
}

void PlotDrawing::DrawGrid() {
  Canvas& canvas = page_.canvas;
  DrawTimeAxis(canvas, days_, top_, bottom_, plot_.days_are);
  DrawToday(page_, days_, top_, bottom_, true);
  for (const FigureScale::FigureTick& tick : figures_.Ticks()) {
    canvas.Line({kPlotLeft, tick.at}, {kPlotRight, tick.at}, "grid");
    const auto nanos =
        Decimal::FromNanos(static_cast<Int128>(std::llround(tick.figure)) * Decimal::kNanosPerUnit);
    canvas.Text({kPlotLeft - 8, tick.at + 4},
                nanos ? MagnitudeWords(nanos->ToProto()) : fmt::format("{:.3g}", tick.figure),
                {"faint", kSmallSize, Weight::kPlain, Anchor::kEnd});
  }
  if (figures_.empty()) return;
  canvas.Text({kPlotLeft - 8, top_ - 12}, plot_.unit,
              {"ink", kSmallSize, Weight::kBold, Anchor::kEnd});
  if (!figures_.starts_at_zero()) {
    canvas.Text({kPlotLeft, top_ - 12}, "the axis does not start at 0", {"caution", kSmallSize});
  }
  if (bottom_ > figures_bottom_) {
    canvas.Line({kPlotLeft, figures_bottom_}, {kPlotRight, figures_bottom_}, "axis");
  }
  if (plot_.envelope && plot_.envelope->low && plot_.envelope->high && !plot_.envelope->exact()) {
    page_.signs.insert(Sign::kEnvelope);
    const double high = figures_.At(*plot_.envelope->high);
    const double low = figures_.At(*plot_.envelope->low);
    canvas.Rect({kPlotLeft, high, kPlotRight - kPlotLeft, low - high}, "envelope");
  }
}

void PlotDrawing::DrawLinks() {
  Canvas& canvas = page_.canvas;
  const Placed* before = nullptr;
  std::vector<const Placed*> by_time;
  for (const Placed& placed : placed_) {
    if (placed.point->role == Role::kChosen && placed.point->figure) by_time.push_back(&placed);
    for (const Placed& successor : placed_) {
      if (placed.point->ended_by.empty() || placed.point->ended_by != successor.point->event_id) {
        continue;
      }
      canvas.Line({placed.mark.x, placed.mark.y()}, {successor.mark.x, successor.mark.y()},
                  "succession");
    }
  }
  if (!plot_.joined) {
    if (by_time.size() == 1 && by_time[0]->mark.low) {
      canvas.Line({kPlotLeft, by_time[0]->mark.y()}, {kPlotRight, by_time[0]->mark.y()}, "level");
    }
    return;
  }
  std::stable_sort(by_time.begin(), by_time.end(),
                   [](const Placed* a, const Placed* b) { return a->mark.x < b->mark.x; });
  for (const Placed* placed : by_time) {
    if (before != nullptr) {
      canvas.Line({before->mark.x, before->mark.y()}, {placed->mark.x, placed->mark.y()}, "level");
    }
    before = placed;
  }
}

void PlotDrawing::DrawPoint(const Placed& placed) {
  constexpr std::array<Sign, 4> kSigns = {Sign::kChosen, Sign::kAgrees, Sign::kDiffers,
                                          Sign::kEnded};
  const PlotPoint& point = *placed.point;
  Canvas& canvas = page_.canvas;
  canvas.Begin(point.headline + (point.verdict.empty() ? "" : ", " + point.verdict) + " — " +
               point.source);
  // Right of the mark, level as far as the plot goes, then to the label.
  const double turn = kPlotRight + 6;
  canvas.Path("M" + Number(placed.mark.x + 9) + " " + Number(placed.mark.y()) + " L" +
                  Number(turn) + " " + Number(placed.mark.y()) + " L" + Number(kGutter - 8) + " " +
                  Number(placed.label_y - 4),
              "leader");
  if (point.first_day && point.last_day && *point.first_day != *point.last_day) {
    canvas.Line({days_.At(*point.first_day), placed.mark.y()},
                {days_.At(*point.last_day), placed.mark.y()}, "w-ended open");
  }
  if (point.figure) {
    page_.signs.insert(kSigns[static_cast<size_t>(point.role)]);
    if (point.fact) page_.signs.insert(Sign::kFact);
    DrawMark(canvas, placed.mark,
             {point.role, point.figure->approximate, point.fact, point.forecast}, page_.signs);
  } else {
    DrawNoFigure(canvas, {placed.mark.x, placed.mark.y()}, point.role, page_.signs);
  }
  DrawLabel(placed);
  canvas.End();
}

void PlotDrawing::DrawLabel(const Placed& placed) {
  const PlotPoint& point = *placed.point;
  const double room = kRight - kGutter;
  const double verdict = point.verdict.empty() ? 0 : WidthOf(point.verdict, kSmallSize) + 10;
  const std::string headline = Shortened(point.headline, room - verdict, kTextSize, Weight::kBold);
  Canvas& canvas = page_.canvas;
  canvas.Text({kGutter, placed.label_y}, headline,
              {point.role == Role::kEnded ? "faint" : "ink", kTextSize, Weight::kBold});
  if (!point.verdict.empty()) {
    canvas.Text({kRight, placed.label_y}, point.verdict,
                {InkOf(point.role), kSmallSize, Weight::kPlain, Anchor::kEnd});
  }
  for (size_t i = 0; i < placed.source.size(); ++i) {
    canvas.Text({kGutter, placed.label_y + kLine * static_cast<double>(i + 1)}, placed.source[i],
                {"faint", kSmallSize});
  }
}

}  // namespace

void DrawPlot(Page& page, const TimeScale& days, const Plot& plot) {
  PlotDrawing(page, days, plot).Draw();
}

}  // namespace chipline::picture
