#ifndef CHIPLINE_SERVICES_WORDS_MENTION_H_
#define CHIPLINE_SERVICES_WORDS_MENTION_H_

#include <string_view>

namespace chipline {

// Whether the text already has that id as a word of its own, whatever the case: "… in Johor,
// Malaysia" mentions "johor", so that "in johor" need not be said again. False for an empty id.
bool Mentions(std::string_view text, std::string_view id);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_MENTION_H_
