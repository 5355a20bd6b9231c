#ifndef CHIPLINE_SERVICES_PICTURE_SCALE_H_
#define CHIPLINE_SERVICES_PICTURE_SCALE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/values/civil_day.h"

// Where days and figures lie. A figure is a double here and nowhere else in Chipline: a pixel is
// far coarser than what is lost, and every figure that is written out is written from its exact
// form.
namespace chipline::picture {

struct Tick {
  double at = 0;
  std::string label;
  // The same with its year, for the first that is written.
  std::string with_year;
  // The first of a year: set in bold.
  bool strong = false;
};

// Days to x. Holds the days that Include was given and a margin on both sides: parts of the time
// between them, and a month at the least.
class TimeScale {
 public:
  TimeScale() = default;
  TimeScale(double before, double after) : before_(before), after_(after) {}

  void Include(CivilDay day);
  bool empty() const { return !first_; }
  // Where it is drawn.
  void Span(double left, double right);

  // Whether the day is between those that it holds, or is one of them. False if empty.
  bool Covers(CivilDay day) const { return first_ && *first_ <= day && day <= *last_; }

  // Requires !empty(). Days beyond either end are at the end.
  double At(CivilDay day) const;
  // Starts of days, months or years, as many as can be read. None if empty.
  std::vector<Tick> Ticks() const;

  double left() const { return left_; }
  double right() const { return right_; }

 private:
  double Low() const;
  double High() const;
  std::vector<Tick> DayTicks(int step) const;
  std::vector<Tick> MonthTicks(int step) const;

  double before_ = 1.0 / 12;
  double after_ = 1.0 / 12;
  std::optional<CivilDay> first_;
  std::optional<CivilDay> last_;
  double left_ = 0;
  double right_ = 1;
};

// Figures to y, or to x: linear, from a round figure to a round figure. Starts at zero unless all
// figures lie close together, far from it.
class FigureScale {
 public:
  void Include(double figure);
  bool empty() const { return !low_; }
  // `start` is where the least figure is drawn, `end` where the greatest.
  void Span(double start, double end);
  // Bars are read by their length, so they need it.
  void FromZero();

  // False if the figures lie close together, far from zero. Requires !empty().
  bool starts_at_zero() const { return Rounded().low <= 0; }
  // Requires !empty().
  double At(double figure) const;
  struct FigureTick {
    double at = 0;
    double figure = 0;
  };
  // Fewer where they would be closer than they can be read.
  std::vector<FigureTick> Ticks() const;

 private:
  // The round figures at both ends, and the step between ticks.
  struct Round {
    double low = 0;
    double high = 1;
    double step = 1;
  };
  Round Rounded() const;

  std::optional<double> low_;
  std::optional<double> high_;
  double start_ = 0;
  double end_ = 1;
};

// A figure of a tick in at most `width` pixels: "80bn"; what is too small or too long for that as
// "2e-09".
std::string FigureTickWords(double figure, double width);

// "31 Dec 2025".
std::string DayWords(CivilDay day);
// The same for YYYY-MM-DD; anything else comes back as it is.
std::string DayWords(std::string_view day);

// nullopt for what is no YYYY-MM-DD, the empty text included.
std::optional<CivilDay> DayOf(std::string_view day);

// Where to put labels that would rather be at `wanted` (ascending), each at least `gaps[i]` after
// the one before it (gaps[0] is not used), within [low, high] as far as they fit: the squares of
// how far they are moved are the least possible.
std::vector<double> Spread(const std::vector<double>& wanted, const std::vector<double>& gaps,
                           double low, double high);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_SCALE_H_
