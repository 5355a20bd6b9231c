#ifndef CHIPLINE_SERVICES_WORDS_CONDITION_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_CONDITION_WORDS_H_

#include <string>
#include <string_view>

namespace chipline {

// A condition as a report states it, taken apart into the word that makes it one and the rest.
// Reports write "sales are allowed", "if sales are allowed" and "unless sales are forbidden" in the
// same field, so a fixed "if" in front of all of them would be doubled, or turn the last one
// around.
struct Condition {
  // "if" where the report has no such word.
  std::string label = "if";
  std::string text;
};

Condition ConditionOf(std::string_view stated);

// "if sales are allowed", "unless sales are forbidden".
std::string ConditionWords(std::string_view stated);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_CONDITION_WORDS_H_
