#ifndef CHIPLINE_TESTS_SECURITY_TEST_CERTIFICATES_H_
#define CHIPLINE_TESTS_SECURITY_TEST_CERTIFICATES_H_

#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "services/security/openssl.h"

// Keys, certificates and tokens for tests, good and bad. Made in the program, since openssl's
// command cannot make one that has expired.
namespace chipline::security {

enum class KeyKind { kP256, kP384, kEd25519, kRsa2048, kRsa1024 };

KeyPtr NewKey(KeyKind kind);
std::string PrivatePem(EVP_PKEY& key);
std::string PublicPem(EVP_PKEY& key);

// What a certificate says.
struct CertificateTerms {
  std::string common_name;
  // As in openssl's configuration, for example "DNS:localhost,IP:127.0.0.1". Empty: none.
  std::string alternative_names;
  // serverAuth or clientAuth. Empty: none.
  std::string usage;
  absl::Time from = absl::Now() - absl::Hours(1);
  absl::Time until = absl::Now() + absl::Hours(24 * 90);
  KeyKind key = KeyKind::kP256;
};

// As two PEM texts.
struct KeyAndCertificate {
  std::string key;
  std::string certificate;
};

// Signed by itself, and no CA.
KeyAndCertificate SelfSigned(const CertificateTerms& terms);

// A certificate authority.
class TestCa {
 public:
  explicit TestCa(const std::string& name);

  const std::string& pem() const { return pem_; }
  KeyAndCertificate Issue(const CertificateTerms& terms) const;
  // For 127.0.0.1 and localhost.
  KeyAndCertificate IssueServer() const;
  // With such alternative names.
  KeyAndCertificate IssueClient(const std::string& alternative_names) const;

 private:
  KeyPtr key_;
  CertificatePtr certificate_;
  std::string pem_;
};

// Base64url without padding.
std::string Base64Url(const std::string& bytes);

// Signs tokens.
class TestSigner {
 public:
  explicit TestSigner(KeyKind kind) : kind_(kind), key_(NewKey(kind)) {}

  std::string public_pem() const { return PublicPem(*key_); }
  // The algorithm that its signatures are of.
  std::string algorithm() const;
  // A token with these claims, in JSON, and a header that says the algorithm.
  std::string Sign(const std::string& claims) const;
  // With a header of its own.
  std::string Sign(const std::string& header, const std::string& claims) const;
  // A token of these first two parts as they are.
  std::string SignText(const std::string& text) const {
    return text + "." + Base64Url(SignatureOf(text));
  }

 private:
  std::string SignatureOf(const std::string& text) const;

  const KeyKind kind_;
  const KeyPtr key_;
};

// The claims of a good token for "test" of "issuer" and "audience", valid for an hour from `now`;
// `more` is added as it is, for example `,"roles":["reader"]`.
std::string Claims(absl::Time now, const std::string& subject, const std::string& more = "");

}  // namespace chipline::security

#endif  // CHIPLINE_TESTS_SECURITY_TEST_CERTIFICATES_H_
