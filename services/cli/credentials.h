#ifndef CHIPLINE_SERVICES_CLI_CREDENTIALS_H_
#define CHIPLINE_SERVICES_CLI_CREDENTIALS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace grpc {
class ChannelCredentials;
}  // namespace grpc

namespace chipline::cli {

// What --tls-ca, --tls-cert, --tls-key and --token-file were given; empty: not given.
struct CredentialFlags {
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  std::string token_file;
};

// What the files of PEM hold. Without a CA: plain text.
struct Credentials {
  std::string ca;
  std::string certificate;
  std::string key;
  std::string token_file;
};

// INVALID_ARGUMENT if a file cannot be read, a key is not that of its certificate, or flags do not
// go together. Leaves gRPC alone, whose
// threads must not be there before signals are blocked.
absl::StatusOr<Credentials> ReadCredentials(const CredentialFlags& flags);

// What to open a channel with. The token's file is read again for every call, so that a stream that
// reconnects has the token of that day.
std::shared_ptr<grpc::ChannelCredentials> ToGrpc(const Credentials& credentials);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_CREDENTIALS_H_
