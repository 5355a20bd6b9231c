#include "services/picture/text.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "services/words/visible_text.h"

namespace chipline::picture {
namespace {

constexpr UChar32 kFirstStrongIsolate = 0x2068;
constexpr UChar32 kPopIsolate = 0x2069;
constexpr std::string_view kFsi = "\u2068";
constexpr std::string_view kPdi = "\u2069";
constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\uFFFD";

// Calls visit(code point, its bytes) for each; a code point below zero is ill-formed.
template <typename Visit>
void ForEachLetter(std::string_view text, Visit visit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 letter = 0;
    U8_NEXT(bytes, at, size, letter);
    visit(letter, text.substr(static_cast<size_t>(start), static_cast<size_t>(at - start)));
  }
}

bool IsXmlSpace(UChar32 c) { return c == '\t' || c == '\n' || c == '\r'; }

// Shown as it is, or so that it can be seen.
std::string Shown(UChar32 c, std::string_view bytes) {
  if (c < 0) return std::string(kReplacement);
  const auto character = static_cast<char32_t>(c);
  return NeedsEscape(character) ? VisibleEscape(character) : std::string(bytes);
}

bool IsRightToLeft(UChar32 c) {
  const UCharDirection direction = u_charDirection(c);
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

// In hundredths of an em, from the space to the tilde: the wider of DejaVu Sans and Noto Sans, as a
// browser measures them. The other usual faces are narrower than these.
constexpr std::array<uint8_t, 95> kAsciiAdvances = {
    32, 40, 46, 84, 64, 95, 78, 27, 39,  39, 55, 84, 32, 36, 32, 37, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 34, 29, 66, 56, 91, 76, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69,  61, 69, 39, 37, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63,  63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 55, 64, 84};

double Advance(UChar32 c) {
  if (c < 0x20 || c == 0x7F) return 0.64;
  if (c < 0x7F) return kAsciiAdvances[static_cast<size_t>(c - 0x20)] / 100.0;
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  if (width == U_EA_WIDE || width == U_EA_FULLWIDTH || c == 0x2026 || c == 0x2014) return 1.0;
  if (c == 0xB7) return 0.32;
  // Arrows, "≈" and other signs.
  if (u_charType(c) == U_MATH_SYMBOL) return 0.84;
  if (IsRightToLeft(c)) {
    // Seen, sad and the letters of their shapes are twice as wide as most.
    const int group = u_getIntPropertyValue(c, UCHAR_JOINING_GROUP);
    if (group == U_JG_SEEN || group == U_JG_SAD) return 0.98;
    return u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE) == U_DT_ISOLATED ? 1.1 : 0.62;
  }
  if (u_charType(c) == U_UPPERCASE_LETTER) return 0.9;
  return 0.7;
}

// The first byte after each stretch between two breaks of that kind.
std::vector<size_t> Breaks(std::string_view text, bool lines) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      lines ? icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), error)
            : icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), error));
  std::vector<size_t> ends;
  if (U_FAILURE(error)) return {text.size()};
  const auto wide = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  breaks->setText(wide);
  size_t bytes = 0;
  int32_t start = 0;
  for (int32_t end = breaks->next(); end != icu::BreakIterator::DONE; end = breaks->next()) {
    std::string piece;
    wide.tempSubStringBetween(start, end).toUTF8String(piece);
    bytes += piece.size();
    ends.push_back(bytes);
    start = end;
  }
  return ends;
}

// Valid UTF-8, so that offsets in it and in its UTF-16 agree.
std::string Valid(std::string_view text) {
  std::string result;
  ForEachLetter(text,
                [&](UChar32 c, std::string_view bytes) { result += c < 0 ? kReplacement : bytes; });
  return result;
}

// Closes what a cut left open.
std::string Closed(std::string text) {
  int open = 0;
  ForEachLetter(text, [&](UChar32 c, std::string_view) {
    if (c == kFirstStrongIsolate) ++open;
    if (c == kPopIsolate && open > 0) --open;
  });
  for (; open > 0; --open) text += kPdi;
  return text;
}

