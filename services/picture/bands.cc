#include "services/picture/bands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace chipline::picture {
namespace {

constexpr double kRowHeight = 30;
constexpr double kThinHeight = 18;
constexpr double kRowGap = 5;
// Of the label at the left of a row.
constexpr double kLabelRoom = kBandLeft - kMargin - 10;
constexpr double kLabelPitch = 14;
constexpr size_t kLabelLines = 3;
constexpr double kRadius = 9;
// More numbers than this do not fit side by side; later spans go without one.
constexpr size_t kMostNumbers = 36;
constexpr double kNumberGap = 20;
constexpr double kKeyDays = kMargin + 28;
constexpr double kKeySwatch = kMargin + 232;
constexpr double kKeyText = kKeySwatch + 30;
constexpr double kKeySource = 668;
constexpr double kLine = 16;
// What is longer is read by pointing at it, or by `chipline explain`.
constexpr size_t kKeyLines = 6;

struct Edges {
  double left = 0;
  double right = 0;
};

Edges EdgesOf(const TimeScale& scale, const BandSpan& span) {
  return {span.from && !scale.empty() ? scale.At(*span.from) : kBandLeft,
          span.to && !scale.empty() ? scale.At(*span.to) : kRight};
}

void DrawNumber(Canvas& canvas, Point at, size_t number) {
  canvas.Circle(at, kRadius, "key");
  canvas.Text({at.x, at.y + 4}, std::to_string(number),
              {"ink", 11, Weight::kBold, Anchor::kMiddle});
}

// Where DrawNumbers leaves room for a row.
constexpr double kNumbers = 2 * kRadius + 12;

// Above the first row, each joined to the middle of its span.
void DrawNumbers(Page& page, const std::vector<BandSpan>& spans) {
  std::vector<double> wanted;
  for (const BandSpan& span : spans) {
    if (wanted.size() == kMostNumbers) break;
    const Edges edges = EdgesOf(page.valid, span);
    wanted.push_back((edges.left + edges.right) / 2);
  }
  const std::vector<double> gaps(wanted.size(), kNumberGap);
  const std::vector<double> places = Spread(wanted, gaps, kBandLeft + kRadius, kRight - kRadius);
  const double y = page.y + kRadius + 2;
  for (size_t i = 0; i < places.size(); ++i) {
    page.canvas.Path("M" + Number(places[i]) + " " + Number(y + kRadius) + " L" +
                         Number(wanted[i]) + " " + Number(y + kRadius + 9),
                     "axis");
    DrawNumber(page.canvas, {places[i], y}, i + 1);
  }
  page.y += kNumbers;
}

Box BoxOf(const Page& page, const BandSpan& span, double top, double height) {
  const Edges edges = EdgesOf(page.valid, span);
  return {edges.left + (span.from ? 0.75 : 0), top,
          std::max(1.0, edges.right - edges.left - (span.from ? 0.75 : 0) - (span.to ? 0.75 : 0)),
          height};
}

void DrawSpan(Page& page, const BandSpan& span, double height) {
  Canvas& canvas = page.canvas;
  const Box box = BoxOf(page, span, page.y, height);
  canvas.Begin(span.title);
  DrawBand(canvas, {box, !span.from, !span.to, span.day_unknown}, span.look);
  page.signs.insert(span.day_unknown ? Sign::kDayUnknown : SignOf(span.look));
  if (span.conflict) {
    page.signs.insert(Sign::kConflict);
    canvas.Rect({box.x, box.y - 4, box.width, 3}, "m-differs");
  }
  canvas.End();
}

// The middle of a word on a band: beside the line of today, if there is room for that.
double MiddleOfWord(const Page& page, const Box& box, double width) {
  const double middle = box.x + box.width / 2;
  if (!page.today || page.valid.empty() || !page.valid.Covers(*page.today)) return middle;
  const double today = page.valid.At(*page.today);
  if (std::abs(today - middle) > width / 2 + 4) return middle;
  const bool left = today - box.x > box.right() - today;
  const double room = left ? today - box.x : box.right() - today;
  if (room < width + 18) return middle;
  return left ? box.x + room / 2 : today + room / 2;
}

// On the band of a span whose top is at `top`, if there is room.
void DrawWord(Page& page, const BandSpan& span, double top, double height, bool thin) {
  const Box box = BoxOf(page, span, top, height);
  const double size = thin ? 11 : kTextSize;
  const double width = WidthOf(span.word, size, Weight::kBold);
  if (width + 18 > box.width) return;
  page.canvas.Begin(span.title);
  page.canvas.Text({MiddleOfWord(page, box, width), top + height / 2 + size * 0.36}, span.word,
                   {TextInk(span.look), size, Weight::kBold, Anchor::kMiddle});
  page.canvas.End();
}

Lettering LetteringOf(const BandRow& row) {
  return {row.thin ? "faint" : "ink", row.thin ? kSmallSize : kTextSize,
          row.thin ? Weight::kPlain : Weight::kBold};
}

size_t LabelLinesOf(const BandRow& row) {
  const Lettering lettering = LetteringOf(row);
  return Lines(row.label, kLabelRoom, lettering.size, kLabelLines, lettering.weight).size();
}

// As high as its label.
double HeightOf(const BandRow& row) {
  const double lines = static_cast<double>(LabelLinesOf(row));
  return std::max(row.thin ? kThinHeight : kRowHeight, lines * kLabelPitch + 2);
}

// In the middle of its row, which begins at page.y.
void DrawRowLabel(Page& page, const BandRow& row) {
  const double above = static_cast<double>(LabelLinesOf(row) - 1) * kLabelPitch / 2;
  page.canvas.TextLines({kMargin, page.y + HeightOf(row) / 2 + 4 - above}, kLabelRoom, kLabelPitch,
                        kLabelLines, row.label, LetteringOf(row));
}

// The first `numbered` lines are of numbered spans.
void DrawKey(Page& page, const std::vector<KeyLine>& key, size_t numbered) {
  Canvas& canvas = page.canvas;
  for (size_t i = 0; i < key.size(); ++i) {
    const KeyLine& line = key[i];
    const std::vector<std::string> text =
        Lines(line.text, (line.source.empty() ? kRight : kKeySource - 16) - kKeyText, kSmallSize,
              kKeyLines);
    const std::vector<std::string> source =
        Lines(line.source, kRight - kKeySource, kSmallSize, kKeyLines);
    canvas.Begin(line.days + ": " + line.text + (line.source.empty() ? "" : " — " + line.source));
    if (i < std::min(numbered, kMostNumbers))
      DrawNumber(canvas, {kMargin + kRadius, page.y + 8}, i + 1);
    canvas.Text({kKeyDays, page.y + 12}, line.days, {"ink", kSmallSize});
    DrawBand(canvas, {{kKeySwatch, page.y + 1, 22, 14}, false, false, line.day_unknown}, line.look);
    for (size_t j = 0; j < text.size(); ++j) {
      canvas.Text({kKeyText, page.y + 12 + static_cast<double>(j) * kLine}, text[j],
                  {"ink", kSmallSize});
    }
    for (size_t j = 0; j < source.size(); ++j) {
      canvas.Text({kKeySource, page.y + 12 + static_cast<double>(j) * kLine}, source[j],
                  {"faint", kSmallSize});
    }
    canvas.End();
    page.y += static_cast<double>(std::max({text.size(), source.size(), size_t{1}})) * kLine + 8;
  }
}

}  // namespace

