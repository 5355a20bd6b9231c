#include "services/words/reach_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace chipline {
namespace {

// A word with the punctuation around it.
struct Word {
  std::string before;
  std::string text;
  std::string after;
  bool quoted = false;
};

std::vector<Word> WordsOf(std::string_view sentence) {
  std::vector<Word> words;
  bool quoted = false;
  while (true) {
    const size_t space = sentence.find(' ');
    const std::string_view piece = sentence.substr(0, space);
    const size_t begin = piece.starts_with('(') ? 1 : 0;
    const size_t last = piece.find_last_not_of(".,;:)");
    const size_t end = last == std::string_view::npos || last < begin ? begin : last + 1;
    const auto marks = std::count(piece.begin(), piece.end(), '"');
    words.push_back({std::string(piece.substr(0, begin)),
                     std::string(piece.substr(begin, end - begin)), std::string(piece.substr(end)),
                     quoted || marks > 0});
    if (marks % 2 != 0) quoted = !quoted;
    if (space == std::string_view::npos) return words;
    sentence.remove_prefix(space + 1);
  }
}

bool IsId(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Where ids stand: $c a company's, $h a chip's, $p a place's, $x a chip's or a place's. Longer
// forms before those that they end with.
constexpr std::array<std::string_view, 14> kForms = {"the seat of the buyer is not $p",
                                                     "the seat of $c is not $p",
                                                     "the buyer is not $c",
                                                     "go to $p",
                                                     "and to $p",
                                                     "$x is not meant by",
                                                     "$h is not among the chips",
                                                     "$p is not among the places",
                                                     "$c is not among the",
                                                     "$p is not in $p",
                                                     "$c is not one of $c",
                                                     "$c does not include $c",
                                                     "$h has no $h in it",
                                                     "$h is not $h"};
constexpr std::array<std::string_view, 3> kGates = {"export", "import", "use"};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool IsGate(std::string_view text) {
  return std::find(kGates.begin(), kGates.end(), text) != kGates.end();
}

std::string Write(char kind, const std::string& id, const EntityWords& words) {
  if (kind == 'c') return words.company(id);
  if (kind == 'p') return words.place(id);
  std::string chip = words.chip(id);
  return kind == 'x' && chip == id ? words.place(id) : chip;
}

// Whether a clause may begin at `at`.
bool MayBegin(size_t at, const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 4> kBefore = {"unless", "if", "or", "and"};
  return at == 0 || std::find(kBefore.begin(), kBefore.end(), words[at - 1].text) != kBefore.end();
}

// Writes the ids of one form if it stands at `at`; how many words it has, 0 if it does not.
size_t TakeForm(std::string_view form, size_t at, std::vector<Word>& words,
                const EntityWords& write) {
  const std::vector<std::string_view> parts = Split(form, ' ');
  if (at + parts.size() > words.size()) return 0;
  if (form.starts_with('$') && !MayBegin(at, words)) return 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Word& word = words[at + i];
    const bool ends = i + 1 == parts.size();
    const bool fits = parts[i].starts_with('$') ? IsId(word.text) : parts[i] == word.text;
    const bool apart = !word.before.empty() || (!ends && !word.after.empty());
    if (!fits || word.quoted || apart) return 0;
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].starts_with('$')) continue;
    words[at + i].text = Write(parts[i][1], words[at + i].text, write);
  }
  return parts.size();
}

// A gate, "us/export/h20", in words; what opens before it stays.
void TakeGate(Word& word, const EntityWords& write) {
  constexpr std::string_view kField = "gates[";
  const std::string_view text = word.text;
  const bool field = text.starts_with(kField);
  const std::vector<std::string_view> parts =
      Split(field ? text.substr(kField.size(), text.find(']') - kField.size()) : text, '/');
  if (parts.size() < 2 || parts.size() > 3 || !IsId(parts[0]) || !IsGate(parts[1])) return;
  std::string said = write.place(parts[0]) + " " + std::string(parts[1]);
  if (parts.size() == 3) said += " of " + write.chip(parts[2]);
  const size_t end = text.find(']');
  word.text = field ? std::string(kField) + said + std::string(text.substr(end)) : said;
}

// "where it goes: cn, sg." names places up to the end of the sentence.
size_t TakePlaces(size_t at, std::vector<Word>& words, const EntityWords& write) {
  const bool stands = at + 3 < words.size() && words[at].text == "where" &&
                      words[at + 1].text == "it" && words[at + 2].text == "goes" &&
                      words[at + 2].after == ":";
  if (!stands) return 0;
  size_t end = at + 3;
  while (end < words.size() && IsId(words[end].text)) {
    words[end].text = write.place(words[end].text);
    if (words[end++].after != ",") break;
  }
  return end - at;
}