std::string_view WithoutTrailingSpace(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string Cut(std::string_view text, double width, double size, Weight weight) {
  const double room = width - WidthOf(kEllipsis, size, weight);
  size_t kept = 0;
  for (const size_t end : Breaks(text, false)) {
    if (WidthOf(text.substr(0, end), size, weight) > room) break;
    kept = end;
  }
  return Closed(std::string(WithoutTrailingSpace(text.substr(0, kept))) + std::string(kEllipsis));
}

// How much of the text goes on a line: as far as it may be broken, or, of a word that no line
// holds, as much as fits.
size_t FirstLine(std::string_view text, double width, double size, Weight weight) {
  const auto fits = [&](std::string_view part) {
    return WidthOf(WithoutTrailingSpace(part), size, weight) <= width;
  };
  size_t kept = 0;
  for (const size_t end : Breaks(text, true)) {
    if (fits(text.substr(0, end))) {
      kept = end;
      continue;
    }
    if (fits(text.substr(kept, end - kept))) return kept;
    break;
  }
  for (const size_t end : Breaks(text, false)) {
    if (!fits(text.substr(0, end))) break;
    kept = std::max(kept, end);
  }
  return kept;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  int open = 0;
  int closing = 0;
  ForEachLetter(text, [&](UChar32 c, std::string_view) { closing += c == kPopIsolate ? 1 : 0; });
  ForEachLetter(text, [&](UChar32 c, std::string_view bytes) {
    switch (c) {
      case '&':
        result += "&amp;";
        return;
      case '<':
        result += "&lt;";
        return;
      case '>':
        result += "&gt;";
        return;
      case '"':
        result += "&quot;";
        return;
      case kFirstStrongIsolate:
        result += closing > open ? std::string(bytes) : Shown(c, bytes);
        if (closing > open) ++open;
        return;
      case kPopIsolate:
        result += open > 0 ? std::string(bytes) : Shown(c, bytes);
        if (open > 0) --open;
        --closing;
        return;
      default:
        result += Shown(c, bytes);
    }
  });
  return result;
}

std::string Isolated(std::string_view text) {
  std::string clean;
  ForEachLetter(text, [&](UChar32 c, std::string_view bytes) {
    clean += IsXmlSpace(c) || c == 0x2028 || c == 0x2029 ? " " : Shown(c, bytes);
  });
  if (!HasRightToLeft(clean)) return clean;
  return std::string(kFsi) + clean + std::string(kPdi);
}

std::string IsolatedSentence(std::string_view text) {
  std::string outside;
  std::string bare;
  int open = 0;
  ForEachLetter(text, [&](UChar32 c, std::string_view bytes) {
    if (c == kFirstStrongIsolate) {
      ++open;
    } else if (c == kPopIsolate && open > 0) {
      --open;
    } else {
      bare += bytes;
      if (open == 0) outside += bytes;
    }
  });
  if (open > 0 || bare.size() == text.size() || HasRightToLeft(outside)) return Isolated(bare);
  std::string clean;
  ForEachLetter(text, [&](UChar32 c, std::string_view bytes) {
    const bool isolate = c == kFirstStrongIsolate || c == kPopIsolate;
    clean += isolate ? std::string(bytes) : IsXmlSpace(c) ? " " : Shown(c, bytes);
  });
  return clean;
}

bool RunsRightToLeft(std::string_view text) {
  if (text.starts_with(kFsi) && text.find(kPdi) == text.size() - kPdi.size()) {
    text.remove_prefix(kFsi.size());
  }
  std::optional<bool> first;
  int isolates = 0;
  ForEachLetter(text, [&](UChar32 c, std::string_view) {
    if (c == kFirstStrongIsolate) ++isolates;
    if (c == kPopIsolate && isolates > 0) --isolates;
    if (first || c < 0 || isolates > 0) return;
    if (IsRightToLeft(c)) first = true;
    if (u_charDirection(c) == U_LEFT_TO_RIGHT) first = false;
  });
  return first.value_or(false);
}

bool HasRightToLeft(std::string_view text) {
  bool found = false;
  ForEachLetter(text, [&](UChar32 c, std::string_view) { found |= c >= 0 && IsRightToLeft(c); });
  return found;
}

double WidthOf(std::string_view text, double size, Weight weight) {
  // What a bold letter is wider than a plain one, in part and in ems.
  const double part = weight == Weight::kBold ? 1.1 : 1.0;
  const double more = weight == Weight::kBold ? 0.03 : 0.0;
  double ems = 0;
  ForEachLetter(text, [&](UChar32 c, std::string_view) {
    const double advance = Advance(c);
    if (advance > 0) ems += advance * part + more;
  });
  return ems * size;
}

std::string Shortened(std::string_view text, double width, double size, Weight weight) {
  if (WidthOf(text, size, weight) <= width) return std::string(text);
  return Cut(Valid(text), width, size, weight);
}

std::vector<std::string> Lines(std::string_view text, double width, double size, size_t limit,
                               Weight weight) {
  const std::string valid = Valid(text);
  std::vector<std::string> lines;
  std::string_view rest = valid;
  while (!rest.empty() && lines.size() + 1 < limit && WidthOf(rest, size, weight) > width) {
    const size_t kept = FirstLine(rest, width, size, weight);
    if (kept == 0) break;
    const std::string_view line = WithoutTrailingSpace(rest.substr(0, kept));
    const std::string closed = Closed(std::string(line));
    rest.remove_prefix(kept);
    lines.push_back(closed);
    // A line that had to be closed was inside an isolate, which goes on.
    if (closed.size() == line.size()) continue;
    std::vector<std::string> more =
        Lines(std::string(kFsi) + std::string(rest), width, size, limit - lines.size(), weight);
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
  }
  if (!rest.empty()) lines.push_back(Shortened(rest, width, size, weight));
  return lines;
}

}  // namespace chipline::picture
