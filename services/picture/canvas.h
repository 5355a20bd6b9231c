#ifndef CHIPLINE_SERVICES_PICTURE_CANVAS_H_
#define CHIPLINE_SERVICES_PICTURE_CANVAS_H_

#include <string>
#include <string_view>

#include "services/picture/text.h"

namespace chipline::picture {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

enum class Anchor { kStart, kMiddle, kEnd };

// How a text is set. `ink` is a class of the style sheet.
struct Lettering {
  std::string_view ink = "ink";
  double size = 13;
  Weight weight = Weight::kPlain;
  Anchor anchor = Anchor::kStart;
};

// Collects SVG elements. Coordinates are pixels from the top left, written with one decimal at
// most, so that equal drawings are equal bytes. Text is escaped here and nowhere else. Not
// thread-safe.
class Canvas {
 public:
  // Elements between Begin and End are one group; a pointer that rests on it shows `title`, and so
  // does a screen reader. Groups may be nested.
  void Begin(std::string_view title);
  void End();

  void Rect(const Box& box, std::string_view ink, double radius = 0);
  void Line(Point from, Point to, std::string_view ink);
  void Circle(Point centre, double radius, std::string_view ink);
  // `path` is SVG path syntax.
  void Path(std::string_view path, std::string_view ink);

  // On a baseline at `at`. Right-to-left text keeps its place: the anchor is that of the picture's
  // left or right, whichever way the text runs.
  void Text(Point at, std::string_view text, const Lettering& lettering);

  // The same, cut to `width`; if anything was cut the whole can be seen by pointing at it.
  void TextWithin(Point at, double width, std::string_view text, const Lettering& lettering);

  // The same on up to `limit` lines, `pitch` apart. How many it took.
  size_t TextLines(Point at, double width, double pitch, size_t limit, std::string_view text,
                   const Lettering& lettering);

  const std::string& elements() const { return elements_; }

 private:
  std::string elements_;
};

// "12", "12.5": a coordinate.
std::string Number(double value);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_CANVAS_H_
