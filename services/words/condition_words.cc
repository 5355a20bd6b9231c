#include "services/words/condition_words.h"

#include <array>
#include <cctype>

namespace chipline {
namespace {

// Longer ones before those that they begin with.
constexpr std::array<std::string_view, 13> kLabels = {
    "only if",    "if",         "unless", "provided that", "provided", "on condition that",
    "as long as", "so long as", "once",   "subject to",    "when",     "until",
    "only when"};

bool BeginsWith(std::string_view text, std::string_view word) {
  if (text.size() <= word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != word[i]) return false;
  }
  return text[word.size()] == ' ' || text[word.size()] == ':';
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" :");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

Condition ConditionOf(std::string_view stated) {
  std::string_view text = Trimmed(stated);
  for (const std::string_view label : kLabels) {
    if (!BeginsWith(text, label)) continue;
    const std::string_view rest = Trimmed(text.substr(label.size()));
    if (rest.empty()) break;
    return {std::string(label), std::string(rest)};
  }
  return {"if", std::string(text)};
}

std::string ConditionWords(std::string_view stated) {
  const Condition condition = ConditionOf(stated);
  return condition.label + " " + condition.text;
}

}  // namespace chipline
