#ifndef CHIPLINE_SERVICES_PICTURE_PICTURE_H_
#define CHIPLINE_SERVICES_PICTURE_PICTURE_H_

#include <string>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/picture/names.h"

namespace chipline::picture {

// What to draw.
struct Subject {
  // What the picture is of, in words.
  std::string title;
  // What it reflects: position, policy.
  std::string reflects;
  // In the order in which they are drawn, one panel each.
  std::vector<v1::TimelineEntry> entries;
  Names names;
  // YYYY-MM-DD, given by the caller: marked by a line, and what lies after it is to come.
  std::string today;
  // YYYY-MM-DD: what is headed by a state is headed by that of this day. Empty: of today.
  std::string day;
};

// The entries as an SVG 1.1 document in UTF-8, with a title and a description for those who cannot
// see it. It needs nothing else: no scripts, no fonts, no other files. Colours follow the reader's
// light or dark setting. Nothing is drawn that the entries do not say, and nothing that they say of
// a selected value, a conflict or an interval is left out but for length; what is cut shows in full
// when it is pointed at. Without entries the picture says so. A pure function: equal subjects give
// equal bytes. Thread-safe.
std::string Draw(const Subject& subject);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_PICTURE_H_
