#ifndef CHIPLINE_SERVICES_PICTURE_TEXT_H_
#define CHIPLINE_SERVICES_PICTURE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

// Text as a picture needs it: safe in XML, in any script, and of a width that is known well enough
// to lay labels out before any font has been chosen.
namespace chipline::picture {

// For XML text and attributes. Bytes that are no UTF-8 become U+FFFD. Characters that draw nothing
// or reorder what is around them, among them those that XML 1.0 cannot hold, become visible escapes
// (services/words/visible_text.h). Of these only isolates that are closed stay, as Isolated() makes
// them: they turn nothing outside of them.
std::string Escaped(std::string_view text);

// A name or a quotation from a report, made safe to stand inside other text: line breaks become
// spaces, what else draws nothing or reorders becomes visible escapes, and one that holds
// right-to-left letters is wrapped in FSI and PDI (UAX #9), so that it cannot turn the punctuation
// and figures around it.
std::string Isolated(std::string_view text);

// The same of a sentence in which names may be isolated already: those stay as they are, and only
// a sentence with right-to-left letters beside them is wrapped as a whole, without isolates in it.
std::string IsolatedSentence(std::string_view text);

// True if the first letter with a direction is of a right-to-left script. What is isolated does not
// count (UAX #9, P2), unless the text is one isolate as a whole, as a label of one name is.
bool RunsRightToLeft(std::string_view text);

// Whether any letter of it runs from right to left.
bool HasRightToLeft(std::string_view text);

enum class Weight { kPlain, kBold };

// About how wide the text is in a sans-serif face of `size` pixels, rather too much than too
// little: each letter as wide as in the widest of the usual faces, since the fonts of the reader
// are not known.
double WidthOf(std::string_view text, double size, Weight weight = Weight::kPlain);

// The text, or its beginning and "…", in at most `width` pixels. Cuts between grapheme clusters
// (UAX #29) and closes the isolate that it cuts.
std::string Shortened(std::string_view text, double width, double size,
                      Weight weight = Weight::kPlain);

// The text on at most `limit` lines of `width`, broken where UAX #14 allows, and a word that is
// wider than a line wherever it must be; what does not fit the last one is cut with "…". Text that
// is isolated as a whole stays so on each line.
std::vector<std::string> Lines(std::string_view text, double width, double size, size_t limit,
                               Weight weight = Weight::kPlain);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_TEXT_H_
