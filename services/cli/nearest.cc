#include "services/cli/nearest.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace chipline::cli {
namespace {

// Further away it is another word, not a slip.
constexpr size_t kMostChanges = 2;
// Nobody's name; comparing takes time by the square of it.
constexpr size_t kMostLetters = 200;

// How many letters must be put in, taken out or changed (Levenshtein).
size_t Distance(std::string_view a, std::string_view b) {
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

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& names) {
  std::string nearest;
  if (word.size() > kMostLetters) return nearest;
  size_t distance = kMostChanges + 1;
  for (const std::string& name : names) {
    if (const size_t off = Distance(word, name); off < distance) {
      distance = off;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace chipline::cli
