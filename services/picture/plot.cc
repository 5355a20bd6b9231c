#include "services/picture/plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "services/picture/label.h"

namespace chipline::picture {
namespace {

constexpr double kGutter = 590;
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
constexpr std::string_view kNotFromZero = "the axis does not start at 0";
// Where claims stand of which nobody knows when they were published.
constexpr double kUndated = kPlotLeft + 16;

constexpr std::array<std::string_view, 4> kRoleInks = {"chosen", "good", "bad", "faint"};

std::string_view InkOf(Role role) { return kRoleInks[static_cast<size_t>(role)]; }

// A point with its mark's and its label's places.
struct Placed {
  const PlotPoint* point = nullptr;
  MarkPlace mark;
  Label label;
  // The baseline of the label's first line.
  double label_y = 0;

  double label_height() const {
    return Label::kLine * static_cast<double>(label.line_count()) + kLabelGap;
  }
};

Label LabelOf(const PlotPoint& point) {
  return Label({point.headline, point.role == Role::kEnded ? "faint" : "ink", point.verdict,
                InkOf(point.role), point.source},
               kRight - kGutter);
}

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
    for (const Placed& placed : placed_) DrawLeader(placed);
    for (const Placed& placed : placed_) DrawPoint(placed);
    page_.y = bottom_ + 32;
  }

 private:
  void Measure();
  void Place();
  void MoveAside();
  void DrawGrid();
  void DrawLinks();
  void DrawLeader(const Placed& placed);
  void DrawPoint(const Placed& placed);

  Page& page_;
  const TimeScale& days_;
  const Plot& plot_;
  FigureScale figures_;
  // The area of figures, and where the axis of days is, below those without one.
  double top_ = 0;
  // Of the unit and of what is said beside it.
  double unit_y_ = 0;
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
    Placed placed{&point, {}, LabelOf(point), 0};
    (point.figure ? with_figure : without) += placed.label_height();
    if (point.figure) include(*point.figure);
    placed_.push_back(std::move(placed));
  }
  if (plot_.envelope) include(*plot_.envelope);
  const bool today = page_.today && days_.Covers(*page_.today);
  top_ = page_.y + (with_figure > 0 ? 24 : today ? kTodayLabel + 2 : 6);
  // The remark on the axis stands above the label of today where both need the same place.
  if (today && !figures_.empty() && !figures_.starts_at_zero() &&
      TodayLabelOf(page_, days_).left < kPlotLeft + WidthOf(kNotFromZero, kSmallSize) + 8) {
    top_ += kTodayLabel;
  }
  unit_y_ = page_.y + 12;
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
  const std::vector<double> places = Spread(wanted, gaps, top_ + 6, bottom_ - last + Label::kLine);
  for (size_t i = 0; i < placed_.size(); ++i) placed_[i].label_y = places[i];
}

// To the nearest free place within the plot, to the right or to the left, but not so far that it
// would seem to be of another time: then it stays where it is, on the others.
void PlotDrawing::MoveAside() {
  constexpr int kMostSteps = 6;
  for (size_t i = 0; i < placed_.size(); ++i) {
    MarkPlace& mark = placed_[i].mark;
    const auto free = [&](double x) {
      return std::none_of(
          placed_.begin(), placed_.begin() + static_cast<ptrdiff_t>(i), [&](const Placed& other) {
            return std::abs(other.mark.x - x) < kCrowdedX && TopOf(other.mark) < BottomOf(mark) &&
                   TopOf(mark) < BottomOf(other.mark);
          });
    };
    for (int step = 0; step <= 2 * kMostSteps; ++step) {
      const int steps = (step + 1) / 2;
      const double x = mark.x + (step % 2 == 1 ? steps : -steps) * (kCrowdedX + 1);
      if (x < kPlotLeft + kMarkReach || x > kPlotRight - kMarkReach || !free(x)) continue;
      mark.x = x;
      break;
    }
  }
}

void PlotDrawing::DrawGrid() {
  Canvas& canvas = page_.canvas;
  DrawTimeAxis(canvas, days_, top_, bottom_, plot_.days_are);
  DrawToday(page_, days_, top_, bottom_, true);
  for (const FigureScale::FigureTick& tick : figures_.Ticks()) {
    canvas.Line({kPlotLeft, tick.at}, {kPlotRight, tick.at}, "grid");
    canvas.Text({kPlotLeft - 8, tick.at + 4}, FigureTickWords(tick.figure, kPlotLeft - 8),
                {"faint", kSmallSize, Weight::kPlain, Anchor::kEnd});
  }
  if (figures_.empty()) return;
  canvas.Text({kPlotLeft - 8, unit_y_}, plot_.unit,
              {"ink", kSmallSize, Weight::kBold, Anchor::kEnd});
  if (!figures_.starts_at_zero()) {
    canvas.Text({kPlotLeft, unit_y_}, kNotFromZero, {"caution", kSmallSize});
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
      page_.signs.insert(Sign::kSuccession);
      canvas.Line({placed.mark.x, placed.mark.y()}, {successor.mark.x, successor.mark.y()},
                  "succession");
    }
  }
  if (!plot_.joined) {
    if (by_time.size() == 1 && by_time[0]->mark.low) {
      page_.signs.insert(Sign::kLevel);
      canvas.Line({kPlotLeft, by_time[0]->mark.y()}, {kPlotRight, by_time[0]->mark.y()}, "level");
    }
    return;
  }
  std::stable_sort(by_time.begin(), by_time.end(),
                   [](const Placed* a, const Placed* b) { return a->mark.x < b->mark.x; });
  for (const Placed* placed : by_time) {
    if (before != nullptr) {
      page_.signs.insert(Sign::kJoined);
      canvas.Line({before->mark.x, before->mark.y()}, {placed->mark.x, placed->mark.y()}, "level");
    }
    before = placed;
  }
}

// Right of the mark, level as far as the plot goes, then to the label.
void PlotDrawing::DrawLeader(const Placed& placed) {
  const double turn = kPlotRight + 6;
  page_.canvas.Path("M" + Number(placed.mark.x + 9) + " " + Number(placed.mark.y()) + " L" +
                        Number(turn) + " " + Number(placed.mark.y()) + " L" + Number(kGutter - 8) +
                        " " + Number(placed.label_y - 4),
                    "leader");
}

void PlotDrawing::DrawPoint(const Placed& placed) {
  const PlotPoint& point = *placed.point;
  Canvas& canvas = page_.canvas;
  canvas.Begin(point.headline + (point.verdict.empty() ? "" : ", " + point.verdict) + " — " +
               point.source);
  if (point.first_day && point.last_day && *point.first_day != *point.last_day) {
    page_.signs.insert(Sign::kSpan);
    canvas.Line({days_.At(*point.first_day), placed.mark.y()},
                {days_.At(*point.last_day), placed.mark.y()}, "w-ended open");
  }
  if (point.figure) {
    DrawMark(canvas, placed.mark,
             {point.role, point.figure->approximate, point.fact, point.forecast}, page_.signs);
  } else {
    DrawNoFigure(canvas, {placed.mark.x, placed.mark.y()}, point.role, page_.signs);
  }
  placed.label.Draw(canvas, {kGutter, placed.label_y});
  canvas.End();
}

}  // namespace

void DrawPlot(Page& page, const TimeScale& days, const Plot& plot) {
  PlotDrawing(page, days, plot).Draw();
}

}  // namespace chipline::picture
