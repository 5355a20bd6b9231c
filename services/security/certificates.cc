#include "services/security/certificates.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"
#include "services/security/openssl.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::security {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

absl::Status Invalid(std::string_view words) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_CERTIFICATE", words);
}

absl::StatusOr<std::vector<CertificatePtr>> ReadChain(std::string_view pem, std::string_view name) {
  if (pem.size() > limits::kMaxPemBytes) return Invalid(fmt::format("{} is too long", name));
  const ErrorQueue errors;
  const BioPtr bio = ReadFrom(pem);
  std::vector<CertificatePtr> chain;
  while (CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, NoPassPhrase, nullptr)}) {
    chain.push_back(std::move(certificate));
  }
  // The end of the file is an error too.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return Invalid(fmt::format("certificate {} of {} cannot be read: {}", chain.size() + 1, name,
                               errors.Words()));
  }
  if (chain.empty()) return Invalid(fmt::format("{} holds no certificate", name));
  return chain;
}

absl::Time ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

// The first end of validity, if all of them hold now.
absl::StatusOr<absl::Time> CheckValidity(const std::vector<CertificatePtr>& chain, absl::Time now) {
  absl::Time end = absl::InfiniteFuture();
  for (const CertificatePtr& certificate : chain) {
    const absl::Time from = ToTime(X509_get0_notBefore(certificate.get()));
    const absl::Time until = ToTime(X509_get0_notAfter(certificate.get()));
    if (now > until) {
      return Invalid(fmt::format("the server certificate expired at {}", TimeText(until)));
    }
    if (now < from) {
      return Invalid(fmt::format("the server certificate is not valid before {}", TimeText(from)));
    }
    end = std::min(end, until);
  }
  return end;
}

// What gRPC does with them for every connection, once.
absl::Status TryOut(const std::vector<CertificatePtr>& chain, std::string_view key_pem) {
  const ErrorQueue errors;
  const BioPtr bio = ReadFrom(key_pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassPhrase, nullptr));
  if (key == nullptr) {
    return Invalid(
        "the file of the key holds no private key that can be read without a pass phrase");
  }
  const ContextPtr context(SSL_CTX_new(TLS_method()));
  if (SSL_CTX_use_certificate(context.get(), chain.front().get()) != 1) {
    return Invalid(fmt::format("the certificate cannot be used: {}", errors.Words()));
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) != 1) {
      return Invalid(
          fmt::format("certificate {} of the chain cannot be used: {}", i + 1, errors.Words()));
    }
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return Invalid(fmt::format("the key and the certificate do not fit: {}", errors.Words()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckClientPair(std::string_view chain, std::string_view key) {
  ASSIGN_OR_RETURN(const std::vector<CertificatePtr> read,
                   ReadChain(chain, "the file of the certificate"));
  return TryOut(read, key);
}

absl::StatusOr<Certificates> CheckCertificates(Certificates certificates, absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<CertificatePtr> chain,
                   ReadChain(certificates.chain, "the file of the certificate"));
  ASSIGN_OR_RETURN(certificates.expire_time, CheckValidity(chain, now));
  RETURN_IF_ERROR(TryOut(chain, certificates.key));
  if (!certificates.client_ca.empty()) {
    RETURN_IF_ERROR(ReadChain(certificates.client_ca, "the file of the client CA").status());
  }
  return certificates;
}

}  // namespace chipline::security
