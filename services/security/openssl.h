#ifndef CHIPLINE_SERVICES_SECURITY_OPENSSL_H_
#define CHIPLINE_SERVICES_SECURITY_OPENSSL_H_

#include <memory>
#include <string>
#include <string_view>

#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/x509.h"

// Owners for what OpenSSL hands out.
namespace chipline::security {

template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, FreeWith<X509_free>>;

// Empties this thread's queue of errors when it goes: gRPC's handshakes read the same queue, and
// would take an error of ours for theirs.
class ErrorQueue {
 public:
  ErrorQueue() { ERR_clear_error(); }
  ~ErrorQueue() { ERR_clear_error(); }
  ErrorQueue(const ErrorQueue&) = delete;
  ErrorQueue& operator=(const ErrorQueue&) = delete;

  // The latest error in words, which never hold what was read.
  std::string Words() const {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "unknown error" : reason;
  }
};

// The text, which must stay, as what OpenSSL reads from.
inline BioPtr ReadFrom(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// For PEM readers: no pass phrase, rather than a question at the terminal.
inline int NoPassPhrase(char*, int, int, void*) { return 0; }

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_OPENSSL_H_
