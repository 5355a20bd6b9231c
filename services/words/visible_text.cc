#include "services/words/visible_text.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace chipline {
namespace {

// A pattern of Braille dots without a dot: no format character to Unicode, and blank all the same.
constexpr char32_t kBlankBraille = 0x2800;

bool IsPrintableAscii(char c) { return c >= ' ' && c <= '~'; }

// Calls visit(code point, its bytes) for each; a code point below zero is bytes that are no UTF-8.
template <typename Visit>
void ForEachCharacter(std::string_view text, Visit visit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    // No character is longer than four bytes.
    const auto size = static_cast<int32_t>(std::min<size_t>(rest.size(), 4));
    int32_t used = 0;
    UChar32 character = 0;
    U8_NEXT(bytes + at, used, size, character);
    visit(character, rest.substr(0, static_cast<size_t>(used)));
    at += static_cast<size_t>(used);
  }
}

}  // namespace

bool NeedsEscape(char32_t character) {
  if (character < 0x80) return character < ' ' || character == 0x7f;
  const auto c = static_cast<UChar32>(character);
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SURROGATE:
    case U_UNASSIGNED:
    case U_PRIVATE_USE_CHAR:
      return true;
    case U_FORMAT_CHAR:
      // The Arabic number signs and their like are format characters that do draw something.
      return u_hasBinaryProperty(c, UCHAR_PREPENDED_CONCATENATION_MARK) == 0;
    default:
      return character == kBlankBraille ||
             u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
  }
}

std::string VisibleEscape(char32_t character) {
  switch (character) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto number = static_cast<uint32_t>(character);
  if (number < 0x80) return fmt::format("\\x{:02x}", number);
  return number < 0x10000 ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

std::string VisibleText(std::string_view text) {
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return IsPrintableAscii(c) && c != '\\'; })) {
    return std::string(text);
  }
  std::string result;
  result.reserve(text.size());
  ForEachCharacter(text, [&result](int32_t character, std::string_view bytes) {
    if (character < 0) {
      for (const char byte : bytes) {
        result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
      }
    } else if (NeedsEscape(static_cast<char32_t>(character))) {
      result += VisibleEscape(static_cast<char32_t>(character));
    } else {
      result += character == '\\' ? "\\\\" : bytes;
    }
  });
  return result;
}

std::string VisibleJson(std::string json) {
  if (std::all_of(json.begin(), json.end(), IsPrintableAscii)) return json;
  std::string result;
  result.reserve(json.size());
  ForEachCharacter(json, [&result](int32_t character, std::string_view bytes) {
    if (character < 0 || !NeedsEscape(static_cast<char32_t>(character))) {
      result += bytes;
    } else if (U_IS_BMP(character)) {
      result += fmt::format("\\u{:04x}", character);
    } else {
      result += fmt::format("\\u{:04x}\\u{:04x}", static_cast<uint32_t>(U16_LEAD(character)),
                            static_cast<uint32_t>(U16_TRAIL(character)));
    }
  });
  return result;
}

}  // namespace chipline
