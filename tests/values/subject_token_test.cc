#include "services/values/subject_token.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/values/fold_key.h"
#include "services/values/sha256.h"

namespace chipline {
namespace {

using ::testing::MatchesRegex;

TEST(SubjectTokenTest, AnOrdinaryKeyIsItsOwnToken) {
  EXPECT_EQ(SubjectToken(FoldKey("Nvidia")), "nvidia");
  EXPECT_EQ(SubjectToken(FoldKey("Chinese companies")), "chinesecompanies");
  EXPECT_EQ(SubjectToken(FoldKey("H-20")), "h20");
  EXPECT_EQ(SubjectToken("moore-threads"), "moore-threads");
  EXPECT_EQ(SubjectToken(std::string(64, 'a')), std::string(64, 'a'));
}

TEST(SubjectTokenTest, OtherAsciiIsASlugWithAHash) {
  EXPECT_EQ(SubjectToken("amazon.com,inc."),
            "amazon-com-inc-" + Sha256Hex("amazon.com,inc.").substr(0, 16));
  EXPECT_EQ(SubjectToken("PO 2024/17"), "po-2024-17-" + Sha256Hex("PO 2024/17").substr(0, 16));
  EXPECT_EQ(SubjectToken(std::string(65, 'a')),
            std::string(47, 'a') + "-" + Sha256Hex(std::string(65, 'a')).substr(0, 16));
}

TEST(SubjectTokenTest, AllElseIsAHash) {
  EXPECT_EQ(SubjectToken("字节跳动"), "x-" + Sha256Hex("字节跳动").substr(0, 16));
  EXPECT_EQ(SubjectToken("بايتدانس"), "x-" + Sha256Hex("بايتدانس").substr(0, 16));
  EXPECT_EQ(SubjectToken("!?"), "x-" + Sha256Hex("!?").substr(0, 16));
  EXPECT_EQ(SubjectToken(""), "x-e3b0c44298fc1c14");
}

TEST(SubjectTokenTest, TokensOfOtherNamesDiffer) {
  EXPECT_NE(SubjectToken("at&t"), SubjectToken("at.t"));
  EXPECT_NE(SubjectToken("at&t"), SubjectToken("at-t"));
  EXPECT_NE(SubjectToken("PO-1"), SubjectToken("po-1"));
  // A plus is what joins a group, so a name that has one is not the group of its parts.
  EXPECT_NE(SubjectToken("a+b"), JoinTokens({"a", "b"}));
}

TEST(SubjectTokenTest, EveryTokenIsAnEntityIdAndItsOwnToken) {
  for (const std::string& name :
       std::vector<std::string>{"", "nvidia", "at&t", "字节跳动", "字节ByteDance",
                                std::string(500, '.'), std::string(500, 'a') + ".", "--",
                                "a-" + std::string(46, '.') + "b", std::string("a\0b", 3)}) {
    const std::string token = SubjectToken(name);
    EXPECT_THAT(token, MatchesRegex("[a-z0-9-]+"));
    EXPECT_TRUE(IsEntityId(token)) << token;
    EXPECT_EQ(SubjectToken(token), token);
  }
}

TEST(SubjectTokenTest, AGroupIsItsMembersInOrder) {
  EXPECT_EQ(JoinTokens({"tencent", "alibaba", "tencent"}), "alibaba+tencent");
  EXPECT_EQ(JoinTokens({"alibaba"}), "alibaba");
  EXPECT_EQ(JoinTokens({}), "");
}

TEST(SubjectTokenTest, AGroupTooLongForATokenIsAHash) {
  const std::string a(32, 'a');
  const std::string b(31, 'b');
  EXPECT_EQ(JoinTokens({a, b}), a + "+" + b);
  EXPECT_EQ(JoinTokens({a, b + "b"}), "x-" + Sha256Hex(a + "+" + b + "b").substr(0, 16));
}

TEST(SubjectTokenTest, EntityIds) {
  for (const std::string_view id : {"bytedance", "moore-threads", "h20", "-", "7"}) {
    EXPECT_TRUE(IsEntityId(id)) << id;
  }
  for (const std::string& id : std::vector<std::string>{"", "ByteDance", "a+b", "a.b", "a b", "字",
                                                        std::string(65, 'a'), "a\n"}) {
    EXPECT_FALSE(IsEntityId(id)) << id;
  }
}

TEST(SubjectTokenTest, Subjects) {
  for (const std::string_view subject :
       {"capex.bytedance", "capex.alibaba+tencent", "rule.us.export", "alias.x-0123456789abcdef"}) {
    EXPECT_TRUE(IsSubject(subject)) << subject;
  }
  for (const std::string& subject : std::vector<std::string>{
           "", ".", "capex.", ".capex", "capex..x", "capex.*", "capex.>", "Capex.x", "capex x",
           "capex." + std::string(65, 'a'), "a" + std::string(64, '.') + "a",
           std::string(64, 'a') + "." + std::string(64, 'a') + "." + std::string(64, 'a') + "." +
               std::string(64, 'a')}) {
    EXPECT_FALSE(IsSubject(subject)) << subject;
  }
}

}  // namespace
}  // namespace chipline
