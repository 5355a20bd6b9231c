#include "services/security/token.h"

#include <future>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "grpc/grpc_security_constants.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "openssl/hmac.h"
#include "services/security/callers.h"
#include "services/security/fair_executor.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "tests/security/test_certificates.h"

namespace chipline::security {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class TokenTest : public testing::Test {
 protected:
  absl::StatusOr<Identity> Read(const std::string& token) const {
    return ReadToken(token, *keys_, rules_, now_);
  }
  // Its reason; empty if it is good.
  std::string Refusal(const std::string& token) const {
    const absl::Status status = Read(token).status();
    if (!status.ok()) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
      // Nothing of the token comes back.
      for (const absl::string_view part : absl::StrSplit(token, '.')) {
        if (part.size() < 8) continue;
        EXPECT_THAT(status.ToString(), Not(HasSubstr(std::string(part))));
      }
    }
    return ReasonOf(status);
  }
  std::string Refused(const std::string& claims) const { return Refusal(signer_.Sign(claims)); }
  int64_t After(absl::Duration time) const { return absl::ToUnixSeconds(now_ + time); }

  const absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  const TokenRules rules_{"issuer", "audience"};
  const TestSigner signer_{KeyKind::kP256};
  const absl::StatusOr<TokenKeys> keys_ = TokenKeys::Parse(signer_.public_pem());
};

TEST_F(TokenTest, GoodTokenNamesSubjectAndRoles) {
  const auto identity =
      Read(signer_.Sign(Claims(now_, "alice", R"(,"roles":["reader","writer"])")));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->principal, "sub:alice");
  EXPECT_THAT(identity->names, ElementsAre("sub:alice", "role:reader", "role:writer"));
  EXPECT_EQ(identity->expire_time,
            now_ + absl::Hours(1) + absl::Seconds(limits::kTokenSkewSeconds));
}

TEST_F(TokenTest, EveryKindOfKeyVerifiesItsOwnAlgorithm) {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kEd25519, KeyKind::kRsa2048}) {
    const TestSigner signer(kind);
    const auto keys = TokenKeys::Parse(signer.public_pem());
    ASSERT_TRUE(keys.ok()) << keys.status();
    EXPECT_TRUE(ReadToken(signer.Sign(Claims(now_, "a")), *keys, rules_, now_).ok())
        << signer.algorithm();
  }
}

TEST_F(TokenTest, OneOfSeveralKeysIsEnough) {
  const TestSigner other(KeyKind::kEd25519);
  const auto keys = TokenKeys::Parse(other.public_pem() + signer_.public_pem());
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->size(), 2U);
  EXPECT_TRUE(ReadToken(signer_.Sign(Claims(now_, "a")), *keys, rules_, now_).ok());
  EXPECT_TRUE(ReadToken(other.Sign(Claims(now_, "a")), *keys, rules_, now_).ok());
}

TEST_F(TokenTest, AlgorithmNoneIsRefused) {
  for (const char* algorithm : {"none", "None", "NONE", ""}) {
    const std::string header = fmt::format(R"({{"alg":"{}"}})", algorithm);
    const std::string text = Base64Url(header) + "." + Base64Url(Claims(now_, "mallory"));
    EXPECT_EQ(Refusal(text + "."), "TOKEN_INVALID") << algorithm;
    EXPECT_EQ(Refusal(text + ".AAAA"), "TOKEN_INVALID") << algorithm;
    EXPECT_EQ(Refusal(signer_.Sign(header, Claims(now_, "mallory"))), "TOKEN_INVALID");
  }
}

TEST_F(TokenTest, HmacWithThePublicKeyAsSecretIsRefused) {
  const std::string secret = signer_.public_pem();
  const std::string text =
      Base64Url(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64Url(Claims(now_, "mallory"));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  EXPECT_EQ(Refusal(text + "." + Base64Url({reinterpret_cast<char*>(mac), size})), "TOKEN_INVALID");
}

TEST_F(TokenTest, AnotherAlgorithmThanTheKeysIsRefused) {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kEd25519, KeyKind::kRsa2048}) {
    const TestSigner signer(kind);
    const auto keys = TokenKeys::Parse(signer.public_pem());
    ASSERT_TRUE(keys.ok()) << keys.status();
    for (const std::string algorithm :
         {"RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA", "HS256", "none", "rs256"}) {
      const std::string token =
          signer.Sign(fmt::format(R"({{"alg":"{}"}})", algorithm), Claims(now_, "a"));
      EXPECT_EQ(ReadToken(token, *keys, rules_, now_).ok(), algorithm == signer.algorithm())
          << algorithm << " by " << signer.algorithm();
    }
  }
}

