#include "services/picture/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/picture/text.h"
#include "services/words/condition_words.h"
#include "services/words/number_words.h"

namespace chipline::picture {
namespace {

constexpr double kLabelWidth = 92;
constexpr size_t kNoteLines = 4;
constexpr size_t kHeadingLines = 3;
// From one line of a heading to the next.
constexpr double kPitch = 21;
// A longer verdict has a line of its own, so that it leaves the heading its room.
constexpr double kVerdictBeside = 180;
// Between two labels of an axis; one that would be nearer is left out.
constexpr double kTickGap = 6;

}  // namespace

void DrawHeadingLine(Page& page, std::string_view heading, std::string_view verdict,
                     std::string_view verdict_ink) {
  page.canvas.Line({kMargin, page.y}, {kRight, page.y}, "line");
  page.y += 28;
  const double verdict_width = WidthOf(verdict, kTextSize, Weight::kBold);
  const bool beside = verdict_width <= kVerdictBeside;
  const double taken = verdict.empty() || !beside ? 0 : verdict_width + 24;
  if (!verdict.empty() && beside) {
    page.canvas.Text({kRight, page.y}, verdict,
                     {verdict_ink, kTextSize, Weight::kBold, Anchor::kEnd});
  }
  const size_t lines =
      page.canvas.TextLines({kMargin, page.y}, kRight - kMargin - taken, kPitch, kHeadingLines,
                            heading, {"ink", kHeadingSize, Weight::kBold});
  page.y += kPitch * static_cast<double>(std::max<size_t>(lines, 1) - 1);
  if (!beside) {
    page.y += 21;
    page.canvas.TextWithin({kMargin, page.y}, kRight - kMargin, verdict,
                           {verdict_ink, kTextSize, Weight::kBold});
  }
  page.y += 10;
}

void DrawNote(Page& page, std::string_view label, std::string_view text, std::string_view ink) {
  constexpr double kLine = 17;
  page.canvas.Text({kMargin, page.y + 13}, label, {"faint", kSmallSize});
  const double left = kMargin + kLabelWidth;
  const size_t lines = page.canvas.TextLines({left, page.y + 13}, kRight - left, kLine, kNoteLines,
                                             text, {ink, kSmallSize});
  page.y += kLine * static_cast<double>(lines);
}

void DrawCondition(Page& page, std::string_view of, std::string_view stated) {
  const Condition condition = ConditionOf(stated);
  DrawNote(
      page, condition.label,
      of.empty() ? Isolated(condition.text) : fmt::format("{}: {}", of, Isolated(condition.text)),
      "caution");
}

void DrawLeftOut(Page& page, uint32_t count, std::string_view what) {
  if (count == 0) return;
  DrawNote(page, "left out", fmt::format("{} more {} than are shown", CountWords(count), what),
           "caution");
}

void DrawLeftOutBefore(Page& page, std::string_view day) {
  if (day.empty()) return;
  DrawNote(page, "left out", fmt::format("everything before {}", DayWords(day)), "caution");
}

TodayLabel TodayLabelOf(const Page& page, const TimeScale& scale) {
  TodayLabel label;
  label.text = "today, " + DayWords(*page.today);
  const double half = WidthOf(label.text, kSmallSize, Weight::kBold) / 2;
  label.middle = std::clamp(scale.At(*page.today), scale.left() + half, scale.right() - half);
  label.left = label.middle - half;
  return label;
}

void DrawToday(Page& page, const TimeScale& scale, double top, double bottom, bool labelled) {
  if (!page.today || scale.empty() || !scale.Covers(*page.today)) return;
  const double x = scale.At(*page.today);
  page.canvas.Line({x, top}, {x, bottom}, "today");
  if (!labelled) return;
  const TodayLabel label = TodayLabelOf(page, scale);
  page.canvas.Text({label.middle, top - 5}, label.text,
                   {"now", kSmallSize, Weight::kBold, Anchor::kMiddle});
}

bool IsToCome(const Page& page, const v1::Date& date) {
  const std::optional<CivilDay> first = DayOf(date.earliest());
  return page.today && first && *first > *page.today;
}

void DrawTimeAxis(Canvas& canvas, const TimeScale& scale, double top, double bottom,
                  std::string_view what) {
  canvas.Line({scale.left(), bottom}, {scale.right(), bottom}, "axis");
  if (!scale.empty()) canvas.Text({kMargin, bottom + kAxisLabel}, what, {"faint", kSmallSize});
  double written =
      std::max(scale.left() - kTickGap, kMargin + WidthOf(what, kSmallSize) + kTickGap);
  bool first = true;
  for (const Tick& tick : scale.Ticks()) {
    if (top < bottom) canvas.Line({tick.at, top}, {tick.at, bottom}, "grid");
    canvas.Line({tick.at, bottom}, {tick.at, bottom + 4}, "axis");
    const Weight weight = tick.strong ? Weight::kBold : Weight::kPlain;
    const std::string& label = first ? tick.with_year : tick.label;
    const double half = WidthOf(label, kSmallSize, weight) / 2;
    const double x = std::clamp(tick.at, scale.left() + half, scale.right() - half);
    if (x - half < written + kTickGap) continue;
    written = x + half;
    first = false;
    canvas.Text({x, bottom + kAxisLabel}, label,
                {tick.strong ? "ink" : "faint", kSmallSize, weight, Anchor::kMiddle});
  }
}

}  // namespace chipline::picture
