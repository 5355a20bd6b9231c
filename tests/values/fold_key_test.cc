#include "services/values/fold_key.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "unicode/unistr.h"

#include "services/values/fold_keys.h"

namespace chipline {
namespace {

using ::testing::MatchesRegex;

std::string Utf8(char32_t c) {
  std::string text;
  icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(text);
  return text;
}

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

void ExpectOneKey(const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) {
    EXPECT_EQ(FoldKey(name), FoldKey(names.front())) << name << " and " << names.front();
  }
}

struct Golden {
  std::string_view name;
  std::string_view key;
};

// Keys are stored in logs, so these never change without a new version of the table.
constexpr Golden kGolden[] = {
    {"ByteDance", "bytedance"},
    {"BYTE DANCE", "bytedance"},
    {"Byte-Dance", "bytedance"},
    {"Byte‑Dance", "bytedance"},
    {"Ｂｙｔｅ　Ｄａｎｃｅ", "bytedance"},
    {"  Moore\tThreads\n", "moorethreads"},
    {"moorethreads", "moorethreads"},
    {"H20", "h20"},
    {"H-20", "h20"},
    {"H٢٠", "h20"},
    {"H۲۰", "h20"},
    {"H²⁰", "h20"},
    {"A−100", "a100"},
    {"Ascend 910C", "ascend910c"},
    {"GB200 NVL72", "gb200nvl72"},
    {"Amazon.com, Inc.", "amazon.com,inc."},
    {"AT&T", "at&t"},
    {"People’s Daily", "people'sdaily"},
    {"People's Daily", "people'sdaily"},
    {"Straße", "strasse"},
    {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
    {"Café", "café"},
    {"Cafe\u0301", "café"},
    {"ﬁber", "fiber"},
    {"№ 5", "no5"},
    {"Ⅳ", "iv"},
    {"İstanbul", "i\u0307stanbul"},
    {"Nvi\u00ADdia", "nvidia"},
    {"Nvi\u200Bdia", "nvidia"},
    {"\u202BNvidia\u202C", "nvidia"},
    {"\uFEFFNvidia", "nvidia"},
    {"字节跳动", "字节跳动"},
    {"字节 跳动", "字节跳动"},
    {"字節跳動", "字節跳動"},
    {"埃隆·马斯克", "埃隆马斯克"},
    {"エヌビディア", "エヌビディア"},
    {"ｴﾇﾋﾞﾃﾞｨｱ", "エヌビディア"},
    {"ソフトバンク・グループ", "ソフトバンクグループ"},
    {"엔비디아", "엔비디아"},
    {"بايت دانس", "بايتدانس"},
    {"بايتدانس", "بايتدانس"},
    {"بـايـت دانـس", "بايتدانس"},
    {"بَايْت دَانْس", "بايتدانس"},
    {"بأيت دانس", "بايتدانس"},
    {"ﺑﺎﻳﺖ ﺩﺍﻧﺲ", "بايتدانس"},
    {"بایت دانس", "بايتدانس"},
    {"إنفيديا", "انفيديا"},
    {"أنفيديا", "انفيديا"},
    {"انفيديا", "انفيديا"},
    {"آسيا", "اسيا"},
    {"ٱلصين", "الصين"},
    {"مؤسسة", "موسسه"},
    {"موسسه", "موسسه"},
    {"هيئة", "هييه"},
    {"شركاء", "شركا"},
    {"مستشفى", "مستشفي"},
    {"علي\u200Fبابا", "عليبابا"},
    {"على بابا", "عليبابا"},
    {"ﷲ", "الله"},
    {"لأسهم", "لاسهم"},
    {"ﻷﺳﻬﻢ", "لاسهم"},
    {"گوگل", "گوگل"},
    {"", ""},
    {" - ", ""},
    {"ء", ""},
};

TEST(FoldKeyTest, GoldenKeysOfVersionOne) {
  for (const auto& [name, key] : kGolden) EXPECT_EQ(FoldKey(name), key) << name;
}

TEST(FoldKeyTest, TheVersionNamesTheTableAndIcu) {
  EXPECT_THAT(FoldKeyVersion(), MatchesRegex("1 \\(ICU [0-9.]+\\)"));
}

TEST(FoldKeyTest, ArabicSpellingsOfOneCompanyAreOneKey) {
  ExpectOneKey({"بايت دانس", "بايتدانس", "بـايت دانس", "بَايْتُ دَانْسٍ", "بأيت دانس", "بآيت دإنس",
                "باىت دانس", "بائت دانس", "بايت\u00A0دانس", "بايت\u200Cدانس", "بايت  دانس",
                "\u200Fبايت دانس\u200E", "باٰيت دانس", "با\u0654يت دانس"});
  ExpectOneKey({"مجموعة علي بابا", "مجموعه على بابا", "مَجموعَة عَلِي بَابَا"});
}

TEST(FoldKeyTest, OtherNamesKeepOtherKeys) {
  EXPECT_NE(FoldKey("H20"), FoldKey("H200"));
  EXPECT_NE(FoldKey("A100"), FoldKey("A10"));
  EXPECT_NE(FoldKey("字节跳动"), FoldKey("ByteDance"));
  EXPECT_NE(FoldKey("H20"), FoldKey("H2O"));
  EXPECT_NE(FoldKey("at&t"), FoldKey("att"));
  EXPECT_NE(FoldKey("نڤيديا"), FoldKey("نفيديا"));
}

TEST(FoldKeyTest, ANameOfOnlySpaceDashesAndMarksHasNoKey) {
  EXPECT_EQ(FoldKey(" \t\u00A0\u3000\u2028"), "");
  EXPECT_EQ(FoldKey("-\u2010\u2013\u2014\u2212"), "");
  EXPECT_EQ(FoldKey("\u0640\u064E\u0621"), "");
}

// The ordinary way for ASCII and the way for all else must agree.
TEST(FoldKeyTest, AsciiFoldsTheSameInAnyCompany) {
  for (char32_t c = 0; c < 0x80; ++c) {
    const std::string one = Utf8(c);
    EXPECT_EQ(FoldKey(one + "字"), FoldKey(one) + "字") << "U+" << std::hex << uint32_t{c};
  }
}

TEST(FoldKeyTest, EveryCharacterFoldsToItsOwnKey) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (IsSurrogate(c)) continue;
    const std::string name = Utf8(c);
    const std::string key = FoldKey(name);
    ASSERT_EQ(FoldKey(key), key) << "U+" << std::hex << uint32_t{c};
    ASSERT_LE(key.size(), name.size() * 11) << "U+" << std::hex << uint32_t{c};
    ASSERT_TRUE(IsValidUtf8(key));
  }
}