void DrawBands(Page& page, const std::vector<BandRow>& rows, const std::vector<KeyLine>& key) {
  const bool numbered = !rows.empty() && rows[0].spans.size() > 1;
  const bool today = page.today && page.valid.Covers(*page.today);
  if (today) {
    page.y += kTodayLabel;
    DrawToday(page, page.valid, page.y, page.y + (numbered ? kNumbers : 4), true);
    if (!numbered) page.y += 4;
  }
  if (numbered) DrawNumbers(page, rows[0].spans);
  const double top = page.y;
  for (const BandRow& row : rows) {
    const double height = HeightOf(row);
    DrawRowLabel(page, row);
    for (const BandSpan& span : row.spans) DrawSpan(page, span, height);
    page.y += height + kRowGap;
  }
  DrawToday(page, page.valid, top, page.y, false);
  // The words last, so that the line of today crosses none.
  double y = top;
  for (const BandRow& row : rows) {
    for (const BandSpan& span : row.spans) DrawWord(page, span, y, HeightOf(row), row.thin);
    y += HeightOf(row) + kRowGap;
  }
  if (page.valid.empty()) {
    page.y += 6;
  } else {
    DrawTimeAxis(page.canvas, page.valid, page.y, page.y, "valid");
    page.y += 36;
  }
  DrawKey(page, key, numbered ? rows[0].spans.size() : 0);
}

std::string SpanWords(const v1::ValidInterval& interval) {
  const std::string from = DayWords(std::string_view(interval.from()));
  const std::string to = DayWords(std::string_view(interval.to()));
  if (from.empty() && to.empty()) return "at any time";
  if (from.empty()) return "before " + to;
  if (to.empty()) return "from " + from;
  return from + " until " + to;
}

}  // namespace chipline::picture
