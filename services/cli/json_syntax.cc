#include "services/cli/json_syntax.h"

#include <fmt/format.h>

namespace chipline::cli {
namespace {

char At(std::string_view text, size_t offset) { return offset < text.size() ? text[offset] : '\0'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What stands where a value or a key was due, as far as it is a known mistake.
std::string MistakeWords(char c) {
  switch (c) {
    case '\0':
      return "the text ends too early";
    case '\'':
      return "a string stands in double quotation marks, not in single ones";
    case '/':
    case '#':
      return "JSON has no comments";
    case '\xef':
    case '\xfe':
    case '\xff':
      return "JSON begins without a byte order mark, and is UTF-8: save the file so";
    case '+':
      return "a number has no plus sign before it";
    case '.':
      return "a number begins with a digit: write 0 before the point";
    case 'N':
    case 'I':
    case 'i':
      return "JSON has no NaN and no Infinity";
    case 'T':
    case 'F':
      return "write true and false in small letters";
    case '}':
    case ']':
      return "a value is missing, or a comma stands before the end";
    default:
      return "";
  }
}

std::string ValueWords(char c) {
  const std::string mistake = MistakeWords(c);
  return mistake.empty() ? "this is no value of JSON: write a string in double quotation marks, a "
                           "number, true, false, null, an object or a list"
                         : mistake;
}

// An escape that JSON does not have, or a control character without one.
std::string EscapeWords(std::string_view text, size_t offset) {
  if (At(text, offset) != '\\') {
    return fmt::format(
        "a control character (0x{:02x}) stands in a string: write it as backslash u{:04x}",
        static_cast<unsigned char>(At(text, offset)), static_cast<unsigned char>(At(text, offset)));
  }
  const char letter = At(text, offset + 1);
  constexpr std::string_view kBackslash = "for a backslash itself write two of them";
  switch (letter) {
    case '\0':
      return "the text ends in the middle of an escape";
    case 'a':
      return fmt::format("JSON has no escape backslash a: write backslash u0007; {}", kBackslash);
    case 'v':
      return fmt::format("JSON has no escape backslash v: write backslash u000b; {}", kBackslash);
    case '0':
      return fmt::format("JSON has no escape backslash 0: write backslash u0000; {}", kBackslash);
    case 'x':
      return fmt::format(
          "JSON has no escape backslash x: write backslash u and four hex digits; {}", kBackslash);
    case '\'':
      return "a single quotation mark needs no backslash before it";
    default:
      return fmt::format("JSON has no escape backslash {}: {}", letter, kBackslash);
  }
}

std::string CommaWords(std::string_view text, size_t offset, std::string_view end) {
  const char before = offset == 0 ? '\0' : text[offset - 1];
  if (IsDigit(At(text, offset)) && before == '0') return "a number has no leading zeros";
  if (At(text, offset) == '\0') return "the text ends too early";
  if (At(text, offset) == '/' || At(text, offset) == '#') return "JSON has no comments";
  return fmt::format("a comma or {} is missing here", end);
}

}  // namespace

std::string SyntaxWords(rapidjson::ParseErrorCode code, std::string_view text, size_t offset) {
  const char c = At(text, offset);
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "empty line";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "something follows the end of the object: write one object a line, and nothing else";
    case rapidjson::kParseErrorValueInvalid:
      return ValueWords(c);
    case rapidjson::kParseErrorObjectMissName: {
      const std::string mistake = MistakeWords(c);
      return mistake.empty() ? "a key in double quotation marks is missing here" : mistake;
    }
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing after the key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return CommaWords(text, offset, "}");
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return CommaWords(text, offset, "]");
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "after backslash u four hex digits are needed; for a backslash itself write two of "
             "them";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "half of a surrogate pair stands alone: a character above U+FFFF is two such escapes";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return EscapeWords(text, offset);
    case rapidjson::kParseErrorStringMissQuotationMark:
      return c == '\0' && offset < text.size()
                 ? "a control character (0x00) stands in a string: write it as backslash u0000"
                 : "the quotation mark at the end of a string is missing";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "these bytes are not UTF-8";
    case rapidjson::kParseErrorNumberTooBig:
      return "this number is too large for any field";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are missing after the point of a number";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are missing in the exponent of a number";
    default:
      return "this is no JSON";
  }
}

}  // namespace chipline::cli
