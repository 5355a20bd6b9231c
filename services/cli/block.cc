#include "services/cli/block.h"

#include <wchar.h>

#include <cstring>

namespace chipline::cli {
namespace {

constexpr size_t kMargin = 2;
constexpr size_t kLabelWidth = 14;

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  std::mbstate_t state{};
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\x1b') {
      const size_t end = text.find('m', i);
      if (end == std::string_view::npos) break;
      i = end + 1;
      continue;
    }
    wchar_t character = 0;
    const size_t length = std::mbrtowc(&character, text.data() + i, text.size() - i, &state);
    if (length == 0 || length > text.size() - i) {
      // Not a character of this locale: count the byte.
      std::memset(&state, 0, sizeof state);
      ++width;
      ++i;
      continue;
    }
    const int columns = wcwidth(character);
    if (columns > 0) width += static_cast<size_t>(columns);
    i += length;
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
  text_ += palette_.Paint(Tone::kStrong, text);
  if (!verdict.empty()) {
    text_ += "   ";
    text_ += palette_.Paint(tone, verdict);
  }
  text_ += '\n';
}

void Block::Line(std::string_view label, std::string_view text, Tone tone) {
  constexpr size_t kIndent = kMargin + kLabelWidth;
  text_ += std::string(kMargin, ' ');
  text_ += palette_.Paint(Tone::kFaint, label);
  const size_t columns = DisplayWidth(label);
  text_ += std::string(columns < kLabelWidth ? kLabelWidth - columns : 1, ' ');
  const size_t room = width_ > kIndent + 20 ? width_ - kIndent : 0;
  text_ += palette_.Paint(tone, WrapText(text, room, kIndent));
  text_ += '\n';
}

}  // namespace chipline::cli
