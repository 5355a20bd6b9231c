#ifndef CHIPLINE_TESTS_PICTURE_DRAWN_H_
#define CHIPLINE_TESTS_PICTURE_DRAWN_H_

#include <string>
#include <vector>

#include "services/picture/canvas.h"

namespace chipline::picture {

// What stands in a picture, where it is seen: for tests of what lies on what.
struct DrawnText {
  std::string text;
  std::string ink;
  // As wide as WidthOf says, from the top of a capital letter to the end of a descender.
  Box box;
};

// A circle, a rectangle or a line.
struct DrawnMark {
  std::string ink;
  Box box;
  // Of the key above the panels.
  bool in_legend = false;
};

struct Drawn {
  double width = 0;
  double height = 0;
  std::vector<DrawnText> texts;
  std::vector<DrawnMark> marks;
};

// Requires a picture that Draw made.
Drawn ReadPicture(const std::string& svg);

// Whether two boxes have more than a touch in common.
bool Overlap(const Box& a, const Box& b);

}  // namespace chipline::picture

#endif  // CHIPLINE_TESTS_PICTURE_DRAWN_H_
