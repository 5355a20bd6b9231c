#include "services/words/mention.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace chipline {
namespace {

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool IsWordLetter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }

}  // namespace

bool Mentions(std::string_view text, std::string_view id) {
  if (id.empty()) return false;
  const auto same = [](char a, char b) { return Lower(a) == Lower(b); };
  for (auto at = text.begin();; ++at) {
    at = std::search(at, text.end(), id.begin(), id.end(), same);
    if (at == text.end()) return false;
    const auto after = at + static_cast<std::ptrdiff_t>(id.size());
    if ((at == text.begin() || !IsWordLetter(at[-1])) &&
        (after == text.end() || !IsWordLetter(*after))) {
      return true;
    }
  }
}

}  // namespace chipline
