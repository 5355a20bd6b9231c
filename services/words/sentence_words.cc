#include "services/words/sentence_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "services/values/decimal.h"
#include "services/words/number_words.h"

namespace chipline {
namespace {

struct UnitName {
  std::string_view name;
  std::string_view words;
  // Counts that are read by magnitude rather than by digit.
  bool by_magnitude;
};
constexpr std::array<UnitName, 5> kUnits = {{{"CHIP", "chips", false},
                                             {"MODULE", "modules", false},
                                             {"SERVER", "servers", false},
                                             {"TOKEN", "tokens", true},
                                             {"USER", "users", true}}};

const UnitName* UnitOf(std::string_view word) {
  const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const UnitName& unit) { return unit.name == word; });
  return found == kUnits.end() ? nullptr : found;
}

bool IsNumber(std::string_view word) {
  return !word.empty() && word.front() != '.' &&
         word.find_first_not_of("0123456789.") == std::string_view::npos;
}

// A currency has three letters, and every unit is in the table.
bool IsUnit(std::string_view word) {
  const bool capitals =
      std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return UnitOf(word) != nullptr || (capitals && word.size() == 3);
}

std::string NumberWords(std::string_view number, const UnitName* unit) {
  const auto decimal = Decimal::Parse(number);
  if (!decimal.ok()) return std::string(number);
  const v1::Decimal value = decimal->ToProto();
  return unit == nullptr || unit->by_magnitude ? MagnitudeWords(value) : DecimalWords(value);
}

// A word apart from the punctuation that follows it.
struct Word {
  std::string_view text;
  std::string_view after;
};

std::vector<Word> WordsOf(std::string_view sentence) {
  std::vector<Word> words;
  while (true) {
    const size_t space = sentence.find(' ');
    const std::string_view piece = sentence.substr(0, space);
    const size_t last = piece.find_last_not_of(".,;:)");
    const size_t length = last == std::string_view::npos ? 0 : last + 1;
    words.push_back({piece.substr(0, length), piece.substr(length)});
    if (space == std::string_view::npos) return words;
    sentence.remove_prefix(space + 1);
  }
}

}  // namespace

std::string WithFiguresInWords(std::string_view sentence) {
  const std::vector<Word> words = WordsOf(sentence);
  const auto is = [&words](size_t i, bool (*kind)(std::string_view)) {
    return i < words.size() && kind(words[i].text);
  };
  // Where the unit of a number at `i` stands: after it, or after the upper end of its range.
  const auto unit_at = [&](size_t i) -> size_t {
    if (!words[i].after.empty()) return 0;
    if (is(i + 1, IsUnit)) return i + 1;
    const bool range = is(i + 2, IsNumber) && words[i + 1].text == "to";
    return range && is(i + 3, IsUnit) ? i + 3 : 0;
  };
  std::string result;
  size_t unit = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += ' ';
    const size_t found = is(i, IsNumber) ? unit_at(i) : 0;
    if (found != 0) {
      unit = found;
      result += NumberWords(words[i].text, UnitOf(words[found].text));
    } else if (i == unit && i > 0 && UnitOf(words[i].text) != nullptr) {
      const std::string_view plural = UnitOf(words[i].text)->words;
      result += words[i - 1].text == "1" ? plural.substr(0, plural.size() - 1) : plural;
    } else {
      result += words[i].text;
    }
    result += words[i].after;
  }
  return result;
}

}  // namespace chipline
