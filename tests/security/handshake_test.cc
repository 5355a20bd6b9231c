// Who gets a connection, and what becomes of it when certificates, keys and policy change.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"

#include "openssl/ssl.h"
#include "services/server/listen_address.h"
#include "storage/limits.h"
#include "tests/security/secure_server.h"
#include "tests/server/running_server.h"

namespace chipline::security {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;

class HandshakeTest : public SecureServer {
 protected:
  // Until all that was written before has been looked at: other keys of tokens, written later, are
  // taken. Twice, since the first may come in the middle of a look.
  void WaitForALook() const {
    for (int i = 0; i < 2; ++i) {
      const TestSigner signer(KeyKind::kEd25519);
      Write("token.pem", signer.public_pem());
      const SecureClient client = WithToken(signer.Sign(Claims(absl::Now(), "a")));
      EXPECT_TRUE(Eventually([&] { return client.Head().ok(); }));
    }
  }
};

TEST_F(HandshakeTest, CertificateOfTheCaIsTaken) {
  Start();
  for (const char* names : {"URI:spiffe://test/a", "DNS:a.test", ""}) {
    EXPECT_TRUE(As(names).Head().ok()) << names;
  }
}

TEST_F(HandshakeTest, BadCertificateGetsNoConnection) {
  options_.security.token_keys.clear();
  options_.security.token_issuer.clear();
  options_.security.token_audience.clear();
  Start();
  CertificateTerms old{"client", "DNS:a.test", "clientAuth"};
  old.from = absl::Now() - absl::Hours(48);
  old.until = absl::Now() - absl::Hours(24);
  CertificateTerms early{"client", "DNS:a.test", "clientAuth"};
  early.from = absl::Now() + absl::Hours(24);
  const TestCa other("test CA");
  const std::vector<std::pair<std::string, KeyAndCertificate>> bad = {
      {"expired", ca_.Issue(old)},
      {"not yet valid", ca_.Issue(early)},
      {"of another CA of the same name", other.IssueClient("DNS:a.test")},
      {"signed by itself", SelfSigned({"client", "DNS:a.test", "clientAuth"})},
      {"a server's", ca_.IssueServer()},
      {"none", {"", ""}}};
  for (const auto& [what, certificate] : bad) {
    EXPECT_EQ(WithCertificate(certificate).Head().error_code(), StatusCode::UNAVAILABLE) << what;
  }
  EXPECT_TRUE(As("DNS:a.test").Head().ok());
}

TEST_F(HandshakeTest, NameThatIsNoneIsRefusedAndNoOtherKindTakesItsPlace) {
  Start();
  const std::string longest =
      "URI:spiffe://test/" + std::string(limits::kMaxPrincipalBytes - 14, 'x');
  EXPECT_TRUE(As(longest + ",DNS:a.test").Head().ok());
  for (const std::string& names :
       {longest + "x", longest + "x,DNS:a.test", longest + "x,URI:spiffe://test/a",
        std::string("URI:spiffe://test/a b,DNS:a.test"),
        "DNS:" + std::string(limits::kMaxPrincipalBytes + 1, 'x')}) {
    const grpc::Status status = As(names).Head();
    EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED) << names;
    EXPECT_THAT(status.error_message(), HasSubstr("the client certificate has a ")) << names;
  }
}

TEST_F(HandshakeTest, BadCertificateIsRefusedEvenWhereNoneIsNeeded) {
  Start();
  const TestCa other("other CA");
  EXPECT_EQ(WithCertificate(other.IssueClient("DNS:a.test")).Head().error_code(),
            StatusCode::UNAVAILABLE);
}

