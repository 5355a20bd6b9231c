#include "services/picture/canvas.h"

#include <fmt/format.h>

#include <cmath>

namespace chipline::picture {
namespace {

// SVG's "start" is the right end of right-to-left text.
std::string_view AnchorWord(Anchor anchor, bool right_to_left) {
  switch (anchor) {
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kStart:
      return right_to_left ? "end" : "start";
    case Anchor::kEnd:
      return right_to_left ? "start" : "end";
  }
  return "start";
}

}  // namespace

std::string Number(double value) {
  const double tenths = std::round(value * 10);
  // Never "-0".
  if (tenths == 0) return "0";
  std::string text = fmt::format("{:.1f}", tenths / 10);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

void Canvas::Begin(std::string_view title) {
  elements_ += fmt::format("<g><title>{}</title>\n", Escaped(title));
}

void Canvas::End() { elements_ += "</g>\n"; }

void Canvas::Rect(const Box& box, std::string_view ink, double radius) {
  const std::string round = radius > 0 ? fmt::format(R"( rx="{}")", Number(radius)) : std::string();
  elements_ +=
      fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>\n", ink,
                  Number(box.x), Number(box.y), Number(box.width), Number(box.height), round);
}

void Canvas::Line(Point from, Point to, std::string_view ink) {
  elements_ += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", ink,
                           Number(from.x), Number(from.y), Number(to.x), Number(to.y));
}

void Canvas::Circle(Point centre, double radius, std::string_view ink) {
  elements_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", ink,
                           Number(centre.x), Number(centre.y), Number(radius));
}

void Canvas::Path(std::string_view path, std::string_view ink) {
  elements_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", ink, path);
}

void Canvas::Text(Point at, std::string_view text, const Lettering& lettering) {
  if (text.empty()) return;
  const bool right_to_left = RunsRightToLeft(text);
  const std::string bold = lettering.weight == Weight::kBold ? " bold" : "";
  const std::string_view anchor = AnchorWord(lettering.anchor, right_to_left);
  elements_ +=
      fmt::format("<text class=\"{}{}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{}{}>{}</text>\n",
                  lettering.ink, bold, Number(at.x), Number(at.y), Number(lettering.size),
                  anchor == "start" ? "" : fmt::format(R"( text-anchor="{}")", anchor),
                  right_to_left ? R"( direction="rtl")" : "", Escaped(text));
}

void Canvas::TextWithin(Point at, double width, std::string_view text, const Lettering& lettering) {
  const std::string shown = Shortened(text, width, lettering.size, lettering.weight);
  if (shown == text) return Text(at, text, lettering);
  Begin(text);
  Text(at, shown, lettering);
  End();
}

size_t Canvas::TextLines(Point at, double width, double pitch, size_t limit, std::string_view text,
                         const Lettering& lettering) {
  const std::vector<std::string> lines =
      Lines(text, width, lettering.size, limit, lettering.weight);
  const bool cut = !lines.empty() && lines.back().find("…") != std::string::npos &&
                   text.find(lines.back()) == std::string_view::npos;
  if (cut) Begin(text);
  for (const std::string& line : lines) {
    Text(at, line, lettering);
    at.y += pitch;
  }
  if (cut) End();
  return lines.size();
}

}  // namespace chipline::picture
