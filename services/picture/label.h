#ifndef CHIPLINE_SERVICES_PICTURE_LABEL_H_
#define CHIPLINE_SERVICES_PICTURE_LABEL_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/picture/canvas.h"

namespace chipline::picture {

// What a label says, and the inks of its first two parts.
struct LabelText {
  std::string_view headline;
  std::string_view headline_ink = "ink";
  // What the headline is to others: "does not agree".
  std::string_view verdict;
  std::string_view verdict_ink = "faint";
  std::string_view source;
};

// Beside a mark or a bar: a headline, a verdict at its right or, if both do not fit on one line,
// below it, and a source. Takes as many lines as it needs, of each part up to three.
class Label {
 public:
  Label(const LabelText& text, double width);

  // From one baseline to the next.
  static constexpr double kLine = 16;

  size_t line_count() const { return headline_.size() + below_.size() + source_.size(); }
  // `at` is the left end of the first baseline.
  void Draw(Canvas& canvas, Point at) const;

 private:
  double width_;
  std::string_view headline_ink_;
  std::string_view verdict_ink_;
  std::vector<std::string> headline_;
  // One of these two.
  std::string beside_;
  std::vector<std::string> below_;
  std::vector<std::string> source_;
};

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_LABEL_H_
