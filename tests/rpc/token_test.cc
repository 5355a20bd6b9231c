#include "services/rpc/token.h"

#include <string>

#include "gtest/gtest.h"

#include "services/rpc/page_token.h"
#include "services/rpc/resume_token.h"
#include "storage/error.h"

namespace chipline {
namespace {

const TokenScope kScope{"0123456789abcdef0123456789abcdef", 3, 42};

TEST(TokenTest, ResumeTokenComesBack) {
  for (const storage::Position position : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
    const auto opened = OpenResumeToken(kScope, SealResumeToken(kScope, position));
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(*opened, position);
  }
}

TEST(TokenTest, PageTokenComesBack) {
  const std::string token = SealPageToken(kScope, {17, "order.bytedance.h20"});
  const auto opened = OpenPageToken(kScope, token);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->position, 17U);
  EXPECT_EQ(opened->key, "order.bytedance.h20");
}

TEST(TokenTest, NoPageTokenIsTheFirstPage) {
  const auto opened = OpenPageToken(kScope, "");
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->position, 0U);
  EXPECT_EQ(opened->key, "");
}

TEST(TokenTest, LayoutIsPinned) {
  // Clients keep tokens over upgrades: a change here needs a new kind beside the old.
  EXPECT_EQ(SealResumeToken(kScope, 258), "ElXACmxbHRIBAwAAAAAAAAAqAAAAAAAAAAIBAAAAAAAAq8GC1Q");
}

TEST(TokenTest, IsSafeInAnUrl) {
  for (storage::Position position = 0; position < 1000; ++position) {
    const std::string token = SealResumeToken(kScope, position * 0x9e3779b97f4a7c15);
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-_"),
        std::string::npos);
  }
}

TEST(TokenTest, OneTextIsReadForEachToken) {
  // Its last character has four bits that stand for no byte.
  const std::string token = SealResumeToken(kScope, 258);
  std::string other = token;
  other.back() = 'R';
  ASSERT_EQ(token.back(), 'Q');
  EXPECT_TRUE(OpenResumeToken(kScope, token).ok());
  for (const std::string& text : {other, token + "=", token + "==", token + " ", "\n" + token}) {
    EXPECT_FALSE(OpenResumeToken(kScope, text).ok()) << text;
  }
}

TEST(TokenTest, AnyDamagedCharacterIsFound) {
  const std::string token = SealResumeToken(kScope, 258);
  for (size_t i = 0; i < token.size(); ++i) {
    for (const char replacement : {'A', 'z', '!', '='}) {
      std::string damaged = token;
      if (damaged[i] == replacement) continue;
      damaged[i] = replacement;
      const auto opened = OpenResumeToken(kScope, damaged);
      // The last character has bits that carry nothing.
      if (opened.ok() && i + 1 == token.size()) continue;
      EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument) << damaged;
    }
  }
  for (size_t length = 0; length < token.size(); ++length) {
    EXPECT_EQ(OpenResumeToken(kScope, token.substr(0, length)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(TokenTest, DamageNamesTheField) {
  EXPECT_NE(OpenResumeToken(kScope, "nonsense").status().message().find("resume_token"),
            absl::string_view::npos);
  EXPECT_NE(OpenPageToken(kScope, "nonsense").status().message().find("page_token"),
            absl::string_view::npos);
}

TEST(TokenTest, OneKindIsNotTakenForTheOther) {
  EXPECT_EQ(OpenResumeToken(kScope, SealPageToken(kScope, {1, ""})).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(TokenTest, AnotherScopeIsRefusedByReason) {
  const std::string token = SealResumeToken(kScope, 5);
  const auto reason = [&](TokenScope scope) {
    const absl::Status status = OpenResumeToken(scope, token).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return ReasonOf(status);
  };
  EXPECT_EQ(reason({"fedcba9876543210fedcba9876543210", 3, 42}), "TOKEN_OTHER_LOG");
  EXPECT_EQ(reason({kScope.log_id, 4, 42}), "TOKEN_OTHER_EPOCH");
  EXPECT_EQ(reason({kScope.log_id, 3, 43}), "TOKEN_OTHER_QUERY");
}

TEST(TokenTest, FingerprintKeepsPartsApart) {
  EXPECT_EQ(QueryFingerprint({"List", "ab", "c"}), QueryFingerprint({"List", "ab", "c"}));
  EXPECT_NE(QueryFingerprint({"List", "ab", "c"}), QueryFingerprint({"List", "a", "bc"}));
  EXPECT_NE(QueryFingerprint({"List", ""}), QueryFingerprint({"List"}));
}

}  // namespace
}  // namespace chipline
