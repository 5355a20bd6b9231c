#include "services/security/certificates.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/security/refusals.h"
#include "services/security/watched_files.h"
#include "tests/security/test_certificates.h"

namespace chipline::security {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const absl::Time kNow = absl::Now();

TEST(CertificatesTest, GoodOnesTellWhenTheyExpire) {
  const TestCa ca("ca");
  CertificateTerms terms{"server", "DNS:localhost", "serverAuth"};
  terms.until = absl::FromUnixSeconds(absl::ToUnixSeconds(kNow + absl::Hours(5)));
  const KeyAndCertificate server = ca.Issue(terms);
  const auto checked = CheckCertificates({server.certificate, server.key, ca.pem(), {}}, kNow);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->expire_time, terms.until);
}

TEST(CertificatesTest, ChainWithItsCaIsTaken) {
  const TestCa ca("ca");
  const KeyAndCertificate server = ca.IssueServer();
  EXPECT_TRUE(CheckCertificates({server.certificate + ca.pem(), server.key, "", {}}, kNow).ok());
}

TEST(CertificatesTest, AClientsPairMustFitAndNothingElse) {
  const TestCa ca("ca");
  const KeyAndCertificate client = ca.IssueClient("DNS:a.test");
  EXPECT_TRUE(CheckClientPair(client.certificate, client.key).ok());
  EXPECT_TRUE(CheckClientPair(client.certificate + ca.pem(), client.key).ok());
  const std::string other = ca.IssueClient("DNS:a.test").key;
  EXPECT_THAT(CheckClientPair(client.certificate, other).ToString(), HasSubstr("do not fit"));
  EXPECT_THAT(CheckClientPair(client.key, client.certificate).ToString(),
              HasSubstr("holds no certificate"));
  EXPECT_THAT(CheckClientPair(client.certificate, "x").ToString(), HasSubstr("no private key"));
  // Whether it holds is for the server to say.
  CertificateTerms old{"client", "DNS:a.test", "clientAuth"};
  old.from = kNow - absl::Hours(48);
  old.until = kNow - absl::Hours(24);
  const KeyAndCertificate expired = ca.Issue(old);
  EXPECT_TRUE(CheckClientPair(expired.certificate, expired.key).ok());
}

TEST(CertificatesTest, BadOnesAreRefusedWithTheReasonAndWithoutTheKey) {
  const TestCa ca("ca");
  const KeyAndCertificate server = ca.IssueServer();
  const KeyAndCertificate other = ca.IssueServer();
  CertificateTerms old{"server", "DNS:localhost", "serverAuth"};
  old.from = kNow - absl::Hours(48);
  old.until = kNow - absl::Hours(24);
  const KeyAndCertificate expired = ca.Issue(old);
  CertificateTerms early{"server", "DNS:localhost", "serverAuth"};
  early.from = kNow + absl::Hours(24);
  const KeyAndCertificate coming = ca.Issue(early);
  CertificateTerms short_key{"server", "DNS:localhost", "serverAuth"};
  short_key.key = KeyKind::kRsa1024;
  const KeyAndCertificate weak = ca.Issue(short_key);
  const std::vector<std::pair<Certificates, std::string>> cases = {
      {{"", server.key, "", {}}, "no certificate"},
      {{"garbage", server.key, "", {}}, "no certificate"},
      {{server.key, server.key, "", {}}, "no certificate"},
      {{server.certificate.substr(0, 200) + "\n-----END CERTIFICATE-----\n", server.key, "", {}},
       "cannot be read"},
      {{server.certificate, "", "", {}}, "no private key"},
      {{server.certificate, "garbage", "", {}}, "no private key"},
      {{server.certificate, server.certificate, "", {}}, "no private key"},
      {{server.certificate, other.key, "", {}}, "do not fit"},
      {{expired.certificate, expired.key, "", {}}, "expired at"},
      {{coming.certificate, coming.key, "", {}}, "not valid before"},
      {{weak.certificate, weak.key, "", {}}, "too small"},
      {{server.certificate, server.key, "garbage", {}}, "client CA"},
  };
  for (const auto& [certificates, words] : cases) {
    const absl::Status status = CheckCertificates(certificates, kNow).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
    EXPECT_THAT(status.ToString(), Not(HasSubstr(server.key.substr(40, 40))));
  }
}

class SetClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
};

class RefusalsTest : public testing::Test {
 protected:
  Refusal Some() const { return {"method", "sub:x", "peer", absl::PermissionDeniedError("no")}; }

  SetClock clock_;
  std::vector<std::string> told_;
  Refusals refusals_{clock_, [this](const Notice& notice) {
                       std::string line(notice.message);
                       for (const auto& [key, value] : notice.fields) line += " " + value;
                       told_.push_back(line);
                     }};
};

TEST_F(RefusalsTest, EachIsTold) {
  refusals_.Note(Some());
  EXPECT_THAT(told_, ElementsAre("refused method sub:x peer - no"));
}

TEST_F(RefusalsTest, TooManyAreCountedInsteadAndToldOfLater) {
  for (int i = 0; i < Refusals::kLines + 7; ++i) refusals_.Note(Some());
  EXPECT_THAT(told_, SizeIs(Refusals::kLines));
  refusals_.Flush();
  EXPECT_THAT(told_, SizeIs(Refusals::kLines));
  told_.clear();
  clock_.now += Refusals::kWindow;
  refusals_.Flush();
  EXPECT_THAT(told_, ElementsAre("more calls were refused than are told of 7"));
  told_.clear();
  refusals_.Flush();
  EXPECT_THAT(told_, IsEmpty());
  refusals_.Note(Some());
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(RefusalsTest, WhatAClientSentIsCut) {
  const std::string longest(100'000, 'x');
  refusals_.Note({longest, "", "", absl::UnauthenticatedError("no")});
  EXPECT_LT(told_.at(0).size(), 400U);
}

TEST(WatchedFilesTest, MissingFileIsToldOfOnce) {
  WatchedFiles files("x", {"/nonexistent/file"}, [](const auto&) { return absl::OkStatus(); });
  const auto first = files.Look();
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(first->ok());
  EXPECT_FALSE(files.Look().has_value());
}

}  // namespace
}  // namespace chipline::security
