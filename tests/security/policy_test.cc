#include "services/security/policy.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "storage/subject_pattern.h"

namespace chipline::security {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPolicy[] = R"pb(
  roles {
    name: "reader"
    permissions { methods: "chipline.v1.EventLogService/GetHead" }
    permissions {
      methods: [ "chipline.v1.EventLogService/ListEvents", "chipline.v1.EventLogService/GetEvent" ]
      subjects: ">"
    }
  }
  roles {
    name: "acme"
    permissions {
      methods: [
        "chipline.v1.EventLogService/AppendEvents",
        "chipline.v1.EventLogService/ListEvents"
      ]
      subjects: [ "usage.acme", "order.acme.>" ]
    }
  }
  roles {
    name: "supply"
    permissions { methods: "chipline.v1.EventLogService/AppendEvents" subjects: "supply.>" }
  }
  bindings {
    role: "reader"
    principals: [ "uri:spiffe://a/reader", "role:reader" ]
  }
  bindings {
    role: "acme"
    principals: [ "dns:acme.example", "sub:acme" ]
  }
  bindings { role: "supply" principals: "sub:acme" }
)pb";

class PolicyTest : public testing::Test {
 protected:
  // The subjects granted; "all", or "none" if the method is not.
  std::vector<std::string> Granted(const std::vector<std::string>& names,
                                   const std::string& method) const {
    const auto grant = policy_->Find(names, "chipline.v1.EventLogService/" + method);
    if (!grant.has_value()) return {"none"};
    return *grant == nullptr ? std::vector<std::string>{"all"} : **grant;
  }

  const absl::StatusOr<Policy> policy_ = Policy::Parse(kPolicy);
};

TEST_F(PolicyTest, WhatIsNotGrantedIsRefused) {
  ASSERT_TRUE(policy_.ok()) << policy_.status();
  EXPECT_THAT(Granted({"uri:spiffe://a/reader"}, "AppendEvents"), ElementsAre("none"));
  EXPECT_THAT(Granted({"uri:spiffe://a/other"}, "GetHead"), ElementsAre("none"));
  EXPECT_THAT(Granted({}, "GetHead"), ElementsAre("none"));
  EXPECT_THAT(Granted({"sub:acme"}, "Unheard"), ElementsAre("none"));
}

TEST_F(PolicyTest, KindsOfNamesDoNotMix) {
  EXPECT_THAT(Granted({"sub:reader", "cn:reader", "dns:spiffe://a/reader"}, "GetHead"),
              ElementsAre("none"));
  EXPECT_THAT(Granted({"sub:x", "role:reader"}, "GetHead"), ElementsAre("all"));
}

TEST_F(PolicyTest, SubjectsAreThoseOfAllRolesTogether) {
  EXPECT_THAT(Granted({"dns:acme.example"}, "AppendEvents"),
              ElementsAre("usage.acme", "order.acme.>"));
  EXPECT_THAT(Granted({"sub:acme"}, "AppendEvents"),
              ElementsAre("order.acme.>", "supply.>", "usage.acme"));
  EXPECT_THAT(Granted({"sub:acme", "role:reader"}, "ListEvents"), ElementsAre("all"));
}

// A policy with one role of these permissions, bound to somebody.
std::string With(const std::string& permissions) {
  return fmt::format(R"(roles {{ name: "r" {} }} bindings {{ role: "r" principals: "cn:x" }})",
                     permissions);
}

TEST(BadPolicyTest, MorePatternsThanAnAppendCanCarryAreRefused) {
  std::string subjects = "\"a\"";
  for (int i = 0; i < 2000; ++i) {
    subjects += fmt::format(", \"supply.{}.{}.>\"", std::string(40, 'x'), i);
  }
  const absl::Status status =
      Policy::Parse(
          With(fmt::format(
              R"(permissions {{ methods: "chipline.v1.EventLogService/AppendEvents" subjects: [ {} ] }})",
              subjects)))
          .status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("cn:x is granted"));
}

