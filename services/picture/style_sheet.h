#ifndef CHIPLINE_SERVICES_PICTURE_STYLE_SHEET_H_
#define CHIPLINE_SERVICES_PICTURE_STYLE_SHEET_H_

#include <string_view>

namespace chipline::picture {

// The <style> and <defs> of every picture: the fonts of the reader's system, colours for light and
// for dark surroundings (all text at least 4.5 to 1 on what it stands on, WCAG 2.1 AA), and a
// pattern for each state, so that no state is told by its colour alone.
std::string_view StyleSheet();

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_STYLE_SHEET_H_