TEST_F(HandshakeTest, ClientRefusesAServerOfAnotherNameOrCa) {
  WriteServer(ca_.Issue({"server", "DNS:elsewhere.test", "serverAuth"}));
  Start();
  EXPECT_EQ(As("DNS:a.test").Head().error_code(), StatusCode::UNAVAILABLE);
  WriteServer(TestCa("other CA").IssueServer());
  EXPECT_EQ(As("DNS:a.test").Head().error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(HandshakeTest, PlainTextGetsNothing) {
  Start();
  EXPECT_EQ(SecureClient(server_->port(), grpc::InsecureChannelCredentials()).Head().error_code(),
            StatusCode::UNAVAILABLE);
}

TEST_F(HandshakeTest, NewCertificateIsServedWithoutARestartAndOldConnectionsStay) {
  Start();
  const SecureClient before = As("DNS:a.test");
  ASSERT_TRUE(before.Head().ok());
  const TestCa next("next CA");
  WriteServer(next.IssueServer());
  EXPECT_TRUE(Eventually([&] {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = next.pem();
    return SecureClient(server_->port(),
                        grpc::CompositeChannelCredentials(
                            grpc::SslCredentials(tls), grpc::AccessTokenCredentials(TokenFor("a"))))
        .Head()
        .ok();
  }));
  EXPECT_TRUE(before.Head().ok());
}

TEST_F(HandshakeTest, GarbageOnReloadKeepsTheLastGoodCertificate) {
  Start();
  const KeyAndCertificate next = ca_.IssueServer();
  CertificateTerms old{"server", "DNS:localhost,IP:127.0.0.1", "serverAuth"};
  old.until = absl::Now() - absl::Minutes(1);
  const KeyAndCertificate expired = ca_.Issue(old);
  const std::vector<KeyAndCertificate> bad = {{"garbage", "garbage"},
                                              {"", ""},
                                              {next.key, ca_.IssueServer().certificate},
                                              {next.key, next.certificate.substr(0, 300)},
                                              expired};
  testing::internal::CaptureStderr();
  for (const KeyAndCertificate& server : bad) {
    WriteServer(server);
    WaitForALook();
    EXPECT_TRUE(As("DNS:a.test").Head().ok());
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("a new certificate cannot be used; the last good one stays"));
  EXPECT_THAT(said, HasSubstr("do not fit"));
  EXPECT_THAT(said, HasSubstr("expired at"));
  EXPECT_THAT(said, Not(HasSubstr(next.key.substr(40, 40))));
  // And a good one after all that is taken again.
  WriteServer(TestCa("next CA").IssueServer());
  EXPECT_TRUE(Eventually([&] { return !As("DNS:a.test").Head().ok(); }));
}

TEST_F(HandshakeTest, ClientCaThatIsTakenAwayCountsForNewConnections) {
  Start();
  const KeyAndCertificate client = ca_.IssueClient("DNS:a.test");
  ASSERT_TRUE(WithCertificate(client).Head().ok());
  Write("ca.pem", TestCa("next CA").pem());
  EXPECT_TRUE(Eventually([&] { return !WithCertificate(client).Head().ok(); }));
}

TEST_F(HandshakeTest, TokenKeysAreReloadedAndBadOnesAreNot) {
  Start();
  const std::string token = TokenFor("a");
  const SecureClient client = WithToken(token);
  ASSERT_TRUE(client.Head().ok());
  const TestSigner next(KeyKind::kP256);
  Write("token.pem", next.public_pem());
  EXPECT_TRUE(
      Eventually([&] { return client.Head().error_code() == StatusCode::UNAUTHENTICATED; }));
  const SecureClient with_next = WithToken(next.Sign(Claims(absl::Now(), "a")));
  EXPECT_TRUE(with_next.Head().ok());
  Write("token.pem", "garbage");
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(with_next.Head().ok());
}

TEST_F(HandshakeTest, RefusedTokensSayWhyAndNothingElse) {
  Start();
  const TestSigner other(KeyKind::kEd25519);
  const std::string expired = signer_.Sign(Claims(absl::Now() - absl::Hours(2), "a"));
  for (const auto& [token, words] : std::vector<std::pair<std::string, std::string>>{
           {other.Sign(Claims(absl::Now(), "a")), "not signed"},
           {expired, "expired at"},
           {"x.y.z", "cannot be read"},
           {"x", "three parts"}}) {
    const grpc::Status status = WithToken(token).Head();
    EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
    EXPECT_THAT(status.error_message(), HasSubstr(words));
    EXPECT_THAT(status.error_message(), HasSubstr("chipline.v1.EventLogService/GetHead"));
  }
  const grpc::Status nobody = WithNothing().Head();
  EXPECT_EQ(nobody.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(nobody.error_message(), HasSubstr("nobody is named"));
}

TEST_F(HandshakeTest, WithoutAClientCaCertificatesAreNotAskedFor) {
  options_.security.tls_client_ca.clear();
  Start();
  EXPECT_TRUE(WithToken(TokenFor("a")).Head().ok());
  EXPECT_EQ(WithNothing().Head().error_code(), StatusCode::UNAUTHENTICATED);
  // Nor does one help, not even the server's own, which gRPC is given in the CA's place.
  EXPECT_EQ(As("DNS:a.test").Head().error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(WithCertificate(ca_.IssueServer()).Head().error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_F(HandshakeTest, TlsAloneServesEverybodyOnThisMachine) {
  options_.security.tls_client_ca.clear();
  options_.security.token_keys.clear();
  options_.security.token_issuer.clear();
  options_.security.token_audience.clear();
  Start();
  EXPECT_TRUE(WithNothing().Head().ok());
}

TEST_F(HandshakeTest, OldTlsIsRefused) {
  Start();
  const std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(context.get(), 0);
  for (const auto& [version, good] : std::vector<std::pair<int, bool>>{
           {TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}}) {
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    const unsigned char h2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), h2, sizeof h2);
    BIO* bio = BIO_new_ssl_connect(context.get());
    const BioPtr owned(bio);
    BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(server_->port())).c_str());
    EXPECT_EQ(BIO_do_connect(bio) == 1 && BIO_do_handshake(bio) == 1, good) << version;
  }
}

TEST_F(HandshakeTest, WhoeverSaysNothingIsCutOff) {
  Start();
  const BioPtr bio(BIO_new_connect("127.0.0.1"));
  BIO_set_conn_port(bio.get(), std::to_string(server_->port()).c_str());
  ASSERT_EQ(BIO_do_connect(bio.get()), 1);
  const absl::Time start = absl::Now();
  char byte = 0;
  // Returns once the server closes.
  EXPECT_LE(BIO_read(bio.get(), &byte, 1), 0);
  EXPECT_LT(absl::Now() - start, absl::Seconds(limits::kHandshakeSeconds) * 3);
  EXPECT_TRUE(As("DNS:a.test").Head().ok());
}

TEST_F(HandshakeTest, MetadataBeyondTheLimitIsRefused) {
  Start();
  EXPECT_EQ(WithToken(std::string(limits::kMaxTokenBytes + 1, 'x')).Head().error_code(),
            StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(WithToken(std::string(limits::kMaxMetadataBytes, 'x')).Head().error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(HandshakeTest, LimitsAreReported) {
  options_.max_connection_streams = 7;
  options_.security.max_principal_streams = 8;
  Start();
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(As("DNS:a.test").admin->GetServerInfo(server::Context().get(), {}, &info).ok());
  EXPECT_EQ(info.limits().max_connection_streams(), 7U);
  EXPECT_EQ(info.limits().max_principal_streams(), 8U);
  EXPECT_EQ(info.limits().max_metadata_bytes(), limits::kMaxMetadataBytes);
}

TEST_F(HandshakeTest, StatsTellWhenTheCertificateExpires) {
  Start();
  v1::GetStatsResponse stats;
  ASSERT_TRUE(As("DNS:a.test").admin->GetStats(server::Context().get(), {}, &stats).ok());
  const absl::Time expires = absl::FromUnixSeconds(stats.certificate_expire_time().seconds());
  EXPECT_GT(expires, absl::Now() + absl::Hours(24 * 80));
}

TEST_F(HandshakeTest, SomethingMissingOrWrongStopsTheStart) {
  const auto refuses = [this](const std::function<void(server::ServerOptions&)>& change,
                              const std::string& words) {
    server::ServerOptions options = options_;
    change(options);
    const absl::Status status = server::Server::Start(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
  };
  refuses([](auto& o) { o.security.tls_key.clear(); }, "--tls-cert and --tls-key");
  refuses([](auto& o) { o.security.tls_certificate.clear(), o.security.tls_key.clear(); },
          "needs --tls-cert");
  refuses([](auto& o) { o.security.token_issuer.clear(); }, "--token-issuer");
  refuses([](auto& o) { o.security.token_keys.clear(); }, "nothing without --token-key");
  refuses([](auto& o) { o.security.policy = "/nonexistent"; }, "no file");
  refuses([this](auto& o) { o.security.policy = Write("bad", "roles {"); },
          "policy cannot be used");
  refuses([this](auto& o) { o.security.tls_client_ca = Write("empty", ""); }, "client CA is empty");
  refuses([](auto& o) { o.security = {}, o.listen = "0.0.0.0:0"; }, "--insecure");
  refuses(
      [](auto& o) {
        o.security.tls_client_ca.clear(), o.security.token_keys.clear();
        o.security.token_issuer.clear(), o.security.token_audience.clear();
        o.listen = "0.0.0.0:0";
      },
      "nothing asks them for credentials");
  refuses([](auto& o) { o.security.max_principal_streams = 0; }, "max_principal_streams");
}

TEST(ListenAddressTest, AnywhereTakesWhatLoopbackDoesNot) {
  for (const char* text : {"0.0.0.0:7417", "[::]:7417", "192.168.0.1:1", "127.0.0.1:0"}) {
    EXPECT_TRUE(server::ReadListenAddress(text, server::Reach::kAnywhere).ok()) << text;
  }
  EXPECT_FALSE(server::ReadListenAddress("example.com:1", server::Reach::kAnywhere).ok());
}

}  // namespace
}  // namespace chipline::security
