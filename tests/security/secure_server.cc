#include "tests/security/secure_server.h"

#include <cstdlib>
#include <utility>

#include "grpcpp/create_channel.h"

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/file.h"
#include "tests/server/running_server.h"

namespace chipline::security {

SecureClient::SecureClient(int port, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  // So that clients of one test do not share a connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel = grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port), credentials, arguments);
  log = v1::EventLogService::NewStub(channel);
  subscriptions = v1::SubscriptionService::NewStub(channel);
  timelines = v1::TimelineService::NewStub(channel);
  admin = v1::AdminService::NewStub(channel);
}

grpc::Status SecureClient::Head() const {
  v1::GetHeadResponse response;
  return log->GetHead(server::Context().get(), {}, &response);
}

SecureServer::SecureServer() {
  std::string path = std::filesystem::temp_directory_path() / "chipline-secure-XXXXXX";
  CHECK(mkdtemp(path.data()) != nullptr);
  options_.data_directory = std::filesystem::path(path) / "data";
  options_.listen = "127.0.0.1:0";
  options_.threads = 2;
  std::filesystem::create_directory(options_.data_directory);
  SecurityOptions& security = options_.security;
  WriteServer(ca_.IssueServer());
  security.tls_certificate = options_.data_directory / "../server.pem";
  security.tls_key = options_.data_directory / "../server.key";
  security.tls_client_ca = Write("ca.pem", ca_.pem());
  security.token_keys = Write("token.pem", signer_.public_pem());
  security.token_issuer = "issuer";
  security.token_audience = "audience";
  security.reload_interval = absl::Milliseconds(5);
}

SecureServer::~SecureServer() {
  server_.reset();
  std::filesystem::remove_all(options_.data_directory.parent_path());
}

void SecureServer::Start() {
  auto started = server::Server::Start(options_);
  ASSERT_TRUE(started.ok()) << started.status();
  server_ = *std::move(started);
}

std::filesystem::path SecureServer::Write(const std::string& name,
                                          const std::string& content) const {
  std::filesystem::path path = options_.data_directory.parent_path() / name;
  CHECK(storage::ReplaceFile(path, content).ok());
  return path;
}

void SecureServer::WriteServer(const KeyAndCertificate& server) const {
  Write("server.pem", server.certificate);
  Write("server.key", server.key);
}

void SecureServer::WritePolicy(const std::string& text) const { Write("policy.txtpb", text); }

bool SecureServer::Eventually(const std::function<bool()>& holds) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  while (absl::Now() < deadline) {
    if (holds()) return true;
  }
  return false;
}

SecureClient SecureServer::WithCertificate(const KeyAndCertificate& certificate) const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ca_.pem();
  tls.pem_cert_chain = certificate.certificate;
  tls.pem_private_key = certificate.key;
  return {server_->port(), grpc::SslCredentials(tls)};
}

SecureClient SecureServer::WithToken(const std::string& token) const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ca_.pem();
  return {server_->port(), grpc::CompositeChannelCredentials(grpc::SslCredentials(tls),
                                                             grpc::AccessTokenCredentials(token))};
}

SecureClient SecureServer::WithNothing() const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ca_.pem();
  return {server_->port(), grpc::SslCredentials(tls)};
}

}  // namespace chipline::security
