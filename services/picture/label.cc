#include "services/picture/label.h"

#include "services/picture/page.h"

namespace chipline::picture {
namespace {

constexpr size_t kMostLines = 3;
// Between a headline and a verdict on one line.
constexpr double kGap = 12;

}  // namespace

Label::Label(const LabelText& text, double width)
    : width_(width), headline_ink_(text.headline_ink), verdict_ink_(text.verdict_ink) {
  const double headline = WidthOf(text.headline, kTextSize, Weight::kBold);
  const double verdict = text.verdict.empty() ? 0 : WidthOf(text.verdict, kSmallSize) + kGap;
  headline_ = Lines(text.headline, width, kTextSize, kMostLines, Weight::kBold);
  if (headline + verdict <= width) {
    beside_ = text.verdict;
  } else {
    below_ = Lines(text.verdict, width, kSmallSize, kMostLines);
  }
  source_ = Lines(text.source, width, kSmallSize, kMostLines);
}

void Label::Draw(Canvas& canvas, Point at) const {
  if (!beside_.empty()) {
    canvas.Text({at.x + width_, at.y}, beside_,
                {verdict_ink_, kSmallSize, Weight::kPlain, Anchor::kEnd});
  }
  const auto draw = [&](const std::vector<std::string>& lines, const Lettering& lettering) {
    for (const std::string& line : lines) {
      canvas.Text(at, line, lettering);
      at.y += kLine;
    }
  };
  draw(headline_, {headline_ink_, kTextSize, Weight::kBold});
  draw(below_, {verdict_ink_, kSmallSize});
  draw(source_, {"faint", kSmallSize});
}

}  // namespace chipline::picture
