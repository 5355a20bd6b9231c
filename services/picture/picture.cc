#include "services/picture/picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/picture/bands.h"
#include "services/picture/bars.h"
#include "services/picture/page.h"
#include "services/picture/panels.h"
#include "services/picture/plot.h"
#include "services/picture/style_sheet.h"
#include "services/words/enum_words.h"

namespace chipline::picture {
namespace {

constexpr double kPanelGap = 30;
constexpr size_t kTitleLines = 2;
constexpr double kTitlePitch = 28;
// More panels than are seen at once have an overview before them.
constexpr size_t kSeenAtOnce = 3;

void DrawEntry(Page& page, const v1::TimelineEntry& entry) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return DrawCapexPanel(page, entry);
    case v1::TimelineEntry::kExportRule:
      return DrawRulePanel(page, entry);
    case v1::TimelineEntry::kChipOrder:
      return DrawOrderPanel(page, entry);
    case v1::TimelineEntry::kChipSupply:
      return DrawSupplyPanel(page, entry);
    case v1::TimelineEntry::kUsage:
      return DrawUsagePanel(page, entry);
    case v1::TimelineEntry::kPrice:
      return DrawPricePanel(page, entry);
    case v1::TimelineEntry::STATE_NOT_SET:
      DrawHeading(page, entry);
      DrawNote(page, "", "of a kind that this program does not know");
      return;
  }
}

// What the picture says, for those who do not see it.
std::string Description(const Subject& subject, const std::string& day) {
  if (subject.entries.empty()) return "Nothing is known.";
  std::string text;
  for (const v1::TimelineEntry& entry : subject.entries) {
    text += (text.empty() ? "" : "; ") + HeadingOf(entry, subject.names);
    for (const std::string& words : {StandingFigure(entry), VerdictOf(entry, day).text}) {
      if (!words.empty()) text += ", " + words;
    }
  }
  return text + ".";
}

void DrawBody(Page& page, const Subject& subject) {
  for (const v1::TimelineEntry& entry : subject.entries) IncludeInScales(page, entry);
  for (TimeScale* scale : {&page.published, &page.valid}) {
    if (page.today && !scale->empty()) scale->Include(*page.today);
  }
  if (!page.counts.empty()) page.counts.FromZero();
  page.published.Span(kPlotLeft, kPlotRight);
  page.valid.Span(kBandLeft, kRight);
  page.counts.Span(kBarLeft, kBarRight);
  if (subject.entries.size() > kSeenAtOnce) {
    DrawOverview(page, subject.entries);
    page.y += kPanelGap;
  }
  for (const v1::TimelineEntry& entry : subject.entries) {
    DrawEntry(page, entry);
    DrawLeftOutCounts(page, entry);
    page.y += kPanelGap;
  }
  if (!subject.entries.empty()) return;
  page.canvas.Line({kMargin, 0}, {kRight, 0}, "line");
  page.canvas.Text({kPageWidth / 2, 56}, "Nothing is known.",
                   {"ink", kHeadingSize, Weight::kBold, Anchor::kMiddle});
  page.canvas.Text({kPageWidth / 2, 80}, "No event says anything of it, or none did at that time.",
                   {"faint", kTextSize, Weight::kPlain, Anchor::kMiddle});
  page.y = 110;
}

}  // namespace

std::string Draw(const Subject& subject) {
  const std::string& day = subject.day.empty() ? subject.today : subject.day;
  Page page{
      subject.names, day, DayOf(subject.today), {}, {}, {}, TimeScale(1.0 / 6, 1.0 / 8), {}, 0};
  DrawBody(page, subject);

  Canvas head;
  const size_t lines = head.TextLines({kMargin, 42}, kRight - kMargin, kTitlePitch, kTitleLines,
                                      subject.title, {"ink", kTitleSize, Weight::kBold});
  const double below = 42 + kTitlePitch * static_cast<double>(std::max<size_t>(lines, 1) - 1);
  head.TextWithin({kMargin, below + 22}, kRight - kMargin, subject.reflects, {"faint", kSmallSize});
  const double body = DrawLegend(head, page.signs, below + 34) + 14;
  const std::string height = Number(body + page.y);
  const std::string width = Number(kPageWidth);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" role=\"img\" direction=\"ltr\" aria-labelledby=\"chipline-title "
      "chipline-description\">\n"
      "<title id=\"chipline-title\">{2}</title>\n<desc id=\"chipline-description\">{3}</desc>\n"
      "{4}<rect class=\"paper\" width=\"{0}\" height=\"{1}\"/>\n{5}"
      "<g transform=\"translate(0 {6})\">\n{7}</g>\n</svg>\n",
      width, height, Escaped(subject.title), Escaped(Description(subject, day)), StyleSheet(),
      head.elements(), Number(body), page.canvas.elements());
}

}  // namespace chipline::picture
