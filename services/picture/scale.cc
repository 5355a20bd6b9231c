#include "services/picture/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/time/civil_time.h"

#include "services/picture/page.h"
#include "services/picture/text.h"
#include "services/values/decimal.h"
#include "services/words/number_words.h"

namespace chipline::picture {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// The least distance between two ticks of time, which is what "Sep 2024" takes.
constexpr double kTickWidth = 58;
constexpr double kFigureTickHeight = 30;

absl::CivilDay Civil(CivilDay day) { return absl::CivilDay(1970, 1, 1) + day.days(); }

CivilDay Of(absl::CivilDay day) {
  return CivilDay::FromDays(static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)));
}

std::string_view Month(absl::CivilDay day) { return kMonths[static_cast<size_t>(day.month() - 1)]; }

}  // namespace

void TimeScale::Include(CivilDay day) {
  first_ = first_ ? std::min(*first_, day) : day;
  last_ = last_ ? std::max(*last_, day) : day;
}

void TimeScale::Span(double left, double right) {
  left_ = left;
  right_ = right;
}

double TimeScale::Low() const {
  return first_->days() - std::max(30.0, (last_->days() - first_->days()) * before_);
}

double TimeScale::High() const {
  return last_->days() + std::max(30.0, (last_->days() - first_->days()) * after_);
}

double TimeScale::At(CivilDay day) const {
  const double part = (day.days() - Low()) / (High() - Low());
  return left_ + (right_ - left_) * std::clamp(part, 0.0, 1.0);
}

std::vector<Tick> TimeScale::Ticks() const {
  if (empty()) return {};
  const double pixels_a_day = (right_ - left_) / (High() - Low());
  for (const int step : {7, 14}) {
    if (step * pixels_a_day >= kTickWidth) return DayTicks(step);
  }
  for (const int step : {1, 3, 6, 12, 24, 60, 120, 240}) {
    if (step * 30 * pixels_a_day >= kTickWidth) return MonthTicks(step);
  }
  return MonthTicks(1200);
}

// The 1st of each month and every `step` days after it, but not so near the end that the next 1st
// is closer than that.
std::vector<Tick> TimeScale::DayTicks(int step) const {
  std::vector<Tick> ticks;
  const auto high = static_cast<int32_t>(High());
  for (auto day = static_cast<int32_t>(std::ceil(Low())); day <= high; ++day) {
    const absl::CivilDay civil = Civil(CivilDay::FromDays(day));
    if ((civil.day() - 1) % step != 0 || civil.day() > 30 - step + 1) continue;
    const bool first = civil.day() == 1;
    std::string label = fmt::format("{} {}", civil.day(), Month(civil));
    std::string with_year = fmt::format("{} {}", label, civil.year());
    if (first && civil.month() == 1) label = with_year;
    ticks.push_back({At(CivilDay::FromDays(day)), std::move(label), std::move(with_year), first});
  }
  return ticks;
}

std::vector<Tick> TimeScale::MonthTicks(int step) const {
  std::vector<Tick> ticks;
  const absl::CivilDay low = Civil(CivilDay::FromDays(static_cast<int32_t>(std::ceil(Low()))));
  // Whole steps since the year 0, so that years, halves and quarters fall on their starts.
  const int64_t months = low.year() * 12 + low.month() - 1;
  for (int64_t month = (months + step - 1) / step * step;; month += step) {
    const CivilDay day = Of(absl::CivilDay(month / 12, static_cast<int>(month % 12) + 1, 1));
    if (day.days() > High()) return ticks;
    if (day.days() < Low()) continue;
    const absl::CivilDay civil = Civil(day);
    const bool year = civil.month() == 1;
    const std::string number = fmt::format("{}", civil.year());
    const std::string name(Month(civil));
    ticks.push_back({At(day), year ? number : name, year ? number : name + " " + number, year});
  }
}

void FigureScale::Include(double figure) {
  low_ = low_ ? std::min(*low_, figure) : figure;
  high_ = high_ ? std::max(*high_, figure) : figure;
}

void FigureScale::Span(double start, double end) {
  start_ = start;
  end_ = end;
}

