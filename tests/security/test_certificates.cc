#include "tests/security/test_certificates.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"

#include "fmt/format.h"
#include "openssl/ec.h"
#include "openssl/ecdsa.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509v3.h"
#include "storage/check.h"

namespace chipline::security {
namespace {

std::string TextOf(BIO& bio) {
  char* text = nullptr;
  const int64_t size = BIO_get_mem_data(&bio, &text);
  return {text, static_cast<size_t>(size)};
}

std::string CertificatePem(X509& certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(bio.get(), &certificate) == 1);
  return TextOf(*bio);
}

void AddExtension(X509& certificate, X509& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(&certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void SetTime(ASN1_TIME* field, absl::Time time) {
  CHECK(ASN1_TIME_set(field, absl::ToTimeT(time)) != nullptr);
}

// Unsigned, by `issuer`; null: by itself.
CertificatePtr Draft(const CertificateTerms& terms, EVP_PKEY& key, X509* issuer, bool is_ca) {
  CertificatePtr certificate(X509_new());
  static int64_t serial = 0;
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate.get()), ++serial);
  SetTime(X509_getm_notBefore(certificate.get()), terms.from);
  SetTime(X509_getm_notAfter(certificate.get()), terms.until);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("Chipline test"), -1, -1, 0);
  if (!terms.common_name.empty()) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(terms.common_name.c_str()),
                               -1, -1, 0);
  }
  X509& by = issuer == nullptr ? *certificate : *issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(&by));
  AddExtension(*certificate, by, NID_basic_constraints,
               is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!terms.alternative_names.empty()) {
    AddExtension(*certificate, by, NID_subject_alt_name, terms.alternative_names);
  }
  if (!terms.usage.empty()) AddExtension(*certificate, by, NID_ext_key_usage, terms.usage);
  return certificate;
}

}  // namespace

KeyPtr NewKey(KeyKind kind) {
  EVP_PKEY* key = nullptr;
  switch (kind) {
    case KeyKind::kP256:
      key = EVP_EC_gen("P-256");
      break;
    case KeyKind::kP384:
      key = EVP_EC_gen("P-384");
      break;
    case KeyKind::kEd25519:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
    case KeyKind::kRsa2048:
      key = EVP_RSA_gen(2048);
      break;
    case KeyKind::kRsa1024:
      key = EVP_RSA_gen(1024);
      break;
  }
  CHECK(key != nullptr);
  return KeyPtr(key);
}

std::string PrivatePem(EVP_PKEY& key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TextOf(*bio);
}

std::string PublicPem(EVP_PKEY& key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PUBKEY(bio.get(), &key) == 1);
  return TextOf(*bio);
}

KeyAndCertificate SelfSigned(const CertificateTerms& terms) {
  const KeyPtr key = NewKey(terms.key);
  const CertificatePtr certificate = Draft(terms, *key, nullptr, /*is_ca=*/false);
  CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  return {PrivatePem(*key), CertificatePem(*certificate)};
}

TestCa::TestCa(const std::string& name) : key_(NewKey(KeyKind::kP256)) {
  CertificateTerms terms;
  terms.common_name = name;
  certificate_ = Draft(terms, *key_, nullptr, /*is_ca=*/true);
  CHECK(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
  pem_ = CertificatePem(*certificate_);
}

KeyAndCertificate TestCa::Issue(const CertificateTerms& terms) const {
  const KeyPtr key = NewKey(terms.key);
  const CertificatePtr certificate = Draft(terms, *key, certificate_.get(), /*is_ca=*/false);
  CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {PrivatePem(*key), CertificatePem(*certificate)};
}

KeyAndCertificate TestCa::IssueServer() const {
  return Issue({"server", "DNS:localhost,IP:127.0.0.1", "serverAuth"});
}

KeyAndCertificate TestCa::IssueClient(const std::string& alternative_names) const {
  return Issue({"client", alternative_names, "clientAuth"});
}

std::string TestSigner::algorithm() const {
  switch (kind_) {
    case KeyKind::kP256:
      return "ES256";
    case KeyKind::kP384:
      return "ES384";
    case KeyKind::kEd25519:
      return "EdDSA";
    case KeyKind::kRsa2048:
    case KeyKind::kRsa1024:
      break;
  }
  return "RS256";
}

std::string TestSigner::Sign(const std::string& claims) const {
  return Sign(fmt::format(R"({{"alg":"{}","typ":"JWT"}})", algorithm()), claims);
}

std::string TestSigner::Sign(const std::string& header, const std::string& claims) const {
  const std::string text = Base64Url(header) + "." + Base64Url(claims);
  return text + "." + Base64Url(SignatureOf(text));
}

std::string TestSigner::SignatureOf(const std::string& text) const {
  const std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const EVP_MD* digest = kind_ == KeyKind::kEd25519 ? nullptr : EVP_sha256();
  CHECK(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  CHECK(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string signature(size, '\0');
  CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes, text.size()) == 1);
  signature.resize(size);
  if (kind_ != KeyKind::kP256) return signature;
  // DER to the two numbers.
  const auto* der = reinterpret_cast<const unsigned char*>(signature.data());
  const std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>> parsed(
      d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(signature.size())));
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + 32, 32);
  return raw;
}

std::string Base64Url(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string Claims(absl::Time now, const std::string& subject, const std::string& more) {
  return fmt::format(R"({{"iss":"issuer","aud":"audience","sub":"{}","exp":{}{}}})", subject,
                     absl::ToUnixSeconds(now + absl::Hours(1)), more);
}

}  // namespace chipline::security