bool BeginsWith(std::string_view text, std::string_view start) { return text.starts_with(start); }

// Where `what` first stands outside quotation marks; npos if nowhere.
size_t FindUnquoted(std::string_view text, std::string_view what) {
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    const std::string_view before = text.substr(0, at);
    if (std::count(before.begin(), before.end(), '"') % 2 == 0) return at;
  }
  return std::string_view::npos;
}

std::vector<std::string_view> SplitUnquoted(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = FindUnquoted(text, separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

// One part, turned round. Longer forms before those that they begin with.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTurns = {{
    {"they do not go to ", "the chips go to "},
    {"it does not cover orders placed before it", "the rule covers orders placed before it"},
    {"the places that it words are not where they go",
     "the places that it words are where they go"},
    {" does not include ", " includes "},
    {" does not cover it", " covers it"},
    {" is not meant by ", " is meant by "},
    {" is not among ", " is among "},
    {" is not one of ", " is one of "},
    {" is not in ", " is in "},
    {" is not ", " is "},
}};

std::string TurnedRound(std::string_view clause) {
  constexpr std::string_view kSeat = "the seat of ";
  constexpr std::string_view kIsNot = " is not ";
  const size_t is_not = FindUnquoted(clause, kIsNot);
  if (BeginsWith(clause, kSeat) && is_not != std::string_view::npos) {
    return std::string(clause.substr(kSeat.size(), is_not - kSeat.size())) + " has its seat in " +
           std::string(clause.substr(is_not + kIsNot.size()));
  }
  const size_t has_no = FindUnquoted(clause, " has no ");
  if (has_no != std::string_view::npos && clause.ends_with(" in it")) {
    return std::string(clause.substr(0, has_no)) + " has " +
           std::string(clause.substr(has_no + std::string_view(" has no ").size()));
  }
  for (const auto& [from, to] : kTurns) {
    const size_t at = FindUnquoted(clause, from);
    if (at == std::string_view::npos) continue;
    return std::string(clause.substr(0, at)) + std::string(to) +
           std::string(clause.substr(at + from.size()));
  }
  return "";
}

}  // namespace

std::string WithNames(std::string_view sentence, const EntityWords& words) {
  std::vector<Word> parts = WordsOf(sentence);
  // "us export: …" begins the reason of an order.
  if (parts.size() > 1 && IsId(parts[0].text) && parts[0].after.empty() && IsGate(parts[1].text) &&
      parts[1].after == ":") {
    parts[0].text = words.place(parts[0].text);
  }
  // "e-1 is what the one concerned says itself (nvidia); e-2 is not (bytedance)."
  const bool speakers = sentence.find(" says itself (") != std::string_view::npos;
  for (size_t at = 0; at < parts.size();) {
    if (speakers && parts[at].before == "(" && IsId(parts[at].text)) {
      parts[at].text = words.company(parts[at].text);
    }
    if (parts[at].quoted) {
      ++at;
      continue;
    }
    size_t taken = TakePlaces(at, parts, words);
    for (const std::string_view form : kForms) {
      if (taken > 0) break;
      taken = TakeForm(form, at, parts, words);
    }
    if (taken == 0) TakeGate(parts[at], words);
    at += std::max<size_t>(taken, 1);
  }
  std::string result;
  for (const Word& part : parts) {
    if (&part != &parts.front()) result += ' ';
    result += part.before + part.text + part.after;
  }
  return result;
}

std::string AppliesIfWords(std::string_view condition) {
  // Not (a or b) is not a and not b, and not (c and d) is not c or not d.
  std::string text;
  for (const std::string_view all : SplitUnquoted(condition, ", and ")) {
    std::string together;
    for (const std::string_view any : SplitUnquoted(all, ", or ")) {
      const std::string turned = TurnedRound(any);
      if (turned.empty()) return "";
      together += (together.empty() ? "" : " and ") + turned;
    }
    text += (text.empty() ? "" : ", or ") + together;
  }
  return text;
}

std::string WithReachInWords(std::string_view sentence) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kTurned = {
      {{", unless ", " if "}, {"It does not apply if ", "It applies only if "}}};
  std::string text(sentence);
  for (const auto& [from, to] : kTurned) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
      const std::string_view rest = std::string_view(text).substr(at + from.size());
      size_t end = FindUnquoted(rest, ". ");
      if (end == std::string_view::npos) end = rest.ends_with('.') ? rest.size() - 1 : rest.size();
      const std::string applies = AppliesIfWords(rest.substr(0, end));
      if (applies.empty()) continue;
      text.replace(at, from.size() + end, std::string(to) + applies);
    }
  }
  return text;
}

}  // namespace chipline
