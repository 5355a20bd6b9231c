#ifndef CHIPLINE_SERVICES_SECURITY_TLS_CONTEXT_H_
#define CHIPLINE_SERVICES_SECURITY_TLS_CONTEXT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "openssl/ssl.h"
#include "services/security/openssl.h"
#include "services/security/tls_credentials.h"

namespace chipline::security {

using TlsContextPtr = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

// What a listener of our own serves TLS with: the certificates, protocols and demands on clients of
// the gRPC listener, for HTTP/1.1. Not thread-safe.
class TlsContexts {
 public:
  // `store` must outlive it.
  TlsContexts(CertificateStore& store, ClientCertificate client) : store_(store), client_(client) {}

  // For a new connection: of the certificates of this moment. The caller has a reference of its
  // own. Null if OpenSSL is out of memory.
  TlsContextPtr Current();

 private:
  CertificateStore& store_;
  const ClientCertificate client_;
  uint64_t version_ = 0;
  TlsContextPtr context_;
};

// What the verified certificate of a connection says, by the names of gRPC's authentication
// properties. Empty without one.
std::multimap<std::string, std::string> CertificateProperties(SSL* connection);

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_TLS_CONTEXT_H_
