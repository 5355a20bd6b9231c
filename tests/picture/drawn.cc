#include "tests/picture/drawn.h"

#include <algorithm>
#include <regex>

#include "services/picture/text.h"

namespace chipline::picture {
namespace {

// "" if the element has none.
std::string Attribute(const std::string& element, const std::string& name) {
  const std::string before = " " + name + "=\"";
  const size_t at = element.find(before);
  if (at == std::string::npos) return "";
  const size_t start = at + before.size();
  return element.substr(start, element.find('"', start) - start);
}

double Coordinate(const std::string& element, const std::string& name) {
  const std::string value = Attribute(element, name);
  return value.empty() ? 0 : std::stod(value);
}

std::string Plain(std::string text) {
  for (const auto& [from, to] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
      text.replace(at, std::string(from).size(), to);
    }
  }
  return text;
}

DrawnText TextOf(const std::string& element, const std::string& contents, double down) {
  DrawnText drawn{Plain(contents), Attribute(element, "class"), {}};
  const double size = Coordinate(element, "font-size");
  const bool bold = drawn.ink.find("bold") != std::string::npos;
  const double width = WidthOf(drawn.text, size, bold ? Weight::kBold : Weight::kPlain);
  const std::string anchor = Attribute(element, "text-anchor");
  const bool right_to_left = Attribute(element, "direction") == "rtl";
  // The start of a text that runs from the right is its right end.
  const bool at_right = right_to_left ? anchor != "end" : anchor == "end";
  const double x = Coordinate(element, "x");
  const double left = anchor == "middle" ? x - width / 2 : at_right ? x - width : x;
  drawn.box = {left, Coordinate(element, "y") + down - 0.72 * size, width, 0.92 * size};
  return drawn;
}

DrawnMark MarkOf(const std::string& kind, const std::string& element, double down) {
  DrawnMark mark{Attribute(element, "class"), {}, down == 0};
  if (kind == "circle") {
    const double radius = Coordinate(element, "r");
    mark.box = {Coordinate(element, "cx") - radius, Coordinate(element, "cy") - radius, 2 * radius,
                2 * radius};
  } else if (kind == "rect") {
    mark.box = {Coordinate(element, "x"), Coordinate(element, "y"), Coordinate(element, "width"),
                Coordinate(element, "height")};
  } else if (kind == "line") {
    const double x1 = Coordinate(element, "x1");
    const double x2 = Coordinate(element, "x2");
    const double y1 = Coordinate(element, "y1");
    const double y2 = Coordinate(element, "y2");
    mark.box = {std::min(x1, x2), std::min(y1, y2), std::abs(x1 - x2), std::abs(y1 - y2)};
  }
  mark.box.y += down;
  return mark;
}

}  // namespace

Drawn ReadPicture(const std::string& svg) {
  Drawn drawn;
  drawn.width = Coordinate(svg, "width");
  drawn.height = Coordinate(svg, "height");
  // What follows the definitions; all of it but the head is moved down.
  const std::string body = svg.substr(svg.find("</defs>"));
  const std::regex element(
      R"re(<(text|circle|rect|line|path) [^>]*>|<g transform="translate\(0 ([0-9.]+)\)">)re");
  double down = 0;
  for (auto at = std::sregex_iterator(body.begin(), body.end(), element);
       at != std::sregex_iterator(); ++at) {
    const std::string found = at->str();
    const std::string kind = (*at)[1];
    if (kind.empty()) {
      down = std::stod((*at)[2]);
    } else if (kind == "text") {
      const auto start = static_cast<size_t>(at->position() + at->length());
      drawn.texts.push_back(TextOf(found, body.substr(start, body.find('<', start) - start), down));
    } else {
      drawn.marks.push_back(MarkOf(kind, found, down));
    }
  }
  return drawn;
}

bool Overlap(const Box& a, const Box& b) {
  constexpr double kTouch = 0.6;
  return a.x < b.right() - kTouch && b.x < a.right() - kTouch && a.y < b.bottom() - kTouch &&
         b.y < a.bottom() - kTouch;
}

}  // namespace chipline::picture