TEST_F(TokenTest, SignatureOfAnotherKeyIsRefused) {
  const TestSigner other(KeyKind::kP256);
  EXPECT_EQ(Refusal(other.Sign(Claims(now_, "mallory"))), "TOKEN_INVALID");
}

TEST_F(TokenTest, ClaimsOfOneAndSignatureOfAnotherAreRefused) {
  const std::string good = signer_.Sign(Claims(now_, "alice"));
  const std::string other = signer_.Sign(Claims(now_, "mallory"));
  EXPECT_EQ(Refusal(other.substr(0, other.rfind('.')) + good.substr(good.rfind('.'))),
            "TOKEN_INVALID");
}

TEST_F(TokenTest, EveryCutAndEveryChangedByteIsRefused) {
  const std::string good = signer_.Sign(Claims(now_, "alice"));
  ASSERT_EQ(Refusal(good), "");
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(Refusal(good.substr(0, size)), "TOKEN_INVALID") << size;
  }
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto identity = Read(changed);
    // The last character holds bits that stand for nothing.
    if (i + 1 == good.size()) continue;
    EXPECT_FALSE(identity.ok()) << i;
  }
}

TEST_F(TokenTest, BitsThatStandForNoByteAreRefused) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // A signature of 64 bytes leaves four bits of its last character over.
  const std::string token = signer_.Sign(Claims(now_, "alice"));
  ASSERT_TRUE(Read(token).ok());
  std::string altered = token;
  altered.back() = kDigits[kDigits.find(token.back()) + 1];
  EXPECT_EQ(Refusal(altered), "TOKEN_INVALID");
  EXPECT_EQ(Refusal(token + "="), "TOKEN_INVALID");
  // The same in parts that are signed as they are written.
  std::string header = Base64Url(R"({"alg":"ES256" })");
  ASSERT_NE(header.size() % 4, 0U);
  const std::string claims = "." + Base64Url(Claims(now_, "alice"));
  ASSERT_TRUE(Read(signer_.SignText(header + claims)).ok());
  header.back() = kDigits[kDigits.find(header.back()) + 1];
  EXPECT_EQ(Refusal(signer_.SignText(header + claims)), "TOKEN_INVALID");
}

TEST_F(TokenTest, HugeTokenIsRefusedBeforeItIsRead) {
  const std::string claims = Claims(now_, "a", fmt::format(R"(,"x":"{}")", std::string(9000, 'x')));
  const absl::Status status = Read(signer_.Sign(claims)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(status.message()), HasSubstr("8192"));
}

TEST_F(TokenTest, TimesHoldWithinTheSkew) {
  const auto claims = [&](const char* name, absl::Duration offset) {
    return fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","exp":{},"{}":{}}})",
                       After(absl::Hours(1)), name, After(offset));
  };
  const auto expiring = [&](absl::Duration offset) {
    return fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","exp":{}}})", After(offset));
  };
  EXPECT_EQ(Refused(expiring(absl::Seconds(-59))), "");
  EXPECT_EQ(Refused(expiring(absl::Seconds(-60))), "TOKEN_EXPIRED");
  for (const char* name : {"nbf", "iat"}) {
    EXPECT_EQ(Refused(claims(name, absl::Seconds(60))), "") << name;
    EXPECT_EQ(Refused(claims(name, absl::Seconds(61))), "TOKEN_NOT_YET_VALID") << name;
  }
}

TEST_F(TokenTest, ClaimsThatAreMissingOrWrongAreRefused) {
  const std::string exp = fmt::format(R"("exp":{})", After(absl::Hours(1)));
  for (const std::string& claims : std::vector<std::string>{
           R"({"iss":"issuer","aud":"audience","sub":"a"})",
           R"({"iss":"issuer","aud":"audience","sub":"a","exp":"tomorrow"})",
           R"({"iss":"issuer","aud":"audience","sub":"a","exp":1e300})",
           R"({"iss":"issuer","aud":"audience","sub":"a","exp":-1})",
           R"({"iss":"issuer","aud":"audience","sub":"a","exp":null})",
           fmt::format(R"({{"iss":"other","aud":"audience","sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":["issuer"],"aud":"audience","sub":"a",{}}})", exp),
           fmt::format(R"({{"aud":"audience","sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"other","sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":["other"],"sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":{{"audience":1}},"sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","sub":"a",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":7,{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","roles":"x",{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","roles":[1],{}}})", exp),
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","nbf":"x",{}}})", exp),
           // Twice: two readers might take different ones.
           fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"a","sub":"b",{}}})", exp), "[]",
           "null", "{", ""}) {
    EXPECT_EQ(Refused(claims), "TOKEN_INVALID") << claims;
  }
}

