#include "services/cli/nearest.h"

#include <unicode/unistr.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace chipline::cli {
namespace {

// Further away it is another word, not a slip.
constexpr size_t kMostChanges = 2;
// Two changes make any short word of any other.
constexpr size_t kShortLetters = 4;
// Nobody's name; comparing takes time by the square of it.
constexpr size_t kMostLetters = 200;

// How many letters must be put in, taken out or changed (Levenshtein).
size_t Distance(std::u32string_view a, std::u32string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// A letter of another script is several bytes, and one slip.
std::u32string LettersOf(std::string_view text) {
  const icu::UnicodeString characters = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::u32string letters;
  for (int32_t i = 0; i < characters.length(); i = characters.moveIndex32(i, 1)) {
    letters.push_back(static_cast<char32_t>(characters.char32At(i)));
  }
  return letters;
}

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& names) {
  std::string nearest;
  const std::u32string letters = LettersOf(word);
  if (letters.empty() || letters.size() > kMostLetters) return nearest;
  const size_t most = letters.size() <= kShortLetters ? 1 : kMostChanges;
  size_t distance = most + 1;
  for (const std::string& name : names) {
    const std::u32string other = LettersOf(name);
    const size_t longer = std::max(letters.size(), other.size());
    if (longer - std::min(letters.size(), other.size()) > most) continue;
    if (const size_t off = Distance(letters, other); off < distance) {
      distance = off;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace chipline::cli