TEST(BadPolicyTest, IsRefusedWithWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"roles {", "line 1"},
      {"", "binds no role to anybody"},
      {R"(roles { name: "r" permissions { methods: "a.B/c" } })", "binds no role to anybody"},
      {"rules {}", "rules"},
      {With(""), "no permissions"},
      {With(R"(permissions { subjects: ">" })"), "no methods"},
      {With(R"(permissions { methods: "GetHead" })"), "no method's name"},
      {With(R"(permissions { methods: "chipline.v1.EventLogService/*" })"), "no method's name"},
      {With(R"(permissions { methods: "*" })"), "no method's name"},
      {With(R"(permissions { methods: "chipline.v1.EventLogService/GetHed" })"), "no method chip"},
      {With(R"(permissions { methods: "chipline.v1.EventLogService/GetEvent" })"),
       "needs subjects"},
      {With(R"(permissions { methods: "chipline.v1.TimelineService/GetTimeline" subjects: ">" })"),
       "cannot be kept"},
      {With(R"(permissions { methods: "chipline.v1.EventLogService/GetEvent" subjects: "A" })"),
       "no pattern"},
      {R"(bindings { role: "r" principals: "cn:x" })", "not there"},
      {R"(roles { name: "" permissions { methods: "a.B/c" } })", "no name"},
      {R"(roles { name: "r" permissions { methods: "a.B/c" } }
          roles { name: "r" permissions { methods: "a.B/c" } })",
       "two roles"},
      {R"(roles { name: "r" permissions { methods: "a.B/c" } } bindings { role: "r" })",
       "no principals"},
      {R"(roles { name: "r" permissions { methods: "a.B/c" } }
          bindings { role: "r" principals: "alice" })",
       "no principal"},
      {R"(roles { name: "r" permissions { methods: "a.B/c" } }
          bindings { role: "r" principals: "cn:" })",
       "no principal"}};
  for (const auto& [text, words] : cases) {
    const absl::Status status = Policy::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words)) << text;
  }
  EXPECT_FALSE(Policy::Parse(std::string(2'000'000, ' ')).ok());
}

// Every subject and every pattern of up to three of a few tokens.
std::vector<std::string> Words(const std::vector<std::string>& tokens) {
  std::vector<std::string> words = tokens;
  for (size_t i = 0; i < words.size() && words[i].size() < 5; ++i) {
    for (const std::string& token : tokens) words.push_back(words[i] + "." + token);
  }
  return words;
}

TEST(PatternCoversTest, AgreesWithWhatSubjectsMatch) {
  const std::vector<std::string> subjects = Words({"a", "b", "c"});
  std::vector<std::string> patterns;
  for (const std::string& word : Words({"a", "b", "*", ">"})) {
    if (storage::IsSubjectPattern(word)) patterns.push_back(word);
  }
  ASSERT_GT(patterns.size(), 40U);
  for (const std::string& wide : patterns) {
    for (const std::string& narrow : patterns) {
      bool covers = true;
      for (const std::string& subject : subjects) {
        covers = covers && (!storage::SubjectMatches(narrow, subject) ||
                            storage::SubjectMatches(wide, subject));
      }
      // Among so few and short subjects one pattern can seem to cover another by chance; what
      // matters is that it never says so wrongly.
      EXPECT_TRUE(covers || !storage::PatternCovers(wide, narrow)) << wide << " " << narrow;
    }
    EXPECT_TRUE(storage::PatternCovers(wide, wide)) << wide;
    EXPECT_TRUE(storage::PatternCovers(">", wide)) << wide;
  }
  EXPECT_TRUE(storage::PatternCovers("a.*", "a.b"));
  EXPECT_TRUE(storage::PatternCovers("a.>", "a.*.b"));
  EXPECT_TRUE(storage::PatternCovers("*.b", "a.b"));
  EXPECT_FALSE(storage::PatternCovers("a.*", "a.>"));
  EXPECT_FALSE(storage::PatternCovers("a.b", "a.*"));
  EXPECT_FALSE(storage::PatternCovers("a.>", "a"));
  EXPECT_FALSE(storage::PatternCovers("a.>", ">"));
  EXPECT_FALSE(storage::PatternCovers("a", "a.b"));
}

}  // namespace
}  // namespace chipline::security