TEST_F(TokenTest, OneOfSeveralAudiencesIsEnough) {
  EXPECT_EQ(
      Refused(fmt::format(R"({{"iss":"issuer","aud":["other","audience"],"sub":"a","exp":{}}})",
                          After(absl::Hours(1)))),
      "");
}

TEST_F(TokenTest, HeaderThatAsksForMoreIsRefused) {
  for (const char* header :
       {R"({"alg":"ES256","crit":["exp"],"exp":1})", R"({"alg":"ES256","typ":"dpop+jwt"})",
        R"({"alg":"ES256","alg":"ES256"})", R"(["ES256"])"}) {
    EXPECT_EQ(Refusal(signer_.Sign(header, Claims(now_, "a"))), "TOKEN_INVALID") << header;
  }
}

TEST(TokenKeysTest, WhatIsNoKeyForTokensIsRefused) {
  const KeyPtr key = NewKey(KeyKind::kP256);
  for (const std::string& pem :
       {std::string(), std::string("garbage"), PrivatePem(*key), PublicPem(*key) + PrivatePem(*key),
        TestSigner(KeyKind::kRsa1024).public_pem(), TestSigner(KeyKind::kP384).public_pem(),
        PublicPem(*key).substr(0, 60) + "\n-----END PUBLIC KEY-----\n"}) {
    const absl::Status status = TokenKeys::Parse(pem).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << pem;
  }
}

class SetClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
};

class CallersTest : public testing::Test {
 protected:
  CallersTest() { callers_.SetKeys(*TokenKeys::Parse(signer_.public_pem())); }
  static Credentials Bearing(const std::string& value) {
    Credentials credentials;
    credentials.authorization = value;
    return credentials;
  }

  SetClock clock_;
  const TestSigner signer_{KeyKind::kEd25519};
  Callers callers_{clock_, {"issuer", "audience"}};
};

TEST_F(CallersTest, TokenThatWasGoodExpires) {
  const Credentials credentials = Bearing("Bearer " + signer_.Sign(Claims(clock_.now, "alice")));
  EXPECT_TRUE(callers_.Identify(credentials).ok());
  EXPECT_TRUE(callers_.Identify(credentials).ok());
  clock_.now += absl::Hours(1) + absl::Seconds(limits::kTokenSkewSeconds);
  EXPECT_EQ(ReasonOf(callers_.Identify(credentials).status()), "TOKEN_EXPIRED");
}

TEST_F(CallersTest, TokenOfAKeyThatWasTakenAwayIsRefused) {
  const Credentials credentials = Bearing("Bearer " + signer_.Sign(Claims(clock_.now, "alice")));
  EXPECT_TRUE(callers_.Identify(credentials).ok());
  callers_.SetKeys(*TokenKeys::Parse(TestSigner(KeyKind::kEd25519).public_pem()));
  EXPECT_FALSE(callers_.Identify(credentials).ok());
}

TEST_F(CallersTest, BadTokenIsRefusedEvenWhereTheCertificateWouldDo) {
  const Identity certificate{"dns:a", {"dns:a"}, absl::InfiniteFuture()};
  EXPECT_TRUE(callers_.Identify({certificate, "", false}).ok());
  for (const char* value : {"Bearer x", "Bearer ", "Basic YTpi", "x"}) {
    EXPECT_EQ(callers_.Identify({certificate, value, false}).status().code(),
              absl::StatusCode::kUnauthenticated)
        << value;
  }
  EXPECT_FALSE(callers_.Identify({certificate, "", true}).ok());
}

TEST_F(CallersTest, OneBadNameOfTheKindThatCountsNamesNobody) {
  const std::string longest(limits::kMaxPrincipalBytes, 'x');
  for (const std::string& uri : {std::string(), longest + "x", std::string("a\nb"),
                                 std::string("a\0b", 3), std::string("\u00e9")}) {
    Credentials credentials;
    credentials.certificate = PeerIdentity([&](const char* name) -> std::vector<std::string> {
      const bool is_uri = std::string_view(name) == GRPC_PEER_URI_PROPERTY_NAME;
      if (is_uri) return {"spiffe://test/good", uri};
      return {"good"};
    });
    EXPECT_EQ(ReasonOf(callers_.Identify(credentials).status()), "CERTIFICATE_NAME_INVALID") << uri;
  }
}