void FigureScale::FromZero() { Include(0); }

FigureScale::Round FigureScale::Rounded() const {
  double low = *low_;
  double high = *high_;
  // Room for what is open at an end, and none of it if bars end at zero.
  const double margin = std::max((high - low) * 0.15, std::abs(high) * 0.04);
  // Far from zero and close together: less than half of the way up to them tells them apart.
  if (low > 0 && low < high * 0.6) low = 0;
  if (low > 0 && low == high) low = 0;
  if (low > 0) low = std::max(0.0, low - margin * 2);
  high += margin;
  if (high <= low) high = low + 1;
  // At least so many pixels from tick to tick, and no more ticks than tell anything.
  const double raw =
      (high - low) / std::clamp(std::abs(end_ - start_) / kFigureTickHeight, 1.0, 5.0);
  const double magnitude = std::pow(10, std::floor(std::log10(raw)));
  double step = magnitude * 10;
  for (const double nice : {1.0, 2.0, 5.0}) {
    if (magnitude * nice >= raw) {
      step = magnitude * nice;
      break;
    }
  }
  return {std::floor(low / step) * step, std::ceil(high / step) * step, step};
}

double FigureScale::At(double figure) const {
  const Round round = Rounded();
  return start_ + (end_ - start_) * (figure - round.low) / (round.high - round.low);
}

std::vector<FigureScale::FigureTick> FigureScale::Ticks() const {
  if (empty()) return {};
  const Round round = Rounded();
  std::vector<FigureTick> ticks;
  const int count = static_cast<int>(std::round((round.high - round.low) / round.step));
  for (int i = 0; i <= count; ++i) {
    const double figure = round.low + i * round.step;
    ticks.push_back({At(figure), figure});
  }
  return ticks;
}

std::string FigureTickWords(double figure, double width) {
  constexpr double kNanos = static_cast<double>(Decimal::kNanosPerUnit);
  // Beyond it no whole figure can be had from a double.
  constexpr double kMost = 9e18;
  const double size = std::abs(figure);
  const bool blurred = size >= kMost || (figure != 0 && size * kNanos < 10);
  if (!blurred) {
    const Int128 nanos = size < kNanos ? Int128{std::llround(figure * kNanos)}
                                       : Int128{std::llround(figure)} * Decimal::kNanosPerUnit;
    const auto decimal = Decimal::FromNanos(nanos);
    std::string words = decimal ? MagnitudeWords(decimal->ToProto()) : "";
    if (!words.empty() && WidthOf(words, kSmallSize) <= width) return words;
  }
  return fmt::format("{:.3g}", figure);
}

std::string DayWords(CivilDay day) {
  const absl::CivilDay civil = Civil(day);
  return fmt::format("{} {} {}", civil.day(), Month(civil), civil.year());
}

std::string DayWords(std::string_view day) {
  const auto parsed = DayOf(day);
  return parsed ? DayWords(*parsed) : std::string(day);
}

std::optional<CivilDay> DayOf(std::string_view day) {
  const auto parsed = CivilDay::Parse(day);
  if (!parsed.ok()) return std::nullopt;
  return *parsed;
}

// Without the gaps it is a regression that keeps the order; neighbours that would cross are pooled
// (Barlow and others, Statistical Inference under Order Restrictions, 1972).
std::vector<double> Spread(const std::vector<double>& wanted, const std::vector<double>& gaps,
                           double low, double high) {
  struct Pool {
    double sum = 0;
    int count = 0;
    double mean() const { return sum / count; }
  };
  std::vector<double> offsets(wanted.size(), 0);
  std::vector<Pool> pools;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i > 0) offsets[i] = offsets[i - 1] + gaps[i];
    pools.push_back({wanted[i] - offsets[i], 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  std::vector<double> places;
  const double highest = wanted.empty() ? high : std::max(low, high - offsets.back());
  for (const Pool& pool : pools) {
    for (int i = 0; i < pool.count; ++i) {
      places.push_back(std::clamp(pool.mean(), low, highest) + offsets[places.size()]);
    }
  }
  return places;
}

}  // namespace chipline::picture
