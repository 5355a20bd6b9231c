#ifndef CHIPLINE_TESTS_SECURITY_SECURE_SERVER_H_
#define CHIPLINE_TESTS_SECURITY_SECURE_SERVER_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "grpcpp/channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

#include "chipline/v1/admin_service.grpc.pb.h"
#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/server/server.h"
#include "tests/security/test_certificates.h"

namespace chipline::security {

// A client of the server, over a connection of its own.
struct SecureClient {
  SecureClient(int port, const std::shared_ptr<grpc::ChannelCredentials>& credentials);

  // GetHead, which every test of a connection can call.
  grpc::Status Head() const;

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::EventLogService::Stub> log;
  std::unique_ptr<v1::SubscriptionService::Stub> subscriptions;
  std::unique_ptr<v1::TimelineService::Stub> timelines;
  std::unique_ptr<v1::AdminService::Stub> admin;
};

// A server with TLS on a free port, client certificates and tokens welcome, with a directory of its
// own for its files and its log, which goes with the test. Files are looked at every few
// milliseconds.
class SecureServer : public testing::Test {
 protected:
  SecureServer();
  ~SecureServer() override;

  void Start();
  // Writes a file of the server's; its path.
  std::filesystem::path Write(const std::string& name, const std::string& content) const;
  void WriteServer(const KeyAndCertificate& server) const;
  void WritePolicy(const std::string& text) const;
  // Tries again and again until it holds, for a minute at most.
  static bool Eventually(const std::function<bool()>& holds);

  // Clients that trust the server's CA.
  SecureClient WithCertificate(const KeyAndCertificate& certificate) const;
  SecureClient WithToken(const std::string& token) const;
  SecureClient WithNothing() const;
  SecureClient As(const std::string& alternative_names) const {
    return WithCertificate(ca_.IssueClient(alternative_names));
  }
  std::string TokenFor(const std::string& subject, const std::string& more = "") const {
    return signer_.Sign(Claims(absl::Now(), subject, more));
  }

  const TestCa ca_{"test CA"};
  const TestSigner signer_{KeyKind::kEd25519};
  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_TESTS_SECURITY_SECURE_SERVER_H_