TEST_F(CallersTest, ASignatureIsCheckedOncePerToken) {
  const Credentials good = Bearing("Bearer " + signer_.Sign(Claims(clock_.now, "alice")));
  const TestSigner other(KeyKind::kEd25519);
  const Credentials bad = Bearing("bearer " + other.Sign(Claims(clock_.now, "alice")));
  for (const Credentials& credentials : {good, bad}) {
    EXPECT_TRUE(callers_.NeedsCheck(credentials));
    const bool known = callers_.Identify(credentials).ok();
    EXPECT_FALSE(callers_.NeedsCheck(credentials));
    EXPECT_EQ(callers_.Identify(credentials).ok(), known);
  }
  // Other keys may say otherwise.
  callers_.SetKeys(*TokenKeys::Parse(other.public_pem()));
  EXPECT_TRUE(callers_.NeedsCheck(bad));
  EXPECT_TRUE(callers_.Identify(bad).ok());
  EXPECT_FALSE(callers_.Identify(good).ok());
}

TEST_F(CallersTest, OnlyTokensNeedACheck) {
  Credentials two = Bearing("Bearer x");
  two.ambiguous = true;
  for (const Credentials& credentials :
       {Credentials(), two, Bearing("Basic x"), Bearing("Bearer "),
        Bearing("Bearer " + std::string(limits::kMaxTokenBytes + 1, 'x'))}) {
    EXPECT_FALSE(callers_.NeedsCheck(credentials));
    EXPECT_FALSE(callers_.Identify(credentials).ok());
  }
}

TEST_F(CallersTest, TokenOfATimeToComeIsGoodLater) {
  const Credentials early = Bearing(
      "Bearer " +
      signer_.Sign(Claims(
          clock_.now + absl::Minutes(10), "alice",
          fmt::format(R"(,"nbf":{})", absl::ToUnixSeconds(clock_.now + absl::Minutes(10))))));
  EXPECT_EQ(ReasonOf(callers_.Identify(early).status()), "TOKEN_NOT_YET_VALID");
  clock_.now += absl::Minutes(11);
  EXPECT_TRUE(callers_.Identify(early).ok());
}

TEST(FairExecutorTest, OneTaskOfEachOwnerIsRunInTurn) {
  // What the tasks use must outlive the executor.
  std::string ran;
  std::promise<void> begun;
  std::promise<void> released;
  const int owners[3] = {};
  {
    FairExecutor executor;
    executor.Schedule(&ran, [&] {
      begun.set_value();
      released.get_future().wait();
    });
    begun.get_future().wait();
    for (int i = 0; i < 3; ++i) executor.Schedule(&owners[0], [&] { ran += 'a'; });
    executor.Schedule(&owners[1], [&] { ran += 'b'; });
    for (int i = 0; i < 2; ++i) executor.Schedule(&owners[2], [&] { ran += 'c'; });
    released.set_value();
  }
  EXPECT_EQ(ran, "abcaca");
}

TEST(TokenKeysTest, FewKeysOfEachAlgorithmAreTaken) {
  std::string pem = TestSigner(KeyKind::kP256).public_pem();
  for (int i = 0; i < TokenKeys::kMaxKeysOfAlgorithm; ++i) {
    pem += TestSigner(KeyKind::kEd25519).public_pem();
  }
  EXPECT_TRUE(TokenKeys::Parse(pem).ok());
  const absl::Status more =
      TokenKeys::Parse(pem + TestSigner(KeyKind::kEd25519).public_pem()).status();
  EXPECT_THAT(more.ToString(), HasSubstr("more than 4 keys for EdDSA"));
}

TEST_F(CallersTest, NobodyIsRefused) {
  EXPECT_EQ(ReasonOf(callers_.Identify({}).status()), "NO_CREDENTIALS");
}

TEST_F(CallersTest, RememberedTokensAreBounded) {
  for (size_t i = 0; i < limits::kMaxKnownTokens + 10; ++i) {
    const Credentials credentials =
        Bearing("bearer " + signer_.Sign(Claims(clock_.now, std::to_string(i))));
    const auto identity = callers_.Identify(credentials);
    ASSERT_TRUE(identity.ok()) << identity.status();
    EXPECT_EQ((*identity)->principal, fmt::format("sub:{}", i));
  }
}

}  // namespace
}  // namespace chipline::security
