#ifndef CHIPLINE_SERVICES_SECURITY_CERTIFICATES_H_
#define CHIPLINE_SERVICES_SECURITY_CERTIFICATES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::security {

// What the server shows its clients and, if it asks for theirs, whom it trusts to sign those: PEM
// as gRPC takes it.
struct Certificates {
  std::string chain;
  std::string key;
  // Empty: clients are not asked for a certificate.
  std::string client_ca;
  // The first moment at which one of the chain is no longer valid.
  absl::Time expire_time;
};

// Checks that TLS can be served with them, just as gRPC will: the chain and the key can be read
// without a pass phrase, belong together and are strong enough for OpenSSL's security level; the
// certificate is of now; and the client CA, if any, holds certificates. Fills in the expiry.
// INVALID_ARGUMENT, reason INVALID_CERTIFICATE, with what is wrong; no message holds a key.
absl::StatusOr<Certificates> CheckCertificates(Certificates certificates, absl::Time now);

// The same for what a client shows a server: only that chain and key can be read and belong
// together. Whether the server takes them is for the server to say.
absl::Status CheckClientPair(std::string_view chain, std::string_view key);

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_CERTIFICATES_H_
