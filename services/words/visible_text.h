#ifndef CHIPLINE_SERVICES_WORDS_VISIBLE_TEXT_H_
#define CHIPLINE_SERVICES_WORDS_VISIBLE_TEXT_H_

#include <string>
#include <string_view>

// What others wrote, made safe to show on a terminal, in a log line or in a picture: it cannot move
// the cursor, begin a line, turn the text around it or hide anything.
namespace chipline {

// Whether a character must not reach a screen as it is: one that draws nothing or reorders what
// stands around it. Control characters (C0, DEL, C1), line and paragraph separators, bidirectional
// controls, zero-width characters, variation selectors, tags, the fillers that look like spaces,
// and what Unicode 15 leaves unassigned or to private use. Variation selectors and joiners do have
// honest uses, but two names that differ only in them look the same.
bool NeedsEscape(char32_t character);

// Its escape: \n, \r, \t, \x1b below U+0080, \u202e below U+10000, else \U000e0041.
std::string VisibleEscape(char32_t character);

// The text on one line: characters that need it and bytes that are not UTF-8 (\xff) are escaped,
// and a backslash is doubled, so that different texts always look different.
std::string VisibleText(std::string_view text);

// JSON as it is, but with \u escapes in the place of the characters that need an escape. A reader
// of the JSON gets the same values.
std::string VisibleJson(std::string json);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_VISIBLE_TEXT_H_