TEST(FoldKeyTest, RandomNamesFoldToTheirOwnKey) {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  // The blocks where marks, spaces and letters meet are drawn far more often than the rest.
  const std::vector<std::pair<uint32_t, uint32_t>> blocks = {
      {0x20, 0x7E},     {0xA0, 0x24F},    {0x300, 0x36F},    {0x370, 0x3FF},   {0x610, 0x6FF},
      {0x898, 0x8FF},   {0x1100, 0x11FF}, {0x1E00, 0x1FFF},  {0x2000, 0x206F}, {0x3000, 0x30FF},
      {0xFB50, 0xFEFF}, {0x1, 0xD7FF},    {0xE000, 0x10FFFF}};
  FoldKeys keys;
  for (int i = 0; i < 100'000; ++i) {
    std::string name;
    for (size_t length = random() % 12; length > 0; --length) {
      const auto& [first, last] = blocks[random() % blocks.size()];
      const auto c = static_cast<char32_t>(first + random() % (last - first + 1));
      if (!IsSurrogate(c)) name += Utf8(c);
    }
    const std::string key = FoldKey(name);
    ASSERT_EQ(FoldKey(key), key) << testing::PrintToString(name);
    ASSERT_EQ(FoldKey(" " + name + "-"), key) << testing::PrintToString(name);
    ASSERT_EQ(keys.Of(name), key) << testing::PrintToString(name);
    ASSERT_EQ(keys.Of(name), key) << testing::PrintToString(name) << " the second time";
  }
}

TEST(FoldKeyTest, KnowsValidUtf8) {
  for (const std::string& text : std::vector<std::string>{"", "ByteDance", "بايت دانس", "字节跳动",
                                                          "\U0010FFFF", std::string("a\0b", 3)}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  // A lone continuation, a cut sequence, an overlong one, a surrogate, one past the end of Unicode.
  for (const std::string_view text :
       {"\x80", "a\xE5\xAD", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << testing::PrintToString(text);
    EXPECT_TRUE(IsValidUtf8(FoldKey(text))) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace chipline
