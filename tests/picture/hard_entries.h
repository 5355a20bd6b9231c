#ifndef CHIPLINE_TESTS_PICTURE_HARD_ENTRIES_H_
#define CHIPLINE_TESTS_PICTURE_HARD_ENTRIES_H_

#include <string>
#include <vector>

#include "services/picture/picture.h"

namespace chipline::picture {

struct HardCase {
  std::string name;
  Subject subject;
};

// Every kind of picture, of what is hard to draw: nothing, one claim, as many as an entry holds on
// one day, figures that are huge, tiny or alike, bounds, days close together and a century apart,
// forecasts, and names that are long or in Arabic or Chinese.
std::vector<HardCase> HardCases();

}  // namespace chipline::picture

#endif  // CHIPLINE_TESTS_PICTURE_HARD_ENTRIES_H_
