#include "services/cli/block.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "services/cli/table.h"
#include "services/words/visible_text.h"

namespace chipline::cli {
namespace {

constexpr size_t kMargin = 2;
constexpr size_t kLabelWidth = 14;
// Between a heading and its verdict.
constexpr std::string_view kGap = "   ";

// How many columns of a terminal a character takes. By ICU and not by wcwidth, which knows only the
// characters of the locale that happens to be set.
size_t Columns(UChar32 character) {
  switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  // Bytes that are no character become U+FFFD, one sign.
  const icu::UnicodeString characters = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  size_t width = 0;
  for (int32_t i = 0; i < characters.length(); i = characters.moveIndex32(i, 1)) {
    if (characters.charAt(i) != u'\x1b') {
      width += Columns(characters.char32At(i));
      continue;
    }
    // A colour, which takes no room.
    i = characters.indexOf(u'm', i);
    if (i < 0) break;
  }
  return width;
}

std::string WrapText(std::string_view text, size_t width, size_t hanging_indent) {
  if (width == 0) return std::string(text);
  std::string result;
  size_t used = 0;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t columns = DisplayWidth(word);
    if (!first && used + 1 + columns > width) {
      result += '\n';
      result += std::string(hanging_indent, ' ');
      used = 0;
    } else if (!first) {
      result += ' ';
      ++used;
    }
    result += word;
    used += columns;
    first = false;
  }
  return result;
}

void Block::Heading(std::string_view text, std::string_view verdict, Tone tone) {
  constexpr size_t kHanging = 4;
  const bool wraps = width_ > kHanging + 20;
  const std::string lines = WrapText(VisibleText(text), wraps ? width_ - kHanging : 0, kHanging);
  text_ += palette_.Paint(Tone::kStrong, lines);
  if (!verdict.empty()) {
    const size_t last = lines.rfind('\n');
    const size_t used = DisplayWidth(lines.substr(last == std::string::npos ? 0 : last + 1));
    const std::string shown = VisibleText(verdict);
    const bool fits = !wraps || used + kGap.size() + DisplayWidth(shown) <= width_;
    if (fits) {
      text_ += kGap;
    } else {
      text_ += '\n';
      text_.append(kHanging, ' ');
    }
    text_ += palette_.Paint(tone, shown);
  }
  text_ += '\n';
}

void Block::Line(std::string_view label, std::string_view text, Tone tone) {
  constexpr size_t kIndent = kMargin + kLabelWidth;
  text_ += std::string(kMargin, ' ');
  const std::string shown = VisibleText(label);
  text_ += palette_.Paint(Tone::kFaint, shown);
  const size_t columns = DisplayWidth(shown);
  text_ += std::string(columns < kLabelWidth ? kLabelWidth - columns : 1, ' ');
  const size_t room = width_ > kIndent + 20 ? width_ - kIndent : 0;
  text_ += palette_.Paint(tone, WrapText(VisibleText(text), room, kIndent));
  text_ += '\n';
}

void Block::Spans(const std::vector<Span>& spans) {
  for (const Span& span : spans) text_ += palette_.Paint(span.tone, VisibleText(span.text));
  text_ += '\n';
}

void Block::Prose(const Span& lead, std::string_view text, size_t hanging_indent, Tone tone) {
  constexpr size_t kLeast = 20;
  const std::string first = VisibleText(lead.text);
  const size_t margin = std::min(first.find_first_not_of(' '), first.size());
  const size_t indent = margin + hanging_indent;
  const std::string lines =
      WrapText(first + VisibleText(text), width_ > indent + kLeast ? width_ - indent : 0, indent);
  // Where the first piece itself is broken it has no colour.
  const bool whole = lines.starts_with(first);
  if (whole) text_ += palette_.Paint(lead.tone, first);
  text_ += palette_.Paint(tone, whole ? std::string_view(lines).substr(first.size()) : lines);
  text_ += '\n';
}

void Block::Add(const Table& table, size_t indent) {
  text_ += table.Render(palette_, width_, indent);
}

}  // namespace chipline::cli
