#include "services/values/fold_key.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "unicode/normalizer2.h"
#include "unicode/stringpiece.h"
#include "unicode/uchar.h"
#include "unicode/unistr.h"
#include "unicode/ustring.h"
#include "unicode/uversion.h"

#include "fmt/format.h"
#include "storage/check.h"

namespace chipline {
namespace {

constexpr int kTableVersion = 1;

constexpr UChar32 kRemoved = 0;
constexpr UChar32 kAlef = 0x0627;
constexpr UChar32 kHeh = 0x0647;
constexpr UChar32 kKaf = 0x0643;
constexpr UChar32 kWaw = 0x0648;
constexpr UChar32 kYeh = 0x064A;

struct Row {
  UChar32 first;
  UChar32 last;
  UChar32 becomes;
};

// The rows of the published table that name characters, in order of character.
constexpr Row kTable[] = {
    {0x00B7, 0x00B7, kRemoved}, {0x02BC, 0x02BC, '\''},     {0x0610, 0x061A, kRemoved},
    {0x0621, 0x0621, kRemoved}, {0x0622, 0x0623, kAlef},    {0x0624, 0x0624, kWaw},
    {0x0625, 0x0625, kAlef},    {0x0626, 0x0626, kYeh},     {0x0629, 0x0629, kHeh},
    {0x0640, 0x0640, kRemoved}, {0x0649, 0x0649, kYeh},     {0x064B, 0x065F, kRemoved},
    {0x0670, 0x0670, kRemoved}, {0x0671, 0x0673, kAlef},    {0x0674, 0x0674, kRemoved},
    {0x0675, 0x0675, kAlef},    {0x0676, 0x0676, kWaw},     {0x0678, 0x0678, kYeh},
    {0x06A9, 0x06A9, kKaf},     {0x06BE, 0x06BE, kHeh},     {0x06C0, 0x06C3, kHeh},
    {0x06CC, 0x06CC, kYeh},     {0x06D2, 0x06D3, kYeh},     {0x06D5, 0x06D5, kHeh},
    {0x06D6, 0x06DC, kRemoved}, {0x06DF, 0x06E4, kRemoved}, {0x06E7, 0x06E8, kRemoved},
    {0x06EA, 0x06ED, kRemoved}, {0x0898, 0x089F, kRemoved}, {0x08CA, 0x08E1, kRemoved},
    {0x08E3, 0x08FF, kRemoved}, {0x2018, 0x2019, '\''},     {0x2027, 0x2027, kRemoved},
    {0x2212, 0x2212, kRemoved}, {0x30FB, 0x30FB, kRemoved},
};

// What the table makes of a character; kRemoved if nothing.
UChar32 Look(UChar32 c) {
  const Row* row = std::lower_bound(std::begin(kTable), std::end(kTable), c,
                                    [](const Row& r, UChar32 x) { return r.last < x; });
  if (row != std::end(kTable) && row->first <= c) return row->becomes;
  if (u_isUWhiteSpace(c)) return kRemoved;
  const int8_t category = u_charType(c);
  if (category == U_DASH_PUNCTUATION) return kRemoved;
  if (category == U_DECIMAL_DIGIT_NUMBER) return '0' + u_charDigitValue(c);
  return c;
}

icu::StringPiece Icu(std::string_view text) {
  CHECK(text.size() <= size_t{std::numeric_limits<int32_t>::max()});
  return {text.data(), static_cast<int32_t>(text.size())};
}

icu::UnicodeString ApplyTable(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    const UChar32 becomes = Look(c);
    // NUL is a character of its own and stays.
    if (becomes != kRemoved || c == 0) out.append(becomes);
  }
  return out;
}

icu::UnicodeString NfkcCasefold(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(error);
  CHECK(U_SUCCESS(error));
  icu::UnicodeString out = form->normalize(text, error);
  CHECK(U_SUCCESS(error));
  return out;
}

// The same for ASCII, where the case and a few characters are all there is to fold; nullopt if the
// text is not ASCII. Most names are, and each append folds all of its names.
std::optional<std::string> FoldAscii(std::string_view text) {
  std::string out(text.size(), '\0');
  size_t size = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == ' ' || c == '-' || (c >= '\t' && c <= '\r')) continue;
    out[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  out.resize(size);
  return out;
}

}  // namespace

std::string FoldKey(std::string_view mention) {
  if (auto ascii = FoldAscii(mention)) return *std::move(ascii);
  // What the table removes may have kept two characters from composing, so once is not enough. It
  // ends, since each further round has fewer characters that the table knows.
  icu::UnicodeString normal = NfkcCasefold(icu::UnicodeString::fromUTF8(Icu(mention)));
  for (;;) {
    const icu::UnicodeString tabled = ApplyTable(normal);
    if (tabled == normal) break;
    normal = NfkcCasefold(tabled);
  }
  std::string key;
  return normal.toUTF8String(key);
}

std::string FoldKeyVersion() {
  UVersionInfo release = {};
  char text[U_MAX_VERSION_STRING_LENGTH] = {};
  u_getVersion(release);
  u_versionToString(release, text);
  return fmt::format("{} (ICU {})", kTableVersion, text);
}

bool IsValidUtf8(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  int32_t length = 0;
  u_strFromUTF8(nullptr, 0, &length, text.data(), Icu(text).size(), &error);
  return error != U_INVALID_CHAR_FOUND;
}

}  // namespace chipline
