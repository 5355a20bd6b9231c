#include "services/cli/credentials.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "grpcpp/security/credentials.h"

#include "services/security/certificates.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::cli {
namespace {

absl::StatusOr<std::string> Read(const std::string& path, const char* flag) {
  const absl::StatusOr<std::optional<std::string>> content = storage::ReadFile(path);
  if (!content.ok() || !content->has_value() || (*content)->empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: the file {} cannot be read, or is empty", flag, path));
  }
  return **content;
}

class BearerToken final : public grpc::MetadataCredentialsPlugin {
 public:
  explicit BearerToken(std::string file) : file_(std::move(file)) {}

  grpc::Status GetMetadata(grpc::string_ref /*service*/, grpc::string_ref /*method*/,
                           const grpc::AuthContext& /*channel*/,
                           std::multimap<std::string, std::string>* metadata) override {
    const absl::StatusOr<std::string> token = Read(file_, "--token-file");
    if (!token.ok()) {
      return {grpc::StatusCode::UNAUTHENTICATED, std::string(token.status().message())};
    }
    const absl::string_view word = absl::StripAsciiWhitespace(*token);
    metadata->emplace("authorization", "Bearer " + std::string(word.data(), word.size()));
    return grpc::Status::OK;
  }

  // gRPC prints this in its own traces.
  grpc::string DebugString() override { return "a bearer token from a file"; }

 private:
  const std::string file_;
};

}  // namespace

absl::StatusOr<Credentials> ReadCredentials(const CredentialFlags& flags) {
  Credentials credentials;
  if (flags.tls_ca.empty()) {
    if (!flags.tls_cert.empty() || !flags.tls_key.empty() || !flags.token_file.empty()) {
      return absl::InvalidArgumentError(
          "--tls-cert, --tls-key and --token-file need --tls-ca: without TLS they would be sent to "
          "anybody");
    }
    return credentials;
  }
  if (flags.tls_cert.empty() != flags.tls_key.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key are given together");
  }
  ASSIGN_OR_RETURN(credentials.ca, Read(flags.tls_ca, "--tls-ca"));
  if (credentials.ca.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return absl::InvalidArgumentError(
        fmt::format("--tls-ca: {} holds no certificate in PEM", flags.tls_ca));
  }
  if (!flags.tls_cert.empty()) {
    ASSIGN_OR_RETURN(credentials.certificate, Read(flags.tls_cert, "--tls-cert"));
    ASSIGN_OR_RETURN(credentials.key, Read(flags.tls_key, "--tls-key"));
    // gRPC would print its own lines, and say of the server that it is not there.
    if (const absl::Status pair =
            security::CheckClientPair(credentials.certificate, credentials.key);
        !pair.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("--tls-cert {} and --tls-key {} cannot be used: {}", flags.tls_cert,
                      flags.tls_key, std::string(pair.message())));
    }
  }
  if (!flags.token_file.empty()) {
    RETURN_IF_ERROR(Read(flags.token_file, "--token-file").status());
    credentials.token_file = flags.token_file;
  }
  return credentials;
}

std::shared_ptr<grpc::ChannelCredentials> ToGrpc(const Credentials& credentials) {
  if (credentials.ca.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca;
  tls.pem_cert_chain = credentials.certificate;
  tls.pem_private_key = credentials.key;
  std::shared_ptr<grpc::ChannelCredentials> channel = grpc::SslCredentials(tls);
  if (credentials.token_file.empty()) return channel;
  return grpc::CompositeChannelCredentials(
      channel,
      grpc::MetadataCredentialsFromPlugin(std::make_unique<BearerToken>(credentials.token_file)));
}

}  // namespace chipline::cli
